"""What somebody was told."""

from dataclasses import dataclass
from datetime import datetime

from breakwater.access.call import rows, value
from breakwater.access.rules import Actor, AlertKind

MOST = 200


@dataclass(frozen=True)
class Alert:
    """`cases`: those that the reader may see; of others no number is shown."""

    id: int
    kind: AlertKind
    cases: list[int]
    about: str
    agency: str
    at: datetime
    seen: bool
    # Of a deadline: what it is about ("referral:12") and its name.
    subject: str
    what: str


def alerts_of(actor: Actor) -> list[Alert]:
    """The actor's own alerts, the newest first. 1 SQL statement."""
    return [
        Alert(pk, AlertKind(kind), cases, about or "", agency or "", at, seen, subject, what)
        for pk, kind, cases, about, agency, at, seen, subject, what in rows(
            "my_alerts", actor.session, actor.user_id, MOST
        )
    ]


def unseen(actor: Actor) -> int:
    """How many of them the actor has not seen. 1 SQL statement."""
    return int(value("unseen_alerts", actor.session, actor.user_id))
