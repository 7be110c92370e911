"""Rules that somebody is changing, kept in their session until they are saved or thrown away.

A rule set names no child and no case, so the session may hold it.
"""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from breakwater.referrals.thresholds import queries
from breakwater.referrals.thresholds.checks import WrongRules
from breakwater.referrals.thresholds.queries import Version
from breakwater.referrals.thresholds.rules import RuleKind, RuleSet
from breakwater.referrals.thresholds.ruleset import changes, read, written


@dataclass(frozen=True)
class Draft:
    """Changed rules, the version that the change began with, and the one now in force."""

    rules: RuleSet
    begun_at: int
    now: Version

    @property
    def changes(self) -> list[tuple[str, str]]:
        return changes(self.now.rules, self.rules)

    @property
    def overtaken(self) -> bool:
        return self.begun_at != self.now.version


def draft_of(request: HttpRequest, kind: RuleKind) -> Draft:
    """What the person has changed so far, else the rules in force. 1 SQL statement."""
    now = queries.in_force(kind)
    kept: Any = request.session.get(_key(kind))
    if kept:
        try:
            return Draft(read(kind, kept["rules"]), int(kept["begun_at"]), now)
        except WrongRules:  # of a hub before its last upgrade
            forget(request, kind)
    return Draft(now.rules, now.version, now)


def keep(request: HttpRequest, draft: Draft, rules: RuleSet) -> None:
    """Keep changed rules. Raise WrongRules for what cannot stand; then nothing is kept."""
    data = written(rules)
    read(rules.kind, data)
    request.session[_key(rules.kind)] = {"begun_at": draft.begun_at, "rules": data}


def forget(request: HttpRequest, kind: RuleKind) -> None:
    request.session.pop(_key(kind), None)


def _key(kind: RuleKind) -> str:
    return f"rules-{kind}"
