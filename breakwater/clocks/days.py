"""Days and hours that count: working days of England and Wales, hub hours, school days.

A working day is Monday to Friday and no bank holiday; the holidays are those that the library
govuk-bank-holidays carries (published by GOV.UK under the Open Government Licence). When the hub
works and when schools have their breaks is set by the area, as data.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from govuk_bank_holidays.bank_holidays import BankHolidays

from breakwater.web.times import LONDON

SCHOOL_STARTS = time(8, 30)
WHOLE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class HubHours:
    """When the hub works on one day of the week; never on a bank holiday."""

    weekday: int  # Monday is 0
    opens: time
    closes: time


@dataclass(frozen=True)
class Calendar:
    """What the area sets: when its hub works, and when its schools have a break."""

    hours: tuple[HubHours, ...] = tuple(HubHours(day, time(9), time(17)) for day in range(5))
    breaks: tuple[tuple[date, date], ...] = ()  # first and last day


USUAL = Calendar()


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


def is_school_day(day: date, calendar: Calendar = USUAL) -> bool:
    return is_working_day(day) and not any(a <= day <= b for a, b in calendar.breaks)


def next_school_start(start: datetime, calendar: Calendar = USUAL) -> datetime:
    """Return when schools next begin a day after the moment `start`, in UTC."""
    day = start.astimezone(LONDON).date()
    while not is_school_day(day, calendar) or moment(day, SCHOOL_STARTS) <= start:
        day += WHOLE_DAY
    return moment(day, SCHOOL_STARTS)


# Each kind of working time is a list of stretches that count, one after the other, in UTC.


def working_days_from(day: date, calendar: Calendar) -> Iterator[tuple[datetime, datetime]]:
    """Each working day from `day` on, from midnight to midnight."""
    while True:
        if is_working_day(day):
            yield moment(day, time.min), moment(day + WHOLE_DAY, time.min)
        day += WHOLE_DAY


def hub_hours_from(day: date, calendar: Calendar) -> Iterator[tuple[datetime, datetime]]:
    """The hub's hours of each working day from `day` on."""
    by_weekday = {hours.weekday: hours for hours in calendar.hours}
    if not any(weekday < 5 for weekday in by_weekday):
        raise ValueError("a hub that never works on a working day has no working hours")
    while True:
        hours = by_weekday.get(day.weekday())
        if hours and is_working_day(day):
            yield moment(day, hours.opens), moment(day, hours.closes)
        day += WHOLE_DAY


def moment(day: date, at: time) -> datetime:
    """Return the local time in UTC; an hour that spring skips moves on to the next real one."""
    found = datetime.combine(day, at, LONDON).astimezone(UTC)
    if found.astimezone(LONDON).time() == at:
        return found
    # Without the mark of autumn's second hour, which would move it back instead.
    return datetime.combine(day, at.replace(fold=0), LONDON).astimezone(UTC)
