"""What other rules would have said of past decisions, counted before they are saved. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from breakwater.access.rules import TeamKind
from breakwater.referrals.rules import Level, in_words
from breakwater.referrals.thresholds.facts import Facts
from breakwater.referrals.thresholds.routing import propose
from breakwater.referrals.thresholds.rules import RuleKind, RuleSet, suggest

NO_TEAM = "no team"


@dataclass(frozen=True)
class Past:
    """A decision as it was made: on these facts, a person decided this."""

    reference: str
    decided_at: datetime
    facts: Facts
    level: Level
    outcome: str = ""
    teams: frozenset[TeamKind] = frozenset()


@dataclass(frozen=True)
class Changed:
    """A decision of which the new rules would say something else."""

    reference: str
    decided_at: datetime
    before: str
    after: str
    decided: str
    # Titles of rules that fire only now, and of those that no longer do.
    new: tuple[str, ...]
    gone: tuple[str, ...]


@dataclass
class Replay:
    """The rules in force and those proposed, on the same past decisions."""

    read: int = 0
    # Decisions made before the hub kept facts: nothing to replay.
    without_facts: int = 0
    # More decisions are there than were read.
    more: bool = False
    agreed_before: int = 0
    agreed_after: int = 0
    moved: Counter[tuple[str, str]] = field(default_factory=Counter)
    changed: list[Changed] = field(default_factory=list)

    @property
    def replayed(self) -> int:
        return self.read - self.without_facts


def replay_some(into: Replay, before: RuleSet, after: RuleSet, past: Iterable[Past]) -> None:
    """Add what both say of these decisions."""
    for one in past:
        said_before, fired_before = _said(before, one)
        said_after, fired_after = _said(after, one)
        decided = _decided(before.kind, one)
        into.moved[said_before, said_after] += 1
        into.agreed_before += said_before == decided
        into.agreed_after += said_after == decided
        if said_before != said_after:
            into.changed.append(
                Changed(
                    one.reference,
                    one.decided_at,
                    said_before,
                    said_after,
                    decided,
                    tuple(title for id, title in fired_after.items() if id not in fired_before),
                    tuple(title for id, title in fired_before.items() if id not in fired_after),
                )
            )


def _said(rules: RuleSet, past: Past) -> tuple[str, dict[str, str]]:
    if rules.kind is RuleKind.THRESHOLD:
        suggestion = suggest(rules, past.facts)
        return f"level {suggestion.level}", {f.rule.id: f.rule.title for f in suggestion.fired}
    proposal = propose(rules, past.facts, past.level, past.outcome)
    fired = {by.rule.id: by.rule.title for one in proposal.teams for by in one.by}
    return _teams(one.team for one in proposal.teams), fired


def _decided(kind: RuleKind, past: Past) -> str:
    return f"level {past.level}" if kind is RuleKind.THRESHOLD else _teams(past.teams)


def _teams(kinds: Iterable[str]) -> str:
    return " and ".join(sorted(in_words(kind) for kind in kinds)) or NO_TEAM
