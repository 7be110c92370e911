"""Starting, pausing, meeting and stopping clocks. The caller's action writes the ledger entry of
its own act, so only warnings and misses, which nobody does, are recorded here.

Who has to be told of these is kept as codes, for clocks know nothing of teams. The room that does
the work reads untold(), tells whom it means and says so with mark_told(), in one transaction.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Greatest, Now
from django.utils import timezone

from breakwater.audit.actions import record
from breakwater.clocks.models import NOT_OVER, TO_MISS, TO_WARN, Clock, ClockPause, Escalation
from breakwater.clocks.queries import calendar_for, definition_in_force
from breakwater.clocks.rules import (
    Told,
    Unit,
    Whom,
    check_can_pause,
    check_reason,
    counted,
    due_at,
    later,
    warn_at,
)


def start_clock(
    code: str, subject: str, case_id: int, started_at: datetime, *, area: str = ""
) -> Clock:
    """Start the clock `code` on `subject` by the version in force at that time.

    `area` says whose school breaks count, for a clock that ends before a school day.
    """
    definition = definition_in_force(code, started_at)
    unit = Unit(definition.unit)
    calendar = calendar_for([unit], area)
    due = due_at(started_at, definition.length, unit, calendar)
    return Clock.objects.create(
        definition=definition,
        code=code,
        subject=subject,
        case_id=case_id,
        started_at=started_at,
        due_at=due,
        warn_at=warn_at(started_at, due, definition.warn_share, unit, calendar),
    )


@transaction.atomic
def meet_clock(subject: str, codes: Collection[str], met_at: datetime) -> int:
    """Meet the running clocks of these codes; return how many there were.

    One that is paused resumes at that moment first, so that its pause does not make it late.
    """
    found = _running(subject, codes)
    _resume([clock for clock in found if clock.paused_at], met_at, "")
    return _rows(found).update(met_at=met_at)


@transaction.atomic
def stop_clock(subject: str, codes: Collection[str], reason: str, at: datetime) -> int:
    """Stop the running clocks of these codes, for a reason of a few fixed words; return how many.

    For what need not be met any more: a referral entered twice, a child who moved away.
    """
    check_reason(reason)
    found = _running(subject, codes)
    _resume([clock for clock in found if clock.paused_at], at, "")
    return _rows(found).update(stopped_at=at, stopped_because=reason)


@transaction.atomic
def pause_clock(
    subject: str, codes: Collection[str], reason: str, at: datetime, *, by: str = "worker"
) -> int:
    """Pause the running clocks of these codes; return how many.

    `reason` is a few fixed words (what somebody wrote is the caller's to seal), `by` a name of
    the ledger's.
    Raise NotPausable, with nothing paused, when a definition lets nobody pause its clock. A clock
    that is paused already stays so, and one that was missed stays missed.
    """
    check_reason(reason)
    found = _running(subject, codes)
    for clock in found:
        check_can_pause(clock.definition.name, clock.definition.pauses)
    pausing = [clock for clock in found if not clock.paused_at and at <= clock.due_at]
    ClockPause.objects.bulk_create(
        ClockPause(clock=clock, reason=reason, paused_by=by, paused_at=at) for clock in pausing
    )
    return _rows(pausing).update(paused_at=at)


@transaction.atomic
def resume_clock(
    subject: str, codes: Collection[str], at: datetime, *, by: str = "worker"
) -> dict[str, datetime]:
    """Let the paused clocks of these codes run again; return when each of them is due now."""
    paused = [clock for clock in _running(subject, codes) if clock.paused_at]
    _resume(paused, at, by)
    return {clock.code: clock.due_at for clock in paused}


@dataclass(frozen=True)
class Untold:
    """Somebody is to be told of a clock: which, on what, and who by the definition's codes."""

    id: int
    made_at: datetime
    kind: Told
    to: tuple[Whom, ...]
    code: str
    name: str
    subject: str
    case_id: int | None
    due_at: datetime
    over: bool  # met or stopped meanwhile: a warning of it helps nobody any more


def record_misses(limit: int = 1000) -> int:
    """Write each miss into the ledger, once, even with two workers; return how many."""
    with transaction.atomic():
        missed = _due(TO_MISS & Q(due_at__lt=Now()), "due_at", limit)
        for clock in missed:
            record("worker", "clock_missed", **_about(clock))
        _escalate(missed, Told.MISS)
        return _rows(missed).update(miss_recorded_at=Now())


def record_warnings(limit: int = 1000) -> int:
    """Write down once each clock that will soon be missed; return how many.

    One that is missed already is a miss and needs no warning.
    """
    with transaction.atomic():
        found = _due(TO_WARN & Q(warn_at__lte=Now()), "warn_at", limit)
        # Not asked of the database: it would then read every running clock by its due time.
        now = timezone.now()
        soon = [clock for clock in found if clock.due_at >= now]
        for clock in soon:
            record("worker", "clock_warned", **_about(clock))
        _escalate(soon, Told.WARN)
        return _rows(soon).update(warned_at=Now())


def untold(limit: int = 1000, after: Untold | None = None) -> list[Untold]:
    """Take what nobody was told of yet, the oldest first; 1 SQL statement, within a transaction.

    `after`: only what comes after this one. The rows are locked until the transaction ends, and
    another worker passes over them.
    """
    waiting = Escalation.objects.filter(told_at__isnull=True)
    if after is not None:
        later = Q(made_at__gt=after.made_at) | Q(made_at=after.made_at, pk__gt=after.id)
        waiting = waiting.filter(later)
    rows = (
        waiting.select_for_update(skip_locked=True, of=("self",))
        .select_related("clock__definition")
        .order_by("made_at", "pk")[:limit]
    )
    return [
        Untold(
            id=row.pk,
            made_at=row.made_at,
            kind=Told(row.kind),
            to=tuple(Whom(code) for code in row.to),
            code=row.clock.code,
            name=row.clock.definition.name,
            subject=row.clock.subject,
            case_id=row.clock.case_id,
            due_at=row.clock.due_at,
            over=bool(row.clock.met_at or row.clock.stopped_at),
        )
        for row in rows
    ]


def mark_told(ids: Collection[int], at: datetime | None = None) -> int:
    """Say that whom these meant was told (or that there was nobody left to tell)."""
    rows = Escalation.objects.filter(pk__in=list(ids), told_at__isnull=True)
    return rows.update(told_at=at or timezone.now())


def _running(subject: str, codes: Collection[str]) -> list[Clock]:
    clocks = Clock.objects.select_for_update(of=("self",)).select_related("definition")
    return list(clocks.filter(NOT_OVER, subject=subject, code__in=list(codes)).order_by("pk"))


def _rows(clocks: list[Clock]) -> "QuerySet[Clock]":
    return Clock.objects.filter(pk__in=[clock.pk for clock in clocks])


def _resume(clocks: list[Clock], at: datetime, by: str) -> None:
    """Move what is due by the time paused, as each clock's unit counts it."""
    if not clocks:
        return
    calendar = calendar_for([Unit(clock.definition.unit) for clock in clocks])
    for clock in clocks:
        unit = Unit(clock.definition.unit)
        paused = counted(clock.paused_at or at, at, unit, calendar)
        clock.due_at = later(clock.due_at, paused, unit, calendar)
        clock.warn_at = later(clock.warn_at, paused, unit, calendar)
        clock.paused_at = None
    Clock.objects.bulk_update(clocks, ["due_at", "warn_at", "paused_at"])
    # Two machines' clocks differ by a little: nothing resumes before it was paused.
    ClockPause.objects.filter(clock__in=clocks, resumed_at__isnull=True).update(
        resumed_at=Greatest(F("paused_at"), at), resumed_by=by
    )


def _due(which: Q, order: str, limit: int) -> list[Clock]:
    clocks = Clock.objects.select_for_update(skip_locked=True, of=("self",))
    return list(clocks.filter(which).select_related("definition").order_by(order)[:limit])


def _about(clock: Clock) -> dict[str, Any]:
    return {
        "cases": [clock.case_id] if clock.case_id else [],
        "subject": clock.subject,
        "facts": {"clock": clock.code, "version": clock.definition.version},
    }


def _escalate(clocks: list[Clock], kind: Told) -> None:
    """Ask that those be told whom the definition names; where it names nobody, nobody is."""
    now = timezone.now()
    rows = []
    for clock in clocks:
        definition = clock.definition
        to = definition.tell_at_warning if kind is Told.WARN else definition.tell_at_miss
        if to:
            rows.append(Escalation(clock=clock, kind=kind, to=to, made_at=now))
    Escalation.objects.bulk_create(rows)
