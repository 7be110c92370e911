"""How far a referral has come: its stages, decisions, the teams at it, and what waits for whom."""

import json
from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from breakwater.referrals.models import (
    Decision,
    Item,
    Pause,
    Rated,
    Referral,
    Route,
    Screened,
    Step,
)
from breakwater.referrals.rules import Action, ItemKind, Level, Outcome, RouteState, State, in_words
from breakwater.referrals.sealed import bases_of, reasons_of, said
from breakwater.referrals.thresholds.facts import ASKED, value_in_words

Rows = TypeVar("Rows", Rated, Pause, Screened)


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
    # Where it led.
    state: State


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


def progress_of(referrals: Collection[Referral]) -> dict[int, Progress]:
    """How far each referral has come, for one who holds their cases. 12 SQL statements."""
    ids = [referral.pk for referral in referrals]
    stages, decisions, routes = _stages(ids), _decisions(ids), _routes(ids)
    items = _items(ids)
    return {pk: Progress(stages[pk], decisions[pk], routes[pk], items[pk]) for pk in ids}


def rating_of(referral_id: int) -> str:
    """How fast partners were last asked to answer; empty before that. 1 SQL statement.

    For one who holds the case.
    """
    rows = Rated.objects.filter(referral=referral_id).order_by("-pk")
    return rows.values_list("rating", flat=True).first() or ""


def _decisions(ids: list[int]) -> dict[int, list[DecisionFacts]]:
    decisions = list(
        Decision.objects.filter(referral__in=ids)
        .select_related("team", "decided_by")
        .order_by("decided_at", "pk")
    )
    reasons, bases = reasons_of(decisions), bases_of(decisions)
    decided: dict[int, list[DecisionFacts]] = defaultdict(list)
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


def _stages(ids: list[int]) -> dict[int, list[StageFacts]]:
    steps = Step.objects.filter(referral__in=ids).select_related("taken_by")
    ratings, pauses = _numbered(Rated, "rated", ids), _numbered(Pause, "pause", ids)
    told = [(rated.referral_id, what, rated.reason) for rated, what in ratings]
    told += [(pause.referral_id, what, pause.reason) for pause, what in pauses]
    screened = _numbered(Screened, "screened", ids)
    told += [(one.referral_id, what, one.answers) for one, what in screened]
    words = iter(said(told))
    why: dict[tuple[int, Action, datetime], tuple[str, str]] = {}
    for rated, _ in ratings:
        why[rated.referral_id, Action.RATE, rated.rated_at] = (rated.rating, next(words))
    for pause, _ in pauses:
        why[pause.referral_id, Action.ASK_MORE, pause.paused_at] = ("", next(words))
    for one, _ in screened:
        why[one.referral_id, Action.SCREEN, one.answered_at] = ("", _answers(next(words)))
    stages: dict[int, list[StageFacts]] = defaultdict(list)
    for step in steps.order_by("taken_at", "pk"):
        action = Action(step.action)
        by = step.taken_by.name if step.taken_by else "the hub"
        rating, reason = why.get((step.referral_id, action, step.taken_at), ("", ""))
        stages[step.referral_id].append(
            StageFacts(step.taken_at, action, by, rating, reason, State(step.end))
        )
    return stages


def _answers(sealed: str) -> str:
    answers = json.loads(sealed).items()
    return "; ".join(
        f"{ASKED[name].words}: {value_in_words(name, value)}" for name, value in answers
    )


def _numbered(model: type[Rows], name: str, ids: list[int]) -> list[tuple[Rows, str]]:
    """The rows of each referral in order, each with the name under which its words are sealed."""
    numbers: Counter[int] = Counter()
    numbered = []
    rows: list[Rows] = list(model._default_manager.filter(referral__in=ids).order_by("pk"))
    for row in rows:
        numbered.append((row, f"{name}:{numbers[row.referral_id]}"))
        numbers[row.referral_id] += 1
    return numbered


def _routes(ids: list[int]) -> dict[int, list[RouteFacts]]:
    routes = list(
        Route.objects.filter(referral__in=ids)
        .select_related("team", "taken_on_by", "refusal")
        .order_by("-leads", "routed_at", "pk")
    )
    refused = [route for route in routes if hasattr(route, "refusal")]
    settled = [route for route in refused if route.refusal.ruling_reason]
    asked = [(route.referral_id, f"refusal:{route.pk}", route.refusal.reason) for route in refused]
    ruled = [
        (route.referral_id, f"refusal:{route.pk}:ruling", route.refusal.ruling_reason or b"")
        for route in settled
    ]
    words = iter(said([*asked, *ruled]))
    refusals = {route.pk: next(words) for route in refused}
    rulings = {route.pk: next(words) for route in settled}
    found: dict[int, list[RouteFacts]] = defaultdict(list)
    for route in routes:
        found[route.referral_id].append(
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
        )
    return found


def _items(ids: list[int]) -> dict[int, list[ItemFacts]]:
    items = Item.objects.filter(referral__in=ids, done_at=None).select_related("team", "worker")
    found: dict[int, list[ItemFacts]] = defaultdict(list)
    for item in items.order_by("pk"):
        found[item.referral_id].append(
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
        )
    return found
