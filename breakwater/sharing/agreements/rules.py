"""What an agreement may say, and which version stands when. What changes: changes.py."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from breakwater.access.rules import AgencyKind
from breakwater.sharing.rules import (
    BASES,
    COMPETENT,
    LONGEST_TEXT,
    Basis,
    InfoKind,
    Purpose,
    check_bases,
)

LONGEST_NAME = 200
# Local defaults. Who keeps the agreements is told this long before a review is due.
DUE_SOON = timedelta(days=30)
# No agreement goes longer without somebody looking at it again.
LONGEST_UNREVIEWED = timedelta(days=731)


class Standing(StrEnum):
    """How an agreement stands on a day; the first are for somebody to do something about."""

    OVERDUE = "review overdue"
    DUE_SOON = "review due soon"
    IN_FORCE = "in force"
    TO_COME = "not yet in force"
    ENDED = "ended"


@dataclass(frozen=True, order=True)
class Party:
    """An agency, and whether it gives, receives or both."""

    agency: str
    agency_id: int
    kind: AgencyKind
    gives: bool
    receives: bool


@dataclass(frozen=True)
class Terms:
    """What a version says."""

    parties: tuple[Party, ...]
    kinds: frozenset[InfoKind]
    purposes: frozenset[Purpose]
    bases: frozenset[Basis]
    summary: str
    effective_from: date
    review_by: date
    # From this day on it covers nothing more.
    ends_on: date | None = None

    @property
    def is_an_end(self) -> bool:
        """Whether it says no more than that the agreement is over."""
        return self.ends_on is not None and self.ends_on <= self.effective_from


@dataclass(frozen=True)
class Review:
    note: str
    review_by: date
    by: str
    at: datetime


@dataclass(frozen=True)
class Version:
    id: int
    number: int
    terms: Terms
    why: str
    made_by: str
    made_at: datetime
    reviews: tuple[Review, ...] = ()

    @property
    def review_by(self) -> date:
        """The day by which it is to be looked at again, as its last review says."""
        return self.reviews[-1].review_by if self.reviews else self.terms.review_by


def in_force(versions: Iterable[Version], on: date) -> Version | None:
    """Return the version that stands on a day: the last that began, if it has not ended."""
    begun = [one for one in versions if one.terms.effective_from <= on]
    last = max(begun, key=lambda one: one.number, default=None)
    if last is None or (last.terms.ends_on is not None and last.terms.ends_on <= on):
        return None
    return last


def standing(versions: Sequence[Version], on: date) -> Standing:
    """Return how an agreement stands."""
    now = in_force(versions, on)
    if now is None:
        newest = max(versions, key=lambda one: one.number)
        to_come = newest.terms.effective_from > on and not newest.terms.is_an_end
        return Standing.TO_COME if to_come else Standing.ENDED
    if is_overdue(now.review_by, on):
        return Standing.OVERDUE
    return Standing.DUE_SOON if is_due_soon(now.review_by, on) else Standing.IN_FORCE


def is_overdue(review_by: date, on: date) -> bool:
    """Whether the day by which it was to be looked at again is past. It covers all the same."""
    return on > review_by


def is_due_soon(review_by: date, on: date) -> bool:
    return not is_overdue(review_by, on) and review_by - on <= DUE_SOON


def bases_for(giver: AgencyKind, bases: Iterable[Basis]) -> list[Basis]:
    """Return those of an agreement's bases that this giver may use: Part 3 is not everybody's."""
    found = set(bases)
    return [
        basis
        for basis in Basis
        if basis in found and (giver in COMPETENT or not BASES[basis].police_only)
    ]


def check_name(name: str) -> list[tuple[str, str]]:
    if not name.strip():
        return [("name", "Enter the agreement’s name")]
    if len(name) > LONGEST_NAME:
        return [("name", f"The name must be {LONGEST_NAME} characters or fewer")]
    return []


def check_terms(terms: Terms, why: str, today: date) -> list[tuple[str, str]]:
    """Return what is wrong with a version as (field, sentence) pairs; none when it can stand."""
    errors = _check_parties(terms.parties)
    if not terms.kinds:
        errors.append(("kinds", "Choose what may be shared"))
    if not terms.purposes:
        errors.append(("purposes", "Choose what it may be shared for"))
    errors += _check_its_bases(terms)
    errors += check_text("summary", terms.summary, "what was agreed, in plain words")
    errors += _check_days(terms, today)
    return errors + check_text("why", why, "why you make this version")


def check_text(field: str, text: str, what: str) -> list[tuple[str, str]]:
    if not text.strip():
        return [(field, f"Enter {what}")]
    if len(text) > LONGEST_TEXT:
        return [(field, f"This must be {LONGEST_TEXT:,} characters or fewer")]
    return []


def check_end(on: date, today: date) -> list[tuple[str, str]]:
    """Return what is wrong with the day from which an agreement covers nothing more."""
    if on < today:
        return [("on", "The day it ends must be today or in the future")]
    return []


def check_review_by(review_by: date, after: date) -> list[tuple[str, str]]:
    """Return what is wrong with the day of the next review, counted from `after`."""
    if review_by <= after:
        return [("review_by", "The next review must be later than the day it is counted from")]
    if review_by - after > LONGEST_UNREVIEWED:
        return [("review_by", "The next review must be within two years")]
    return []


def ended(terms: Terms, on: date) -> Terms:
    """Return the version that ends an agreement: the same words, covering nothing from the day."""
    return replace(terms, effective_from=on, ends_on=on)


def _check_parties(parties: Collection[Party]) -> list[tuple[str, str]]:
    errors = []
    givers = {one.agency_id for one in parties if one.gives}
    receivers = {one.agency_id for one in parties if one.receives}
    if not givers:
        errors.append(("gives", "Choose who gives"))
    if not receivers:
        errors.append(("receives", "Choose who receives"))
    if givers and receivers and len(givers | receivers) == 1:
        errors.append(("receives", "Choose somebody else who receives: it takes two to agree"))
    return errors


def _check_its_bases(terms: Terms) -> list[tuple[str, str]]:
    """What each giver is left with must be enough to share on."""
    if not terms.bases:
        return [("bases", "Choose the lawful basis")]
    givers = [one for one in terms.parties if one.gives]
    if givers and not any(one.kind in COMPETENT for one in givers):
        return check_bases(terms.bases, terms.kinds, givers[0].kind)
    for giver in givers:
        if errors := check_bases(bases_for(giver.kind, terms.bases), terms.kinds, giver.kind):
            return [(field, f"{sentence} (for {giver.agency})") for field, sentence in errors]
    return []


def _check_days(terms: Terms, today: date) -> list[tuple[str, str]]:
    errors = []
    if terms.effective_from < today:
        errors.append(("effective_from", "The day it begins must be today or in the future"))
    if terms.ends_on is not None and terms.ends_on <= terms.effective_from:
        errors.append(("ends_on", "The day it ends must be after the day it begins"))
    return errors + check_review_by(terms.review_by, terms.effective_from)
