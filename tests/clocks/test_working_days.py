"""Deadline arithmetic: England and Wales, local time, across clock changes and holidays."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breakwater.clocks import rules
from breakwater.clocks.rules import LONDON, Standing, Unit, due_at, is_working_day, standing

# Moments within the years whose holidays are known, with room for a deadline after them.
MOMENTS = st.datetimes(datetime(2012, 1, 3), datetime(2027, 12, 31), timezones=st.just(UTC))
DAYS = st.integers(0, 60)


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def working(start: str, days: int) -> str:
    due = due_at(london(start), days, Unit.WORKING_DAY).astimezone(LONDON)
    return due.strftime("%a %Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-03-03T15:20", 1, "Wed 2026-03-04 15:20"),
        ("2026-03-06T15:20", 1, "Mon 2026-03-09 15:20"),
        ("2025-12-24T11:00", 1, "Mon 2025-12-29 11:00"),  # Christmas Day, Boxing Day, a weekend
        ("2026-04-02T11:00", 1, "Tue 2026-04-07 11:00"),  # Good Friday to Easter Monday
        ("2026-12-24T11:00", 1, "Tue 2026-12-29 11:00"),  # Boxing Day on a Saturday moves on
        ("2026-03-27T09:00", 1, "Mon 2026-03-30 09:00"),  # the clocks go forward in between
        ("2026-10-23T09:00", 1, "Mon 2026-10-26 09:00"),  # the clocks go back in between
        ("2026-03-02T09:00", 45, "Thu 2026-05-07 09:00"),  # an assessment, over Easter and May Day
        ("2026-03-03T15:20", 0, "Tue 2026-03-03 15:20"),
    ],
)
def test_a_deadline_ends_at_the_same_time_on_the_nth_working_day(
    start: str, days: int, due: str
) -> None:
    assert working(start, days) == due


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-03-07T10:00", 1, "Tue 2026-03-10 00:00"),  # from a Saturday: all of Monday
        ("2026-03-08T23:59", 1, "Tue 2026-03-10 00:00"),
        ("2026-04-03T10:00", 1, "Wed 2026-04-08 00:00"),  # from Good Friday: all of Tuesday
        ("2018-12-22T10:00", 1, "Tue 2018-12-25 00:00"),  # Monday is Christmas Eve: not until 27th
        ("2026-03-07T10:00", 5, "Sat 2026-03-14 00:00"),  # Monday to Friday, not into next week
        ("2026-03-07T10:00", 0, "Mon 2026-03-09 00:00"),
    ],
)
def test_what_starts_on_a_day_off_counts_from_the_next_working_day(
    start: str, days: int, due: str
) -> None:
    assert working(start, days) == due


def test_a_local_evening_is_the_day_it_is_in_london() -> None:
    friday_in_utc = datetime(2026, 6, 5, 23, 30, tzinfo=UTC)  # half past midnight on Saturday
    assert due_at(friday_in_utc, 1, Unit.WORKING_DAY) == london("2026-06-09T00:00")


@given(MOMENTS, MOMENTS, DAYS)
def test_who_starts_later_is_never_due_earlier(one: datetime, other: datetime, days: int) -> None:
    early, late = sorted((one, other))
    assert due_at(early, days, Unit.WORKING_DAY) <= due_at(late, days, Unit.WORKING_DAY)


@given(MOMENTS, DAYS)
def test_one_more_working_day_is_later(start: datetime, days: int) -> None:
    assert due_at(start, days, Unit.WORKING_DAY) < due_at(start, days + 1, Unit.WORKING_DAY)


@given(MOMENTS, st.integers(1, 60))
def test_a_deadline_ends_on_a_working_day_or_with_it(start: datetime, days: int) -> None:
    due = due_at(start, days, Unit.WORKING_DAY).astimezone(LONDON)
    last_moment = due - timedelta(microseconds=1)
    assert is_working_day(due.date()) or is_working_day(last_moment.date())


@given(MOMENTS, st.integers(1, 60))
def test_exactly_so_many_working_days_pass(start: datetime, days: int) -> None:
    begin = start.astimezone(LONDON).date()
    end = due_at(start, days, Unit.WORKING_DAY).astimezone(LONDON)
    last = (end - timedelta(microseconds=1)).date() if end.time() == time.min else end.date()
    after = [begin + timedelta(days=n) for n in range(1, (last - begin).days + 1)]
    passed = sum(map(is_working_day, after))
    # A start at midnight sharp ends at midnight sharp, one moment after the day before.
    assert passed == days or (begin, end.time(), passed) == (begin, time.min, days - 1)


@given(MOMENTS, st.integers(0, 60), st.sampled_from(Unit))
def test_no_deadline_ends_before_it_starts(start: datetime, length: int, unit: Unit) -> None:
    assert due_at(start, length, unit) >= start


@given(MOMENTS, st.integers(0, 60), st.sampled_from(Unit))
def test_the_zone_in_which_a_start_is_written_changes_nothing(
    start: datetime, length: int, unit: Unit
) -> None:
    assert due_at(start.astimezone(LONDON), length, unit) == due_at(start, length, unit)


@pytest.mark.parametrize(
    ("start", "length", "unit", "due"),
    [
        ("2026-03-28T22:00", 4, Unit.HOUR, "2026-03-29T03:00"),  # four hours are four hours
        ("2026-10-24T22:00", 8, Unit.HOUR, "2026-10-25T05:00"),
        ("2026-03-28T22:00", 72, Unit.HOUR, "2026-03-31T23:00"),  # police protection
        ("2026-03-28T22:00", 3, Unit.DAY, "2026-03-31T22:00"),
        ("2026-10-24T22:00", 28, Unit.DAY, "2026-11-21T22:00"),
        ("2026-03-28T22:00", 1, Unit.WEEK, "2026-04-04T22:00"),
        ("2026-10-30T09:00", 6, Unit.MONTH, "2027-04-30T09:00"),
        ("2026-01-31T09:00", 1, Unit.MONTH, "2026-02-28T09:00"),
        ("2027-11-30T09:00", 3, Unit.MONTH, "2028-02-29T09:00"),
        ("2028-02-29T09:00", 12, Unit.MONTH, "2029-02-28T09:00"),
        ("2026-12-31T09:00", 2, Unit.MONTH, "2027-02-28T09:00"),
        ("2026-12-15T09:00", 1, Unit.MONTH, "2027-01-15T09:00"),
    ],
)
def test_each_unit_in_local_time(start: str, length: int, unit: Unit, due: str) -> None:
    assert due_at(london(start), length, unit) == london(due)


def test_the_repeated_hour_of_autumn_is_counted_twice() -> None:
    before = london("2026-10-25T00:30")
    assert due_at(before, 2, Unit.HOUR) - before.astimezone(UTC) == timedelta(hours=2)
    assert due_at(before, 2, Unit.HOUR).astimezone(LONDON).time() == time(1, 30)


@pytest.mark.parametrize("autumn_hour", [0, 1])
@pytest.mark.parametrize(("length", "unit"), [(154, Unit.DAY), (22, Unit.WEEK)])
def test_a_deadline_in_the_hour_that_spring_skips_moves_on(
    autumn_hour: int, length: int, unit: Unit
) -> None:
    start = london("2025-10-26T01:30").replace(fold=autumn_hour)
    assert due_at(start, length, unit) == london("2026-03-29T02:30")


def test_a_start_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        due_at(datetime(2026, 3, 3), 1, Unit.HOUR)


@pytest.mark.parametrize("day", ["2022-06-03", "2022-09-19", "2023-05-08", "2027-12-28"])
def test_holidays_of_a_single_year_and_moved_ones_are_known(day: str) -> None:
    assert not is_working_day(date.fromisoformat(day))


def test_beyond_the_last_known_holiday_only_weekends_are_days_off() -> None:
    last = rules.last_known_holiday()
    later = [last + timedelta(days=n) for n in range(1, 800)]
    assert not is_working_day(last)
    assert [is_working_day(day) for day in later] == [day.weekday() < 5 for day in later]


def test_an_unknown_holiday_makes_a_deadline_early_and_never_late() -> None:
    christmas_eve = datetime(rules.last_known_holiday().year + 2, 12, 24, 11, tzinfo=UTC)
    due = due_at(christmas_eve, 1, Unit.WORKING_DAY)
    assert due - christmas_eve <= timedelta(days=3)


def test_holidays_are_known_for_a_year_to_come() -> None:
    """When this fails, take a newer govuk-bank-holidays: every deadline rests on it."""
    assert rules.last_known_holiday() > date.today() + timedelta(days=365)


DUE = datetime(2026, 3, 9, 12, tzinfo=UTC)
BEFORE, AFTER = DUE - timedelta(minutes=1), DUE + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("met", "stopped", "now", "where"),
    [
        (None, None, BEFORE, Standing.RUNNING),
        (None, None, DUE, Standing.RUNNING),
        (None, None, AFTER, Standing.MISSED),
        (BEFORE, None, AFTER, Standing.MET),
        (DUE, None, AFTER, Standing.MET),
        (AFTER, None, AFTER, Standing.MET_LATE),
        (None, BEFORE, AFTER, Standing.STOPPED),
        (None, AFTER, AFTER, Standing.STOPPED),
    ],
)
def test_where_a_clock_stands(
    met: datetime | None, stopped: datetime | None, now: datetime, where: Standing
) -> None:
    assert standing(DUE, met, stopped, now) is where
