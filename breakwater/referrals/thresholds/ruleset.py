"""Rule sets as data: read and write. A set whose test tables do not come out is refused. Pure."""

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from breakwater.referrals.rules import in_words
from breakwater.referrals.thresholds.checks import LONGEST, Problem, WrongRules, wrong, wrong_set
from breakwater.referrals.thresholds.facts import ASKED
from breakwater.referrals.thresholds.rules import (
    Condition,
    Operator,
    Row,
    Rule,
    RuleKind,
    RuleSet,
)

DEFAULTS = Path(__file__).parent / "defaults"


def default(kind: RuleKind) -> RuleSet:
    """Return the rules that the hub comes with: local defaults, to be set by the area."""
    text = (DEFAULTS / f"{kind}.toml").read_text(encoding="utf-8")
    return read(kind, tomllib.loads(text))


def read(kind: RuleKind, data: Any) -> RuleSet:
    """Return a rule set from plain data. Raise WrongRules with everything that is wrong."""
    rule_set = _built(kind, data)
    problems = [*wrong_set(rule_set), *(p for rule in rule_set.rules for p in wrong(rule, kind))]
    if problems:
        raise WrongRules(problems)
    return rule_set


def as_saved(kind: RuleKind, data: Any) -> RuleSet:
    """Return a set that was checked when it was saved, by what was known then: not checked again.

    A category or team that came later does not make an old version unreadable.
    """
    return _built(kind, data)


def with_rule(rule_set: RuleSet, rule: Rule) -> RuleSet:
    """Return the set with the rule in the place of the one of its id, or at the end."""
    rules = [rule if one.id == rule.id else one for one in rule_set.rules]
    if rule not in rules:
        rules.append(rule)
    return replace(rule_set, rules=tuple(rules))


def id_for(title: str, rule_set: RuleSet) -> str:
    """Return an id for a new rule, made from its title, that no rule of the set has."""
    words = re.findall(r"[a-z0-9]+", title.lower())
    plain = "-".join(words)[: LONGEST["id"] - 4].strip("-") or "rule"
    taken = {rule.id for rule in rule_set.rules}
    numbered = (f"{plain}-{number}" for number in range(2, len(taken) + 3))
    return next(one for one in (plain, *numbered) if one not in taken)


def changes(before: RuleSet, after: RuleSet) -> list[tuple[str, str]]:
    """Return what differs, in order, as (what, how) in words; none when nothing does."""
    olds = {rule.id: rule for rule in before.rules}
    news = {rule.id: rule for rule in after.rules}
    said = []
    for rule in after.rules:
        old = olds.get(rule.id)
        if old is None:
            said.append((rule.title, "new"))
        elif old != rule:
            said.append((rule.title, _how(old, rule)))
    said += [(rule.title, "left out") for rule in before.rules if rule.id not in news]
    said += _beside(before, after)
    if not said and before != after:
        said.append(("the order of the rules", "changed"))
    return said


def _beside(before: RuleSet, after: RuleSet) -> list[tuple[str, str]]:
    """Return what differs beside the rules."""
    said = [
        (f"where {in_words(code)} starts", f"level {before.base.get(code)}, now level {level}")
        for code, level in sorted(after.base.items())
        if before.base.get(code) != level
    ]
    if before.most_up != after.most_up:
        how = f"{before.most_up}, now {after.most_up}"
        said.append(("how many levels all “one level up” raise together", how))
    for name in sorted({*before.words, *after.words}):
        old, new = before.words.get(name, ()), after.words.get(name, ())
        more = [f"“{word}” is new" for word in new if word not in old]
        less = [f"“{word}” is left out" for word in old if word not in new]
        if more or less:
            said.append((f"words that point at {ASKED[name].words}", ", ".join(more + less)))
    if before.lead_order != after.lead_order:
        order = ", ".join(in_words(team) for team in after.lead_order)
        said.append(("the order of who leads", order))
    return said


def _how(old: Rule, new: Rule) -> str:
    if old.on is not new.on:
        return "in use again" if new.on else "no longer in use"
    if old.effect != new.effect:
        return f"{old.effect}, now {new.effect}"
    if (old.all, old.any) != (new.all, new.any):
        return "asks for something else"
    return "words or test table changed"


def written(rule_set: RuleSet) -> dict[str, Any]:
    """Return the rule set as plain data, which read() takes."""
    data: dict[str, Any] = json.loads(json.dumps(asdict(rule_set)))
    data.pop("kind")
    return data


def fingerprint(rule_set: RuleSet) -> str:
    """Return by what the same rules are known again."""
    text = json.dumps([rule_set.kind, written(rule_set)], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _built(kind: RuleKind, data: Any) -> RuleSet:
    """Return the dataclasses; raise WrongRules for data of another shape."""
    where = ""
    try:
        rules = []
        for number, rule in enumerate(data["rules"], 1):
            where = str(rule.get("id") or f"number {number}")
            rules.append(_rule(rule))
        where = ""
        own = {key: data[key] for key in data if key != "rules"}
        base = {str(name): _whole(level) for name, level in own.pop("base", {}).items()}
        words = {
            str(name): tuple(_text(word) for word in some)
            for name, some in own.pop("words", {}).items()
        }
        order = tuple(_text(team) for team in own.pop("lead_order", ()))
        most_up = _whole(own.pop("most_up", 1))
        _nothing_more(own)
        return RuleSet(kind, tuple(rules), base, most_up, words, order)
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        sentence = (
            f"cannot be read: {problem!s}" if where else f"The rules cannot be read: {problem!s}"
        )
        raise WrongRules([Problem(where, "rules", sentence)]) from None


def _rule(data: Mapping[str, Any]) -> Rule:
    own = dict(data)
    at_least = own.pop("at_least", None)
    rule = Rule(
        id=_text(own.pop("id")),
        title=_text(own.pop("title")),
        why=_text(own.pop("why")),
        source=_text(own.pop("source")),
        all=tuple(_condition(one) for one in own.pop("all", ())),
        any=tuple(_condition(one) for one in own.pop("any", ())),
        at_least=None if at_least is None else _whole(at_least),
        up=_yes_no(own.pop("up", False)),
        teams=tuple(_text(team) for team in own.pop("teams", ())),
        leads=_yes_no(own.pop("leads", False)),
        on=_yes_no(own.pop("on", True)),
        tests=tuple(_row(row) for row in own.pop("tests", ())),
    )
    _nothing_more(own)
    return rule


def _condition(data: Mapping[str, Any]) -> Condition:
    own = dict(data)
    value = own.pop("value")
    condition = Condition(
        _text(own.pop("fact")),
        Operator(own.pop("op")),
        tuple(value) if isinstance(value, list | tuple) else value,
    )
    _nothing_more(own)
    return condition


def _row(data: Mapping[str, Any]) -> Row:
    own = dict(data)
    row = Row(dict(own.pop("facts")), _yes_no(own.pop("fires")))
    _nothing_more(own)
    return row


def _nothing_more(own: Mapping[str, Any]) -> None:
    if own:
        raise ValueError(f"{next(iter(own))!r} is not known here")


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{value!r} is no whole number")
    return value


def _yes_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{value!r} is neither true nor false")
    return value
