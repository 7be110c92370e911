"""Telling whoever reported a worry, one function a deed, each in one transaction."""

from datetime import datetime

from django.utils import timezone

from breakwater.access import actions as access
from breakwater.access.policy import Verb
from breakwater.access.queries import front_door, people_of
from breakwater.access.rules import Actor
from breakwater.clocks.actions import meet_clock, start_clock, stop_clock
from breakwater.referrals import moves
from breakwater.referrals.feedback.models import Feedback, FeedbackTemplate
from breakwater.referrals.feedback.queries import place
from breakwater.referrals.feedback.rules import (
    Given,
    can_be_told,
    check_given,
    check_template,
)
from breakwater.referrals.models import Decision, Item, Referral
from breakwater.referrals.moves import Overtaken, WrongInput
from breakwater.referrals.rules import ItemKind, Outcome, subject_of, subject_of_feedback
from breakwater.referrals.sealed import seal_said, words_of

GIVEN = "Nothing waits to be told here: somebody told them meanwhile, or the decision was undone."
DECIDED_ANEW = "It was decided anew since you opened this page. Look at the new decision first."


def ask_for_feedback(referral: Referral, decision: Decision, at: datetime) -> bool:
    """Let it wait that the reporter is told, and start its clock; False where there is nobody.

    Within the transaction that decides. What waited for an earlier decision waits no more.
    """
    drop_feedback(referral, at)
    if not can_be_told(words_of([referral])[referral.pk].reporter):
        return False
    triage = front_door()
    assert triage is not None  # a migration makes it
    clock = start_clock("FEEDBACK", subject_of_feedback(decision.pk), referral.case_id, at)
    # Who decided tells it best; somebody from elsewhere would not have it on their board.
    by = decision.decided_by_id
    worker = by if by in people_of(triage.id) else None
    moves.let_wait(
        referral, ItemKind.FEEDBACK, triage.id, at, clock.due_at, worker_id=worker, decided=True
    )
    return True


def drop_feedback(referral: Referral, at: datetime) -> None:
    """Let nobody be told of a decision that does not stand any more. Within the caller's action."""
    if moves.done(referral, (ItemKind.FEEDBACK,), at):
        for decision_id in Decision.objects.filter(referral=referral).values_list("pk", flat=True):
            stop_clock(
                subject_of_feedback(decision_id), ("FEEDBACK",), reason="decided_again", at=at
            )


def give(
    actor: Actor, reference: str, given: Given, *, decision_id: int, at: datetime | None = None
) -> None:
    """Note what the reporter was told and how, or why they are not told; meets the clock.

    `decision_id` is the decision that the page spoke of. Raise WrongInput, Overtaken, NotAllowed.
    """
    at = at or timezone.now()
    referral_id, case_id = moves.place(reference)
    subject = subject_of(referral_id)
    with access.acting(actor, Verb.GIVE_FEEDBACK, case_id=case_id, subject=subject) as act:
        if errors := check_given(given):
            raise WrongInput(errors)
        referral = moves.held(referral_id)
        decision = Decision.objects.filter(referral=referral).order_by("decided_at", "pk").last()
        if not Item.objects.filter(
            referral=referral, kind=ItemKind.FEEDBACK, done_at=None
        ).exists():
            raise Overtaken(GIVEN)
        if decision is None or decision.pk != decision_id:
            raise Overtaken(DECIDED_ANEW)
        told = given.way is not None
        words = seal_said(
            referral, place(decision.pk, told=told), given.text if told else given.reason
        )
        Feedback.objects.create(
            referral=referral,
            decision=decision,
            way=given.way or "",
            text=words if told else None,
            reason=None if told else words,
            told_by_id=actor.person,
            told_at=at,
        )
        moves.done(referral, (ItemKind.FEEDBACK,), at)
        meet_clock(subject_of_feedback(decision.pk), ("FEEDBACK",), at)
        act.facts = {"told": given.way or "withheld"}


def set_template(
    actor: Actor, outcome: Outcome, text: str, *, version: int, at: datetime | None = None
) -> None:
    """Say anew what is usually said of an outcome; earlier versions stay.

    `version` is the one that the page showed. Raise WrongInput, Overtaken, NotAllowed.
    """
    at = at or timezone.now()
    subject = f"feedback_template:{outcome}"
    with access.acting(actor, Verb.SET_RULES, subject=subject) as act:
        if errors := check_template(text):
            raise WrongInput(errors)
        rows = FeedbackTemplate.objects.filter(outcome=outcome).select_for_update()
        last = rows.order_by("-version").first()
        newest = last.version if last else 0
        if newest != version:
            raise Overtaken("Somebody else changed these words meanwhile. Open them again.")
        # Two at once on the same version: the constraint lets one of them through.
        FeedbackTemplate.objects.create(
            outcome=outcome, version=newest + 1, text=text, made_by_id=actor.person, made_at=at
        )
        act.facts = {"version": newest + 1}
