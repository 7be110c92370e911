"""How long what is kept, and when it is looked at again: dates, classes, the way of letting go.

Every date errs to keeping: of an unknown birthday the latest possible counts, and 29 February comes
round on 1 March.
"""

from calendar import monthrange
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

LONGEST_REASON = 2_000
# The census writes the 15th where only the month is known.
DUMMY_DAY = 15


class Basis(StrEnum):
    """What a class counts from."""

    CLOSING = "years after the case closed"
    BIRTHDAY = "a birthday of the youngest person it is about"


class Scope(StrEnum):
    """What a hold reaches."""

    ALL = "every case"
    CATEGORY = "cases with a category"
    AGENCY = "cases that an agency holds or held"
    CASES = "these cases"


class Standing(StrEnum):
    """Where a decision about keeping stands."""

    KEPT = "kept"
    PROPOSED = "let go, waiting for a second person"
    CONFIRMED = "let go by two people, erased after the grace"
    UNDONE = "undone"


@dataclass(frozen=True)
class Move:
    start: Standing | None
    what: str
    end: Standing
    who: str


# The one way of letting go, read by code, screens and docs; the database holds to it.
MOVES = (
    Move(None, "keep until", Standing.KEPT, "who reviews"),
    Move(None, "let go", Standing.PROPOSED, "who reviews"),
    Move(Standing.PROPOSED, "confirm", Standing.CONFIRMED, "a second person who reviews"),
    Move(Standing.PROPOSED, "undo", Standing.UNDONE, "who reviews"),
    Move(Standing.CONFIRMED, "undo", Standing.UNDONE, "who reviews, until it is erased"),
)


@dataclass(frozen=True)
class Class:
    """A row of the retention schedule: whose records of which kind, how long, says who."""

    id: int
    code: str
    holder: str
    categories: frozenset[str]
    only_triaged: bool
    basis: Basis
    years: int
    review_every: int


@dataclass(frozen=True)
class Born:
    """When a person of the case was born, as told: 2015, 2015-04, 2015-04-03 or nothing."""

    born: str
    age: int | None
    told_on: date


@dataclass(frozen=True)
class ClosedCase:
    """What classing needs to know of a case, and no more."""

    case_id: int
    closed_on: date
    categories: frozenset[str]
    # Kinds of the agencies that a grant ever let in because of the work.
    holders: frozenset[str]
    only_triaged: bool
    subjects: tuple[Born, ...]


@dataclass(frozen=True)
class Due:
    """When a case of a class is looked at next, and from when it may be let go."""

    review_on: date
    free_on: date


def years_after(day: date, years: int) -> date:
    """Return the same day so many years later; 29 February is 1 March in a common year."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def latest_birth(one: Born) -> date | None:
    """Return the latest day on which the person may have been born; None when nothing was told."""
    parts = [int(part) for part in one.born.split("-") if part]
    if len(parts) == 3 and parts[2] != DUMMY_DAY:
        return date(*parts)
    if len(parts) >= 2:
        return date(parts[0], parts[1], monthrange(parts[0], parts[1])[1])
    if parts:
        return date(parts[0], 12, 31)
    if one.age is not None:
        return years_after(one.told_on, -one.age)
    return None


def youngest(case: ClosedCase) -> date:
    """Return the latest birth that a date may count from; who is unknown may be a baby."""
    births = [latest_birth(one) or case.closed_on for one in case.subjects]
    return max(births, default=case.closed_on)


def due(of: Class, case: ClosedCase) -> Due:
    """Return when the case is looked at by this class, and from when it may be let go."""
    start = youngest(case) if of.basis is Basis.BIRTHDAY else case.closed_on
    # Never before the case is closed, whatever birthday has passed.
    free_on = max(years_after(start, of.years), case.closed_on)
    if not of.review_every:
        return Due(free_on, free_on)
    return Due(min(free_on, years_after(case.closed_on, of.review_every)), free_on)


def classes_of(case: ClosedCase, schedule: Sequence[Class]) -> list[Class]:
    """Return the classes that each holder's records of the case fall into; never none.

    The class of a named category beats a holder's class for all others, and a class for what only
    triage saw beats one for what was worked on.
    """
    chosen: list[Class] = []
    for holder in sorted({one.holder for one in schedule}):
        if holder and holder not in case.holders:
            continue
        own = [c for c in schedule if c.holder == holder]
        fits = [c for c in own if c.only_triaged == case.only_triaged]
        own = fits or [c for c in own if not c.only_triaged]
        named = [c for c in own if c.categories & case.categories]
        chosen += named or [c for c in own if not c.categories]
    return chosen


def next_review(dues: Collection[Due], keep_until: date | None) -> date:
    """Return when the case is looked at next: at its earliest class, or as long as it was kept."""
    first = min(one.review_on for one in dues)
    return max(first, keep_until) if keep_until else first


def free_on(dues: Collection[Due]) -> date:
    """Return from when the case may be let go: when every holder's class allows it."""
    return max(one.free_on for one in dues)


def check_keep(until: date, today: date) -> list[tuple[str, str]]:
    """Return what is wrong with keeping until a day, as (field, sentence) pairs."""
    if until <= today:
        return [("until", "The date of the next review must be in the future")]
    if until > years_after(today, 10):
        return [("until", "The date of the next review must be within 10 years")]
    return []
