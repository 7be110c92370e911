"""Setting a clock's definition anew. A version is never changed: what runs by it keeps it."""

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction

from breakwater.clocks.models import ClockDefinition
from breakwater.clocks.rules import Unit, Whom, check_definition

# What a definition that somebody set here is said to be: its source is theirs to check.
SET_BY_AREA = "set by the area"


@dataclass(frozen=True)
class NewVersion:
    """What may be set anew. What a clock times, what pauses and what meets it stay."""

    length: int
    unit: Unit
    source: str
    warn_share: float
    tell_at_warning: tuple[Whom, ...]
    tell_at_miss: tuple[Whom, ...]
    effective_from: date


class ChangedMeanwhile(Exception):
    """Somebody else set the clock after this person had opened it."""


def add_version(code: str, new: NewVersion, *, after: int, today: date) -> int:
    """Add a version to a clock whose newest is `after`; return its number.

    Raise WrongDefinition, which names the field, and ChangedMeanwhile.
    """
    check_definition(
        new.length,
        new.unit,
        new.source,
        new.warn_share,
        new.tell_at_miss,
        new.effective_from,
        today,
    )
    row = ClockDefinition.objects.filter(code=code).order_by("-version")[:1].get()
    if row.version != after:
        raise ChangedMeanwhile
    row.pk, row.version, row.status = None, after + 1, SET_BY_AREA
    row.length, row.unit, row.source = new.length, new.unit, new.source
    row.warn_share, row.effective_from = new.warn_share, new.effective_from
    row.tell_at_warning, row.tell_at_miss = list(new.tell_at_warning), list(new.tell_at_miss)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as problem:
        if "one_clock_version" in str(problem):
            raise ChangedMeanwhile from None
        raise
    return row.version
