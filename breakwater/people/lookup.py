"""The first look-up: which mentions may be the same person, and why. Pure.

Numbers (NHS number, UPN) or name + birth date + postcode with typing errors; phone, e-mail and
account handle can only raise a question. Points, not probabilities: the trained engine replaces
this behind people.queries.find.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import nhs_number as nhs
import phonenumbers
from rapidfuzz.distance import JaroWinkler, Levenshtein

from breakwater.people.rules import PersonAsTold, full_date

RULE = "first look-up, version 1"
CLOSE_NAME = 0.88
# A question needs this many points: two names and a date with a slip, or a handle and a little.
ASK_FROM = 5
POINTS: dict[str, tuple[int, int, int]] = {  # agrees, close, differs
    "NHS number": (8, 0, -6),
    "pupil number": (8, 0, -6),
    "given name": (2, 1, -2),
    "family name": (2, 1, -1),
    "birth date": (3, 2, -3),
    "postcode": (2, 0, 0),
    "phone": (2, 0, 0),
    "e-mail": (3, 0, 0),
    "account": (5, 0, 0),
}
UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
# Letters that Unicode does not take apart into a base letter and a mark.
_STROKES = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
# O'Brien as keyboards write it: typewriter, curly, grave, acute and letter apostrophes.
_APOSTROPHES = dict.fromkeys(map(ord, "'’‘`´ʼʻ"))


class Agreement(StrEnum):
    AGREES = "agrees"
    CLOSE = "close"
    DIFFERS = "differs"


class Verdict(StrEnum):
    SAME = "same"
    ASK = "ask"
    LEAVE = "leave"


@dataclass(frozen=True)
class Comparison:
    verdict: Verdict
    points: int
    evidence: tuple[tuple[str, Agreement], ...]


@dataclass(frozen=True)
class Clues:
    """A person made comparable: folded names, valid numbers, one spelling of everything."""

    given: tuple[str, ...]
    family: tuple[str, ...]
    born: str
    postcode: str
    nhs_number: str
    upn: str
    phone: str
    email: str
    handle: str


def fold(text: str) -> tuple[str, ...]:
    """Return a name's words, small and without marks: "Wiśniewski-Żak" -> wisniewski, zak."""
    plain = text.casefold().translate(_APOSTROPHES).translate(_STROKES)
    apart = unicodedata.normalize("NFKD", plain)
    bare = "".join(c for c in apart if not unicodedata.combining(c))
    # The vowel signs of Indian scripts are marks that belong to the word.
    return tuple("".join(c if unicodedata.category(c)[0] in "LM" else " " for c in bare).split())


def valid_nhs_number(text: str) -> str:
    """Return the ten digits, or "" when the check digit says that they are mistyped.

    One digit ten times passes that check, and is what people type where there is no number.
    """
    digits = re.sub(r"[\s-]", "", text)
    stand_in = len(set(digits)) == 1
    return digits if digits.isascii() and not stand_in and nhs.is_valid(digits) else ""


def valid_upn(text: str) -> str:
    """Return the unique pupil number, or "" when its check letter is wrong.

    Check letter: DfE's UPN guide, sum of position times digit, modulo 23.
    """
    upn = re.sub(r"\s", "", text).upper()
    if not re.fullmatch(r"[A-Z][0-9]{12}", upn):
        return ""
    total = sum(place * int(digit) for place, digit in enumerate(upn[1:], start=2))
    stand_in = not int(upn[1:])
    return upn if UPN_LETTERS[total % 23] == upn[0] and not stand_in else ""


@lru_cache(maxsize=4096)
def one_phone(text: str) -> str:
    """Return a phone number in E.164, or "" when it cannot be one."""
    try:
        number = phonenumbers.parse(text, "GB")
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def clues_of(person: PersonAsTold) -> Clues:
    """Return what of a person can be compared."""
    given = fold(person.given)
    return Clues(
        given=given + tuple(word for word in fold(person.known_as) if word not in given),
        family=fold(person.family),
        born=person.born,
        postcode=re.sub(r"[^A-Z0-9]", "", person.postcode.upper()),
        nhs_number=valid_nhs_number(person.nhs_number),
        upn=valid_upn(person.upn),
        phone=one_phone(person.phone) if person.phone else "",
        email=person.email.strip().casefold(),
        handle=person.handle.strip().lstrip("@").casefold(),
    )


def keys_of(clues: Clues) -> frozenset[str]:
    """Return the match keys: two mentions that share one are compared.

    An unborn child's "given name" and other names of one letter make no name keys.
    """
    keys = {
        f"{kind}:{value}"
        for kind, value in (
            ("nhs", clues.nhs_number),
            ("upn", clues.upn),
            ("tel", clues.phone),
            ("mail", clues.email),
            ("acc", clues.handle),
        )
        if value
    }
    whole_date = full_date(clues.born)
    year = clues.born[:4]
    given_starts = {word[:3] for word in clues.given if len(word) > 1 and word != "unborn"}
    family_starts = {word[:3] for word in clues.family if len(word) > 1}
    for start in given_starts:
        if whole_date:
            keys.add(f"gb:{start}:{clues.born}")
        if clues.postcode:
            keys.add(f"gp:{start}:{clues.postcode}")
        if year:
            keys |= {f"gfy:{start}:{other}:{year}" for other in family_starts}
    if whole_date:
        keys |= {f"fb:{start}:{clues.born}" for start in family_starts}
        if clues.postcode:
            keys.add(f"bp:{clues.born}:{clues.postcode}")
    return frozenset(keys)


def compare(one: Clues, other: Clues) -> Comparison:
    """Compare two people field by field; what either side does not say speaks neither way."""
    agreements: dict[str, Agreement] = {}
    for field, left, right, how in _pairs(one, other):
        if left and right:
            agreements[field] = how(left, right)
    points = sum(POINTS[field][list(Agreement).index(a)] for field, a in agreements.items())
    evidence = tuple(agreements.items())
    return Comparison(_verdict(agreements, one, other, points), points, evidence)


def _verdict(agreements: dict[str, Agreement], one: Clues, other: Clues, points: int) -> Verdict:
    def agrees(*fields: str) -> bool:
        return all(agreements.get(field) is Agreement.AGREES for field in fields)

    def differs(*fields: str) -> bool:
        return any(agreements.get(field) is Agreement.DIFFERS for field in fields)

    numbers = ("NHS number", "pupil number")
    same_number = any(agrees(number) for number in numbers) and not differs(*numbers)
    if same_number and not differs("given name", "birth date"):
        return Verdict.SAME
    whole_dates = full_date(one.born) is not None and full_date(other.born) is not None
    plain = agrees("given name", "family name", "birth date", "postcode") and whole_dates
    if plain and not differs(*numbers) and _one_has_all_names_of(one.given, other.given):
        return Verdict.SAME
    if same_number or points >= ASK_FROM:
        return Verdict.ASK
    return Verdict.LEAVE


def _one_has_all_names_of(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Tell Amelia and Amelia Rose from the twins Mohammed Ali and Mohammed Umar."""
    return one[0] == other[0] and (set(one) <= set(other) or set(other) <= set(one))


Compare = Callable[..., Agreement]


def _pairs(one: Clues, other: Clues) -> list[tuple[str, object, object, Compare]]:
    return [
        ("NHS number", one.nhs_number, other.nhs_number, _exact),
        ("pupil number", one.upn, other.upn, _exact),
        ("given name", one.given, other.given, _given),
        ("family name", one.family, other.family, _family),
        ("birth date", one.born, other.born, _born),
        ("postcode", one.postcode, other.postcode, _exact),
        ("phone", one.phone, other.phone, _exact),
        ("e-mail", one.email, other.email, _exact),
        ("account", one.handle, other.handle, _exact),
    ]


def _exact(one: str, other: str) -> Agreement:
    return Agreement.AGREES if one == other else Agreement.DIFFERS


def _given(one: tuple[str, ...], other: tuple[str, ...]) -> Agreement:
    if set(one) & set(other):
        return Agreement.AGREES
    short_forms = any(
        a.startswith(b) or b.startswith(a) for a in one for b in other if min(len(a), len(b)) > 2
    )
    near = any(JaroWinkler.similarity(a, b) >= CLOSE_NAME for a in one for b in other)
    return Agreement.CLOSE if short_forms or near else Agreement.DIFFERS


def _family(one: tuple[str, ...], other: tuple[str, ...]) -> Agreement:
    if one == other:
        return Agreement.AGREES
    near = any(JaroWinkler.similarity(a, b) >= CLOSE_NAME for a in one for b in other)
    return Agreement.CLOSE if near else Agreement.DIFFERS


def _born(one: str, other: str) -> Agreement:
    if one == other:
        return Agreement.AGREES
    if one.startswith(other) or other.startswith(one):
        return Agreement.CLOSE
    if len(one) == len(other) == 10:
        swapped = one[:5] + one[8:] + "-" + one[5:7]
        if other == swapped or Levenshtein.distance(one, other) == 1:
            return Agreement.CLOSE
    return Agreement.DIFFERS
