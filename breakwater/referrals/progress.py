"""How far a referral has come: its stages, decisions, the teams at it, and what waits for whom."""

from dataclasses import dataclass
from datetime import datetime

from breakwater.referrals.models import Decision, Item, Pause, Rated, Referral, Route, Step
from breakwater.referrals.rules import Action, ItemKind, Level, Outcome, RouteState, in_words
from breakwater.referrals.sealed import bases_of, reasons_of, said


@dataclass(frozen=True)
class DecisionFacts:
    id: int
    outcome: Outcome
    level: Level
    suggested_level: str
    # The one that leads.
    team: str
    reason: str
    agreed_by: str
    consent: str
    consent_reason: str
    area: str
    by: str
    at: datetime


@dataclass(frozen=True)
class RouteFacts:
    """A team that was given the work, and how it stands; with its refusal, if there was one."""

    id: int
    team_id: int
    team: str
    leads: bool
    state: RouteState
    worker: str
    refusal: str
    ruling: str


@dataclass(frozen=True)
class ItemFacts:
    """What waits for whom; `id` of the item that a page hands over."""

    id: int
    kind: ItemKind
    team_id: int
    team: str
    worker_id: int | None
    worker: str
    since: datetime
    due_at: datetime | None


@dataclass(frozen=True)
class StageFacts:
    """One stage on the way: a step, with the reason of the rating or pause that it began."""

    at: datetime
    action: Action
    by: str
    rating: str
    reason: str


@dataclass(frozen=True)
class Progress:
    stages: list[StageFacts]
    decisions: list[DecisionFacts]
    routes: list[RouteFacts]
    items: list[ItemFacts]

    @property
    def rating(self) -> str:
        """How fast partners were last asked to answer; empty before that."""
        return next((stage.rating for stage in reversed(self.stages) if stage.rating), "")


def progress_of(referral: Referral) -> Progress:
    """How far a referral has come, for one who holds its case. 9 SQL statements."""
    return Progress(
        _stages(referral),
        decisions_of([referral])[referral.pk],
        _routes(referral),
        _items(referral),
    )


def decisions_of(referrals: list[Referral]) -> dict[int, list[DecisionFacts]]:
    """The decisions on each referral, oldest first, for who holds their cases. 3 SQL statements."""
    decisions = list(
        Decision.objects.filter(referral__in=[referral.pk for referral in referrals])
        .select_related("team", "decided_by")
        .order_by("decided_at", "pk")
    )
    reasons, bases = reasons_of(decisions), bases_of(decisions)
    decided: dict[int, list[DecisionFacts]] = {referral.pk: [] for referral in referrals}
    for decision in decisions:
        also = bases.get(decision.pk, {}).get("said", {})
        decided[decision.referral_id].append(
            DecisionFacts(
                id=decision.pk,
                outcome=Outcome(decision.outcome),
                level=Level(decision.level),
                suggested_level=decision.suggested_level,
                team=decision.team.name if decision.team else "",
                reason=reasons[decision.pk],
                agreed_by=also.get("agreed_by", ""),
                consent=in_words(decision.consent),
                consent_reason=also.get("consent_reason", ""),
                area=also.get("area", ""),
                by=decision.decided_by.name,
                at=decision.decided_at,
            )
        )
    return decided


def _stages(referral: Referral) -> list[StageFacts]:
    steps = Step.objects.filter(referral=referral).select_related("taken_by")
    ratings = list(Rated.objects.filter(referral=referral).order_by("pk"))
    pauses = list(Pause.objects.filter(referral=referral).order_by("pk"))
    words = iter(
        said(
            [(referral.pk, f"rated:{n}", one.reason) for n, one in enumerate(ratings)]
            + [(referral.pk, f"pause:{n}", one.reason) for n, one in enumerate(pauses)]
        )
    )
    why = {(Action.RATE, one.rated_at): (one.rating, next(words)) for one in ratings}
    why |= {(Action.ASK_MORE, one.paused_at): ("", next(words)) for one in pauses}
    return [
        StageFacts(
            step.taken_at,
            Action(step.action),
            step.taken_by.name if step.taken_by else "the hub",
            *why.get((Action(step.action), step.taken_at), ("", "")),
        )
        for step in steps.order_by("taken_at", "pk")
    ]


def _routes(referral: Referral) -> list[RouteFacts]:
    routes = list(
        Route.objects.filter(referral=referral)
        .select_related("team", "taken_on_by", "refusal")
        .order_by("-leads", "routed_at", "pk")
    )
    refused = [route for route in routes if hasattr(route, "refusal")]
    settled = [route for route in refused if route.refusal.ruling_reason]
    words = iter(
        said(
            [(referral.pk, f"refusal:{route.pk}", route.refusal.reason) for route in refused]
            + [
                (referral.pk, f"refusal:{route.pk}:ruling", route.refusal.ruling_reason or b"")
                for route in settled
            ]
        )
    )
    refusals = {route.pk: next(words) for route in refused}
    rulings = {route.pk: next(words) for route in settled}
    return [
        RouteFacts(
            route.pk,
            route.team_id,
            route.team.name,
            route.leads,
            RouteState(route.state),
            route.taken_on_by.name if route.taken_on_by else "",
            refusals.get(route.pk, ""),
            rulings.get(route.pk, ""),
        )
        for route in routes
    ]


def _items(referral: Referral) -> list[ItemFacts]:
    items = Item.objects.filter(referral=referral, done_at=None).select_related("team", "worker")
    return [
        ItemFacts(
            item.pk,
            ItemKind(item.kind),
            item.team_id,
            item.team.name,
            item.worker_id,
            item.worker.name if item.worker else "",
            item.since,
            item.due_at,
        )
        for item in items.order_by("pk")
    ]
