"""Starting, meeting and stopping clocks; the caller's action writes the ledger entry of its own
act, so only a miss, which nobody does, is recorded here."""

from datetime import datetime

from django.db import transaction
from django.db.models.functions import Now

from breakwater.audit.actions import record
from breakwater.clocks.models import Clock
from breakwater.clocks.queries import definition_in_force
from breakwater.clocks.rules import Unit, due_at


def start_clock(code: str, subject: str, case_id: int, started_at: datetime) -> Clock:
    """Start the clock `code` on `subject` by the version in force at that time."""
    definition = definition_in_force(code, started_at)
    return Clock.objects.create(
        definition=definition,
        code=code,
        subject=subject,
        case_id=case_id,
        started_at=started_at,
        due_at=due_at(started_at, definition.length, Unit(definition.unit)),
    )


def meet_clock(subject: str, codes: tuple[str, ...], met_at: datetime) -> int:
    """Meet the running clocks of these codes; return how many there were."""
    return Clock.objects.filter(
        subject=subject,
        code__in=codes,
        met_at__isnull=True,
        stopped_at__isnull=True,
    ).update(met_at=met_at)


def record_misses(limit: int = 1000) -> int:
    """Write each miss into the ledger, once, even with two workers; return how many."""
    with transaction.atomic():
        missed = list(
            Clock.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(
                due_at__lt=Now(),
                met_at__isnull=True,
                stopped_at__isnull=True,
                miss_recorded_at__isnull=True,
            )
            .select_related("definition")
            .order_by("due_at")[:limit]
        )
        for clock in missed:
            record(
                "worker",
                "clock_missed",
                cases=[clock.case_id] if clock.case_id else [],
                subject=clock.subject,
                facts={"clock": clock.code, "version": clock.definition.version},
            )
        Clock.objects.filter(pk__in=[clock.pk for clock in missed]).update(miss_recorded_at=Now())
    return len(missed)
