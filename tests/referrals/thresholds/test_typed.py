import pytest
from hypothesis import given
from hypothesis import strategies as st

from breakwater.referrals.thresholds.facts import ASKED, Facts
from breakwater.referrals.thresholds.rules import Row, RuleKind
from breakwater.referrals.thresholds.ruleset import default
from breakwater.referrals.thresholds.typed import (
    WrongLine,
    condition_value,
    table_in_words,
    table_typed,
    value_typed,
)
from tests.referrals.thresholds.rule_sets import conditions, value

NAMES = [name for name in Facts.__dataclass_fields__ if name != "also"]


def rows() -> st.SearchStrategy[Row]:
    given = st.lists(st.sampled_from(NAMES), unique=True, max_size=4).flatmap(
        lambda names: st.fixed_dictionaries(
            {name: value(name).filter(lambda v: v is not None) for name in names}
        )
    )
    return st.builds(Row, given, st.booleans())


@given(st.lists(rows(), max_size=5))
def test_a_table_in_words_is_read_back_as_it_was(table: list[Row]) -> None:
    assert table_typed(table_in_words(tuple(table))) == tuple(table)


@pytest.mark.parametrize("kind", RuleKind)
def test_every_table_that_the_hub_comes_with_can_be_edited(kind: RuleKind) -> None:
    for rule in default(kind).rules:
        read = table_typed(table_in_words(rule.tests))
        assert [(dict(row.facts), row.fires) for row in read] == [
            (dict(row.facts), row.fires) for row in rule.tests
        ]


@given(conditions())
def test_a_value_of_a_condition_is_read_back_as_it_was(condition) -> None:
    typed = condition_value(condition)
    assert value_typed(condition.fact, typed, several=True) == condition.value


def test_a_table_is_forgiving_about_spaces_capitals_and_names() -> None:
    text = "\n Fires:  Weapons = YES ;missing_episodes=2\n\nDOES NOT FIRE: Nothing known\n"
    assert table_typed(text) == (
        Row({"weapons": True, "missing_episodes": 2}, True),
        Row({}, False),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("weapons = yes", "Line 1: begin it with “fires:” or “does not fire:”"),
        ("fires", "Line 1: begin it with"),
        ("fires: weapons = yes\nfires: luck = 3", "Line 2: “luck = 3” is no “fact = value”"),
        ("fires: weapons", "“weapons” is no “fact = value”"),
        ("fires: weapons = perhaps", "weapons must be yes or no"),
        ("fires: the youngest child's age = young", "must be a whole number, like 2"),
        ("fires: the youngest child's age = 2000", "must be a whole number from 0 to 1,000"),
        ("fires: the youngest child's age = 1000000", "must be a whole number, like 2"),
        ("fires: the main category = luck", "the main category cannot be “luck”. It can be: neg"),
        ("fires: the main category = neglect, missing", "is one of its list, not several"),
        ("fires: the main category = ,", "needs a value"),
        ("fires: weapons = yes; weapons = no", "weapons is given twice"),
        ("fires: worries = neglect", "name the main category, or one also named"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(text: str, said: str) -> None:
    with pytest.raises(WrongLine) as refusal:
        table_typed(text)
    assert said in str(refusal.value)


def test_no_fact_is_called_like_another() -> None:
    spoken = [word for asked in ASKED.values() for word in {asked.name, asked.words}]
    assert len({word.lower() for word in spoken}) == len(spoken)
