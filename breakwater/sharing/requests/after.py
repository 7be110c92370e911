"""What follows asking: signing, withdrawing, noting a call. One function a deed."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from breakwater.access import actions as access
from breakwater.access.policy import Verb
from breakwater.access.queries import partners_of
from breakwater.access.rules import Actor, AgencyKind, AlertKind, NotAllowed
from breakwater.referrals import moves
from breakwater.referrals.moves import WrongInput
from breakwater.sharing import answers, overrides, papers
from breakwater.sharing.disclosures.models import Disclosure
from breakwater.sharing.requests import rules
from breakwater.sharing.requests.actions import Asked, deadline, kind_of_home, send
from breakwater.sharing.requests.models import Request
from breakwater.sharing.requests.rules import Call
from breakwater.sharing.requests.words import what_of
from breakwater.sharing.rules import (
    Deed,
    Sent,
    Standing,
    next_standing,
    subject_of_request,
)

OWN = "Somebody else signs what you asked for: another supervisor of the case."


def sign(actor: Actor, reference: str, reason: str, *, at: datetime | None = None) -> Asked:
    """Sign that something is asked without an agreement: it is sent now.

    Raise WrongInput, NotAllowed: also for whoever asked.
    """
    at = at or timezone.now()
    return _rule(actor, reference, reason, Deed.SIGN, at)


def refuse_to_sign(
    actor: Actor, reference: str, reason: str, *, at: datetime | None = None
) -> None:
    """Say no, with why: nothing is asked, and whoever wanted to is told."""
    _rule(actor, reference, reason, Deed.REFUSE_TO_SIGN, at or timezone.now())


def withdraw(actor: Actor, reference: str, reason: str, *, at: datetime | None = None) -> None:
    """Ask no more, with why; the team cannot open it from now on. Raise WrongInput, NotAllowed."""
    at = at or timezone.now()
    request_id, case_id = _place(reference)
    subject = subject_of_request(request_id)
    with access.acting(actor, Verb.ASK_PARTNERS, case_id=case_id, subject=subject) as act:
        if errors := rules.check_reason(reason, "why it is withdrawn"):
            raise WrongInput(errors)
        request = _held(request_id)
        before = Standing(request.standing)
        _move(request, Deed.WITHDRAW)
        words = papers.unsealed([(what_of(reference), request.words)])[0] or {}
        words |= {"withdrawn": reason, "withdrawn_by": actor.name}
        request.words = papers.seal_with(request.key_id, words, what_of(reference))
        request.save(update_fields=["standing", "version", "words"])
        if before is Standing.TO_SIGN:
            _told(request).update(standing=Sent.NOT_SIGNED)
        act.facts = {"standing": before}


def note_call(actor: Actor, reference: str, call: Call, *, at: datetime | None = None) -> None:
    """Write down what was said on the phone, and by whom. Raise WrongInput, NotAllowed."""
    at = at or timezone.now()
    request_id, case_id = _place(reference)
    subject = subject_of_request(request_id)
    with access.acting(actor, Verb.ASK_PARTNERS, case_id=case_id, subject=subject) as act:
        police = kind_of_home(actor) is AgencyKind.POLICE
        if errors := rules.check_call(call, police=police):
            raise WrongInput(errors)
        request = _held(request_id)
        _move(request, Deed.SAY_NOTHING_KNOWN if call.nothing_known else Deed.NOTE_CALL)
        answers.write(
            request,
            call.reply,
            answers.Words(
                answers=(call.said,) if call.said.strip() else (),
                phone=call.by,
                third_parties=call.third_parties,
            ),
            by=actor.person,
            at=at,
            handling=call.handling,
            by_phone=True,
        )
        request.save(update_fields=["standing", "version"])
        if request.asked_by_id != actor.user_id:
            asker = [request.asked_by_id]
            papers.tell(AlertKind.ANSWERED, asker, case_id, subject, reference)
        act.facts = {"reply": call.reply}


def _rule(actor: Actor, reference: str, reason: str, deed: Deed, at: datetime) -> Asked:
    request_id, case_id = _place(reference)
    subject = subject_of_request(request_id)
    with access.acting(actor, Verb.SIGN_OVERRIDE, case_id=case_id, subject=subject) as act:
        noun = "why you sign" if deed is Deed.SIGN else "why you do not sign"
        if errors := rules.check_reason(reason, noun):
            raise WrongInput(errors)
        request = _held(request_id)
        if request.asked_by_id == actor.user_id:
            raise NotAllowed(OWN)
        _move(request, deed)
        signed = deed is Deed.SIGN
        if signed:
            # What waited here took time that the partner is given back.
            request.due_at = max(request.due_at, deadline(moves.held(request.referral_id), at))
        request.save(update_fields=["standing", "version", "due_at"])
        assert request.override_id is not None  # what waits for a signature has one
        overrides.rule(request.override_id, reason, actor.person, at, signed=signed)
        _told(request).update(
            **({"standing": Sent.SENT, "sent_at": at} if signed else {"standing": Sent.NOT_SIGNED})
        )
        team = partners_of(request.agency_id, {request.team_id})[0]
        done = Asked(reference, team.name, Standing(request.standing), reached=True)
        if signed:
            done = send(request, team, at)
        # Whoever asked learns what became of it; the page of the request says what.
        papers.tell(AlertKind.RULED, [request.asked_by_id], case_id, subject, reference)
        act.facts = {"signed": signed, "reached": done.reached}
    return done


def _move(request: Request, deed: Deed) -> None:
    request.standing = next_standing(Standing(request.standing), deed)
    request.version += 1


def _place(reference: str) -> tuple[int, int]:
    """The request's and its case's id; of what is not there a case that nobody may see."""
    found = papers.place(reference)
    return (found[1], found[2]) if found and found[0] == "requests" else (0, access.NO_CASE)


def _held(request_id: int) -> Request:
    return Request.objects.select_for_update(of=("self",)).get(pk=request_id)


def _told(request: Request) -> "QuerySet[Disclosure]":
    return Disclosure.objects.filter(request=request)
