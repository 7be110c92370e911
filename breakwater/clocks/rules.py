"""Deadline arithmetic for England and Wales, in local time (Europe/London) across clock changes.

Which days and hours count is in days.py. A clock that is paused is due later by the time paused,
counted as its unit counts: a weekend in the pause moves no deadline in working days.
"""

import calendar as months
import re
from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from breakwater.clocks.days import (
    USUAL,
    Calendar,
    bank_holidays,
    hub_hours_from,
    is_working_day,
    last_known_holiday,
    moment,
    next_school_start,
    working_days_from,
)
from breakwater.web import times
from breakwater.web.times import LONDON, TimeLeft

# What other rooms take from here, whichever file it is in.
__all__ = ["LONDON", "bank_holidays", "is_working_day", "last_known_holiday"]

# The share of a clock's time after which somebody is warned, unless its definition says otherwise.
WARN_AT = 0.75
LONGEST = 1000
LONGEST_SOURCE = 300
LONGEST_AREA = 60
LONGEST_BREAK = timedelta(days=100)  # a typing error in the year would silence a deadline
# A reason is a few fixed words; what somebody wrote about it is sealed by the room that asks.
REASON = r"^[a-z][a-z0-9_ ]{2,39}$"


class Unit(StrEnum):
    HOUR = "hour"  # round the clock
    WORKING_HOUR = "working_hour"  # while the hub works
    DAY = "day"
    WEEK = "week"
    WORKING_DAY = "working_day"
    MONTH = "month"
    # Before schools begin the next school day; a length of 1 is the school day after that.
    BEFORE_SCHOOL_DAY = "before_school_day"


STRETCHES = {Unit.WORKING_DAY: working_days_from, Unit.WORKING_HOUR: hub_hours_from}


class Whom(StrEnum):
    """Whom a clock's definition wants told; who that is, the room that does the work knows."""

    WORKER = "worker"
    TEAM = "team"
    SUPERVISOR = "supervisor"
    MANAGER = "manager"


class Told(StrEnum):
    """What of: a clock that will soon be missed, or one that was."""

    WARN = "warn"
    MISS = "miss"


class Standing(StrEnum):
    """Where a clock stands: the one state table of this room is the order of these."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    MET_LATE = "met late"
    MISSED = "missed"
    STOPPED = "stopped"


class NotPausable(Exception):
    """A clock that law or local agreement lets nobody pause."""


def check_can_pause(name: str, pauses: str) -> None:
    """Raise NotPausable for a clock whose definition names nothing that may pause it."""
    if not pauses:
        raise NotPausable(
            f"The clock “{name}” may not be paused. It runs until it is met or missed."
        )


class WrongDefinition(Exception):
    """A definition that cannot be; `field` is the one to blame."""

    def __init__(self, field: str, sentence: str):
        super().__init__(sentence)
        self.field = field


def check_definition(
    length: int,
    unit: Unit,
    source: str,
    warn_share: float,
    tell_at_miss: Collection[Whom],
    effective_from: date,
    today: date,
) -> None:
    """Raise WrongDefinition, with what to enter instead."""
    least = 0 if unit is Unit.BEFORE_SCHOOL_DAY else 1
    if not least <= length <= LONGEST:
        raise WrongDefinition("length", f"How long must be between {least} and {LONGEST}")
    if not 0 < len(source.strip()) <= LONGEST_SOURCE:
        raise WrongDefinition(
            "source", f"Enter the source of this time, in {LONGEST_SOURCE} characters or fewer"
        )
    if not 0 < warn_share < 1:
        raise WrongDefinition("warn", "The share must be between 1 and 99")
    if not tell_at_miss:
        raise WrongDefinition("tell_at_miss", "Choose at least one whom a miss is told to")
    if effective_from < today:
        raise WrongDefinition(
            "effective_from",
            f"The new time must be in force from {times.date(today)} or later: clocks that ran"
            " before it keep their own",
        )


def check_hours(weekdays: Collection[int], opens: time, closes: time) -> None:
    """Raise WrongDefinition for hours in which nothing would ever be due."""
    if not any(weekday < 5 for weekday in weekdays):
        raise WrongDefinition("days", "Choose at least one day from Monday to Friday")
    if closes <= opens:
        raise WrongDefinition("closes", "The hub must close later than it opens")


def check_school_break(area: str, first: date, last: date) -> None:
    """Raise WrongDefinition for a break that cannot be one."""
    if len(area) > LONGEST_AREA:
        raise WrongDefinition("area", f"The area must be {LONGEST_AREA} characters or fewer")
    if last < first:
        raise WrongDefinition("last", "The last day must be the first day or later")
    if last - first > LONGEST_BREAK:
        raise WrongDefinition("last", f"A break must be {LONGEST_BREAK.days} days or fewer")


def check_reason(reason: str) -> None:
    """Raise ValueError unless `reason` is a few fixed words: others are kept sealed."""
    if not re.fullmatch(REASON, reason):
        raise ValueError(
            "a clock needs a reason of a few fixed words in lower case, which tell of no child"
        )


def standing(
    due: datetime,
    met: datetime | None,
    stopped: datetime | None,
    now: datetime,
    paused: datetime | None = None,
) -> Standing:
    """Return where a clock stands at `now`."""
    if met is not None:
        return Standing.MET if met <= due else Standing.MET_LATE
    if stopped is not None:
        return Standing.STOPPED
    if paused is not None:
        return Standing.PAUSED
    return Standing.RUNNING if now <= due else Standing.MISSED


def due_at(start: datetime, length: int, unit: Unit, calendar: Calendar = USUAL) -> datetime:
    """Return when a deadline of `length` `unit`s that starts at `start` ends, in UTC."""
    if start.tzinfo is None:
        raise ValueError("start needs a time zone")
    match unit:
        case Unit.HOUR:
            return start.astimezone(UTC) + timedelta(hours=length)
        case Unit.WORKING_HOUR:
            return later(start, timedelta(hours=length), unit, calendar)
        case Unit.DAY | Unit.WEEK:
            days = length * (7 if unit is Unit.WEEK else 1)
            local = start.astimezone(LONDON)
            return moment(local.date() + timedelta(days=days), local.time())
        case Unit.WORKING_DAY:
            return add_working_days(start, length)
        case Unit.MONTH:
            return add_months(start, length)
        case Unit.BEFORE_SCHOOL_DAY:
            due = next_school_start(start, calendar)
            for _ in range(length):
                due = next_school_start(due, calendar)
            return due


def add_working_days(start: datetime, days: int) -> datetime:
    """Return the moment `days` working days after `start`, which carries a zone.

    The same time of day on the nth working day after; what starts on a day that is not a working
    day counts from the first moment of the next one, so one working day from a Saturday ends
    with the Monday, also when a holiday follows it.
    """
    local = start.astimezone(LONDON)
    if is_working_day(local.date()):
        return moment(_working_days_on(local.date(), days), local.time())
    first = _next_working_day(local.date())
    if days == 0:
        return moment(first, time.min)
    return moment(_working_days_on(first, days - 1) + timedelta(days=1), time.min)


def add_months(start: datetime, count: int) -> datetime:
    """Return the same day and time `count` months later, or that month's last day if shorter."""
    local = start.astimezone(LONDON)
    years, month = divmod(local.month - 1 + count, 12)
    year, month = local.year + years, month + 1
    day = min(local.day, months.monthrange(year, month)[1])
    return moment(date(year, month, day), local.time())


def counted(start: datetime, end: datetime, unit: Unit, calendar: Calendar = USUAL) -> timedelta:
    """Return how much of the time from `start` to `end` counts for a clock of this unit."""
    if end <= start:
        return timedelta(0)
    if unit not in STRETCHES:
        return end.astimezone(UTC) - start.astimezone(UTC)
    total = timedelta(0)
    for opens, closes in STRETCHES[unit](start.astimezone(LONDON).date(), calendar):
        if opens >= end:
            break
        total += max(min(closes, end) - max(opens, start), timedelta(0))
    return total


def later(start: datetime, span: timedelta, unit: Unit, calendar: Calendar = USUAL) -> datetime:
    """Return the first moment at which `span` has been counted since `start`, in UTC."""
    start = start.astimezone(UTC)
    if unit not in STRETCHES or span <= timedelta(0):
        return start + span
    for opens, closes in STRETCHES[unit](start.astimezone(LONDON).date(), calendar):
        opens = max(opens, start)
        if closes - opens >= span:
            return opens + span
        span -= max(closes - opens, timedelta(0))
    raise AssertionError("working time never ends")


def warn_at(
    start: datetime, due: datetime, share: float, unit: Unit, calendar: Calendar = USUAL
) -> datetime:
    """Return when so much of the time from start to due is over, as the unit counts it."""
    return min(later(start, share * counted(start, due, unit, calendar), unit, calendar), due)


def length_in_words(length: int, unit: Unit) -> str:
    """Return "1 working day", "72 hours", "before the next school day"."""
    if unit is Unit.BEFORE_SCHOOL_DAY:
        after = f", {times.plural(length, 'school day')} on" if length else ""
        return "before the next school day" + after
    return times.plural(length, unit.replace("_", " "))


def time_left_in_words(
    due: datetime,
    now: datetime,
    paused: datetime | None = None,
    unit: Unit = Unit.HOUR,
    calendar: Calendar = USUAL,
) -> TimeLeft:
    """Say how long is left until `due`: "3 hours left", "2 working days left", "missed by 1 day".

    Rounded down, never up: nobody should believe in time that is not there. A deadline in working
    days is told in them, since two days on a Friday evening are none.
    """
    if paused is not None:
        return TimeLeft(f"paused since {times.short_date_time(paused)}", "grey")
    plain = times.time_left(due, now)
    if now > due or unit not in STRETCHES:
        return plain
    seconds = int(counted(now, due, unit, calendar).total_seconds())
    if unit is Unit.WORKING_HOUR:
        hours = seconds // times.HOUR  # never days: a day has eight of them, not 24
        words = times.plural(hours, "working hour") if hours > 1 else times.span(seconds, "working")
        return TimeLeft(f"{words} left", plain.colour)
    if seconds >= times.DAY:
        return TimeLeft(f"{times.plural(seconds // times.DAY, 'working day')} left", plain.colour)
    if due - now >= timedelta(days=1):
        return TimeLeft("less than 1 working day left", plain.colour)
    return plain


def _next_working_day(day: date) -> date:
    day += timedelta(days=1)
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def _working_days_on(day: date, days: int) -> date:
    for _ in range(days):
        day = _next_working_day(day)
    return day
