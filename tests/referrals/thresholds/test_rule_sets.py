"""Which rule sets are refused, and what is said of them."""

from typing import Any

import pytest
from hypothesis import given

from breakwater.referrals.thresholds.checks import WrongRules, wrong
from breakwater.referrals.thresholds.facts import ASKED, Facts, Kind
from breakwater.referrals.thresholds.rules import (
    OPERATORS,
    Condition,
    Row,
    Rule,
    RuleKind,
    RuleSet,
    fires,
)
from breakwater.referrals.thresholds.ruleset import default, fingerprint, read, written
from tests.referrals.thresholds.rule_sets import a_rule, data, rule_sets

DEFAULT_RULES = [(kind, rule) for kind in RuleKind for rule in default(kind).rules]


def refused(rules: Any, kind: RuleKind = RuleKind.THRESHOLD) -> list[tuple[str, str, str]]:
    with pytest.raises(WrongRules) as refusal:
        read(kind, rules)
    return [(p.rule, p.field, str(p)) for p in refusal.value.problems]


@pytest.mark.parametrize(
    ("kind", "rule"), DEFAULT_RULES, ids=[f"{k}-{r.id}" for k, r in DEFAULT_RULES]
)
def test_the_test_table_of_every_rule_comes_out(kind: RuleKind, rule: Rule) -> None:
    assert wrong(rule, kind) == []
    assert len(rule.tests) >= 2


@pytest.mark.parametrize(
    ("kind", "rule"), DEFAULT_RULES, ids=[f"{k}-{r.id}" for k, r in DEFAULT_RULES]
)
def test_the_tables_notice_a_condition_that_was_left_out(kind: RuleKind, rule: Rule) -> None:
    for place in ("all", "any"):
        for number in range(len(getattr(rule, place))):
            left = tuple(c for i, c in enumerate(getattr(rule, place)) if i != number)
            without = Rule(**{**vars(rule), place: left})
            assert wrong(without, kind), f"without {getattr(rule, place)[number].words}"


def test_every_default_rule_names_its_source() -> None:
    assert all(rule.source for _, rule in DEFAULT_RULES)
    local = [r.id for _, r in DEFAULT_RULES if "ocal default" not in r.source]
    assert local == ["child-protection", "child-in-need"]  # what the law itself says


def test_a_set_that_is_written_and_read_is_the_same() -> None:
    for kind in RuleKind:
        assert read(kind, written(default(kind))) == default(kind)


@given(rule_sets())
def test_writing_loses_nothing(rules: RuleSet) -> None:
    names = written(rules)
    assert [rule["id"] for rule in names["rules"]] == [rule.id for rule in rules.rules]
    assert fingerprint(rules) == fingerprint(rules)


def test_any_change_has_another_fingerprint() -> None:
    own = default(RuleKind.THRESHOLD)
    other = read(RuleKind.THRESHOLD, data(most_up=2))
    assert fingerprint(own) != fingerprint(other)
    assert fingerprint(own) == fingerprint(read(RuleKind.THRESHOLD, written(own)))


def test_a_table_that_does_not_come_out_names_rule_and_row() -> None:
    rows = [
        {"facts": {"weapons": True}, "fires": True},
        {"facts": {"weapons": False}, "fires": True},
        {"facts": {}, "fires": False},
    ]
    assert refused(data(rules=[a_rule(tests=rows)])) == [
        (
            "axe",
            "tests",
            "Rule “axe”: row 2 of its test table says that it fires, and it does not",
        )
    ]
    rows = [
        {"facts": {"weapons": True}, "fires": True},
        {"facts": {"weapons": True, "repeats": 1}, "fires": False},
    ]
    ((_, _, said),) = refused(data(rules=[a_rule(tests=rows)]))
    assert said.endswith("row 2 of its test table says that it must not fire, and it does")


WEAPONS = [{"fact": "weapons", "op": "is", "value": True}]


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"title": " "}, "title", "has no title"),
        ({"title": "x" * 121}, "title", "120 characters or fewer"),
        ({"why": ""}, "why", "has no why"),
        ({"source": ""}, "source", "has no source"),
        ({"id": "An axe"}, "id", "small letters, numbers and hyphens"),
        ({"at_least": 5}, "at_least", "from 1 to 4"),
        ({"at_least": 0}, "at_least", "from 1 to 4"),
        ({"at_least": None}, "at_least", "one of the two"),
        ({"up": True}, "at_least", "one of the two"),
        ({"teams": ["cait"]}, "teams", "propose no team"),
        ({"all": []}, "all", "add a condition"),
        ({"all": WEAPONS * 11}, "all", "more than 10"),
        ({"all": [WEAPONS[0] | {"fact": "luck"}]}, "all", "'luck' is no fact"),
        ({"all": [WEAPONS[0] | {"op": "at least"}]}, "all", "cannot be asked with"),
        ({"all": [WEAPONS[0] | {"value": 3}]}, "all", "must be yes or no"),
        ({"all": [WEAPONS[0] | {"value": None}]}, "all", "does not say which value"),
        (
            {"all": [{"fact": "repeats", "op": "at least", "value": -1}]},
            "all",
            "must be a whole number",
        ),
        (
            {"all": [{"fact": "repeats", "op": "at least", "value": True}]},
            "all",
            "must be a whole number",
        ),
        ({"all": [{"fact": "channel", "op": "one of", "value": ["owl"]}]}, "all", "not on the"),
        ({"all": [{"fact": "channel", "op": "one of", "value": []}]}, "all", "not on the"),
        ({"all": [{"fact": "worries", "op": "has any of", "value": []}]}, "all", "which value"),
        ({"all": [{"fact": "outcome", "op": "one of", "value": ["early_help"]}]}, "all", "only af"),
        ({"tests": []}, "tests", "a row that fires and one that does not"),
        ({"tests": [{"facts": {"weapons": True}, "fires": True}]}, "tests", "one that does not"),
        (
            {"tests": [{"facts": {"luck": 1}, "fires": True}, {"facts": {}, "fires": False}]},
            "tests",
            "row 1 of its test table: luck",
        ),
        (
            {"tests": [{"facts": {"weapons": 2}, "fires": True}, {"facts": {}, "fires": False}]},
            "tests",
            "row 1 of its test table: weapons: must be yes or no",
        ),
        (
            {
                "tests": [
                    {"facts": {"weapons": True}, "fires": True},
                    *({"facts": {}, "fires": False} for _ in range(50)),
                ]
            },
            "tests",
            "more than 50 rows",
        ),
    ],
)
def test_a_rule_that_cannot_stand_says_where_and_why(
    changes: dict[str, Any], field: str, said: str
) -> None:
    ((_, where, sentence),) = refused(data(rules=[a_rule(**changes)]))
    assert where == field
    assert said in sentence


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ({"fact": "weapons", "op": "is", "value": False}, "weapons: no"),
        ({"fact": "adult_access", "op": "may be", "value": False}, "access to children: no"),
        ({"fact": "seen_child", "op": "is", "value": True}, "the child was seen: yes"),
        ({"fact": "repeats", "op": "at most", "value": 1}, "1 referral or less"),
        ({"fact": "youngest_age", "op": "at least", "value": 16}, "16 years or more"),
    ],
)
def test_a_threshold_that_rises_with_less_danger_is_refused(
    condition: dict[str, Any], words: str
) -> None:
    ((_, where, sentence),) = refused(data(rules=[a_rule(all=[condition])]))
    assert where == "all"
    assert "would fire for less danger" in sentence
    assert words in sentence


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"base": {}}, "base"),
        ({"base": data()["base"] | {"neglect": 5}}, "base"),
        ({"base": data()["base"] | {"luck": 1}}, "base"),
        ({"most_up": 0}, "most_up"),
        ({"most_up": 4}, "most_up"),
        ({"words": {"consent": ["no"]}}, "words"),
        ({"words": {"weapons": [" "]}}, "words"),
        ({"words": {"weapons": ["x" * 61]}}, "words"),
        ({"words": {"weapons": ["x"] * 201}}, "words"),
        ({"rules": [a_rule(), a_rule()]}, "id"),
        ({"rules": [a_rule(id=f"r{n}") for n in range(101)]}, "rules"),
    ],
)
def test_a_set_that_cannot_stand_says_where(changes: dict[str, Any], field: str) -> None:
    assert {where for _, where, _ in refused(data(**changes))} == {field}


@pytest.mark.parametrize(
    "broken",
    [
        None,
        [],
        {},
        {"rules": 3},
        {"rules": [3]},
        {"rules": [{}]},
        {"rules": [a_rule(title=3)]},
        {"rules": [a_rule(on="yes")]},
        {"rules": [a_rule(at_least="4")]},
        {"rules": [a_rule(colour="red")]},
        {"rules": [a_rule(all=[{"fact": "weapons", "op": "eval", "value": "1"}])]},
        {"rules": [a_rule(all=[{"fact": "weapons", "op": "is"}])]},
        {"rules": [a_rule(all=[WEAPONS[0] | {"code": "1"}])]},
        {"rules": [a_rule(tests=[{"facts": 3, "fires": True}])]},
        data() | {"colour": "red"},
        data() | {"base": 3},
        data() | {"most_up": True},
    ],
)
def test_data_of_another_shape_is_refused_in_words(broken: Any) -> None:
    ((_, where, sentence),) = refused(broken)
    assert where == "rules"
    assert "cannot be read" in sentence


ROUTE = {"at_least": None, "teams": ["cait"]}


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({}, "teams", "and no level"),
        ({"at_least": None}, "teams", "must propose a team"),
        (ROUTE | {"teams": ["triage"]}, "teams", "no kind of team"),
        (
            ROUTE | {"tests": [{"facts": {"level": 7}, "fires": True}, *a_rule()["tests"]]},
            "tests",
            "level: must be from 1 to 4",
        ),
    ],
)
def test_a_routing_rule_that_cannot_stand_says_where_and_why(
    changes: dict[str, Any], field: str, said: str
) -> None:
    rules = data(RuleKind.ROUTING, rules=[a_rule(**changes)])
    ((_, where, sentence),) = refused(rules, RuleKind.ROUTING)
    assert where == field
    assert said in sentence


def test_routing_may_ask_in_any_direction() -> None:
    rule = a_rule(
        **ROUTE,
        all=[{"fact": "weapons", "op": "is", "value": False}],
        tests=[{"facts": {"weapons": False}, "fires": True}, {"facts": {}, "fires": False}],
    )
    read(RuleKind.ROUTING, data(RuleKind.ROUTING, rules=[rule]))


@pytest.mark.parametrize("order", [[], ["cait"], ["cait"] * 6])
def test_the_order_of_who_leads_names_every_kind_of_team_once(order: list[str]) -> None:
    ((_, where, _),) = refused(data(RuleKind.ROUTING, lead_order=order), RuleKind.ROUTING)
    assert where == "lead_order"


def test_a_rule_that_is_off_still_has_to_come_out() -> None:
    off = a_rule(on=False, tests=[{"facts": {}, "fires": True}, {"facts": {}, "fires": False}])
    assert refused(data(rules=[off]))


@pytest.mark.parametrize("name", ASKED)
def test_every_fact_can_be_asked_and_read_in_words(name: str) -> None:
    asked = ASKED[name]
    value: Any = {Kind.YES_NO: True, Kind.NUMBER: 2}.get(asked.kind, asked.choices[:2])
    for op in OPERATORS[asked.kind]:
        words = Condition(name, op, value).words
        assert words.startswith(asked.words)
        assert "_" not in words


def test_an_age_is_read_as_people_say_it() -> None:
    under = Condition("youngest_age", OPERATORS[Kind.NUMBER][1], 0)
    assert under.words == "the youngest child's age: under 1 year"


def test_all_and_any_of_a_rule_ask_three_valued() -> None:
    rule = Rule(
        "r",
        "A rule",
        "So.",
        "A test",
        all=tuple(Condition(**c) for c in (WEAPONS[0],)),  # type: ignore[arg-type]
        any=(
            Condition("unborn", OPERATORS[Kind.YES_NO][0], True),
            Condition("youngest_age", OPERATORS[Kind.NUMBER][1], 0),
        ),
        tests=(Row({}, False),),
    )
    table = [
        ({"weapons": True, "unborn": True}, True),
        ({"weapons": True, "unborn": False}, None),
        ({"weapons": True, "unborn": False, "youngest_age": 3}, False),
        ({"weapons": False}, False),
        ({"unborn": True}, None),
        ({}, None),
    ]
    for known, answer in table:
        assert fires(rule, known) is answer, known


def test_every_fact_may_be_unknown() -> None:
    facts = Facts()
    assert all(getattr(facts, n) is None for n in Facts.__dataclass_fields__ if n != "also")
