"""What is wrong with a rule or a rule set, its own test tables included. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from breakwater.access.rules import CASEWORK_TEAMS
from breakwater.referrals.rules import Category, Level
from breakwater.referrals.thresholds.facts import (
    ASKED,
    Danger,
    Facts,
    Kind,
    WrongFact,
    checked,
    decided,
    facts_from,
    known,
)
from breakwater.referrals.thresholds.rules import (
    HIGHEST,
    LOWEST,
    OPERATORS,
    Condition,
    Operator,
    Rule,
    RuleKind,
    RuleSet,
    wrong_rows,
)

OTHER_AREA = "other_area"
# What a routing rule may propose: kinds of team, or that another area takes over.
DESTINATIONS = (*sorted(kind.value for kind in CASEWORK_TEAMS), OTHER_AREA)
MOST_RULES, MOST_CONDITIONS, MOST_ROWS, MOST_WORDS = 100, 10, 50, 200
LONGEST = {"id": 40, "title": 120, "why": 1_000, "source": 300}
LONGEST_WORD = 60
# Facts that words of a narrative may point at.
TOLD_IN_WORDS = ("weapons", "missing_episodes", "domestic_abuse")


@dataclass(frozen=True)
class Problem:
    """What is wrong, with which rule ("" for the set) and which part of it."""

    rule: str
    field: str
    sentence: str

    def __str__(self) -> str:
        return f"Rule “{self.rule}”: {self.sentence}" if self.rule else self.sentence


class WrongRules(Exception):
    """A rule set that cannot be saved."""

    def __init__(self, problems: list[Problem]):
        self.problems = problems
        super().__init__("; ".join(map(str, problems)))


def wrong(rule: Rule, kind: RuleKind) -> list[Problem]:
    """Return what is wrong with a rule, its own test table included."""
    problems = [*_wrong_words(rule), *_wrong_effect(rule, kind)]
    for place, conditions in (("all", rule.all), ("any", rule.any)):
        for condition in conditions:
            if sentence := _wrong_condition(condition, kind):
                problems.append(Problem(rule.id, place, sentence))
    if not rule.all and not rule.any:
        problems.append(Problem(rule.id, "all", "says of nothing when it fires: add a condition"))
    if len(rule.all) + len(rule.any) > MOST_CONDITIONS:
        problems.append(Problem(rule.id, "all", f"asks for more than {MOST_CONDITIONS} things"))
    # A table is read by conditions that can be read.
    return problems or _wrong_table(rule, kind)


def _wrong_words(rule: Rule) -> list[Problem]:
    problems = []
    for name, longest in LONGEST.items():
        text = getattr(rule, name)
        if not text.strip():
            problems.append(Problem(rule.id, name, f"has no {name}: enter it"))
        if len(text) > longest:
            sentence = f"its {name} must be {longest:,} characters or fewer"
            problems.append(Problem(rule.id, name, sentence))
    if rule.id.strip() and not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.id):
        sentence = "its id must be small letters, numbers and hyphens"
        problems.append(Problem(rule.id, "id", sentence))
    return problems


def _wrong_effect(rule: Rule, kind: RuleKind) -> list[Problem]:
    level, teams = rule.at_least is not None or rule.up, bool(rule.teams)
    if kind is RuleKind.ROUTING:
        unknown = [team for team in rule.teams if team not in DESTINATIONS]
        if unknown:
            return [Problem(rule.id, "teams", f"{unknown[0]!r} is no kind of team")]
        if level or not teams:
            return [Problem(rule.id, "teams", "must propose a team, and no level")]
        return []
    if teams or rule.leads:
        return [Problem(rule.id, "teams", "must raise the level, and propose no team")]
    if (rule.at_least is None) is not rule.up:
        sentence = "must raise to at least a level, or one level up: one of the two"
        return [Problem(rule.id, "at_least", sentence)]
    if rule.at_least is not None and not LOWEST <= rule.at_least <= HIGHEST:
        return [Problem(rule.id, "at_least", f"must raise to a level from {LOWEST} to {HIGHEST}")]
    return []


def _wrong_condition(condition: Condition, kind: RuleKind) -> str:
    asked = ASKED.get(condition.fact)
    if asked is None:
        return f"{condition.fact!r} is no fact of the hub"
    if asked.decided and kind is RuleKind.THRESHOLD:
        return f"{asked.words} is known only after a decision: a threshold cannot ask for it"
    if condition.op not in OPERATORS[asked.kind]:
        return f"{asked.words} cannot be asked with “{condition.op}”"
    try:
        value = checked(condition.fact, condition.value if asked.kind is not Kind.ONE else None)
        if asked.kind is Kind.ONE:
            for one in condition.value or [""]:
                checked(condition.fact, one)
    except (WrongFact, TypeError) as problem:
        return str(problem)
    if asked.kind is not Kind.ONE and (value is None or value == ()):
        return f"{asked.words}: the rule does not say which value"
    return _wrong_direction(condition) if kind is RuleKind.THRESHOLD else ""


def _wrong_direction(condition: Condition) -> str:
    """Say why a threshold must not ask this: less danger would then raise the level."""
    asked = ASKED[condition.fact]
    right = {
        Danger.YES: condition.value is True,
        Danger.NO: condition.value is False,
        Danger.MORE: condition.op is Operator.AT_LEAST,
        Danger.LESS: condition.op is Operator.AT_MOST,
        Danger.NEITHER: True,
    }[asked.danger]
    if right:
        return ""
    return f"would fire for less danger, “{condition.words}”: a threshold asks only for more"


def _wrong_table(rule: Rule, kind: RuleKind) -> list[Problem]:
    if {row.fires for row in rule.tests} != {True, False}:
        sentence = "its test table needs a row that fires and one that does not"
        return [Problem(rule.id, "tests", sentence)]
    if len(rule.tests) > MOST_ROWS:
        return [Problem(rule.id, "tests", f"its test table has more than {MOST_ROWS} rows")]
    values = values_of_decided if kind is RuleKind.ROUTING else values_of
    for number, row in enumerate(rule.tests, 1):
        try:
            values(row.facts)
        except (WrongFact, TypeError) as problem:
            return [Problem(rule.id, "tests", f"row {number} of its test table: {problem}")]
    return [
        Problem(
            rule.id,
            "tests",
            f"row {number} of its test table says that it "
            + ("fires, and it does not" if rule.tests[number - 1].fires else "must not fire")
            + ("" if rule.tests[number - 1].fires else ", and it does"),
        )
        for number in wrong_rows(rule, values)
    ]


def values_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a threshold's test row. Raise WrongFact."""
    names = Facts.__dataclass_fields__
    for name in row:
        if name not in names:
            raise WrongFact(name, "is no fact that a row can give")
    return known(facts_from(row))


def values_of_decided(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a routing rule's test row: level and outcome too. Raise WrongFact."""
    rest = {name: value for name, value in row.items() if name not in ("level", "outcome")}
    level, outcome = checked("level", row.get("level")), checked("outcome", row.get("outcome"))
    if level is None:
        return values_of(rest) | {"level": None, "outcome": outcome}
    if not LOWEST <= level <= HIGHEST:
        raise WrongFact("level", f"must be from {LOWEST} to {HIGHEST}")
    values_of(rest)
    return decided(facts_from(rest), Level(str(level)), outcome or "")


def wrong_set(rule_set: RuleSet) -> list[Problem]:
    problems = []
    ids = [rule.id for rule in rule_set.rules]
    if len(ids) > MOST_RULES:
        problems.append(Problem("", "rules", f"There are more than {MOST_RULES} rules"))
    for twice in sorted({one for one in ids if ids.count(one) > 1}):
        problems.append(Problem(twice, "id", "another rule has this id"))
    if rule_set.kind is RuleKind.ROUTING:
        if sorted(rule_set.lead_order) != sorted(DESTINATIONS):
            sentence = "The order of who leads must name every kind of team once"
            problems.append(Problem("", "lead_order", sentence))
        return problems
    for category in Category:
        level = rule_set.base.get(category.value)
        if level is None or not LOWEST <= level <= HIGHEST:
            sentence = f"{category.value} must start at a level from {LOWEST} to {HIGHEST}"
            problems.append(Problem("", "base", sentence))
    for extra in sorted(set(rule_set.base) - {c.value for c in Category}):
        problems.append(Problem("", "base", f"{extra!r} is no category"))
    if not LOWEST <= rule_set.most_up <= HIGHEST - 1:
        sentence = f"All “one level up” together must make 1 to {HIGHEST - 1} levels"
        problems.append(Problem("", "most_up", sentence))
    for name, words in rule_set.words.items():
        if name not in TOLD_IN_WORDS:
            problems.append(Problem("", "words", f"{name!r}: words cannot point at this fact"))
        elif len(words) > MOST_WORDS:
            problems.append(Problem("", "words", f"{name} has more than {MOST_WORDS} words"))
        elif any(not word.strip() or len(word) > LONGEST_WORD for word in words):
            sentence = f"a word of {name} must have 1 to {LONGEST_WORD} characters"
            problems.append(Problem("", "words", sentence))
    return problems
