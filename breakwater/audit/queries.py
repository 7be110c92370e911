"""Reads of the ledger."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min

from breakwater.audit.models import Entry


@dataclass(frozen=True)
class LedgerLine:
    at: datetime
    actor: str
    verb: str
    subject: str
    purpose: str
    allowed: bool


def entries_of_case(case_id: int) -> list[LedgerLine]:
    """Who did or saw what on a case, oldest first. 1 SQL statement."""
    columns = ("at", "actor", "verb", "subject", "purpose", "allowed")
    entries = Entry.objects.filter(cases__contains=[case_id]).order_by("at").values_list(*columns)
    return [LedgerLine(*entry) for entry in entries]


@dataclass(frozen=True)
class Looked:
    """An entry as 'who looked' reads it."""

    at: datetime
    actor: str
    agency_id: int | None
    verb: str
    subject: str
    purpose: str
    allowed: bool


@dataclass(frozen=True)
class Tally:
    """What an agency's people did of one kind on a case, counted."""

    agency_id: int | None
    verb: str
    number: int
    first: datetime
    last: datetime


def looks_at(
    case_id: int,
    *,
    start: int,
    size: int,
    actor: str = "",
    verbs: Collection[str] | None = None,
    allowed: bool | None = None,
    leave_out: Collection[str] = (),
) -> tuple[list[Looked], int]:
    """A page of who did or saw what on a case, newest first, and how many. 2 SQL statements."""
    entries = Entry.objects.filter(cases__contains=[case_id]).exclude(verb__in=leave_out)
    if actor:
        entries = entries.filter(actor=actor)
    if verbs is not None:
        entries = entries.filter(verb__in=verbs)
    if allowed is not None:
        entries = entries.filter(allowed=allowed)
    rows = entries.order_by("-at", "-id").values_list(
        "at", "actor", "agency_id", "verb", "subject", "purpose", "allowed"
    )[start : start + size]
    return [Looked(*row) for row in rows], entries.count()


def actors_of(case_id: int, leave_out: Collection[str] = ()) -> list[str]:
    """Everybody with an entry on a case. 1 SQL statement."""
    entries = Entry.objects.filter(cases__contains=[case_id]).exclude(verb__in=leave_out)
    return list(entries.order_by("actor").values_list("actor", flat=True).distinct())


def tallies(case_id: int, leave_out: Collection[str] = ()) -> list[Tally]:
    """What each agency's people did and saw on a case, counted. 1 SQL statement."""
    entries = Entry.objects.filter(
        cases__contains=[case_id], allowed=True, actor__startswith="user:"
    )
    counted = (
        entries.exclude(verb__in=leave_out)
        .values_list("agency_id", "verb")
        .annotate(Count("id"), Min("at"), Max("at"))
        .order_by("agency_id", "verb")
    )
    return [Tally(*row) for row in counted]


@dataclass(frozen=True)
class ActorTally:
    """What one actor did or saw of one kind on a case, counted."""

    actor: str
    agency_id: int | None
    verb: str
    allowed: bool
    number: int
    first: datetime
    last: datetime


def tallies_before(
    case_id: int, until: datetime, leave_out: Collection[str] = ()
) -> list[ActorTally]:
    """Who had done or seen what on a case before a time, the last to do so first.

    1 SQL statement.
    """
    entries = Entry.objects.filter(cases__contains=[case_id], at__lt=until)
    counted = (
        entries.exclude(verb__in=leave_out)
        .values_list("actor", "agency_id", "verb", "allowed")
        .annotate(Count("id"), Min("at"), last=Max("at"))
        .order_by("-last", "actor", "verb")
    )
    return [ActorTally(*row) for row in counted]


def happened(verb: str) -> bool:
    """Whether the ledger knows of such a thing at all. 1 SQL statement."""
    return Entry.objects.filter(verb=verb).exists()


def entry_count() -> int:
    """1 SQL statement."""
    return Entry.objects.count()
