"""Deadline arithmetic for England and Wales, in local time (Europe/London) across clock changes.

A working day is Monday to Friday and no bank holiday; the holidays are those that the library
govuk-bank-holidays carries (published by GOV.UK under the Open Government Licence).
"""

import calendar
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo

from govuk_bank_holidays.bank_holidays import BankHolidays

LONDON = ZoneInfo("Europe/London")
WARN_AT = 0.75


class Unit(StrEnum):
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    WORKING_DAY = "working_day"
    MONTH = "month"


class Standing(StrEnum):
    """Where a clock stands: the one state table of this room is the order of these four."""

    RUNNING = "running"
    MET = "met"
    MET_LATE = "met late"
    MISSED = "missed"
    STOPPED = "stopped"


@cache
def bank_holidays() -> frozenset[date]:
    """Bank holidays of England and Wales, from the calendar that the library carries."""
    source = BankHolidays(use_cached_holidays=True)
    return frozenset(h["date"] for h in source.get_holidays(division="england-and-wales"))


@cache
def last_known_holiday() -> date:
    """After this day only weekends are known not to be working days."""
    return max(bank_holidays())


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in bank_holidays()


def add_working_days(start: datetime, days: int) -> datetime:
    """Return the moment `days` working days after `start`, which carries a zone.

    The same time of day on the nth working day after; what starts on a day that is not a working
    day counts from the first moment of the next one, so one working day from a Saturday ends
    with the Monday, also when a holiday follows it.
    """
    local = start.astimezone(LONDON)
    if is_working_day(local.date()):
        return _moment(_working_days_on(local.date(), days), local.time())
    first = _next_working_day(local.date())
    if days == 0:
        return _moment(first, time.min)
    return _moment(_working_days_on(first, days - 1) + timedelta(days=1), time.min)


def add_months(start: datetime, months: int) -> datetime:
    """Return the same day and time `months` later, or the month's last day where it is shorter."""
    local = start.astimezone(LONDON)
    years, month = divmod(local.month - 1 + months, 12)
    year, month = local.year + years, month + 1
    day = min(local.day, calendar.monthrange(year, month)[1])
    return _moment(date(year, month, day), local.time())


def due_at(start: datetime, length: int, unit: Unit) -> datetime:
    """Return when a deadline of `length` `unit`s that starts at `start` ends, in UTC."""
    if start.tzinfo is None:
        raise ValueError("start needs a time zone")
    match unit:
        case Unit.HOUR:
            return start.astimezone(UTC) + timedelta(hours=length)
        case Unit.DAY | Unit.WEEK:
            days = length * (7 if unit is Unit.WEEK else 1)
            local = start.astimezone(LONDON)
            return _moment(local.date() + timedelta(days=days), local.time())
        case Unit.WORKING_DAY:
            return add_working_days(start, length)
        case Unit.MONTH:
            return add_months(start, length)


def _next_working_day(day: date) -> date:
    day += timedelta(days=1)
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def _working_days_on(day: date, days: int) -> date:
    for _ in range(days):
        day = _next_working_day(day)
    return day


def _moment(day: date, at: time) -> datetime:
    """Return the local time in UTC; an hour that spring skips moves on to the next real one."""
    moment = datetime.combine(day, at, LONDON).astimezone(UTC)
    if moment.astimezone(LONDON).time() == at:
        return moment
    # Without the mark of autumn's second hour, which would move it back instead.
    return datetime.combine(day, at.replace(fold=0), LONDON).astimezone(UTC)


def standing(
    due: datetime, met: datetime | None, stopped: datetime | None, now: datetime
) -> Standing:
    """Return where a clock stands at `now`."""
    if met is not None:
        return Standing.MET if met <= due else Standing.MET_LATE
    if stopped is not None:
        return Standing.STOPPED
    return Standing.RUNNING if now <= due else Standing.MISSED
