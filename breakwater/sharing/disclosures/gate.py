"""The release gate: a text must not carry somebody who was not chosen to leave. Pure.

A machine cannot tell what a sentence means; it can tell that a name, a number, a postcode or a
birth date in it is of somebody of the case whom nobody ticked, and that a postcode or number is
of nobody who was ticked. Then the text stays, and whoever wrote it is told which field and why.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from anyascii import anyascii

from breakwater.people.linkage.names import full_names

# Short forms of names that are everyday words: only as a name within a sentence do they count.
# A name that was told is found however it is written.
EVERYDAY = frozenset(
    {
        *("will", "wills", "may", "bill", "art", "pat", "rob", "drew", "dot", "mark", "sue", "ray"),
        *("max", "guy", "jack", "kit", "nick", "kay", "bob", "jo", "al", "ed", "em", "ant", "les"),
        *("mo", "lee", "ally"),
    }
)
TITLES = frozenset(
    {
        *("mr", "mrs", "ms", "miss", "mx", "dr", "sir", "lady", "uncle", "aunt", "auntie"),
        *("grandad", "nan", "gran"),
    }
)
MONTHS = (
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
)
# Fewer digits than these are no phone number of anybody.
PHONE_DIGITS = 7
_MONTH = "|".join(MONTHS)
_DAY_FIRST = (
    rf"(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?[\s,./-]*(?P<n>{_MONTH})[a-z]*"
    r"[\s,./-]*(?P<y>\d{4}|\d{2})(?!\d)"
)
_MONTH_FIRST = (
    rf"(?P<n>{_MONTH})[a-z]*[\s,./-]*(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[\s,./-]+"
    r"(?P<y>\d{4}|\d{2})(?!\d)"
)
_DATES = (
    re.compile(r"(?<!\d)(?P<y>\d{4})[\s./-]+(?P<m>\d{1,2})[\s./-]+(?P<d>\d{1,2})(?!\d)"),
    re.compile(r"(?<!\d)(?P<d>\d{1,2})[\s./-]+(?P<m>\d{1,2})[\s./-]+(?P<y>\d{4}|\d{2})(?!\d)"),
    re.compile(r"(?<!\d)(?P<m>\d{1,2})[\s./-]+(?P<d>\d{1,2})[\s./-]+(?P<y>\d{4}|\d{2})(?!\d)"),
    re.compile(_DAY_FIRST),
    re.compile(_MONTH_FIRST),
)
_POSTCODE = re.compile(r"\b[a-z]{1,2}\d[a-z\d]?\s?\d[a-z]{2}\b")
_PHONE = re.compile(r"(?<![\d.])(?:\+44|0044|0)[\s()-]*(?:\d[\s()-]*){9,10}(?!\d)")
_WORD = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True)
class Known:
    """By what somebody is known: names word by word, and what else says who they are."""

    # As the page calls them: "Jamie Hartley, household".
    called: str
    given: tuple[str, ...] = ()
    family: tuple[str, ...] = ()
    born: str = ""
    phone: str = ""
    address: str = ""
    # Postcode, numbers, e-mail, account.
    strings: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.given, *self.family)


@dataclass(frozen=True)
class Leaving:
    """Whom a text may speak of, and whom it must not: the rest of the case."""

    may: Sequence[Known] = ()
    must_not: Sequence[Known] = ()
    # What else was chosen to leave: a phone number that is among it may stand in a text too.
    values: Sequence[str] = field(default=())


def found_in(text: str, leaving: Leaving) -> list[str]:
    """Return why a text may not leave, a sentence each that names what was found; none: it may."""
    return list(dict.fromkeys([*_people(text, leaving), *_strangers(text, leaving)]))


def folded(text: str) -> str:
    """Return text as it is compared: no accents, no case, nothing that does not show."""
    apart = unicodedata.normalize("NFKD", text)
    shown = "".join(c for c in apart if unicodedata.category(c) not in ("Mn", "Cf"))
    return re.sub(r"['’‘`´]", "", anyascii(shown).casefold())


def words_of(text: str) -> list[str]:
    return _WORD.findall(folded(text))


def squashed(text: str) -> str:
    """Return letters and digits alone: "PR1 4AB" and "pr1-4ab" are one."""
    return "".join(words_of(text))


def digits_of(text: str) -> str:
    """Return a phone number's digits without the country's or the trunk's."""
    digits = re.sub(r"\D", "", folded(text))
    return re.sub(r"^(0044|44(?=\d{10}$)|0)", "", digits)


def _people(text: str, leaving: Leaving) -> Iterator[str]:
    mine = list(leaving.may)
    numbers = re.sub(r"[\s()./+-]", "", folded(text))
    have, tight, dates = words_of(text), squashed(text), frozenset(_dates(folded(text)))
    small = _small_words(text)
    for one in leaving.must_not:
        for word in _names_in(text, have, small, tight, one, mine):
            yield f"“{word}” may be {one.called}"
        theirs = [other for other in mine if other.born and other.born == one.born]
        if len(one.born) == 10 and not theirs and one.born in dates:
            yield f"it holds the birth date of {one.called}"
        number = digits_of(one.phone)
        ours = {digits_of(other.phone) for other in mine} | {digits_of(v) for v in leaving.values}
        if len(number) >= PHONE_DIGITS and number not in ours and number in numbers:
            yield f"it holds the phone number of {one.called}"
        own = {squashed(s) for other in mine for s in (*other.strings, other.address) if s}
        own |= {squashed(value) for value in leaving.values}
        for string in one.strings:
            bare = squashed(string)
            if len(bare) >= 4 and bare not in own and bare in tight:
                yield f"it holds “{string}”, of {one.called}"
        street = squashed(one.address.split(",")[0])
        if len(street) >= 6 and street in tight and not any(street in one for one in own):
            yield f"it holds the address of {one.called}"


def _names_in(
    text: str,
    have: list[str],
    small: frozenset[str],
    tight: str,
    one: Known,
    mine: Sequence[Known],
) -> Iterator[str]:
    """The words of a text that name somebody, as they are compared.

    A word that is the name of somebody who may leave too is theirs: a given name, unless a title
    stands before it; a family name only behind a name of theirs. "Amelia Hartley" is Amelia,
    "Mr Hartley" may be her father.
    """
    wanted = {w for name in one.names for w in words_of(name) if len(w) > 1}
    called = {full for word in wanted for full in full_names(word)}
    given = {w for other in mine for name in other.given for w in words_of(name)}
    family = {w for other in mine for name in other.family for w in words_of(name)}
    before = ""
    for word in have:
        forms = {word, word.removesuffix("s"), word.removesuffix("es")}
        told = forms & wanted
        short = full_names(word) & called and not (word in EVERYDAY and word in small)
        own_given = word in given and before not in TITLES
        own_family = word in family and (before in given or before in family)
        if (told or short) and not own_given and not own_family:
            yield word
        before = word
    # Written as one word: "jamiehartley".
    whole = [squashed(name) for name in (" ".join(one.names), " ".join(reversed(one.names)))]
    theirs = {squashed(" ".join(other.names)) for other in mine}
    for name in whole:
        if len(name) > 5 and name in have and name not in theirs and name not in wanted:
            yield name


def _small_words(text: str) -> frozenset[str]:
    """The words that are never written with a capital but where a sentence begins."""
    large = set()
    for match in re.finditer(r"(?P<before>^|[.!?:]\s*|\n\s*)?(?P<word>[^\W_]+)", text):
        word = match["word"]
        if word[:1].isupper() and match["before"] is None:
            large |= set(words_of(word))
    return frozenset(words_of(text)) - large


def _strangers(text: str, leaving: Leaving) -> Iterator[str]:
    """What says who somebody is, and is of nobody who was ticked: of a stranger to the case."""
    plain = folded(text)
    known = {squashed(v) for v in leaving.values}
    known |= {squashed(s) for one in leaving.may for s in one.strings}
    theirs = {squashed(s) for one in leaving.must_not for s in one.strings}
    for match in _POSTCODE.finditer(plain):
        bare = squashed(match.group())
        if not any(bare in value for value in known) and bare not in theirs:
            yield f"it holds a postcode of somebody else, “{match.group().upper()}”"
    ours = {digits_of(v) for v in leaving.values} | {digits_of(one.phone) for one in leaving.may}
    theirs = {digits_of(one.phone) for one in leaving.must_not}
    for match in _PHONE.finditer(plain):
        number = digits_of(match.group())
        if number not in ours | theirs and not any(number in squashed(v) for v in known):
            yield "it holds a phone number of somebody else"


def _dates(text: str) -> Iterator[str]:
    """The dates in a text, as 2017-05-14, however they are written."""
    for pattern in _DATES:
        for match in pattern.finditer(text):
            parts = match.groupdict()
            month = MONTHS.index(parts["n"]) + 1 if "n" in parts else int(parts["m"])
            day, year = int(parts["d"]), parts["y"]
            if 1 <= month <= 12 and 1 <= day <= 31:
                for whole in (year,) if len(year) == 4 else (f"19{year}", f"20{year}"):
                    yield f"{whole}-{month:02}-{day:02}"


def spoken_of(people: Iterable[Known]) -> Leaving:
    """Return the gate for a text that must speak of nobody: why something was taken back."""
    return Leaving(must_not=list(people))
