"""Whose data each part of a case is, what stays undecided, and what may leave the hub.

A machine can tell whose field it is; it cannot split sentences. So a paragraph that names, or
speaks of, anybody else goes to a person as a whole.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from anyascii import anyascii

from breakwater.people.linkage.names import full_names

LONGEST_NOTE = 4_000
# Letters up to which a string counts only as whole words: "Jo" is not in "Joanne".
SHORT = 3


class Choice(StrEnum):
    KEEP = "keep"
    WITHHOLD = "withhold"


class Whose(StrEnum):
    SUBJECT = "the person's own"
    CASE = "about the case"
    OTHER = "another person's"
    REPORTER = "the reporter's: may be protected"
    STAFF = "a member of staff's"
    MIXED = "speaks of other people too"
    # A partner gave it, or it was shared, on condition that the family is not told.
    CONDITION = "not for the family: a condition of whoever gave it"


# What a part gets until somebody decides; a mixed one gets nothing and blocks the export.
USUAL: dict[Whose, Choice | None] = {
    Whose.SUBJECT: Choice.KEEP,
    Whose.CASE: Choice.KEEP,
    Whose.OTHER: Choice.WITHHOLD,
    Whose.REPORTER: Choice.WITHHOLD,
    Whose.STAFF: Choice.WITHHOLD,
    Whose.MIXED: None,
    Whose.CONDITION: Choice.WITHHOLD,
}
WITHHELD: dict[Whose, str] = {
    Whose.OTHER: "Withheld: information about another person",
    Whose.REPORTER: "Withheld: information about who reported",
    Whose.STAFF: "Withheld: name of a member of staff",
    Whose.MIXED: "Withheld: this paragraph speaks of other people too",
    Whose.SUBJECT: "Withheld",
    Whose.CASE: "Withheld",
}
# Nobody decides about these by hand, and an export does not say that there is anything: that a
# partner said something which the family must not know of would tell them so.
NOT_SAID = frozenset({Whose.CONDITION})
# Words that speak of somebody without a name.
OF_OTHERS = frozenset(
    {
        *("mother", "father", "mum", "mummy", "mam", "dad", "daddy", "parent", "parents", "twin"),
        *("stepmother", "stepfather", "stepmum", "stepdad", "brother", "sister", "sibling"),
        *("siblings", "stepbrother", "stepsister", "grandmother", "grandfather", "gran", "nan"),
        *("grandad", "aunt", "uncle", "cousin", "neighbour", "neighbours", "boyfriend", "son"),
        *("girlfriend", "partner", "husband", "wife", "ex", "daughter", "friend", "friends"),
        *("carer", "carers", "lodger", "babysitter"),
    }
)
_WORD = re.compile(r"[^\W_]+(?:['’`][^\W_]+)*", re.UNICODE)


@dataclass(frozen=True)
class Item:
    """One part of a case that is given or withheld as a whole.

    `parts` are the strings that must be nowhere in an export that withholds it: all of it, and
    names in it, but for what is the person's own too.
    """

    key: str
    section: str
    label: str
    text: str
    whose: Whose
    found: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """Return what a decision is about: another text under this key is asked about anew."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True)
class Decided:
    """An item with what becomes of it; None: nobody has decided, and somebody must."""

    item: Item
    choice: Choice | None
    by_hand: bool


def plain(text: str) -> str:
    """Return text as names are compared: no accents, small letters."""
    return anyascii(text).casefold()


def words(text: str) -> list[tuple[int, int, str]]:
    """Return the words of a text: where each begins and ends, and how it is compared."""
    found = []
    for match in _WORD.finditer(text):
        word = re.sub(r"['’`][sS]?$", "", match.group())
        found.append((match.start(), match.start() + len(word), plain(word)))
    return found


def names_others(text: str, others: Iterable[str], own: Iterable[str]) -> list[tuple[int, int]]:
    """Return where a text names or speaks of others: places, for highlighting.

    `others` are names and other strings by which others are known; a word that is also the
    person's own still counts, unless it follows the person's own words: in "Amelia Hartley" the
    family name is hers, in "Mr Hartley" it may be her father's.
    """
    own_words = {word for one in own for _, _, word in words(one)}
    wanted = {word for one in others for _, _, word in words(one) if len(word) > 1}
    called = {full for word in wanted for full in full_names(word)}
    shared = wanted & own_words
    places, before_is_own = [], False
    for start, end, word in words(text):
        mine = word in own_words and (word not in shared or before_is_own)
        # "The Hartleys", and Tom where Thomas was told.
        named = word in wanted or word.removesuffix("s") in wanted or full_names(word) & called
        if (named or word in OF_OTHERS) and not mine:
            places.append((start, end))
        before_is_own = word in own_words
    return places


def holds(text: str, part: str) -> bool:
    """Tell whether a text holds a string as whole words, however it is written."""
    wanted = [word for _, _, word in words(part)]
    have = [word for _, _, word in words(text)]
    if not wanted:
        return bool(part.strip()) and part.strip() in text
    size = len(wanted)
    inside = len(part.strip()) > SHORT and part.strip() in text
    return inside or any(have[at : at + size] == wanted for at in range(len(have) - size + 1))


def but_own(parts: Iterable[str], own: Sequence[str]) -> tuple[str, ...]:
    """Return the strings that are not the person's own too: their home, their family name."""
    return tuple(
        part.strip()
        for part in dict.fromkeys(parts)
        if part.strip() and not any(holds(text, part) for text in own)
    )


def decide(items: Sequence[Item], chosen: Mapping[str, tuple[Choice, str]]) -> list[Decided]:
    """Put what was chosen, as (choice, digest), beside each item; else what is usual."""
    decided = []
    for item in items:
        choice, digest = chosen.get(item.key, (None, ""))
        # What was withheld stays so; what was kept was kept as it then read.
        by_hand = choice is Choice.WITHHOLD or (choice is not None and digest == item.digest)
        by_hand = by_hand and item.whose not in NOT_SAID
        decided.append(Decided(item, choice if by_hand else USUAL[item.whose], by_hand))
    return decided


def against_export(decided: Sequence[Decided], serious_harm: str) -> list[tuple[str, str]]:
    """Return what stands against an export, as (key or field, sentence) pairs."""
    errors = []
    if not serious_harm.strip():
        errors.append(("serious_harm", "Enter your note on the serious-harm test"))
    errors += [
        (one.item.key, f"Decide about {one.item.label.lower()}: keep or withhold")
        for one in decided
        if one.choice is None
    ]
    gone = {
        part: one.item
        for one in decided
        if one.choice is Choice.WITHHOLD
        for part in one.item.parts
    }
    for one in decided:
        if one.choice is not Choice.KEEP:
            continue
        inside = next((item for part, item in gone.items() if holds(one.item.text, part)), None)
        if inside is not None:
            errors.append(
                (
                    one.item.key,
                    f"{one.item.label} holds what is withheld as {inside.label.lower()} "
                    f"({inside.section.lower()}): withhold it too, or keep both",
                )
            )
    return errors


def counts(decided: Sequence[Decided]) -> dict[str, int]:
    """Return how much is given and withheld: all that the ledger keeps of an export."""
    kept = sum(one.choice is Choice.KEEP for one in decided)
    return {"kept": kept, "withheld": len(decided) - kept}
