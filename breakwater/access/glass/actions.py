"""Opening in an emergency, a second person's answer, and the judgement afterwards."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from breakwater.access.actions import View, check_list
from breakwater.access.call import rows, value
from breakwater.access.glass import jobs, queries, rules
from breakwater.access.glass.queries import GlassWords
from breakwater.access.glass.rules import Answered, GlassPurpose, Outcome, subject_of
from breakwater.access.policy import Verb
from breakwater.access.rules import Actor, NotAllowed
from breakwater.clocks.actions import meet_clock, start_clock

NOT_YOURS = "This does not wait for you: somebody answered already, or it is another's to answer."


class WrongReason(ValueError):
    """A reason that says too little or too much."""


@dataclass(frozen=True)
class Broken:
    """What came of it; the case only where it opened or was open anyway."""

    outcome: Outcome
    case_id: int | None


def break_glass(
    actor: Actor,
    case_id: int | None,
    *,
    called: str,
    purpose: GlassPurpose,
    reason: str,
    also_tell: Collection[int] = (),
) -> Broken:
    """Open a case for an hour, or ask a second person. Raise WrongReason or NotAllowed.

    What is not there, what is restricted and what the actor is shut out of get the same answer by
    the same statements: asked. `called` is a case number or a reference as typed; `also_tell` are
    people who work on the case.
    """
    _check(reason)
    with transaction.atomic(durable=True):
        ((glass_id, came),) = rows(
            "break_glass",
            actor.session,
            actor.user_id,
            case_id,
            called,
            purpose,
            reason,
            sorted(also_tell),
        )
        outcome = Outcome(came)
        if outcome is Outcome.OPENED and case_id is not None:
            start_clock(rules.REVIEW_CLOCK, subject_of(glass_id), case_id, timezone.now())
        elif outcome is Outcome.ASKED:
            jobs.tell_who_may_agree.defer(glass_id=glass_id)
    if outcome is Outcome.REFUSED:
        raise NotAllowed(f"Your role may not {Verb.BREAK_GLASS}. Ask your supervisor who can.")
    return Broken(outcome, None if outcome is Outcome.ASKED else case_id)


def open_words(actor: Actor, glass_id: int) -> GlassWords:
    """Show why somebody asked, to whom it waits for. Raise NotAllowed.

    An entry names the case and the reader; nothing of the case itself is shown.
    """
    with transaction.atomic(durable=True):
        capability = value("read_glass", actor.session, actor.user_id, glass_id)
    if capability is None:
        raise NotAllowed(NOT_YOURS)
    with View(actor, capabilities=(str(capability),)).reading():
        return queries.words(glass_id)


def answer(actor: Actor, glass_id: int, *, agree: bool, reason: str) -> Answered:
    """Agree that another opens a restricted case, or refuse. Raise WrongReason or NotAllowed."""
    _check(reason)
    with transaction.atomic(durable=True):
        ((came, case_id),) = rows(
            "answer_glass", actor.session, actor.user_id, glass_id, agree, reason
        )
        if came == Answered.OPENED:
            start_clock(rules.REVIEW_CLOCK, subject_of(glass_id), case_id, timezone.now())
    if came == Answered.NOT_YOURS:
        raise NotAllowed(NOT_YOURS)
    return Answered(came)


def review(actor: Actor, glass_id: int, *, justified: bool, note: str) -> None:
    """Judge an opening by somebody else; meets its clock. Raise WrongReason or NotAllowed."""
    _check(note)
    check_list(actor, Verb.SUPERVISE, subject_of(glass_id))
    with transaction.atomic(durable=True):
        done = value("review_glass", actor.session, actor.user_id, glass_id, justified, note)
        if done:
            meet_clock(subject_of(glass_id), (rules.REVIEW_CLOCK,), timezone.now())
    if not done:
        raise NotAllowed(NOT_YOURS)


def _check(reason: str) -> None:
    problem = rules.check_reason(reason)
    if problem:
        raise WrongReason(problem)
