"""Rules over facts: what fires, what cannot be told yet, and which level of need that suggests.

Pure. A rule is data: nothing in it is run. It asks three-valued: a fact that is not known makes
neither yes nor no, so the suggestion can say which answer would change it. A threshold rule may
ask about danger only in the direction of danger (ruleset.py refuses others), so that more danger
never lowers what is suggested.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from breakwater.referrals.rules import Level, in_words
from breakwater.referrals.thresholds.facts import (
    ASKED,
    NOT_KNOWN,
    Facts,
    Kind,
    counted,
    known,
    listed,
    value_in_words,
)

LOWEST, HIGHEST = 1, 4


class RuleKind(StrEnum):
    THRESHOLD = "threshold"
    ROUTING = "routing"


class Operator(StrEnum):
    IS = "is"
    MAY_BE = "may be"
    ONE_OF = "one of"
    HAS_ANY_OF = "has any of"
    AT_LEAST = "at least"
    AT_MOST = "at most"


OPERATORS = {
    Kind.YES_NO: (Operator.IS, Operator.MAY_BE),
    Kind.NUMBER: (Operator.AT_LEAST, Operator.AT_MOST),
    Kind.ONE: (Operator.ONE_OF,),
    Kind.SOME: (Operator.HAS_ANY_OF,),
}


@dataclass(frozen=True)
class Condition:
    fact: str
    op: Operator
    value: Any

    @property
    def words(self) -> str:
        """Return "the youngest child's age: under 2 years"."""
        asked = ASKED[self.fact]
        if asked.kind is Kind.YES_NO:
            answer = "yes" if self.value else "no"
            or_unknown = f", or {NOT_KNOWN}" if self.op is Operator.MAY_BE else ""
            return f"{asked.words}: {answer}{or_unknown}"
        if asked.unit == "year" and self.op is Operator.AT_MOST:
            return f"{asked.words}: under {counted(self.value + 1, asked.unit)}"
        if asked.kind is Kind.NUMBER:
            less = "or less" if self.op is Operator.AT_MOST else "or more"
            return f"{asked.words}: {counted(self.value, asked.unit)} {less}"
        return f"{asked.words} is {listed([in_words(one) for one in self.value])}"


@dataclass(frozen=True)
class Row:
    """A line of a rule's test table: of these facts, and nothing else known, does it fire?"""

    facts: Mapping[str, Any]
    fires: bool


@dataclass(frozen=True)
class Rule:
    """Fires when all of `all` hold and, where `any` asks something, one of `any`."""

    id: str
    title: str
    why: str
    source: str
    all: tuple[Condition, ...] = ()
    any: tuple[Condition, ...] = ()
    # A threshold rule raises to at least this level, or one level up.
    at_least: int | None = None
    up: bool = False
    # A routing rule proposes these kinds of team; whether the first of them should lead.
    teams: tuple[str, ...] = ()
    leads: bool = False
    on: bool = True
    tests: tuple[Row, ...] = ()

    @property
    def effect(self) -> str:
        if self.teams:
            return ", ".join(in_words(team) for team in self.teams) + (
                " (leads)" if self.leads else ""
            )
        return "one level up" if self.up else f"at least level {self.at_least}"


@dataclass(frozen=True)
class RuleSet:
    kind: RuleKind
    rules: tuple[Rule, ...]
    # Thresholds: where each category starts, and how many levels all "one level up" make together.
    base: Mapping[str, int] = field(default_factory=dict)
    most_up: int = 1
    # Words of a narrative that point at a fact: quoted, to be checked.
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    # Routing: of teams that should all lead, or none, the first of these does.
    lead_order: tuple[str, ...] = ()

    @property
    def working(self) -> list[Rule]:
        return [rule for rule in self.rules if rule.on]


@dataclass(frozen=True)
class Fired:
    """A rule that fired and the facts that made it, as (name, fact in words, value in words)."""

    rule: Rule
    known: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Could:
    """What one more answer could make of it: the rule, what it asks, and the level then."""

    rule: Rule
    unknown: tuple[str, ...]
    level: Level

    @property
    def asks(self) -> list[str]:
        return [ASKED[name].words for name in self.unknown]


@dataclass(frozen=True)
class Suggestion:
    level: Level
    base: Level
    base_of: str
    fired: tuple[Fired, ...]
    could: tuple[Could, ...]
    # Facts that some rule asks about and nobody knows, by name.
    unknown: tuple[str, ...]
    version: int | None = None

    @property
    def base_words(self) -> str:
        return in_words(self.base_of)

    @property
    def unknown_words(self) -> list[str]:
        return [ASKED[name].words for name in self.unknown]


def holds(condition: Condition, values: Mapping[str, Any]) -> bool | None:
    """Return whether the condition holds; None when its fact is not known."""
    value = values.get(condition.fact)
    if condition.op is Operator.MAY_BE:
        return value is None or value == condition.value
    if value is None:
        return None
    match condition.op:
        case Operator.IS:
            return bool(value == condition.value)
        case Operator.ONE_OF:
            return value in condition.value
        case Operator.HAS_ANY_OF:
            return not set(value).isdisjoint(condition.value)
        case Operator.AT_LEAST:
            return bool(value >= condition.value)
        case Operator.AT_MOST:
            return bool(value <= condition.value)
    raise AssertionError(condition.op)  # pragma: no cover


def fires(rule: Rule, values: Mapping[str, Any]) -> bool | None:
    """Return whether the rule fires; None when that hangs on what is not known."""
    every = _all(holds(condition, values) for condition in rule.all)
    one = _any(holds(condition, values) for condition in rule.any) if rule.any else True
    return _all((every, one))


def fired_by(rules: Iterable[Rule], values: Mapping[str, Any]) -> tuple[Fired, ...]:
    """Return the rules that fire, each with the facts that made it."""
    return tuple(_fired(rule, values) for rule in rules if fires(rule, values))


def suggest(rule_set: RuleSet, facts: Facts, version: int | None = None) -> Suggestion:
    """Return the highest level reached, why, and what could still change it. It never decides."""
    values = known(facts)
    start, base_of = _base(rule_set, facts)
    fired = fired_by(rule_set.working, values)
    level = _level(rule_set, start, [one.rule for one in fired])
    could = []
    for rule in rule_set.working:
        if fires(rule, values) is None:
            then = _level(rule_set, start, [*(one.rule for one in fired), rule])
            if then > level:
                could.append(Could(rule, unknown_of(rule, values), _as_level(then)))
    could.sort(key=lambda one: -int(one.level))
    asked = {c.fact for rule in rule_set.working for c in (*rule.all, *rule.any)}
    return Suggestion(
        level=_as_level(level),
        base=_as_level(start),
        base_of=base_of,
        fired=fired,
        could=tuple(could),
        unknown=tuple(name for name in ASKED if name in asked and values.get(name) is None),
        version=version,
    )


def wrong_rows(rule: Rule, values_of: Any) -> list[int]:
    """Return the numbers, from 1, of the rows of the rule's table that do not come out."""
    return [
        number
        for number, row in enumerate(rule.tests, 1)
        if (fires(rule, values_of(row.facts)) is True) is not row.fires
    ]


def unknown_of(rule: Rule, values: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the facts that the rule waits for."""
    asked = dict.fromkeys(c.fact for c in (*rule.all, *rule.any) if holds(c, values) is None)
    return tuple(asked)


def _base(rule_set: RuleSet, facts: Facts) -> tuple[int, str]:
    """Return where the worry starts, and the category that says so: the gravest of those named."""
    named = [] if facts.category is None else [facts.category]
    levels = [(rule_set.base.get(one, LOWEST), one) for one in (*named, *facts.also)]
    if not levels:
        return LOWEST, ""
    return max(levels, key=lambda pair: pair[0])


def _level(rule_set: RuleSet, start: int, fired: list[Rule]) -> int:
    floor = max([start, *(rule.at_least for rule in fired if rule.at_least is not None)])
    steps = min(rule_set.most_up, sum(rule.up for rule in fired))
    return min(HIGHEST, floor + steps)


def _as_level(level: int) -> Level:
    return Level(str(level))


def _fired(rule: Rule, values: Mapping[str, Any]) -> Fired:
    made = [c for c in (*rule.all, *rule.any) if holds(c, values)]
    names = dict.fromkeys(c.fact for c in made)
    return Fired(
        rule,
        tuple((name, ASKED[name].words, value_in_words(name, values.get(name))) for name in names),
    )


def _all(answers: Iterable[bool | None]) -> bool | None:
    said = set(answers)
    return False if False in said else None if None in said else True


def _any(answers: Iterable[bool | None]) -> bool | None:
    said = set(answers)
    return True if True in said else None if None in said else False
