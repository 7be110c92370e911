"""Noting who looks, as it happens."""

from dataclasses import dataclass
from datetime import datetime

from breakwater.access import call
from breakwater.access.rules import Actor
from breakwater.referrals.models import Item


@dataclass(frozen=True)
class Other:
    name: str
    since: datetime


def here(actor: Actor, referral_id: int, visit: str = "") -> list[Other] | None:
    """Note that the actor has the referral open; return who else has, None where it is not theirs.

    `visit` is what a page calls itself. Shows nothing of the referral, so that it leaves no entry
    in the ledger. 1 SQL statement.
    """
    rows = call.rows("here", actor.session, actor.user_id, referral_id, visit)
    return [Other(*row) for row in rows[1:]] if rows else None


def gone(actor: Actor, referral_id: int, visit: str) -> None:
    """Note that the actor left it, unless another page gave a sign since. 1 SQL statement."""
    call.rows("gone", actor.session, actor.user_id, referral_id, visit)


def note_opening(actor: Actor, referral_id: int, at: datetime) -> None:
    """Note the first look of the actor's teams at what waits for them. 1 SQL statement.

    For one who holds its case.
    """
    unopened = Item.objects.filter(referral=referral_id, done_at=None, opened_at=None)
    unopened.filter(team__in=actor.team_ids).update(opened_at=at)
