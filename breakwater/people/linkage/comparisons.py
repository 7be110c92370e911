"""How two profiles are compared, field by field: the levels, from most alike to least.

Each level stands here twice: as SQL, which Splink trains and predicts with, and as Python, which
answers while somebody waits. tests/people/linkage/test_same_as_splink.py holds the two equal.
"""

from collections.abc import Callable
from dataclasses import dataclass

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from breakwater.people.linkage.profile import Profile

NOT_KNOWN = -1  # one side does not say: speaks neither way
NEARLY_SAME, ALIKE = 0.92, 0.85  # Jaro-Winkler similarity
TWO_YEARS, FEW_YEARS, GENERATION = 2 * 366, 3 * 366, 12 * 366  # days
Compare = Callable[[Profile, Profile], int]
_slip = DamerauLevenshtein.distance
_alike = JaroWinkler.similarity


@dataclass(frozen=True)
class Level:
    """One degree of agreement; `tf` names the column whose rare values speak more strongly."""

    words: str
    sql: str
    tf: str = ""


@dataclass(frozen=True)
class Comparison:
    """A field of the evidence. `not_known` is the SQL of the level that speaks neither way."""

    name: str
    words: str
    columns: tuple[str, ...]
    not_known: str
    levels: tuple[Level, ...]
    compare: Compare


def _share(one: str, other: str) -> bool:
    return one == other or not set(one.split()).isdisjoint(other.split())


def _one_slip(one: str, other: str) -> bool:
    return (
        abs(len(one) - len(other)) <= 1
        and min(len(one), len(other)) > 3
        and _slip(one, other, score_cutoff=1) <= 1
    )


def _one_slip_sql(column: str) -> str:
    one, other = f"{column}_l", f"{column}_r"
    long = f"least(length({one}), length({other})) > 3"
    return f"({long} and damerau_levenshtein({one}, {other}) <= 1)"


def _swapped(one: Profile, other: Profile) -> bool:
    a, b = one.given, other.given
    if not a or not b or a == b or not one.family or not other.family:
        return False
    return a == other.family or b == one.family


_SWAPPED_SQL = "given_l <> given_r and family_l is not null and family_r is not null and "
_BOTH_SWAPPED_SQL = f"{_SWAPPED_SQL} given_l = family_r and family_l = given_r"
_ONE_SWAPPED_SQL = f"{_SWAPPED_SQL} (given_l = family_r or family_l = given_r)"


def compare_given(one: Profile, other: Profile) -> int:
    a, b = one.first, other.first
    if not a or not b:
        return NOT_KNOWN
    if a == b:
        return 0 if one.given == other.given and " " in one.given else 1
    if one.forms == other.forms or _share(one.forms, other.forms):
        return 2
    if _swapped(one, other):
        return 3 if one.given == other.family and one.family == other.given else 4
    if _one_slip(a, b):
        return 5
    if _share(one.given_words, other.given_words):
        return 6
    if a[0] == b[0] and (len(a) == 1 or len(b) == 1):
        return 7
    if one.first_sound == other.first_sound:
        return 8
    return 9 if _alike(a, b) >= ALIKE else 10


def compare_family(one: Profile, other: Profile) -> int:
    a, b = one.family, other.family
    if not a or not b or _swapped(one, other):
        return NOT_KNOWN
    if a == b:
        return 0
    if _one_slip(a, b):
        return 1
    if _share(one.family_words, other.family_words):
        return 2
    if one.family_sound == other.family_sound:
        return 3
    return 4 if _alike(a, b) >= ALIKE else 5


def compare_born(one: Profile, other: Profile) -> int:
    if not one.born_from or not other.born_from:
        return NOT_KNOWN
    a, b = one.born, other.born
    if a and b:
        return _compare_days(one, a, b, abs(int(one.born_from) - int(other.born_from)))
    from_a, to_a = int(one.born_from), int(one.born_to)
    from_b, to_b = int(other.born_from), int(other.born_to)
    apart = max(from_a, from_b) - min(to_a, to_b)
    if apart <= 0:
        widest = max(to_a - from_a, to_b - from_b)
        return 6 if widest < 31 else 7 if widest <= FEW_YEARS else 8
    return 9 if apart <= 366 else 11 if apart <= GENERATION else 12


def _compare_days(one: Profile, a: str, b: str, apart: int) -> int:
    if apart == 0:
        return 1 if a[5:] == "01-01" else 0
    if one.born_flip == b:
        return 2
    if _slip(a, b, score_cutoff=1) <= 1 and not a[5:] == b[5:] == "01-01":
        return 3
    if a[:4] == b[:4] and (a[5:] == "01-01" or b[5:] == "01-01"):
        return 4
    if apart <= TWO_YEARS and (a[:4] == b[:4]) + (a[5:7] == b[5:7]) + (a[8:] == b[8:]) == 2:
        return 5
    return 10 if apart <= 366 else 11 if apart <= GENERATION else 12


def compare_sex(one: Profile, other: Profile) -> int:
    if not one.sex or not other.sex:
        return NOT_KNOWN
    return 0 if one.sex == other.sex else 1


def compare_postcode(one: Profile, other: Profile) -> int:
    a, b = one.postcode, other.postcode
    if not a or not b:
        return NOT_KNOWN
    if a == b:
        return 0
    if _one_slip(a, b):
        return 1
    return 2 if one.district and one.district == other.district else 3


def compare_address(one: Profile, other: Profile) -> int:
    a, b = one.street, other.street
    if not a or not b:
        return NOT_KNOWN
    same_door = bool(one.door) and one.door == other.door
    if a == b:
        return 0 if same_door else 2
    if _alike(a, b) >= NEARLY_SAME:
        return 1 if same_door else 3
    return 4


def compare_town(one: Profile, other: Profile) -> int:
    a, b = one.town, other.town
    if not a or not b:
        return NOT_KNOWN
    if a == b:
        return 0
    return 1 if _alike(a, b) >= ALIKE else 2


def compare_number(one: Profile, other: Profile) -> int:
    a, b = one.number, other.number
    if not a or not b:
        return NOT_KNOWN
    if a == b:
        return 0
    return 1 if _one_slip(a, b) else 2


def compare_kin(one: Profile, other: Profile) -> int:
    if not one.kin or not other.kin:
        return NOT_KNOWN
    shared = len(set(one.kin.split()).intersection(other.kin.split()))
    return 0 if shared > 1 else 1 if shared else 2


def _same(column: str) -> Compare:
    place = Profile._fields.index(column)

    def compare(one: Profile, other: Profile) -> int:
        a, b = one[place], other[place]
        if not a or not b:
            return NOT_KNOWN
        return 0 if a == b else 1

    return compare


def _plain(name: str, words: str, same: str, differs: str) -> Comparison:
    return Comparison(
        name, words, (name,), f"{name}_l is null or {name}_r is null",
        (Level(same, f"{name}_l = {name}_r"), Level(differs, "else")), _same(name),
    )  # fmt: skip


def _overlap(column: str) -> str:
    return f"list_has_any({column}_l, {column}_r)"


def _both(column: str, condition: str) -> str:
    return f"({condition.format(f'{column}_l')} and {condition.format(f'{column}_r')})"


_WHOLE = "born_l is not null and born_r is not null"
_NOT_WHOLE = "(born_l is null or born_r is null)"
_APART = "(greatest(born_from_l, born_from_r) - least(born_to_l, born_to_r))"
_PARTS = (
    "(cast(substr(born_l, 1, 4) = substr(born_r, 1, 4) as int)"
    " + cast(substr(born_l, 6, 2) = substr(born_r, 6, 2) as int)"
    " + cast(substr(born_l, 9, 2) = substr(born_r, 9, 2) as int))"
)

GIVEN = Comparison(
    "given", "given name", ("given", "first", "forms", "given_words", "first_sound", "family"),
    "first_l is null or first_r is null",
    (
        Level("same, all of several", "first_l = first_r and given_l = given_r"
              " and contains(given_l, ' ')", tf="first"),
        Level("same", "first_l = first_r", tf="first"),
        Level("short form of the same name", _overlap("forms")),
        Level("given and family name changed about", _BOTH_SWAPPED_SQL),
        Level("stands where the family name is", _ONE_SWAPPED_SQL),
        Level("one letter slipped", _one_slip_sql("first")),
        Level("another of the given names is the same", _overlap("given_words")),
        Level("initial agrees", "(length(first_l) = 1 or length(first_r) = 1)"
              " and substr(first_l, 1, 1) = substr(first_r, 1, 1)"),
        Level("sounds alike", "first_sound_l = first_sound_r"),
        Level("looks alike", f"jaro_winkler_similarity(first_l, first_r) >= {ALIKE}"),
        Level("another name", "else"),
    ),
    compare_given,
)  # fmt: skip
FAMILY = Comparison(
    "family", "family name", ("family", "family_words", "family_sound", "given"),
    f"family_l is null or family_r is null or ({_ONE_SWAPPED_SQL})",
    (
        Level("same", "family_l = family_r", tf="family"),
        Level("one letter slipped", _one_slip_sql("family")),
        Level("one part of a double name is the same", _overlap("family_words")),
        Level("sounds alike", "family_sound_l = family_sound_r"),
        Level("looks alike", f"jaro_winkler_similarity(family_l, family_r) >= {ALIKE}"),
        Level("another name", "else"),
    ),
    compare_family,
)  # fmt: skip
BORN = Comparison(
    "born", "birth date", ("born", "born_flip", "born_from", "born_to"),
    "born_from_l is null or born_from_r is null",
    (
        Level("same day", "born_l = born_r and substr(born_l, 6, 5) <> '01-01'"),
        Level("same day, a 1 January", "born_l = born_r"),
        Level("day and month changed about", "born_flip_l = born_r"),
        Level("one digit slipped", f"{_WHOLE} and damerau_levenshtein(born_l, born_r) <= 1"
              " and not (substr(born_l, 6, 5) = '01-01' and substr(born_r, 6, 5) = '01-01')"),
        Level("1 January may stand for the year", f"{_WHOLE}"
              " and substr(born_l, 1, 4) = substr(born_r, 1, 4)"
              " and (substr(born_l, 6, 5) = '01-01' or substr(born_r, 6, 5) = '01-01')"),
        Level("two of day, month and year agree", f"{_WHOLE} and {_PARTS} = 2"
              f" and {_APART} <= {TWO_YEARS}"),
        Level("same month, as far as told", f"{_NOT_WHOLE} and {_APART} <= 0"
              " and born_to_l - born_from_l < 31 and born_to_r - born_from_r < 31"),
        Level("year or age fits", f"{_NOT_WHOLE} and {_APART} <= 0"
              f" and greatest(born_to_l - born_from_l, born_to_r - born_from_r) <= {FEW_YEARS}"),
        Level("child or grown up, as told", f"{_NOT_WHOLE} and {_APART} <= 0"),
        Level("year or age fits within a year", f"{_NOT_WHOLE} and {_APART} <= 366"),
        Level("within a year", f"{_WHOLE} and {_APART} <= 366"),
        Level("another date", f"{_APART} <= {GENERATION}"),
        Level("a generation apart", "else"),
    ),
    compare_born,
)  # fmt: skip
SEX = _plain("sex", "sex", "same", "differs")
POSTCODE = Comparison(
    "postcode", "postcode", ("postcode", "district"), "postcode_l is null or postcode_r is null",
    (
        Level("same", "postcode_l = postcode_r"),
        Level("one letter slipped", _one_slip_sql("postcode")),
        Level("same district", "district_l = district_r"),
        Level("another", "else"),
    ),
    compare_postcode,
)  # fmt: skip
_ALIKE_STREET = f"jaro_winkler_similarity(street_l, street_r) >= {NEARLY_SAME}"
ADDRESS = Comparison(
    "address", "address", ("door", "street"), "street_l is null or street_r is null",
    (
        Level("same door", "street_l = street_r and door_l = door_r"),
        Level("same door, street written alike", f"{_ALIKE_STREET} and street_l <> street_r"
              " and door_l = door_r"),
        Level("same street, another door or none told", "street_l = street_r"),
        Level("street written alike", _ALIKE_STREET),
        Level("another address", "else"),
    ),
    compare_address,
)  # fmt: skip
TOWN = Comparison(
    "town", "town", ("town",), "town_l is null or town_r is null",
    (
        Level("same", "town_l = town_r", tf="town"),
        Level("looks alike", f"jaro_winkler_similarity(town_l, town_r) >= {ALIKE}"),
        Level("another", "else"),
    ),
    compare_town,
)  # fmt: skip
NUMBER = Comparison(
    "number", "other number", ("number",), "number_l is null or number_r is null",
    (
        Level("same", "number_l = number_r"),
        Level("one digit slipped", _one_slip_sql("number")),
        Level("another", "else"),
    ),
    compare_number,
)  # fmt: skip
KIN = Comparison(
    "kin", "people named together", ("kin",), "kin_l is null or kin_r is null",
    (
        Level("two or more the same", "len(list_intersect(kin_l, kin_r)) > 1"),
        Level("one the same", _overlap("kin")),
        Level("none the same", "else"),
    ),
    compare_kin,
)  # fmt: skip

COMPARISONS = (
    GIVEN,
    FAMILY,
    BORN,
    SEX,
    _plain("nhs_number", "NHS number", "same", "another valid number"),
    _plain("upn", "pupil number", "same", "another valid number"),
    NUMBER,
    POSTCODE,
    ADDRESS,
    TOWN,
    _plain("phone", "phone", "same", "another"),
    _plain("email", "e-mail", "same", "another"),
    _plain("handle", "account", "same", "another"),
    _plain("school", "school", "same", "another"),
    KIN,
)
BY_NAME = {comparison.name: comparison for comparison in COMPARISONS}
