"""Dates and times in words."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breakwater.web import times

UTC = dt.UTC


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (dt.datetime(2026, 11, 24, 2, 35, tzinfo=UTC), "24 November 2026, 2:35am"),
        (dt.datetime(2026, 7, 1, 16, 0, tzinfo=UTC), "1 July 2026, 5pm"),
        (dt.datetime(2026, 6, 30, 23, 0, tzinfo=UTC), "1 July 2026, midnight"),
        (dt.datetime(2026, 12, 1, 12, 0, tzinfo=UTC), "1 December 2026, midday"),
        (dt.datetime(2026, 12, 1, 0, 5, tzinfo=UTC), "1 December 2026, 12:05am"),
        # The clocks go back at 2am on 25 October 2026: 1:30am happens twice.
        (dt.datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "25 October 2026, 1:30am BST"),
        (dt.datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "25 October 2026, 1:30am GMT"),
    ],
)
def test_a_moment_is_written_as_gov_uk_writes_it_in_london_time(moment, words):
    assert times.date_time(moment) == words


def test_a_moment_without_a_zone_is_refused_and_nothing_is_shown_as_nothing():
    with pytest.raises(ValueError, match="time zone"):
        times.date_time(dt.datetime(2026, 1, 1))
    assert times.date_time(None) == times.date(None) == times.iso(None) == times.time(None) == ""
    assert times.short_date(dt.date(2026, 9, 5)) == "5 Sep 2026"


def test_two_different_moments_a_minute_apart_never_read_the_same():
    start = dt.datetime(2026, 10, 24, 22, tzinfo=UTC)
    words = [times.date_time(start + dt.timedelta(minutes=n)) for n in range(6 * 60)]
    assert len(set(words)) == len(words)


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (dt.timedelta(hours=3, minutes=59), "3 hours left"),
        (dt.timedelta(days=1, hours=23), "1 day 23 hours left"),
        (dt.timedelta(hours=1, minutes=1), "1 hour 1 minute left"),
        (dt.timedelta(hours=1), "1 hour left"),
        (dt.timedelta(seconds=59), "less than a minute left"),
        (dt.timedelta(0), "less than a minute left"),
        (-dt.timedelta(days=2, hours=3), "missed by 2 days"),
        (-dt.timedelta(seconds=1), "missed by less than a minute"),
    ],
)
def test_what_is_left_is_said_in_words(left, words):
    now = dt.datetime(2026, 11, 24, 2, 35, tzinfo=UTC)
    assert times.time_left(now + left, now).words == words


@given(st.timedeltas(min_value=dt.timedelta(seconds=1), max_value=dt.timedelta(days=400)))
def test_words_and_colour_agree_and_never_promise_more_than_there_is(span):
    now = dt.datetime(2026, 11, 24, 2, 35, tzinfo=ZoneInfo("Europe/London"))
    left, missed = times.time_left(now + span, now), times.time_left(now - span, now)
    assert left.words.endswith(" left")
    assert left.colour != "red"
    assert missed.words.startswith("missed by ")
    assert missed.colour == "red"
    number, *rest = left.words.split()
    if number.isdigit():
        unit = {"day": 86400, "hour": 3600, "minute": 60}[rest[0].rstrip("s")]
        assert int(number) * unit <= span.total_seconds()


def test_plurals():
    assert [times.plural(n, "hour") for n in (0, 1, 1200)] == ["0 hours", "1 hour", "1,200 hours"]
    assert times.plural(2, "child", "children") == "2 children"
