"""Challenging a decision and ruling on it, one function a deed, each in one transaction."""

import json
from datetime import datetime

from django.utils import timezone

from breakwater.access import actions as access
from breakwater.access.policy import Verb
from breakwater.access.queries import front_door
from breakwater.access.rules import Actor, NotAllowed
from breakwater.clocks.actions import meet_clock, start_clock
from breakwater.clocks.queries import next_due
from breakwater.referrals import moves
from breakwater.referrals.challenge import rules
from breakwater.referrals.challenge.models import Challenge, ChallengeStep
from breakwater.referrals.challenge.queries import parties_of, place
from breakwater.referrals.challenge.rules import (
    CLOCKS,
    LEVELS,
    WAITING,
    Challenged,
    Move,
    Ruled,
    Standing,
)
from breakwater.referrals.models import Decision, Item, Referral, Route
from breakwater.referrals.moves import Overtaken, WrongInput
from breakwater.referrals.rules import (
    UNDECIDED,
    ItemKind,
    RouteState,
    State,
    subject_of,
    subject_of_challenge,
)
from breakwater.referrals.sealed import seal_said
from breakwater.referrals.triage.actions import open_again

NO_DECISION = "There is no decision to challenge: it is open, and triage reads what you add to it."
OWN_DECISION = "You made this decision. Ask your supervisor to look at it again with you."
ALREADY = "You challenged this decision already. Its answer, or the way a level up, is on the page."
DECIDED_ANEW = "It was decided anew since you opened this page. Look at the new decision first."
MOVED = "Somebody did something about this challenge since you opened the page. Open it again."


def challenge(
    actor: Actor,
    reference: str,
    challenged: Challenged,
    *,
    decision_id: int,
    at: datetime | None = None,
) -> int:
    """Challenge a decision; a triage supervisor rules on it. Return the challenge's id.

    `decision_id` is the decision that the page showed. Raise WrongInput, Overtaken, NotAllowed.
    """
    at = at or timezone.now()
    referral_id, case_id = moves.place(reference)
    subject = subject_of(referral_id)
    with access.acting(actor, Verb.CHALLENGE, case_id=case_id, subject=subject) as act:
        if errors := rules.check_challenged(challenged):
            raise WrongInput(errors)
        referral = moves.held(referral_id)
        decision = _decision_that_stands(referral, decision_id)
        if not challenged.for_another:
            if decision.decided_by_id == actor.person:
                raise NotAllowed(OWN_DECISION)
            own = Challenge.objects.filter(decision=decision, entered_by=actor.person)
            if own.filter(for_another=False).exists():
                raise NotAllowed(ALREADY)
        made = Challenge.objects.create(
            referral=referral,
            decision=decision,
            entered_by_id=actor.person,
            for_another=challenged.for_another,
            team_id=_team_of(actor, referral),
            standing=rules.next_standing(None, Move.CHALLENGE),
            entered_at=at,
        )
        who = {"name": challenged.name, "agency": challenged.agency}
        words = {"said": challenged.reason} | (who if challenged.for_another else {})
        _write_down(referral, made, Move.CHALLENGE, words, actor, at)
        _wait_for_answer(referral, made, at)
        act.facts = {"challenge": made.pk, "level": 1, "for_another": challenged.for_another}
    return made.pk


def rule(
    actor: Actor,
    reference: str,
    challenge_id: int,
    ruled: Ruled,
    *,
    version: int,
    at: datetime | None = None,
) -> bool:
    """Answer a challenge, or hand it to the partnership; the team that challenged is told.

    Return whether the decision was opened again: not where it was replaced meanwhile. `version`
    is the one that the page showed. Raise WrongInput, Overtaken, NotAllowed.
    """
    at = at or timezone.now()
    referral_id, case_id = moves.place(reference)
    subject = subject_of(referral_id)
    with access.acting(actor, Verb.RULE_ON_CHALLENGE, case_id=case_id, subject=subject) as act:
        if errors := rules.check_ruled(ruled):
            raise WrongInput(errors)
        referral = moves.held(referral_id)
        one = _found(referral, challenge_id, version)
        before = Standing(one.standing)
        rules.check_may_rule(before, ruled.move, actor, parties_of(one))
        one.standing = rules.next_standing(before, ruled.move)
        one.save(update_fields=["standing"])
        words = {"said": ruled.words, "with_whom": ruled.with_whom}
        _write_down(referral, one, ruled.move, words, actor, at)
        opened = ruled.move is Move.UPHOLD and _still_led_by(referral, one)
        if opened:
            open_again(referral, actor, at)
            moves.save(referral)
        if LEVELS[before] != LEVELS.get(one.standing) or one.standing not in WAITING:
            meet_clock(subject_of_challenge(one.pk), (CLOCKS[LEVELS[before]],), at)
        if one.standing is Standing.OUTSIDE and LEVELS[before] < LEVELS[Standing.OUTSIDE]:
            start_clock(CLOCKS[3], subject_of_challenge(one.pk), case_id, at)
        _on_the_board(referral, at)
        moves.notify(one.team_id, referral.pk, at)
        act.facts = {"challenge": one.pk, "ruled": ruled.move, "opened_again": opened}
    return opened


def take_up(
    actor: Actor,
    reference: str,
    challenge_id: int,
    reason: str,
    *,
    version: int,
    at: datetime | None = None,
) -> None:
    """Take a challenge a level up: to the hub's manager, and then to the partnership.

    Raise WrongInput, Overtaken, NotAllowed.
    """
    at = at or timezone.now()
    referral_id, case_id = moves.place(reference)
    subject = subject_of(referral_id)
    with access.acting(actor, Verb.CHALLENGE, case_id=case_id, subject=subject) as act:
        if errors := rules.check_taken_up(reason):
            raise WrongInput(errors)
        referral = moves.held(referral_id)
        one = _found(referral, challenge_id, version)
        rules.check_may_take_up(actor, parties_of(one))
        one.standing = rules.next_standing(Standing(one.standing), Move.TAKE_UP)
        one.save(update_fields=["standing"])
        _write_down(referral, one, Move.TAKE_UP, {"said": reason}, actor, at)
        _wait_for_answer(referral, one, at)
        act.facts = {"challenge": one.pk, "level": LEVELS[Standing(one.standing)]}


def _decision_that_stands(referral: Referral, decision_id: int) -> Decision:
    decision = Decision.objects.filter(referral=referral).order_by("decided_at", "pk").last()
    undecided = (*UNDECIDED, State.WITH_WORKER)
    if decision is None or State(referral.state) in undecided:
        raise NotAllowed(NO_DECISION)
    if decision.pk != decision_id:
        raise Overtaken(DECIDED_ANEW)
    return decision


def _still_led_by(referral: Referral, one: Challenge) -> bool:
    """Whether the referral still goes the way that the challenged decision sent it."""
    newer = Decision.objects.filter(referral=referral, pk__gt=one.decision_id).exists()
    return not newer and State(referral.state) not in UNDECIDED


def _found(referral: Referral, challenge_id: int, version: int) -> Challenge:
    one = (
        Challenge.objects.select_for_update(of=("self",))
        .select_related("decision")
        .filter(pk=challenge_id, referral=referral)
        .first()
    )
    if one is None:
        raise NotAllowed("There is no such challenge of this referral.")
    if one.steps.count() != version:
        raise Overtaken(MOVED)
    return one


def _team_of(actor: Actor, referral: Referral) -> int:
    """The team that is told of the answer: the one at work on the referral, of several."""
    routes = Route.objects.filter(referral=referral, team__in=actor.team_ids)
    at_work = routes.exclude(state=RouteState.RETURNED).order_by("-leads", "pk").first()
    return at_work.team_id if at_work else min(actor.team_ids)


def _write_down(
    referral: Referral, one: Challenge, move: Move, words: dict[str, str], actor: Actor,
    at: datetime,
) -> None:  # fmt: skip
    kept = {key: text for key, text in words.items() if text.strip()}
    what = place(one.pk, one.steps.count())
    ChallengeStep.objects.create(
        challenge=one,
        move=move,
        end=one.standing,
        words=seal_said(referral, what, json.dumps(kept, ensure_ascii=False)),
        taken_by_id=actor.person,
        taken_at=at,
    )


def _wait_for_answer(referral: Referral, one: Challenge, at: datetime) -> None:
    code = CLOCKS[LEVELS[Standing(one.standing)]]
    start_clock(code, subject_of_challenge(one.pk), referral.case_id, at)
    _on_the_board(referral, at)
    triage = front_door()
    assert triage is not None  # a migration makes it
    moves.notify(triage.id, referral.pk, at)


def _on_the_board(referral: Referral, at: datetime) -> None:
    """One item on triage's board while an answer is owed to anybody, due when the first is."""
    owed = Challenge.objects.filter(referral=referral, standing__in=WAITING)
    due = [
        next_due(subject_of_challenge(pk), CLOCKS.values())
        for pk in owed.values_list("pk", flat=True)
    ]
    if not due:
        moves.done(referral, (ItemKind.CHALLENGE,), at)
        return
    due_at = min((one for one in due if one), default=None)
    waits = Item.objects.filter(referral=referral, kind=ItemKind.CHALLENGE, done_at=None)
    if not waits.update(due_at=due_at):
        triage = front_door()
        assert triage is not None
        moves.let_wait(referral, ItemKind.CHALLENGE, triage.id, at, due_at, decided=True)
