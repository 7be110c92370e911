"""Which teams the routing rules propose, which leads, and the rule that said so. Pure."""

from dataclasses import dataclass

from breakwater.referrals.rules import Level
from breakwater.referrals.thresholds.facts import Facts, decided
from breakwater.referrals.thresholds.rules import Fired, Rule, RuleSet, fired_by, fires


@dataclass(frozen=True)
class Proposed:
    """A kind of team, or another area, and the rules that propose it."""

    team: str
    leads: bool
    by: tuple[Fired, ...]


@dataclass(frozen=True)
class Proposal:
    """What the rules propose, the leading team first; nothing where no rule fires."""

    teams: tuple[Proposed, ...]
    # Rules that hang on what is not known.
    undecided: tuple[Rule, ...]
    version: int | None = None


def propose(
    rule_set: RuleSet, facts: Facts, level: Level, outcome: str = "", version: int | None = None
) -> Proposal:
    """Return the teams that the rules propose for a worry at a level, with an outcome.

    One leads: of those that a rule wants to lead (else of all) the first in the set's own order.
    """
    values = decided(facts, level, outcome)
    fired = fired_by(rule_set.working, values)
    teams = {team for one in fired for team in one.rule.teams}
    order = {team: place for place, team in enumerate(rule_set.lead_order)}
    ranked = sorted(teams, key=lambda team: (order.get(team, len(order)), team))
    wanted = {one.rule.teams[0] for one in fired if one.rule.leads}
    ranked.sort(key=lambda team: team not in wanted)
    undecided = [rule for rule in rule_set.working if fires(rule, values) is None]
    return Proposal(
        teams=tuple(
            Proposed(
                team,
                leads=place == 0,
                by=tuple(one for one in fired if team in one.rule.teams),
            )
            for place, team in enumerate(ranked)
        ),
        undecided=tuple(rule for rule in undecided if not teams.issuperset(rule.teams)),
        version=version,
    )
