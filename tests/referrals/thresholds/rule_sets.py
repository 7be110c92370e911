"""Rules as tests speak of them."""

from typing import Any

from hypothesis import strategies as st

from breakwater.referrals.rules import Category
from breakwater.referrals.thresholds.facts import ASKED, Danger, Facts, Kind
from breakwater.referrals.thresholds.rules import (
    OPERATORS,
    Condition,
    Operator,
    Rule,
    RuleKind,
    RuleSet,
)
from breakwater.referrals.thresholds.ruleset import default, read, written

CODES = [c.value for c in Category]


def data(kind: RuleKind = RuleKind.THRESHOLD, **changes: Any) -> dict[str, Any]:
    """The rules that the hub comes with, as plain data, with some of it replaced."""
    return written(default(kind)) | changes


def a_rule(**changes: Any) -> dict[str, Any]:
    """A rule about weapons, as plain data."""
    return {
        "id": "axe",
        "title": "An axe",
        "why": "A weapon is near.",
        "source": "A test",
        "all": [{"fact": "weapons", "op": "is", "value": True}],
        "at_least": 4,
        "tests": [
            {"facts": {"weapons": True}, "fires": True},
            {"facts": {}, "fires": False},
        ],
    } | changes


def with_rules(*rules: dict[str, Any], **changes: Any) -> RuleSet:
    """A threshold set of these rules alone."""
    return read(RuleKind.THRESHOLD, data(rules=list(rules), **changes))


def conditions() -> st.SearchStrategy[Condition]:
    """Any condition that a threshold may ask."""
    return st.sampled_from([a for a in ASKED.values() if not a.decided]).flatmap(
        lambda asked: st.builds(
            Condition,
            st.just(asked.name),
            st.sampled_from(_operators(asked.kind, asked.danger)),
            _values(asked.kind, asked.danger, asked.choices),
        )
    )


def rule_sets() -> st.SearchStrategy[RuleSet]:
    some = st.lists(conditions(), max_size=3).map(tuple)
    effect = st.one_of(
        st.integers(1, 4).map(lambda level: {"at_least": level}), st.just({"up": True})
    )
    rules = st.builds(
        lambda number, every, one, effect, on: Rule(
            f"r{number}", "A rule", "So.", "A test", every, one, on=on, **effect
        ),
        st.integers(0, 10**6),
        some,
        some,
        effect,
        st.booleans(),
    ).filter(lambda rule: bool(rule.all or rule.any))
    return st.builds(
        lambda rules, base, most_up: RuleSet(RuleKind.THRESHOLD, tuple(rules), base, most_up),
        st.lists(rules, max_size=8, unique_by=lambda rule: rule.id),
        st.fixed_dictionaries({code: st.integers(1, 4) for code in CODES}),
        st.integers(1, 3),
    )


def facts() -> st.SearchStrategy[Facts]:
    return st.builds(Facts, **{name: value(name) for name in Facts.__dataclass_fields__})


def value(name: str) -> st.SearchStrategy[Any]:
    asked = ASKED[name]
    if asked.kind is Kind.YES_NO:
        return st.sampled_from([None, True, False])
    if asked.kind is Kind.NUMBER:
        return st.none() | st.integers(0, 20)
    if asked.kind is Kind.ONE:
        return st.none() | st.sampled_from(asked.choices)
    return st.lists(st.sampled_from(asked.choices), max_size=3, unique=True).map(tuple)


def more_danger(name: str, now: Any) -> st.SearchStrategy[Any]:
    """Any value of the fact that is at least as dangerous."""
    asked = ASKED[name]
    if name == "also":
        more = st.lists(st.sampled_from(asked.choices), max_size=3)
        return more.map(lambda some: (*now, *some))
    if asked.danger is Danger.NEITHER:
        return value(name) if now is None else st.just(now)
    if asked.kind is Kind.YES_NO:
        order = [False, None, True] if asked.danger is Danger.YES else [True, None, False]
        return st.sampled_from(order[order.index(now) :])
    if now is None:
        return value(name)
    return st.integers(now, 30) if asked.danger is Danger.MORE else st.integers(0, now)


def _operators(kind: Kind, danger: Danger) -> list[Operator]:
    if kind is Kind.NUMBER:
        return [Operator.AT_LEAST if danger is Danger.MORE else Operator.AT_MOST]
    return list(OPERATORS[kind])


def _values(kind: Kind, danger: Danger, choices: tuple[str, ...]) -> st.SearchStrategy[Any]:
    if kind is Kind.YES_NO:
        return st.just(danger is Danger.YES)
    if kind is Kind.NUMBER:
        return st.integers(0, 20)
    return st.lists(st.sampled_from(choices), min_size=1, max_size=4, unique=True).map(tuple)
