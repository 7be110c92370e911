"""What triage does with a referral, one function a deed, each in one transaction."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from breakwater.access import actions as access
from breakwater.access import call
from breakwater.access.policy import Verb
from breakwater.access.queries import TeamFacts, front_door, teams
from breakwater.access.rules import Actor, NotAllowed, Relation
from breakwater.clocks.actions import (
    meet_clock,
    pause_clock,
    resume_clock,
    start_clock,
    stop_clock,
)
from breakwater.clocks.queries import next_due
from breakwater.clocks.rules import NotPausable
from breakwater.referrals import moves, rules
from breakwater.referrals.feedback.actions import ask_for_feedback, drop_feedback
from breakwater.referrals.models import Decision, Pause, Rated, Referral, Route, Screened
from breakwater.referrals.moves import WrongInput
from breakwater.referrals.rules import (
    OUTCOME_ACTIONS,
    Action,
    Decided,
    ItemKind,
    Outcome,
    Rating,
    RouteState,
    subject_of,
    subject_of_route,
)
from breakwater.referrals.sealed import answers_of, seal_decision, seal_said
from breakwater.referrals.thresholds.facts import WrongFact
from breakwater.referrals.thresholds.facts import checked as checked_fact
from breakwater.referrals.thresholds.queries import suggested, told_about

TO_DECIDE = ("DANGER", "DECIDE")
RATED = tuple(f"MASH_{rating.name}" for rating in Rating)
PAUSED = ("DECIDE", *RATED)
# What runs until triage decides; other clocks of a referral (a strategy discussion, feedback) are
# no reason to leave a decision without one.
UNTIL_DECIDED = (*TO_DECIDE, *RATED, "MORE_INFO")
# A clock's own row says no more than a code: what somebody wrote is sealed with the referral.
WAITS = "more_information"
AGAIN = "decided_again"
RATED_ANEW = "rated_anew"
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
        _end_pause(referral, actor, at)
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


def screen(
    actor: Actor, reference: str, answers: Mapping[str, Any], *, version: int,
    at: datetime | None = None,
) -> None:  # fmt: skip
    """Answer what the rules ask, in the place of what was told or found; None is "not known".

    What was answered before stands until it is answered anew.

    Raise WrongInput (the fact), Overtaken, NotAllowed.
    """
    at = at or timezone.now()
    referral_id, case_id = moves.place(reference)
    subject = subject_of(referral_id)
    with access.acting(actor, Verb.DECIDE, case_id=case_id, subject=subject) as act:
        try:
            checked = {name: checked_fact(name, value) for name, value in answers.items()}
        except WrongFact as wrong:
            raise WrongInput([(wrong.field, str(wrong))]) from None
        referral = moves.held(referral_id)
        moves.check_version(referral, version)
        moves.step(referral, Action.SCREEN, actor, at)
        what = f"screened:{Screened.objects.filter(referral=referral).count()}"
        Screened.objects.create(
            referral=referral,
            answers=seal_said(referral, what, json.dumps(answers_of(referral) | checked)),
            answered_by_id=actor.person,
            answered_at=at,
        )
        if checked.get("immediate_danger"):
            # The board shows it first, whoever told it.
            referral.item_set.filter(done_at=None).update(urgent=True)
        moves.save(referral)
        act.facts = {"answered": len(checked)}


def rate(
    actor: Actor, reference: str, rating: Rating, reason: str, *, version: int,
    at: datetime | None = None,
) -> None:  # fmt: skip
    """Say how fast partners must answer; may change at any time, each change is kept.

    Raise WrongInput, Overtaken, NotAllowed.
    """
    at = at or timezone.now()
    referral_id, case_id = moves.place(reference)
    subject = subject_of(referral_id)
    with access.acting(actor, Verb.DECIDE, case_id=case_id, subject=subject) as act:
        moves.check_reason(reason, "Enter why you rate it so")
        referral = moves.held(referral_id)
        moves.check_version(referral, version)
        moves.step(referral, Action.RATE, actor, at)
        code = f"MASH_{rating.name}"
        if next_due(subject, (code,)):
            # Else the same rating once more would give partners their time once more.
            raise WrongInput([("rating", f"It is rated {rating} already: choose another rating")])
        what = f"rated:{Rated.objects.filter(referral=referral).count()}"
        Rated.objects.create(
            referral=referral,
            rating=rating,
            reason=seal_said(referral, what, reason),
            rated_by_id=actor.person,
            rated_at=at,
        )
        # The rating before ends here: its answer is asked for by another time now.
        stop_clock(subject, RATED, reason=RATED_ANEW, at=at)
        start_clock(code, subject, case_id, at)
        _wait_until(referral, next_due(subject, UNTIL_DECIDED) or referral.due_at)
        moves.save(referral)
        act.facts = {"rating": rating}


def wait_for_more(
    actor: Actor, reference: str, reason: str, *, version: int, at: datetime | None = None
) -> None:
    """Pause the clocks until more information is there, with a reason, for a time.

    Raise WrongInput, Overtaken, NotAllowed.
    """
    at = at or timezone.now()
    referral_id, case_id = moves.place(reference)
    subject = subject_of(referral_id)
    with access.acting(actor, Verb.DECIDE, case_id=case_id, subject=subject) as act:
        moves.check_reason(reason, "Enter what is missing and who was asked")
        referral = moves.held(referral_id)
        moves.check_version(referral, version)
        if referral.immediate_danger:
            raise NotAllowed(
                "A referral that speaks of immediate danger does not wait: decide on what is known."
            )
        moves.step(referral, Action.ASK_MORE, actor, at)
        what = f"pause:{Pause.objects.filter(referral=referral).count()}"
        Pause.objects.create(
            referral=referral,
            reason=seal_said(referral, what, reason),
            paused_by_id=actor.person,
            paused_at=at,
        )
        try:
            pause_clock(subject, PAUSED, reason=WAITS, at=at, by=actor.ledger_name)
        except NotPausable as refusal:
            raise NotAllowed(f"{refusal} Decide on what is known, or rate it anew.") from None
        referral.due_at = start_clock("MORE_INFO", subject, case_id, at).due_at
        _wait_until(referral, referral.due_at)
        moves.save(referral)
        act.facts = {"paused": True}


def go_on(actor: Actor, reference: str, *, version: int, at: datetime | None = None) -> None:
    """End the pause: the clocks run on. Raise Overtaken, NotAllowed."""
    at = at or timezone.now()
    referral_id, case_id = moves.place(reference)
    subject = subject_of(referral_id)
    with access.acting(actor, Verb.DECIDE, case_id=case_id, subject=subject):
        referral = moves.held(referral_id)
        moves.check_version(referral, version)
        moves.step(referral, Action.GO_ON, actor, at)
        _end_pause(referral, actor, at)
        _wait_until(referral, next_due(subject, UNTIL_DECIDED) or referral.due_at)
        moves.save(referral)


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
    moves.let_wait(referral, ItemKind.TRANSFER, triage.id, at, clock.due_at)
    return clock.due_at


def _end_pause(referral: Referral, actor: Actor, at: datetime) -> None:
    """End the pause, if there is one: the clocks run on."""
    ended = Pause.objects.filter(referral=referral, ended_at=None).update(
        ended_at=at, ended_by_id=actor.person
    )
    if ended:
        subject = subject_of(referral.pk)
        meet_clock(subject, ("MORE_INFO",), at)
        resume_clock(subject, PAUSED, at, by=actor.ledger_name)


def _wait_until(referral: Referral, due_at: datetime) -> None:
    referral.due_at = due_at
    referral.item_set.filter(kind=ItemKind.TRIAGE, done_at=None).update(due_at=due_at)
