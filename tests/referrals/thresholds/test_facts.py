from dataclasses import asdict

import pytest
from hypothesis import given

from breakwater.referrals.thresholds.facts import (
    Facts,
    WrongFact,
    facts_from,
    known,
    listed,
    value_in_words,
    with_answers,
)
from tests.referrals.thresholds.rule_sets import facts


@given(facts())
def test_facts_that_a_decision_kept_come_back_the_same(told: Facts) -> None:
    assert facts_from(asdict(told)) == told


def test_facts_that_an_older_hub_kept_leave_the_rest_unknown() -> None:
    assert facts_from({"category": "neglect", "shoe_size": 4}) == Facts(category="neglect")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("weapons", "yes"),
        ("weapons", 1),
        ("youngest_age", -1),
        ("youngest_age", True),
        ("youngest_age", "3"),
        ("youngest_age", 1001),
        ("consent", "maybe"),
        ("reporter", 3),
        ("category", "luck"),
        ("also", ["neglect", "luck"]),
        ("also", "neglect"),
    ],
)
def test_a_value_that_the_fact_cannot_have_is_refused_by_name(name: str, value: object) -> None:
    with pytest.raises(WrongFact) as refusal:
        facts_from({name: value})
    assert refusal.value.field == name


def test_a_workers_answer_stands_in_place_of_what_was_found() -> None:
    told = Facts(category="neglect", weapons=True, youngest_age=3)
    answered = with_answers(told, {"weapons": False, "youngest_age": None, "repeats": 2})
    assert answered == Facts(category="neglect", weapons=False, repeats=2)


@pytest.mark.parametrize("answers", [{"luck": True}, {"category": "fgm"}, {"weapons": "no"}])
def test_an_answer_that_is_none_is_refused(answers: dict[str, object]) -> None:
    with pytest.raises(WrongFact):
        with_answers(Facts(), answers)


def test_nothing_named_is_not_known_rather_than_no_category() -> None:
    assert known(Facts())["worries"] is None
    assert known(Facts(also=("fgm",)))["worries"] == ("fgm",)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("weapons", None, "not known"),
        ("weapons", False, "no"),
        ("youngest_age", 1, "1 year"),
        ("other_children", 2, "2 children"),
        ("other_children", 1, "1 child"),
        ("missing_episodes", 3, "3 missing episodes"),
        ("level", 4, "level 4"),
        ("channel", "call_999", "999 call"),
        ("worries", ("fgm", "missing"), "female genital mutilation or missing"),
    ],
)
def test_a_value_is_said_in_words(name: str, value: object, words: str) -> None:
    assert value_in_words(name, value) == words


def test_a_list_in_words() -> None:
    assert listed(["a", "b", "c"], "and") == "a, b and c"
