"""Handing over all that waits for somebody who is away: at once for whoever asks, in batches."""

import time
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from breakwater.access import actions as access
from breakwater.access import call
from breakwater.access.policy import Verb
from breakwater.access.rules import Actor
from breakwater.referrals import rules
from breakwater.referrals.models import Item
from breakwater.referrals.moves import WrongInput
from breakwater.referrals.routing.actions import give

BATCH = 50
# How long one answer may take; what is left then goes on with the next.
SECONDS = 2.0
WHAT = "hand over for an absence"


@dataclass(frozen=True)
class Absence:
    """Who is away, who takes over (None: the team), and what they should know."""

    away: int
    heir: int | None
    note: str


@dataclass(frozen=True)
class Waits:
    """What waits for somebody who is away: (item, case) pairs that can go to the heir.

    `stays` is how many cannot, since the heir may not see their case.
    """

    places: list[tuple[int, int]]
    stays: int


@dataclass(frozen=True)
class Done:
    moved: int
    left: int


def waits_for(actor: Actor, away: int, heir: int | None) -> Waits:
    """What can be handed over: on boards that the actor supervises, as far as they may see it.

    Ids alone. 1 SQL statement.
    """
    rows = call.rows("waits_for", actor.session, actor.user_id, away, heir)
    places = [(item, case) for item, case, heir_sees in rows if heir_sees]
    return Waits(places, len(rows) - len(places))


def check(actor: Actor, absence: Absence, people: dict[int, str]) -> Waits:
    """Return what would be handed over. Raise WrongInput, NotAllowed; `people` are the teams'."""
    access.check_list(actor, Verb.HAND_OVER_ALL, WHAT)
    errors = []
    if absence.away not in people:
        errors.append(("away", "Choose somebody of your teams"))
    if absence.heir is not None and absence.heir not in people:
        errors.append(("heir", "Choose somebody of your teams"))
    if absence.heir == absence.away:
        errors.append(("heir", "Choose somebody other than who is away"))
    if not absence.note.strip():
        errors.append(("note", "Enter a note for whoever takes over"))
    if len(absence.note) > rules.LONGEST_REASON:
        errors.append(("note", f"Note must be {rules.LONGEST_REASON:,} characters or fewer"))
    if errors:
        raise WrongInput(errors)
    return waits_for(actor, absence.away, absence.heir)


def hand_over_all(
    actor: Actor,
    absence: Absence,
    people: dict[int, str],
    *,
    seconds: float | None = None,
    at: datetime | None = None,
) -> Done:
    """Hand over batch by batch until nothing is left, or the time for one answer is over.

    Each batch is one transaction with one ledger entry that names its cases, and a Handover an
    item. Raise WrongInput, NotAllowed.
    """
    places = check(actor, absence, people).places
    until = time.monotonic() + (SECONDS if seconds is None else seconds)
    moved = begun = 0
    while begun < len(places):
        batch = places[begun : begun + BATCH]
        begun += len(batch)
        moved += _hand_over(actor, absence, batch, at or timezone.now())
        if time.monotonic() >= until:
            break
    return Done(moved, len(places) - begun)


def _hand_over(actor: Actor, absence: Absence, batch: list[tuple[int, int]], at: datetime) -> int:
    """Hand over one batch; what others took or ended meanwhile stays as it is."""
    cases = {case for _, case in batch}
    facts = {"from": f"user:{absence.away}", "to": f"user:{absence.heir}" if absence.heir else ""}
    view = access.show_list(actor, Verb.HAND_OVER_ALL, WHAT, cases, facts)
    with view.reading():
        items = Item.objects.select_for_update(of=("self",)).select_related("referral")
        waiting = items.filter(
            pk__in=[item for item, _ in batch], worker=absence.away, done_at=None
        )
        found = list(waiting.order_by("pk"))
        for item in found:
            give(item, actor, absence.heir, absence.note, at)
    return len(found)
