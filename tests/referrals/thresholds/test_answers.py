import pytest
from django.http import QueryDict
from hypothesis import given

from breakwater.referrals.thresholds.answers import QUESTIONS, AnswersForm
from breakwater.referrals.thresholds.facts import ANSWERED, Facts, with_answers
from tests.referrals.thresholds.rule_sets import facts

FOUND = Facts(category="neglect", weapons=True, youngest_age=3, consent="sought")


def typed(found: Facts, **changes: str) -> AnswersForm:
    shown = AnswersForm(found)
    values = {name: shown[name].value() for name in QUESTIONS} | changes
    sent = QueryDict(mutable=True)
    sent.update({name: str(value) for name, value in values.items() if value is not None})
    return AnswersForm(found, sent)


def answered(**changes: str) -> dict[str, object]:
    form = typed(FOUND, **changes)
    assert form.is_valid(), form.errors
    return form.answers()


@given(facts())
def test_what_is_left_as_it_was_found_is_no_answer(found: Facts) -> None:
    form = typed(found)
    assert form.is_valid(), form.errors
    assert form.answers() == {}


def test_what_a_worker_changes_is_their_answer_and_not_known_is_one() -> None:
    changed = answered(weapons="no", youngest_age="", repeats="2", consent="refused", unborn="yes")
    assert changed == {
        "weapons": False,
        "youngest_age": None,
        "repeats": 2,
        "consent": "refused",
        "unborn": True,
    }
    assert with_answers(FOUND, changed).weapons is False
    assert answered(weapons="") == {"weapons": None}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"youngest_age": "-1"}, "must be 0 or higher"),
        ({"youngest_age": "old"}, "whole number"),
        ({"repeats": "1001"}, "must be 1000 or lower"),
        ({"weapons": "perhaps"}, "from the list"),
        ({"consent": "perhaps"}, "from the list"),
    ],
)
def test_an_answer_that_is_none_is_told_at_its_question(changes: dict[str, str], said: str) -> None:
    form = typed(FOUND, **changes)
    assert not form.is_valid()
    assert list(form.errors) == list(changes)
    assert said in str(form.errors)


def test_every_fact_that_a_worker_may_answer_is_asked_but_what_the_hub_itself_decides() -> None:
    assert set(ANSWERED) - set(QUESTIONS) == {"restricted"}
