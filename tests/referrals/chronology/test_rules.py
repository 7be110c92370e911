"""What a count weighs, and that no mark of the picture hides another."""

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest

from breakwater.referrals.chronology.rules import (
    FEWEST_CHILDREN,
    LEFT,
    RIGHT,
    Pace,
    Weight,
    bars,
    excerpt,
    pace_in_words,
    weight_of,
)

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def pace(median: int = 1, ninth: int = 3, children: int = FEWEST_CHILDREN) -> Pace:
    return Pace(date(2026, 11, 24), children, median, ninth)


@pytest.mark.parametrize(
    ("count", "weight"),
    [(0, Weight.USUAL), (1, Weight.USUAL), (2, Weight.MORE), (3, Weight.HIGH), (10, Weight.HIGH)],
)
def test_a_count_weighs_by_the_areas_own_pace(count: int, weight: Weight) -> None:
    assert weight_of(count, pace()) is weight


def test_one_is_as_usual_where_nine_in_ten_have_one() -> None:
    assert weight_of(1, pace(ninth=1)) is Weight.USUAL
    assert weight_of(2, pace(ninth=1)) is Weight.HIGH


@pytest.mark.parametrize("measured", [None, pace(children=FEWEST_CHILDREN - 1)])
def test_among_few_children_nothing_is_compared_and_no_number_said(measured: Pace | None) -> None:
    assert weight_of(10, measured) is Weight.NOT_KNOWN
    assert not any(letter.isdigit() for letter in pace_in_words(measured))


@pytest.mark.parametrize(
    ("measured", "words"),
    [
        (pace(), "half have 1, and one in ten has 3 or more."),
        (pace(2, 5), "half have 2 or fewer, and one in ten has 5 or more."),
        (pace(1, 1), "nine in ten have 1."),
    ],
)
def test_the_pace_is_said_in_words(measured: Pace, words: str) -> None:
    assert pace_in_words(measured).endswith(words)


@pytest.mark.parametrize(
    "days_ago",
    [
        [0] * 12,
        [364] * 12,
        [364, 200, 100, 3, 3, 2, 2, 1, 1, 0, 0, 0],
        list(range(364, 4, -6)),
        [365],
    ],
)
def test_no_mark_hides_another_or_leaves_the_picture(days_ago: list[int]) -> None:
    moments = [NOW - timedelta(days=days) for days in days_ago]
    drawn = bars(moments, list(range(1, len(moments) + 1)), len(moments), NOW)
    assert len(drawn) == len(moments)
    assert drawn[0].x >= LEFT
    assert drawn[-1].x + drawn[-1].width <= RIGHT
    for before, after in itertools.pairwise(drawn):
        assert before.x + before.width <= after.x + 0.1


def test_the_tenth_worry_is_ten_times_as_tall_as_the_first() -> None:
    moments = [NOW - timedelta(days=30 * left) for left in range(10, 0, -1)]
    drawn = bars(moments, list(range(1, 11)), 10, NOW)
    assert drawn[9].height == pytest.approx(10 * drawn[0].height)


def test_no_worry_draws_nothing() -> None:
    assert bars([], [], 3, NOW) == []


def test_a_long_narrative_is_cut_between_words_and_says_so() -> None:
    assert excerpt("Hungry\n\n at school.") == "Hungry at school."
    cut = excerpt("very " * 100)
    assert cut.endswith("very …")
    assert len(cut) <= 282
    assert excerpt("w" * 400) == "w" * 280 + " …"
