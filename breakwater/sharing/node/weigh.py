"""From words that agree on one record to an answer: known, perhaps, or not known; with reasons.

A node's index gives no content, only which of the asked words a record shares, how many others
share them there, and which fields the record holds. Each finding has points in bits (log2 of odds);
their sum is the weight. Fitted and measured by benchmarks/discovery (calibrate.py, accuracy.py).
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from breakwater.sharing.node.index import Entry, Holds

# How seldom a record that shares any word is the person, before anything is weighed.
PRIOR = -13.0
# From here on "perhaps": of records with just this weight one in nine is the person, as where the
# engine in the clear asks (people.linkage.knobs.ASK_FROM); it keeps over 98 % of what that finds.
PERHAPS_FROM = -3.0
# From here on "known", if nothing speaks against it: at most 1 in 1,000 such answers was wrong.
KNOWN_FROM = 5.0

# What each finding adds. Fitted on 100,000 synthetic people, rounded, and numbers capped: the
# synthetic county never copies one person's number onto another's record, and people do.
POINTS = {
    "number": 14.0,
    "another NHS number": -10.0,
    "another pupil number": -8.0,
    "both names and birth date": 11.0,
    "both names and year of birth": 4.5,
    "both names": 1.0,
    "birth date and words of the name": 11.5,
    "birth date and a name": 11.0,
    "birth date and an initial": 5.0,
    "another birth date": -3.0,
    "name shared by nobody else": 8.0,
    "name shared by two or three": 5.5,
    "name shared by up to ten": 3.5,
    "name shared by many": -0.5,
    "house": 6.5,
    "postcode and both names": 4.0,
    "postcode and a name": 3.0,
    "phone and both names": 12.0,
    "phone and a name": 9.5,
    "phone": 0.5,
    "e-mail address": 10.0,
    "handle": 6.0,
    "school and first name": 6.5,
}
_NAMED = ("both names and birth date", "both names and year of birth", "both names")
_AGAINST = ("another NHS number", "another pupil number", "another birth date")


class Known(StrEnum):
    """A node that did not answer is none of these: it could not be asked."""

    KNOWN = "known"
    PERHAPS = "perhaps"
    NOT_KNOWN = "not known"


@dataclass(frozen=True)
class Hit:
    """An asked word, an entry found under it, and how many entries share the word there."""

    word: str
    entry: Entry
    shared: int


@dataclass(frozen=True)
class Answer:
    """What a node holds of the person asked about: never content.

    `reasons` say what agrees and `against` what does not, each the strongest first; `others` counts
    further records that would have been an answer too. `record` is by chance, new each generation.
    """

    verdict: Known
    weight: float = PRIOR
    reasons: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    since: date | None = None
    last: date | None = None
    contact: int = 0
    others: int = 0
    record: int = -1


def weigh(asked: Collection[str], hits: Iterable[Hit]) -> Answer:
    """Return the answer of one node: its best record's."""
    records: dict[int, list[Hit]] = defaultdict(list)
    for hit in hits:
        records[hit.entry.record].append(hit)
    kinds = Counter(word[0] for word in asked)
    answers = sorted(
        (_of_one(kinds, found) for found in records.values()), key=lambda one: -one.weight
    )
    said = [one for one in answers if one.verdict is not Known.NOT_KNOWN]
    if not said:
        return Answer(Known.NOT_KNOWN, answers[0].weight if answers else PRIOR)
    return replace(said[0], others=len(said) - 1)


def _of_one(asked: Counter[str], hits: list[Hit]) -> Answer:
    found = findings(asked, hits)
    weight = PRIOR + sum(POINTS[one] for one in found)
    if weight < PERHAPS_FROM:
        return Answer(Known.NOT_KNOWN, weight)
    against = tuple(one for one in found if one in _AGAINST)
    # As the engine does: nobody is known by a home or a birth date that brothers and twins share.
    named = "number" in found or any(one in found for one in _NAMED)
    sure = weight >= KNOWN_FROM and named and not against
    reasons = sorted((one for one in found if POINTS[one] > 0), key=lambda one: -POINTS[one])
    entry = hits[0].entry
    return Answer(
        Known.KNOWN if sure else Known.PERHAPS, weight, tuple(reasons), against,
        entry.since, entry.last, entry.contact, 0, entry.record,
    )  # fmt: skip


def findings(asked: Counter[str], hits: Collection[Hit]) -> tuple[str, ...]:
    """Return what is found of one record, as names of POINTS; at most one of each group.

    `asked` counts the asked words by kind, the first character of people.linkage.keys' words.
    """
    kinds = Counter("T/" if h.word[0] == "T" and "/" in h.word else h.word[0] for h in hits)
    holds = next(iter(hits)).entry.holds
    found = [
        _number(asked, kinds, holds),
        _name_and_birth(kinds),
        "another birth date" if _born_differs(asked, kinds, holds) else "",
        _rarity([hit.shared for hit in hits if hit.word[0] in "YW0"]),
        "house" if kinds["H"] or kinds["S"] else "",
        ("", "postcode and a name", "postcode and both names")[min(kinds["P"], 2)],
        ("", "phone and a name", "phone and both names")[min(kinds["T/"], 2)],
        "phone" if kinds["T"] and not kinds["T/"] else "",
        "e-mail address" if kinds["E"] else "",
        "handle" if kinds["A"] else "",
        "school and first name" if kinds["C"] else "",
    ]
    return tuple(one for one in found if one)


def _number(asked: Counter[str], kinds: Counter[str], holds: Holds) -> str:
    if kinds["N"] or kinds["U"] or kinds["#"]:
        return "number"
    if asked["N"] and Holds.NHS_NUMBER in holds:
        return "another NHS number"
    return "another pupil number" if asked["U"] and Holds.UPN in holds else ""


def _name_and_birth(kinds: Counter[str]) -> str:
    named = kinds["Y"] or kinds["W"] or kinds["0"]
    if named and (kinds["D"] or kinds["B"]):
        return "both names and birth date"
    if named:
        return "both names and year of birth" if kinds["Y"] else "both names"
    if kinds["B"]:
        return "birth date and words of the name" if kinds["B"] > 1 else "birth date and a name"
    return "birth date and an initial" if kinds["D"] else ""


def _born_differs(asked: Counter[str], kinds: Counter[str], holds: Holds) -> bool:
    return bool(asked["D"] and Holds.BORN in holds and not kinds["D"] and not kinds["B"])


def _rarity(shared: list[int]) -> str:
    if not shared:
        return ""
    fewest = min(shared)
    if fewest == 1:
        return "name shared by nobody else"
    if fewest <= 3:
        return "name shared by two or three"
    return "name shared by up to ten" if fewest <= 10 else "name shared by many"
