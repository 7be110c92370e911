"""Who is kept out of a case, and whom a supervisor may keep out."""

from dataclasses import dataclass
from datetime import datetime

from breakwater.access.call import rows
from breakwater.access.rules import Actor, Conflict


@dataclass(frozen=True)
class KeptOut:
    user_id: int
    name: str
    why: Conflict
    by: str | None
    since: datetime


def kept_out(actor: Actor, case_id: int) -> list[KeptOut]:
    """The actor's own people who are kept out of a case that they hold. 1 SQL statement."""
    return [
        KeptOut(user_id, name, Conflict(why), by, since)
        for user_id, name, why, by, since in rows("kept_out", actor.session, actor.user_id, case_id)
    ]


def own_people(actor: Actor) -> list[tuple[int, str]]:
    """Whom the actor supervises. 1 SQL statement."""
    return [(pk, name) for pk, name in rows("my_people", actor.session, actor.user_id)]


def hand_over_to(actor: Actor, case_id: int) -> list[str]:
    """Whom to hand a case over to, by name and team, for one who holds it. 1 SQL statement."""
    found = rows("hand_over_to", actor.session, actor.user_id, case_id)
    return [f"{name} ({team})" for name, team in found]
