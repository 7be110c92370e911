"""What waits, and the clocks beside it, as tests of triage and routing speak of them."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from breakwater.access import actions as access
from breakwater.access.models import Team
from breakwater.access.policy import Verb
from breakwater.access.rules import Actor, TeamKind
from breakwater.clocks.models import Clock
from breakwater.referrals.models import Item, Referral, Route
from breakwater.referrals.moves import held, save
from breakwater.referrals.rules import (
    ENDS,
    ItemKind,
    Level,
    Outcome,
    RouteState,
    subject_of,
    subject_of_route,
)
from breakwater.referrals.triage.actions import decide, open_again
from tests.builders import amelia, decided, no_feedback, received

UNTIL_DECIDED = (
    "DANGER", "DECIDE", "MASH_RED", "MASH_AMBER", "MASH_GREEN", "MASH_BLUE", "MORE_INFO",
)  # fmt: skip
DANGER = {"immediate_danger": True}


def team_of(kind: TeamKind) -> int:
    return Team.objects.get(kind=kind).pk


def a_referral(*people: dict[str, Any], **told: Any) -> str:
    """One whose reporter wants no feedback: what waits for that is tested in feedback/."""
    told = no_feedback(told.get("by", "St Aldhelm's Primary School")) | told
    return received(*(people or (amelia(),)), **told).reference


def routed(triage: Actor, *kinds: TeamKind, level: Level = Level.COMPLEX, **more: Any) -> str:
    """A referral that triage routed to these teams, of which the first leads."""
    reference = a_referral()
    if len(kinds) > 1 and level is Level.COMPLEX:
        more = {"outcome": Outcome.CHILD_IN_NEED} | more
    decide(triage, reference, decided(level, *map(team_of, kinds), **more), version=1)
    return reference


def now_at(reference: str) -> Referral:
    return Referral.objects.get(reference=reference)


def version_of(reference: str) -> int:
    return now_at(reference).version


def waiting(reference: str) -> set[tuple[ItemKind, str, str]]:
    """What waits, for which team, and who has it."""
    items = Item.objects.filter(referral__reference=reference, done_at=None)
    return {
        (ItemKind(i.kind), i.team.kind, i.worker.name if i.worker else "")
        for i in items.select_related("team", "worker")
    }


def item_of(reference: str, kind: ItemKind | None = None) -> Item:
    kinds = [kind] if kind else list(ItemKind)
    return Item.objects.get(referral__reference=reference, done_at=None, kind__in=kinds)


def route_of(reference: str, kind: TeamKind) -> Route:
    return Route.objects.filter(referral__reference=reference, team__kind=kind).latest("pk")


def clock(reference: str, code: str) -> Clock:
    """The last clock of this code that a referral, or a route of it, has."""
    referral = now_at(reference)
    subjects = [subject_of(referral.pk)]
    subjects += [subject_of_route(route.pk) for route in referral.route_set.all()]
    return Clock.objects.filter(subject__in=subjects, code=code).latest("pk")


def running(subject: str, *codes: str) -> list[datetime]:
    clocks = Clock.objects.filter(
        subject=subject, met_at=None, stopped_at=None, paused_at=None, code__in=codes
    )
    return sorted(clocks.values_list("due_at", flat=True))


def opened_again(manager: Actor, reference: str) -> None:
    """What a challenge that is upheld does."""
    referral = now_at(reference)
    subject = subject_of(referral.pk)
    with access.acting(manager, Verb.RULE_ON_CHALLENGE, case_id=referral.case_id, subject=subject):
        referral = held(referral.pk)
        open_again(referral, manager, timezone.now())
        save(referral)


def in_hours(hours: int) -> datetime:
    return timezone.now() + timedelta(hours=hours)


def check_what_waits() -> None:
    """Each item is due when the clock that runs for it is; nothing open is on no board."""
    for item in Item.objects.filter(done_at=None):
        due = _due(item)
        assert item.due_at == (due[0] if due else None), (item.kind, item.due_at, due)
    for referral in Referral.objects.all():
        kinds = set(referral.item_set.filter(done_at=None).values_list("kind", flat=True))
        assert bool(kinds) == (referral.state not in ENDS), (referral.state, kinds)
        leads = referral.route_set.exclude(state=RouteState.RETURNED)
        assert leads.filter(leads=True).count() == min(1, leads.count())


def _due(item: Item) -> list[datetime]:
    subject = subject_of(item.referral_id)
    match ItemKind(item.kind):
        case ItemKind.TRIAGE:
            return running(subject, *UNTIL_DECIDED)
        case ItemKind.ALLOCATED:
            return running(subject, "DANGER", "DECIDE")
        case ItemKind.TRANSFER:
            return running(subject, "TRANSFER")
        case kind:
            routes = Route.objects.filter(referral=item.referral_id, team=item.team_id)
            route = routes.exclude(state=RouteState.RETURNED).first()
            if route is None:
                return []
            code = "REFUSAL" if kind is ItemKind.REFUSAL else "TAKE_ON"
            if route.state == RouteState.TAKEN_ON:
                return running(subject, "STRATEGY") if route.leads else []
            return running(subject_of_route(route.pk), code)
