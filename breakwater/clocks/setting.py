"""What an area sets: its clocks, when its hub works and when its schools have a break.

A version of a clock is never changed, and none of this moves a clock that runs.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, time

from django.db import IntegrityError, connection, transaction

from breakwater.clocks.models import ClockDefinition, OpeningHours, SchoolBreak
from breakwater.clocks.rules import (
    Unit,
    Whom,
    check_definition,
    check_hours,
    check_school_break,
)

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


@transaction.atomic
def set_hours(weekdays: Collection[int], opens: time, closes: time) -> None:
    """Let the hub work on these days of the week, Monday being 0. Raise WrongDefinition."""
    check_hours(weekdays, opens, closes)
    with connection.cursor() as cursor:
        # One after the other: what the first set is then the second's to replace.
        cursor.execute("lock table clocks_openinghours in share row exclusive mode")
    OpeningHours.objects.all().delete()
    OpeningHours.objects.bulk_create(
        OpeningHours(weekday=weekday, opens=opens, closes=closes) for weekday in sorted(weekdays)
    )


def add_school_break(area: str, first: date, last: date) -> int:
    """Add days on which no school of the area begins a day; return its id.

    An area without a name is all of the hub's. Raise WrongDefinition.
    """
    check_school_break(area, first, last)
    return SchoolBreak.objects.create(area=area, first=first, last=last).pk


def remove_school_break(break_id: int) -> bool:
    """Take a break away; return whether there was one."""
    return bool(SchoolBreak.objects.filter(pk=break_id).delete()[0])
