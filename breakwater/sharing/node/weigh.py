"""From words that agree on one record to an answer: known, perhaps, or not known; with reasons.

A node's index gives no content, only which of the asked words a record shares, and what fields the
record holds. So the weight of a record is a sum of points, in bits, of what agrees and of what both
hold and does not agree.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from breakwater.sharing.node.index import Entry, Holds

# From this weight on the answer is "known", and from this "perhaps".
KNOWN_FROM = 14.0
PERHAPS_FROM = 6.0


class Known(StrEnum):
    """A node that did not answer is none of these: it could not be asked."""

    KNOWN = "known"
    PERHAPS = "perhaps"
    NOT_KNOWN = "not known"


GROUPS = {
    "N": "number", "U": "number", "#": "number",
    "Y": "name and year of birth", "B": "birth date and name", "D": "birth date",
    "W": "name", "0": "name",
    "H": "home", "P": "home", "S": "home",
    "T": "contact", "E": "contact", "A": "contact",
    "C": "school",
}  # fmt: skip


@dataclass(frozen=True)
class Hit:
    """An asked word, an entry found under it, and how many entries share the word there."""

    word: str
    entry: Entry
    shared: int


@dataclass(frozen=True)
class Answer:
    """What a node holds of the person asked about: never content.

    `reasons` are sentences' parts ("the NHS number or another number agrees"); `others` counts
    further records that would have been an answer too.
    """

    verdict: Known
    weight: float = 0.0
    reasons: tuple[str, ...] = ()
    since: date | None = None
    last: date | None = None
    contact: int = 0
    others: int = 0


def weigh(asked: Collection[str], hits: Iterable[Hit]) -> Answer:
    """Return the answer of one node: its best record's."""
    records: dict[int, list[Hit]] = defaultdict(list)
    for hit in hits:
        records[hit.entry.record].append(hit)
    weighed = sorted(
        ((weight_of(asked, found), found) for found in records.values()),
        key=lambda pair: -pair[0],
    )
    if not weighed or weighed[0][0] < PERHAPS_FROM:
        return Answer(Known.NOT_KNOWN, weighed[0][0] if weighed else 0.0)
    weight, best = weighed[0]
    entry = best[0].entry
    verdict = Known.KNOWN if weight >= KNOWN_FROM else Known.PERHAPS
    others = sum(other >= PERHAPS_FROM for other, _ in weighed) - 1
    return Answer(verdict, weight, reasons(best), entry.since, entry.last, entry.contact, others)


def weight_of(asked: Collection[str], hits: Collection[Hit]) -> float:
    """Return the weight of one record in bits."""
    kinds = Counter(hit.word[0] for hit in hits)
    return sum(4.0 for _ in kinds) + (10.0 if "N" in kinds or "U" in kinds else 0.0)


def reasons(hits: Collection[Hit]) -> tuple[str, ...]:
    """Return which groups of keys agree, the strongest first."""
    agreed = {GROUPS[hit.word[0]] for hit in hits}
    return tuple(f"{words} agrees" for words in dict.fromkeys(GROUPS.values()) if words in agreed)


__all__ = ["GROUPS", "KNOWN_FROM", "PERHAPS_FROM", "Answer", "Hit", "Holds", "Known", "weigh"]
