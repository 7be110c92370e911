"""What waits in every queue of the hub. The database counts it: see queues.sql."""

from dataclasses import dataclass
from datetime import datetime

from breakwater.access import call
from breakwater.access.queries import teams
from breakwater.access.rules import Actor
from breakwater.oversight.queues import rules
from breakwater.oversight.queues.rules import Counted


@dataclass(frozen=True)
class QueueFacts:
    """One queue, also when it is empty. `hours`: after which somebody is alerted."""

    counted: Counted
    team: str
    hours: int | None
    stale: bool
    soon: bool


def queues(actor: Actor, now: datetime) -> list[QueueFacts]:
    """Every queue, what is oldest first, then what is empty. 2 SQL statements.

    Counts what the actor may know of; for somebody without the right everything is empty.
    """
    homes = {team.id: team for team in teams()}
    found = [
        Counted(*row) for row in call.rows("queues", actor.session, actor.user_id, now)
    ]  # fmt: skip
    there = {(one.queue, one.part, one.team_id) for one in found}
    somewhere = {one.queue for one in found}
    for code, part, team_id in rules.expected((pk, team.kind) for pk, team in homes.items()):
        # What is counted team by team is shown once where no team has any.
        alone = team_id is None and not part and code in somewhere
        if (code, part, team_id) not in there and not alone:
            found.append(Counted(code, part, "", team_id, 0, None, None, None))
    facts = [_facts(one, homes[one.team_id].name if one.team_id else "", now) for one in found]
    return sorted(facts, key=_order)


def _facts(one: Counted, team: str, now: datetime) -> QueueFacts:
    hours = rules.hours_of(one.queue, one.part)
    of = (one.number, one.oldest, hours, now)
    return QueueFacts(one, team, hours, rules.is_stale(*of), rules.is_soon_stale(*of))


def _order(facts: QueueFacts) -> tuple[bool, float, int, str, str]:
    one = facts.counted
    # What shows no age may have waited longest of all. What is empty is in the list's order.
    age = one.oldest.timestamp() if one.oldest and one.number else 0.0
    return (not one.number, age, rules.place_of(one.queue), facts.team, one.part)
