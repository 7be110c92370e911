"""What triage does on the way to a decision: answer the rules, rate, wait for more, go on."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from breakwater.access import actions as access
from breakwater.access.policy import Verb
from breakwater.access.rules import Actor, NotAllowed
from breakwater.clocks.actions import (
    meet_clock,
    pause_clock,
    resume_clock,
    start_clock,
    stop_clock,
)
from breakwater.clocks.queries import next_due
from breakwater.clocks.rules import NotPausable
from breakwater.referrals import moves
from breakwater.referrals.models import Pause, Rated, Referral, Screened
from breakwater.referrals.moves import WrongInput
from breakwater.referrals.rules import Action, ItemKind, Rating, subject_of
from breakwater.referrals.sealed import answers_of, seal_said
from breakwater.referrals.thresholds.facts import WrongFact
from breakwater.referrals.thresholds.facts import checked as checked_fact

TO_DECIDE = ("DANGER", "DECIDE")
RATED = tuple(f"MASH_{rating.name}" for rating in Rating)
PAUSED = ("DECIDE", *RATED)
# What runs until triage decides; other clocks of a referral (a strategy discussion, feedback) are
# no reason to leave a decision without one.
UNTIL_DECIDED = (*TO_DECIDE, *RATED, "MORE_INFO")
# A clock's own row says no more than a code: what somebody wrote is sealed with the referral.
WAITS = "more_information"
RATED_ANEW = "rated_anew"


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
        end_pause(referral, actor, at)
        _wait_until(referral, next_due(subject, UNTIL_DECIDED) or referral.due_at)
        moves.save(referral)


def end_pause(referral: Referral, actor: Actor, at: datetime) -> None:
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
