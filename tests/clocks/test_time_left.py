"""What is left, in words."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breakwater.clocks.rules import LONDON, Unit, due_at, time_left_in_words
from breakwater.web import times


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


FRIDAY = london("2026-03-06T16:00")


@pytest.mark.parametrize(
    ("due", "unit", "words"),
    [
        ("2026-03-06T19:00", Unit.HOUR, "3 hours left"),
        ("2026-03-09T16:00", Unit.HOUR, "3 days left"),
        ("2026-03-10T16:00", Unit.WORKING_DAY, "2 working days left"),
        ("2026-03-10T15:59", Unit.WORKING_DAY, "1 working day left"),
        ("2026-03-09T15:59", Unit.WORKING_DAY, "less than 1 working day left"),
        ("2026-03-06T18:30", Unit.WORKING_DAY, "2 hours left"),
        ("2026-03-09T12:00", Unit.WORKING_HOUR, "4 working hours left"),
        ("2026-03-09T09:20", Unit.WORKING_HOUR, "1 working hour 20 minutes left"),
        ("2026-03-06T16:20", Unit.WORKING_HOUR, "20 working minutes left"),
        ("2026-03-11T16:00", Unit.WORKING_HOUR, "24 working hours left"),
        ("2026-03-09T08:30", Unit.BEFORE_SCHOOL_DAY, "2 days left"),
        ("2026-03-05T16:00", Unit.WORKING_DAY, "missed by 1 day"),
        ("2026-03-06T15:00", Unit.WORKING_HOUR, "missed by 1 hour"),
    ],
)
def test_time_left_is_said_as_the_unit_counts_it(due: str, unit: Unit, words: str) -> None:
    assert time_left_in_words(london(due), FRIDAY, unit=unit).words == words


def test_a_paused_clock_says_since_when_whatever_is_left() -> None:
    said = time_left_in_words(FRIDAY, FRIDAY + timedelta(days=9), paused=FRIDAY)
    assert (said.words, said.colour) == ("paused since 6 Mar 2026, 4pm", "grey")


@given(
    st.datetimes(datetime(2020, 1, 3), datetime(2027, 11, 30), timezones=st.just(UTC)),
    st.timedeltas(timedelta(0), timedelta(days=90)),
    st.sampled_from(Unit),
)
def test_words_never_promise_more_than_there_is(now: datetime, span: timedelta, unit: Unit) -> None:
    number, *kind = time_left_in_words(now + span, now, unit=unit).words.split()
    if not number.isdigit():
        assert number == "less"
        return
    # Who had so long would be done in time.
    units = {
        "hour": Unit.HOUR, "day": Unit.DAY, "minute": Unit.HOUR, "working day": Unit.WORKING_DAY,
        "working hour": Unit.WORKING_HOUR, "working minute": Unit.WORKING_HOUR,
    }  # fmt: skip
    name = " ".join(kind[:2] if kind[0] == "working" else kind[:1]).rstrip("s")
    if name == "day":
        assert timedelta(days=int(number)) <= span
    elif "minute" in name:
        assert timedelta(minutes=int(number)) <= span
    else:
        assert due_at(now, int(number), units[name]) <= now + span


def test_round_the_clock_there_is_one_way_to_say_it() -> None:
    """The page's own words and a clock's agree."""
    for hours in (-50, -1, 0, 1, 30, 500):
        due = FRIDAY + timedelta(hours=hours)
        assert time_left_in_words(due, FRIDAY) == times.time_left(due, FRIDAY)
