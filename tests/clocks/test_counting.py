"""Time as each unit counts it: what a pause moves, when a warning comes, hub and school hours."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breakwater.clocks.days import (
    USUAL,
    Calendar,
    HubHours,
    is_school_day,
    is_working_day,
)
from breakwater.clocks.rules import LONDON, Unit, counted, due_at, later, warn_at

MOMENTS = st.datetimes(datetime(2012, 1, 3), datetime(2027, 11, 30), timezones=st.just(UTC))
SPANS = st.timedeltas(timedelta(0), timedelta(days=20))
UNITS = st.sampled_from(Unit)
LENGTHS = st.integers(1, 45)
# The hub that is open late on Tuesdays and on Saturdays (which never count), closed on Fridays.
ODD = Calendar(
    hours=(
        HubHours(0, time(8), time(12, 30)),
        HubHours(1, time(10), time(21)),
        HubHours(3, time(0), time(23, 59)),
        HubHours(5, time(9), time(17)),
    ),
    breaks=((date(2026, 10, 24), date(2026, 11, 1)), (date(2026, 12, 19), date(2027, 1, 3))),
)
CALENDARS = st.sampled_from([USUAL, ODD])
NOTHING = timedelta(0)


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def written(moment: datetime) -> str:
    return moment.astimezone(LONDON).strftime("%a %Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-03-03T09:00", 4, "Tue 2026-03-03 13:00"),
        ("2026-03-03T15:20", 4, "Wed 2026-03-04 11:20"),
        ("2026-03-06T16:00", 4, "Mon 2026-03-09 12:00"),  # Friday afternoon
        ("2026-03-07T02:00", 4, "Mon 2026-03-09 13:00"),  # a Saturday night
        ("2026-04-02T16:00", 4, "Tue 2026-04-07 12:00"),  # Good Friday to Easter Monday
        ("2026-03-27T16:00", 2, "Mon 2026-03-30 10:00"),  # the clocks go forward in between
        ("2026-10-23T16:00", 2, "Mon 2026-10-26 10:00"),  # the clocks go back in between
        ("2026-03-03T13:00", 4, "Tue 2026-03-03 17:00"),  # not the next morning
        ("2026-03-02T09:00", 24, "Wed 2026-03-04 17:00"),
    ],
)
def test_working_hours_count_while_the_hub_works(start: str, hours: int, due: str) -> None:
    assert written(due_at(london(start), hours, Unit.WORKING_HOUR)) == due


def test_hub_hours_are_as_the_area_sets_them() -> None:
    due = due_at(london("2026-03-02T11:00"), 4, Unit.WORKING_HOUR, ODD)
    assert written(due) == "Tue 2026-03-03 12:30"


def test_a_hub_that_never_works_is_refused_and_does_not_count_for_ever() -> None:
    with pytest.raises(ValueError, match="never works"):
        due_at(london("2026-03-02T11:00"), 4, Unit.WORKING_HOUR, Calendar(hours=()))


@pytest.mark.parametrize(
    ("start", "length", "due"),
    [
        ("2026-03-03T02:00", 0, "Tue 2026-03-03 08:30"),  # the same morning
        ("2026-03-03T08:29", 0, "Tue 2026-03-03 08:30"),
        ("2026-03-03T08:30", 0, "Wed 2026-03-04 08:30"),
        ("2026-03-06T23:00", 0, "Mon 2026-03-09 08:30"),
        ("2026-04-02T12:00", 0, "Tue 2026-04-07 08:30"),  # Easter
        ("2026-03-28T23:00", 0, "Mon 2026-03-30 08:30"),  # the clocks go forward
        ("2026-03-06T23:00", 1, "Tue 2026-03-10 08:30"),
    ],
)
def test_a_school_is_told_before_it_begins_its_next_day(start: str, length: int, due: str) -> None:
    assert written(due_at(london(start), length, Unit.BEFORE_SCHOOL_DAY)) == due


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-10-23T20:00", "Mon 2026-11-02 08:30"),  # half-term, and the clocks go back in it
        ("2026-12-18T08:30", "Mon 2027-01-04 08:30"),
        ("2027-01-04T08:00", "Mon 2027-01-04 08:30"),
    ],
)
def test_no_school_begins_a_day_in_a_break(start: str, due: str) -> None:
    assert written(due_at(london(start), 0, Unit.BEFORE_SCHOOL_DAY, ODD)) == due


@given(MOMENTS, MOMENTS, LENGTHS, UNITS, CALENDARS)
def test_who_starts_later_is_never_due_earlier(
    one: datetime, other: datetime, length: int, unit: Unit, calendar: Calendar
) -> None:
    early, late = sorted((one, other))
    due = due_at(early, length, unit, calendar)
    later_due = due_at(late, length, unit, calendar)
    if unit in (Unit.DAY, Unit.WEEK, Unit.MONTH):
        # These keep the time on the wall, and the hour that spring skips or autumn has twice
        # folds an hour of starts into one.
        later_due += timedelta(hours=1)
    assert due <= later_due


@given(MOMENTS, LENGTHS, UNITS, CALENDARS)
def test_one_more_of_any_unit_is_later(
    start: datetime, length: int, unit: Unit, calendar: Calendar
) -> None:
    assert due_at(start, length, unit, calendar) < due_at(start, length + 1, unit, calendar)


@given(MOMENTS, LENGTHS, CALENDARS)
def test_working_hours_end_while_the_hub_works(
    start: datetime, hours: int, calendar: Calendar
) -> None:
    due = due_at(start, hours, Unit.WORKING_HOUR, calendar)
    before = (due - timedelta(microseconds=1)).astimezone(LONDON)
    assert is_working_day(before.date())
    assert any(
        day.weekday == before.weekday() and day.opens <= before.time() < day.closes
        for day in calendar.hours
    )
    assert counted(start, due, Unit.WORKING_HOUR, calendar) == timedelta(hours=hours)


@given(MOMENTS, CALENDARS)
def test_between_a_start_and_its_school_day_no_school_begins(
    start: datetime, calendar: Calendar
) -> None:
    due = due_at(start, 0, Unit.BEFORE_SCHOOL_DAY, calendar).astimezone(LONDON)
    assert is_school_day(due.date(), calendar)
    assert due.time() == time(8, 30)
    assert due > start
    days = (due.date() - start.astimezone(LONDON).date()).days
    for n in range(1, days):
        assert not is_school_day(due.date() - timedelta(days=n), calendar)


@given(MOMENTS, st.integers(1, 45))
def test_working_days_are_24_counted_hours_each(start: datetime, days: int) -> None:
    due = due_at(start, days, Unit.WORKING_DAY)
    assert counted(start, due, Unit.WORKING_DAY) == timedelta(days=days)


@given(MOMENTS, MOMENTS, MOMENTS, UNITS, CALENDARS)
def test_what_is_counted_adds_up(
    one: datetime, two: datetime, three: datetime, unit: Unit, calendar: Calendar
) -> None:
    a, b, c = sorted((one, two, three))
    b, c = min(b, a + timedelta(days=60)), min(c, a + timedelta(days=90))
    parts = counted(a, b, unit, calendar) + counted(b, c, unit, calendar)
    assert parts == counted(a, c, unit, calendar)
    assert NOTHING <= parts <= c - a
    assert counted(b, a, unit, calendar) == NOTHING


@given(MOMENTS, SPANS, UNITS, CALENDARS)
def test_later_is_the_first_moment_at_which_so_much_was_counted(
    start: datetime, span: timedelta, unit: Unit, calendar: Calendar
) -> None:
    end = later(start, span, unit, calendar)
    assert counted(start, end, unit, calendar) == span
    if span:
        just_before = end - timedelta(microseconds=1)
        assert counted(start, just_before, unit, calendar) < span


@given(MOMENTS, LENGTHS, UNITS, st.floats(0, 1), SPANS, CALENDARS)
def test_a_pause_leaves_as_much_time_as_there_was(
    start: datetime,
    length: int,
    unit: Unit,
    share: float,
    pause: timedelta,
    calendar: Calendar,
) -> None:
    due = due_at(start, length, unit, calendar)
    paused = start + share * (due - start)
    resumed = paused + pause
    left = counted(paused, due, unit, calendar)
    moved = later(due, counted(paused, resumed, unit, calendar), unit, calendar)
    assert counted(resumed, moved, unit, calendar) == left
    assert moved >= due
    # Two pauses, the second at once after the first, move it as far as one.
    middle = paused + pause / 2
    first = later(due, counted(paused, middle, unit, calendar), unit, calendar)
    assert later(first, counted(middle, resumed, unit, calendar), unit, calendar) == moved


@given(MOMENTS, UNITS, CALENDARS)
def test_a_pause_of_no_time_moves_nothing(start: datetime, unit: Unit, calendar: Calendar) -> None:
    due = due_at(start, 3, unit, calendar)
    assert later(due, counted(start, start, unit, calendar), unit, calendar) == due


@pytest.mark.parametrize(
    ("unit", "paused", "resumed", "moved"),
    [
        (Unit.HOUR, "2026-03-06T16:00", "2026-03-09T10:00", timedelta(hours=66)),
        (Unit.WORKING_HOUR, "2026-03-06T16:00", "2026-03-09T10:00", timedelta(hours=2)),
        (Unit.WORKING_DAY, "2026-03-06T16:00", "2026-03-09T10:00", timedelta(hours=18)),
        (Unit.HOUR, "2026-03-28T12:00", "2026-03-29T12:00", timedelta(hours=23)),
        (Unit.HOUR, "2026-10-24T12:00", "2026-10-25T12:00", timedelta(hours=25)),
        (Unit.WORKING_DAY, "2026-03-28T12:00", "2026-03-29T12:00", NOTHING),
        (Unit.MONTH, "2026-03-06T16:00", "2026-03-09T16:00", timedelta(days=3)),
    ],
)
def test_a_pause_over_a_weekend_as_each_unit_counts_it(
    unit: Unit, paused: str, resumed: str, moved: timedelta
) -> None:
    assert counted(london(paused), london(resumed), unit) == moved


@given(MOMENTS, LENGTHS, UNITS, st.floats(0.01, 0.99), CALENDARS)
def test_a_warning_comes_between_start_and_due(
    start: datetime, length: int, unit: Unit, share: float, calendar: Calendar
) -> None:
    due = due_at(start, length, unit, calendar)
    assert start <= warn_at(start, due, share, unit, calendar) <= due


@pytest.mark.parametrize(
    ("start", "length", "unit", "warned"),
    [
        ("2026-03-03T12:00", 4, Unit.HOUR, "Tue 2026-03-03 15:00"),
        # Three quarters of a working day from Friday noon end on Monday, not in Saturday's night.
        ("2026-03-06T12:00", 1, Unit.WORKING_DAY, "Mon 2026-03-09 06:00"),
        ("2026-03-06T16:00", 4, Unit.WORKING_HOUR, "Mon 2026-03-09 11:00"),
    ],
)
def test_a_warning_comes_in_time_that_counts(
    start: str, length: int, unit: Unit, warned: str
) -> None:
    begin = london(start)
    assert written(warn_at(begin, due_at(begin, length, unit), 0.75, unit)) == warned
