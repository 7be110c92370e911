"""When a case is reviewed and from when it may be let go: date arithmetic, no database."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breakwater.records.retention import rules
from breakwater.records.retention.rules import Basis, Born, Class, ClosedCase, Due

CLOSED = date(2026, 11, 24)
GROUP_1 = Class(1, "MOPI_1", "police", frozenset({"sexual_abuse"}), False, Basis.BIRTHDAY, 100, 10)
GROUP_2 = Class(2, "MOPI_2", "police", frozenset({"neglect"}), False, Basis.CLOSING, 10, 0)
GROUP_3 = Class(3, "MOPI_3", "police", frozenset(), False, Basis.CLOSING, 6, 0)
CARE = Class(4, "CSC_25", "social_care", frozenset(), False, Basis.BIRTHDAY, 25, 0)
NFA = Class(5, "HUB_NFA", "", frozenset(), True, Basis.CLOSING, 6, 0)
HUB = Class(6, "HUB_25", "", frozenset(), False, Basis.BIRTHDAY, 25, 0)
SCHEDULE = [GROUP_1, GROUP_2, GROUP_3, CARE, NFA, HUB]

days = st.dates(date(1930, 1, 1), date(2090, 12, 31))
years = st.integers(0, 100)


def born(text: str = "", age: int | None = None, told_on: date = CLOSED) -> Born:
    return Born(text, age, told_on)


def a_case(*subjects: Born, **changes: object) -> ClosedCase:
    case = ClosedCase(1, CLOSED, frozenset({"other"}), frozenset(), True, subjects)
    return replace(case, **changes)  # type: ignore[arg-type]


@given(days, years)
def test_years_after_a_day_are_the_same_day_or_the_first_of_march(day: date, count: int) -> None:
    later = rules.years_after(day, count)
    assert later.year == day.year + count
    if (day.month, day.day) == (2, 29) and (later.month, later.day) != (2, 29):
        assert (later.month, later.day) == (3, 1)
    else:
        assert (later.month, later.day) == (day.month, day.day)


@given(days, years, years)
def test_more_years_never_come_earlier(day: date, some: int, more: int) -> None:
    some, more = sorted((some, more))
    assert rules.years_after(day, some) <= rules.years_after(day, more)


@given(days)
def test_an_unknown_birthday_is_taken_as_the_latest_that_it_can_be(day: date) -> None:
    whole, month, year = (
        rules.latest_birth(born(day.isoformat()[:length])) for length in (10, 7, 4)
    )
    assert whole is not None
    assert month is not None
    assert year is not None
    assert day <= whole <= month <= year
    assert month.month == day.month
    assert (year.month, year.day) == (12, 31)


@pytest.mark.parametrize(
    ("told", "latest"),
    [
        (born("2016-02-03"), date(2016, 2, 3)),
        # The census writes the 15th where only the month is known.
        (born("2016-02-15"), date(2016, 2, 29)),
        (born("2016-02"), date(2016, 2, 29)),
        (born("2015-02"), date(2015, 2, 28)),
        (born("2016"), date(2016, 12, 31)),
        (born(age=9), date(2017, 11, 24)),
        (born(age=0, told_on=date(2024, 2, 29)), date(2024, 2, 29)),
        (born(), None),
    ],
)
def test_what_was_told_gives_the_latest_birth(told: Born, latest: date | None) -> None:
    assert rules.latest_birth(told) == latest


def test_the_youngest_counts_and_who_is_unknown_may_be_a_baby() -> None:
    older, younger = born("2010-01-02"), born("2016-03-04")
    assert rules.youngest(a_case(older, younger)) == date(2016, 3, 4)
    assert rules.youngest(a_case(older, born())) == CLOSED
    assert rules.youngest(a_case()) == CLOSED


def test_group_1_is_reviewed_every_ten_years_and_kept_to_the_hundredth_birthday() -> None:
    due = rules.due(GROUP_1, a_case(born("1990-02-28")))
    assert due == Due(date(2036, 11, 24), date(2090, 2, 28))


def test_group_1_near_the_end_is_reviewed_when_it_ends() -> None:
    due = rules.due(GROUP_1, a_case(born("1930-05-06")))
    assert due == Due(date(2030, 5, 6), date(2030, 5, 6))


def test_groups_2_and_3_count_clear_years_from_closing() -> None:
    case = a_case(born("1990-02-28"))
    assert rules.due(GROUP_2, case) == Due(date(2036, 11, 24), date(2036, 11, 24))
    assert rules.due(GROUP_3, case) == Due(date(2032, 11, 24), date(2032, 11, 24))


def test_a_childs_25th_birthday_on_29_february_is_the_first_of_march() -> None:
    assert rules.due(CARE, a_case(born("2016-02-29"))).free_on == date(2041, 3, 1)


@given(st.sampled_from(SCHEDULE), st.lists(days, max_size=4), days)
def test_nothing_is_free_before_it_is_closed_or_before_its_class_ends(
    one: Class, births: list[date], closed: date
) -> None:
    case = a_case(*(born(day.isoformat()) for day in births), closed_on=closed)
    due = rules.due(one, case)
    assert closed <= due.review_on <= due.free_on
    start = closed if one.basis is Basis.CLOSING else max(births, default=closed)
    assert due.free_on >= min(rules.years_after(start, one.years), due.free_on)
    assert due.free_on >= rules.years_after(start, one.years)


@given(st.sets(st.sampled_from(["neglect", "sexual_abuse", "other"]), min_size=1), st.booleans())
def test_a_closed_case_is_never_without_a_class(categories: set[str], only_triaged: bool) -> None:
    case = a_case(categories=frozenset(categories), only_triaged=only_triaged)
    assert rules.classes_of(case, SCHEDULE)


def test_each_holder_keeps_by_its_own_class_and_a_named_category_beats_the_rest() -> None:
    case = a_case(
        categories=frozenset({"neglect", "sexual_abuse"}),
        holders=frozenset({"police", "social_care"}),
        only_triaged=False,
    )
    assert rules.classes_of(case, SCHEDULE) == [HUB, GROUP_1, GROUP_2, CARE]
    other = replace(case, categories=frozenset({"other"}), holders=frozenset({"police"}))
    assert rules.classes_of(other, SCHEDULE) == [HUB, GROUP_3]


def test_what_only_triage_saw_is_kept_by_the_local_class_alone() -> None:
    assert rules.classes_of(a_case(), SCHEDULE) == [NFA]


def test_a_holder_without_a_class_for_what_only_triage_saw_keeps_by_its_usual_one() -> None:
    assert rules.classes_of(a_case(holders=frozenset({"police"})), SCHEDULE) == [NFA, GROUP_3]


def test_the_first_review_and_the_last_class_decide_for_the_whole_case() -> None:
    dues = [Due(date(2030, 1, 1), date(2090, 1, 1)), Due(date(2032, 1, 1), date(2032, 1, 1))]
    assert rules.next_review(dues, None) == date(2030, 1, 1)
    assert rules.next_review(dues, date(2035, 1, 1)) == date(2035, 1, 1)
    assert rules.free_on(dues) == date(2090, 1, 1)


def test_keeping_needs_a_day_ahead_and_within_ten_years() -> None:
    assert rules.check_keep(CLOSED, CLOSED)
    assert rules.check_keep(date(2036, 11, 25), CLOSED)
    assert not rules.check_keep(date(2036, 11, 24), CLOSED)


def test_a_birthday_that_has_passed_lets_nothing_go_before_the_case_is_closed() -> None:
    assert rules.due(CARE, a_case(born("1990-05-01"))) == Due(CLOSED, CLOSED)
