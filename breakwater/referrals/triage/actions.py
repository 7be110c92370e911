"""What triage decides, and where that leads; one function a deed, each in one transaction."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from breakwater.access import actions as access
from breakwater.access import call
from breakwater.access.policy import Verb
from breakwater.access.queries import TeamFacts, front_door, teams
from breakwater.access.rules import Actor, Relation
from breakwater.clocks.actions import (
    meet_clock,
    start_clock,
    stop_clock,
)
from breakwater.clocks.queries import next_due
from breakwater.referrals import moves, rules
from breakwater.referrals.feedback.actions import ask_for_feedback, drop_feedback
from breakwater.referrals.models import Decision, Referral, Route
from breakwater.referrals.moves import WrongInput
from breakwater.referrals.rules import (
    OUTCOME_ACTIONS,
    Action,
    Decided,
    ItemKind,
    Outcome,
    RouteState,
    subject_of,
    subject_of_route,
)
from breakwater.referrals.sealed import answers_of, seal_decision
from breakwater.referrals.thresholds.queries import suggested, told_about
from breakwater.referrals.triage.enquiries import UNTIL_DECIDED, end_pause

AGAIN = "decided_again"
ON_TRIAGE = (ItemKind.TRIAGE, ItemKind.ALLOCATED, ItemKind.TRANSFER)


@dataclass(frozen=True)
class Rested:
    """What a decision rested on when it was made, for who opens it later as it stood.

    `basis` is sealed: what was known and from whom, the facts and which rules fired.
    """

    suggested_level: str = ""
    ruleset_id: int | None = None
    basis: Mapping[str, Any] = field(default_factory=dict)


def decide(
    actor: Actor,
    reference: str,
    decided: Decided,
    *,
    version: int,
    rested: Rested | None = None,
    at: datetime | None = None,
) -> int:
    """Decide, and route the work to the teams chosen; return the decision's id.

    Raise WrongInput (fields), Overtaken (somebody was faster), NotAllowed. `at` is for history
    typed in later.
    """
    at = at or timezone.now()
    referral_id, case_id = moves.place(reference)
    chosen = {team.id: team for team in teams(set(decided.teams))}
    subject = subject_of(referral_id)
    with access.acting(actor, Verb.DECIDE, case_id=case_id, subject=subject) as act:
        kinds = {pk: team.kind for pk, team in chosen.items()}
        if errors := rules.check_decision(decided, kinds):
            raise WrongInput(errors)
        referral = moves.held(referral_id)
        moves.check_version(referral, version)
        routing = OUTCOME_ACTIONS.get(decided.outcome, Action.DECIDE_AND_ROUTE)
        end_pause(referral, actor, at)
        moves.step(referral, routing, actor, at)
        moves.done(referral, ON_TRIAGE, at)
        rested = rested or _by_itself(referral, at)
        decision = _write_down(referral, decided, rested, actor, at)
        meet_clock(subject, UNTIL_DECIDED, at)
        if routing is Action.DECIDE_OTHER_AREA:
            referral.due_at = _hand_over_to_area(referral, at)
        for team_id in decided.teams:
            _route(referral, decision, chosen[team_id], team_id == decided.lead, at)
        if decided.outcome is Outcome.CHILD_PROTECTION:
            start_clock("STRATEGY", subject, case_id, at)
        moves.save(referral)
        ask_for_feedback(referral, decision, at)
        act.facts = {
            "outcome": decided.outcome,
            "level": decided.level,
            "team": kinds[decided.lead] if decided.lead else None,
            "teams": sorted(kinds.values()),
        }
        if routing is Action.DECIDE_NO_ACTION:
            act.facts["case_closed"] = close_case_if_done(case_id, at)
    return decision.pk


def confirm_move(actor: Actor, reference: str, *, version: int, at: datetime | None = None) -> None:
    """Note that the other area has it: nothing more waits here. Raise Overtaken, NotAllowed."""
    at = at or timezone.now()
    referral_id, case_id = moves.place(reference)
    subject = subject_of(referral_id)
    with access.acting(actor, Verb.DECIDE, case_id=case_id, subject=subject) as act:
        referral = moves.held(referral_id)
        moves.check_version(referral, version)
        moves.step(referral, Action.CONFIRM_MOVE, actor, at)
        moves.done(referral, (ItemKind.TRANSFER,), at)
        meet_clock(subject, ("TRANSFER",), at)
        moves.save(referral)
        act.facts = {"case_closed": close_case_if_done(case_id, at)}


def open_again(referral: Referral, actor: Actor, at: datetime) -> None:
    """Undo where a decision led: the referral waits for triage again. Within the caller's action.

    Work that teams began with goes off their boards; what they did stays written down.
    """
    subject = subject_of(referral.pk)
    moves.step(referral, Action.DECIDE_AGAIN, actor, at)
    moves.done(referral, (ItemKind.WORK, ItemKind.REFUSAL, ItemKind.TRANSFER), at)
    routes = Route.objects.filter(referral=referral).exclude(state=RouteState.RETURNED)
    for route in routes:
        stop_clock(subject_of_route(route.pk), ("TAKE_ON", "REFUSAL"), reason=AGAIN, at=at)
    routes.update(state=RouteState.RETURNED)
    stop_clock(subject, ("STRATEGY", "TRANSFER"), reason=AGAIN, at=at)
    call.value("reopen_case", referral.case_id)
    back_to_triage(referral, at)


def back_to_triage(referral: Referral, at: datetime) -> None:
    """Let the referral wait for triage; its clock runs on, or a new one starts."""
    triage = front_door()
    assert triage is not None  # a migration makes it
    drop_feedback(referral, at)
    subject = subject_of(referral.pk)
    due_at = next_due(subject, UNTIL_DECIDED)
    if due_at is None:
        due_at = start_clock("DECIDE", subject, referral.case_id, at).due_at
    referral.due_at = due_at
    moves.let_wait(referral, ItemKind.TRIAGE, triage.id, at, due_at)
    moves.notify(triage.id, referral.pk, at)


def close_case_if_done(case_id: int, at: datetime) -> bool:
    """Close the case when nothing in it waits or is at work. 1 SQL statement."""
    return bool(call.value("close_case_if_done", case_id, at))


def _by_itself(referral: Referral, at: datetime) -> Rested:
    """What the referral alone tells, for a decision that no page was opened for."""
    told = told_about(referral.pk, {}, {referral.case_id})
    by_rules = suggested(told, answers_of(referral), at)
    return Rested(by_rules.suggestion.level, by_rules.ruleset_id, by_rules.basis)


def _write_down(
    referral: Referral, decided: Decided, rested: Rested, actor: Actor, at: datetime
) -> Decision:
    number = Decision.objects.filter(referral=referral).count()
    said = {
        key: value
        for key, value in asdict(decided).items()
        if key in ("agreed_by", "consent_reason", "area") and value
    }
    reason, basis = seal_decision(referral, number, decided.reason, {**rested.basis, "said": said})
    return Decision.objects.create(
        referral=referral,
        outcome=decided.outcome,
        level=decided.level,
        team_id=decided.lead,
        consent=decided.consent or "",
        reason=reason,
        basis=basis,
        suggested_level=rested.suggested_level,
        ruleset_id=rested.ruleset_id,
        decided_by_id=actor.person,
        decided_at=at,
    )


def _route(
    referral: Referral, decision: Decision, team: TeamFacts, leads: bool, at: datetime
) -> None:
    route = Route.objects.create(
        referral=referral, team_id=team.id, decision=decision, leads=leads, routed_at=at
    )
    purpose = f"work routed by triage: {team.kind}"
    access.give_grant(referral.case_id, team, Relation.ROUTED, purpose, at)
    clock = start_clock("TAKE_ON", subject_of_route(route.pk), referral.case_id, at)
    referral.due_at = clock.due_at
    moves.let_wait(referral, ItemKind.WORK, team.id, at, clock.due_at)
    moves.notify(team.id, referral.pk, at)


def _hand_over_to_area(referral: Referral, at: datetime) -> datetime:
    triage = front_door()
    assert triage is not None
    clock = start_clock("TRANSFER", subject_of(referral.pk), referral.case_id, at)
    moves.let_wait(referral, ItemKind.TRANSFER, triage.id, at, clock.due_at, decided=True)
    return clock.due_at
