"""What is done with work that waits for a team, one function a deed, each in one transaction."""

from datetime import datetime

from django.utils import timezone

from breakwater.access import actions as access
from breakwater.access.policy import Verb
from breakwater.access.rules import Actor, NotAllowed
from breakwater.clocks.actions import meet_clock, start_clock, stop_clock
from breakwater.clocks.queries import next_due
from breakwater.referrals import moves, rules
from breakwater.referrals.models import Handover, Item, Referral, Refusal, Route
from breakwater.referrals.moves import WrongInput
from breakwater.referrals.routing.queries import colleague_may, colleagues, place_of_item
from breakwater.referrals.rules import (
    Action,
    ItemKind,
    RouteState,
    State,
    subject_of,
    subject_of_route,
)
from breakwater.referrals.sealed import seal_said
from breakwater.referrals.triage.actions import back_to_triage
from breakwater.referrals.triage.enquiries import TO_DECIDE

TAKEN = "Your team has this work already. The page says who is at it."
OTHER_TEAM = "This work was routed to another team. Ask triage to route it anew."
KEPT_ONCE = (
    "Your team refused this once and its supervisor kept it. Take it on, or challenge the decision."
)
CANNOT_OPEN = "They cannot open this case: choose somebody else"
# Why nothing more can be done with a route, by how the team's own stands.
STANDS = {
    RouteState.TAKEN_ON: TAKEN,
    RouteState.REFUSED: "Your team refused this work: its supervisor settles what happens with it.",
    RouteState.WAITING: "Your team has not refused this work: there is nothing to settle.",
    RouteState.KEPT: "This is settled: the team keeps the work.",
    RouteState.RETURNED: "Your team gave this work back. Triage routes it anew.",
}


def take_on(actor: Actor, reference: str, *, at: datetime | None = None) -> None:
    """Take on the work on behalf of the team that it was routed to, and be its worker.

    Of a new worry about one's own case: take it into the work under way. Raise NotAllowed.
    """
    at = at or timezone.now()
    referral_id, case_id = moves.place(reference)
    subject = subject_of(referral_id)
    with access.acting(actor, Verb.TAKE_ON, case_id=case_id, subject=subject):
        referral = moves.held(referral_id)
        passed = referral.state == State.WITH_WORKER
        moves.step(referral, Action.TAKE_ON, actor, at)
        if passed:
            _take_into_work(referral, actor, at)
        else:
            _take_route(referral, actor, at)
        moves.save(referral)


def refuse(actor: Actor, reference: str, reason: str, *, at: datetime | None = None) -> None:
    """Refuse routed work with a reason, once; then the team's supervisor settles it.

    Raise WrongInput, NotAllowed.
    """
    at = at or timezone.now()
    referral_id, case_id = moves.place(reference)
    subject = subject_of(referral_id)
    with access.acting(actor, Verb.TAKE_ON, case_id=case_id, subject=subject) as act:
        moves.check_reason(reason, "Enter why the team refuses the work")
        referral = moves.held(referral_id)
        moves.step(referral, Action.REFUSE, actor, at)
        route = _route_of(referral, actor, (RouteState.WAITING, RouteState.KEPT))
        if route.state == RouteState.KEPT:
            raise NotAllowed(KEPT_ONCE)
        Refusal.objects.create(
            route=route,
            reason=seal_said(referral, f"refusal:{route.pk}", reason),
            refused_by_id=actor.person,
            refused_at=at,
        )
        _end_wait(referral, route, RouteState.REFUSED, at)
        clock = start_clock("REFUSAL", subject_of_route(route.pk), case_id, at)
        moves.let_wait(referral, ItemKind.REFUSAL, route.team_id, at, clock.due_at)
        moves.save(referral)
        act.facts = {"refused": True}


def settle(
    actor: Actor, reference: str, *, keep: bool, reason: str, at: datetime | None = None
) -> None:
    """Settle a refusal: the team keeps the work, or it goes back to triage.

    Where another team is at work already it goes on alone, and leads. Raise WrongInput, NotAllowed.
    """
    at = at or timezone.now()
    referral_id, case_id = moves.place(reference)
    subject = subject_of(referral_id)
    with access.acting(actor, Verb.SETTLE_REFUSAL, case_id=case_id, subject=subject) as act:
        moves.check_reason(reason, "Enter why you settle it so")
        referral = moves.held(referral_id)
        route = _route_of(referral, actor, (RouteState.REFUSED,))
        heir = _heir(referral, route)
        action = Action.KEEP if keep else Action.LEAVE if heir else Action.RETURN
        moves.step(referral, action, actor, at)
        Refusal.objects.filter(route=route).update(
            ruling_reason=seal_said(referral, f"refusal:{route.pk}:ruling", reason),
            settled_by_id=actor.person,
            settled_at=at,
        )
        moves.done(referral, (ItemKind.REFUSAL,), at, (route.team_id,))
        meet_clock(subject_of_route(route.pk), ("REFUSAL",), at)
        if action is Action.KEEP:
            route.state = RouteState.KEPT
            route.save(update_fields=["state"])
            clock = start_clock("TAKE_ON", subject_of_route(route.pk), case_id, at)
            moves.let_wait(referral, ItemKind.WORK, route.team_id, at, clock.due_at)
        else:
            led, route.state, route.leads = route.leads, RouteState.RETURNED, False
            route.save(update_fields=["state", "leads"])
            if heir and led:
                Route.objects.filter(pk=heir.pk).update(leads=True)
            if heir is None:
                stop_clock(subject, ("STRATEGY",), reason="back_to_triage", at=at)
                back_to_triage(referral, at)
        _work_until(referral)
        moves.save(referral)
        act.facts = {"kept": keep}


def take_back(actor: Actor, reference: str, *, at: datetime | None = None) -> None:
    """Take a worry that went straight to a worker, or to another area, back to triage.

    The worker may send it back so too. Raise NotAllowed.
    """
    at = at or timezone.now()
    referral_id, case_id = moves.place(reference)
    with access.acting(actor, Verb.CLAIM, case_id=case_id, subject=subject_of(referral_id)):
        referral = moves.held(referral_id)
        moves.step(referral, Action.TAKE_BACK, actor, at)
        moves.done(referral, (ItemKind.ALLOCATED, ItemKind.TRANSFER), at)
        stop_clock(subject_of(referral_id), ("TRANSFER",), reason="taken_back", at=at)
        back_to_triage(referral, at)
        moves.save(referral)


def hand_over(
    actor: Actor,
    item_id: int,
    *,
    to_worker: int | None,
    note: str,
    seen_worker: int | None,
    at: datetime | None = None,
) -> None:
    """Claim an item, hand it to a colleague with a note, or give it back to the team.

    `seen_worker` is who had it when the page was opened. Raise WrongInput (to_worker, note),
    Overtaken, NotAllowed.
    """
    at = at or timezone.now()
    referral_id, case_id = place_of_item(item_id) or (0, access.NO_CASE)
    with access.acting(actor, Verb.CLAIM, case_id=case_id, subject=subject_of(referral_id)) as act:
        item = Item.objects.select_for_update().select_related("referral").get(pk=item_id)
        check_hand_over(item, actor, to_worker, note, seen_worker)
        give(item, actor, to_worker, note, at)
        act.facts = {"item": item.pk, "to": f"user:{to_worker}" if to_worker else "the team"}


def give(item: Item, actor: Actor, to_worker: int | None, note: str, at: datetime) -> None:
    """Give an item into other hands, within the caller's action that holds its case."""
    number = Handover.objects.filter(item=item).count()
    what = f"item:{item.pk}:handover:{number}"
    Handover.objects.create(
        item=item,
        given_by_id=actor.person,
        from_worker_id=item.worker_id,
        to_worker_id=to_worker,
        note=seal_said(item.referral, what, note) if note.strip() else None,
        given_at=at,
    )
    item.worker_id = to_worker
    item.save(update_fields=["worker"])


def check_hand_over(
    item: Item, actor: Actor, to_worker: int | None, note: str, seen_worker: int | None
) -> None:
    """Raise WrongInput, Overtaken or NotAllowed where the item cannot go there from here."""
    if item.done_at is not None:
        raise moves.Overtaken("This is done meanwhile: nothing waits here any more.")
    if item.team_id not in actor.team_ids:
        raise NotAllowed("Only somebody of the team that it waits for may hand it over.")
    if item.worker_id != seen_worker:
        raise moves.Overtaken("Somebody else took or gave it meanwhile. Look at it again.")
    if to_worker is not None and to_worker not in colleagues(item.team_id):
        raise WrongInput([("to_worker", "Choose a colleague of this team")])
    if to_worker not in (None, actor.user_id) and not colleague_may(to_worker, item.case_id):
        raise WrongInput([("to_worker", CANNOT_OPEN)])
    if len(note) > rules.LONGEST_REASON:
        raise WrongInput([("note", f"Note must be {rules.LONGEST_REASON:,} characters or fewer")])
    if to_worker != actor.user_id and to_worker is not None and not note.strip():
        raise WrongInput([("note", "Enter a note for your colleague")])


def hold_strategy_discussion(
    actor: Actor, reference: str, held_at: datetime, *, at: datetime | None = None
) -> None:
    """Note that the strategy discussion was held, which meets its clock. Raise WrongInput."""
    at = at or timezone.now()
    referral_id, case_id = moves.place(reference)
    subject = subject_of(referral_id)
    with access.acting(actor, Verb.TAKE_ON, case_id=case_id, subject=subject) as act:
        referral = moves.held(referral_id)
        if held_at > at:
            raise WrongInput([("held_at", "The discussion cannot be later than now")])
        decided = referral.decision_set.order_by("decided_at").last()
        # It is typed to the minute, the decision is not.
        if decided and held_at < decided.decided_at.replace(second=0, microsecond=0):
            raise WrongInput([("held_at", "The discussion cannot be before the decision")])
        if not meet_clock(subject, ("STRATEGY",), held_at):
            raise NotAllowed("No strategy discussion is waited for here.")
        _work_until(referral)
        act.facts = {"strategy_discussion": "held"}


def _route_of(referral: Referral, actor: Actor, states: tuple[RouteState, ...]) -> Route:
    routes = Route.objects.select_for_update(of=("self",)).filter(
        referral=referral, team__in=actor.team_ids, state__in=states
    )
    route = routes.order_by("-leads", "pk").first()
    if route is None:
        own = Route.objects.filter(referral=referral, team__in=actor.team_ids).order_by("pk").last()
        raise NotAllowed(STANDS[RouteState(own.state)] if own else OTHER_TEAM)
    return route


def _heir(referral: Referral, gone: Route) -> Route | None:
    """Who goes on where a team does not: at work already, or asked; at last who refuses too."""
    others = list(
        Route.objects.filter(referral=referral)
        .exclude(pk=gone.pk)
        .exclude(state=RouteState.RETURNED)
        .order_by("taken_on_at", "pk")
    )
    order = (RouteState.TAKEN_ON, RouteState.WAITING, RouteState.KEPT, RouteState.REFUSED)
    return min(others, key=lambda route: order.index(RouteState(route.state)), default=None)


def _work_until(referral: Referral) -> None:
    """Let the lead's work, once it is taken on, be due when the strategy discussion is."""
    due_at = next_due(subject_of(referral.pk), ("STRATEGY",))
    at_work = Route.objects.filter(referral=referral, state=RouteState.TAKEN_ON)
    for route in at_work:
        referral.item_set.filter(kind=ItemKind.WORK, team=route.team_id, done_at=None).update(
            due_at=due_at if route.leads else None
        )


def _take_route(referral: Referral, actor: Actor, at: datetime) -> None:
    waiting = (RouteState.WAITING, RouteState.KEPT)
    route = _route_of(referral, actor, waiting)
    Route.objects.filter(pk=route.pk).update(
        state=RouteState.TAKEN_ON, taken_on_by_id=actor.person, taken_on_at=at
    )
    meet_clock(subject_of_route(route.pk), ("TAKE_ON",), at)
    items = referral.item_set.filter(kind=ItemKind.WORK, team=route.team_id, done_at=None)
    # Somebody acts on it: danger that is new stands above it.
    items.update(worker=actor.person, opened_at=at, urgent=False)
    _work_until(referral)


def _take_into_work(referral: Referral, actor: Actor, at: datetime) -> None:
    meet_clock(subject_of(referral.pk), TO_DECIDE, at)
    item = Item.objects.filter(referral=referral, kind=ItemKind.ALLOCATED, done_at=None).get()
    if item.team_id not in actor.team_ids:
        raise NotAllowed("This went to the worker of another team. Ask triage to take it back.")
    item.done_at = at
    item.save(update_fields=["done_at"])
    moves.let_wait(referral, ItemKind.WORK, item.team_id, at, None, actor.person, decided=True)


def _end_wait(referral: Referral, route: Route, state: RouteState, at: datetime) -> None:
    route.state = state
    route.save(update_fields=["state"])
    moves.done(referral, (ItemKind.WORK,), at, (route.team_id,))
    stop_clock(subject_of_route(route.pk), ("TAKE_ON",), reason="refused", at=at)
