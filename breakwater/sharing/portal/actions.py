"""What somebody of a team that is asked, or was told, does: one function a deed."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from breakwater.access import call
from breakwater.access.rules import Actor, AlertKind, NotAllowed
from breakwater.attachments.actions import check, keep_on, put_down
from breakwater.attachments.rules import Checked, Reason, Refused
from breakwater.audit.actions import record
from breakwater.referrals.moves import Overtaken, WrongInput
from breakwater.sharing import answers as written
from breakwater.sharing import papers
from breakwater.sharing.answers import Words
from breakwater.sharing.models import Answer, Disclosure, Request
from breakwater.sharing.portal import queries
from breakwater.sharing.portal.queries import OpenedDisclosure, OpenedRequest
from breakwater.sharing.portal.rules import Said, Upload, check_said
from breakwater.sharing.rules import (
    DEED_OF,
    STANDS,
    Handling,
    Reply,
    Standing,
    next_standing,
    subject_of_disclosure,
    subject_of_request,
)
from breakwater.web.times import date, time

TO_ANSWER = "to answer what the team is asked"
TO_READ = "to read what was shared with the team"
NO_PICTURES = (
    "No picture, video or PDF can be added here, also not inside a letter or email. Type what it "
    "says, or say who has it. What may show abuse belongs with the police alone: do not send it"
)


@dataclass(frozen=True)
class Receipt:
    """That a reply was taken in: what, by whom, when. `version` is the request's from now on."""

    id: int
    reference: str
    reply: Reply
    standing: Standing
    by: str
    at: datetime
    version: int
    documents: tuple[int, ...] = ()


def answer(
    actor: Actor,
    reference: str,
    reply: Reply,
    *,
    answers: Sequence[str] = (),
    reason: str = "",
    phone: str = "",
    handling: Collection[Handling] = (),
    third_parties: bool = False,
    documents: Sequence[Upload] = (),
    version: int | None = None,
    beside: Callable[[int], object] | None = None,
    at: datetime | None = None,
) -> Receipt:
    """Reply to what the actor's team is asked; a later reply may follow, and none is lost.

    `answers` are by question, empty where left. `version` is the request's as the page showed it:
    None, and a reply of a colleague does not stand in the way. `beside` is called with the answer's
    id inside the transaction: what it writes is kept with the answer or not at all. Not inside a
    transaction. Raise NotAllowed (also for what is not there), WrongInput, Refused (a document),
    Overtaken.
    """
    at = at or timezone.now()
    said = Said(reply, tuple(answers), reason, phone, tuple(handling), third_parties)
    request_id, case_id = place(reference, "requests")
    checked = _checked(actor, request_id, said, documents) if documents else []
    with (
        put_down(checked) as waiting,
        papers.answering(actor, "requests", request_id),
    ):
        request = Request.objects.select_for_update().get(pk=request_id)
        if errors := check_said(said, len(queries.questions_of(request)), len(documents)):
            raise WrongInput(errors)
        _check_version(request, version)
        police_only = Handling.POLICE_ONLY in said.handling
        kept = tuple(
            keep_on(case_id, one, added_by=actor.person, police_only=police_only) for one in waiting
        )
        names = tuple(one.checked.name for one in waiting)
        row = _write(request, said, kept, names, actor.person, at)
        if beside is not None:
            beside(row.pk)
        request.standing = next_standing(Standing(request.standing), DEED_OF[reply])
        request.version += 1
        request.save(update_fields=["standing", "version"])
        subject = subject_of_request(request_id)
        papers.tell(AlertKind.ANSWERED, [request.asked_by_id], case_id, subject, reference)
        record(
            actor.ledger_name,
            "answer",
            agency_id=actor.agency_id,
            cases=[case_id],
            subject=subject,
            facts={
                "reply": reply.name,
                "answered": sum(bool(text.strip()) for text in said.answers),
                "documents": list(kept),
                "third_parties": third_parties,
                "handling": [one.name for one in said.handling],
            },
        )
    standing = Standing(request.standing)
    return Receipt(row.pk, reference, reply, standing, actor.name, at, request.version, kept)


def check_document(actor: Actor, reference: str, upload: Upload) -> Checked:
    """Return a document as it would be kept with an answer. Raise NotAllowed, Refused."""
    request_id, _ = place(reference, "requests")
    return _checked(actor, request_id, None, [upload])[0]


def confirm(actor: Actor, reference: str, *, at: datetime | None = None) -> None:
    """Say that the team has let go, or corrected, its copies of what was taken back.

    Said once is enough: a second time changes nothing. Raise NotAllowed.
    """
    at = at or timezone.now()
    disclosure_id, case_id = place(reference, "disclosures")
    with papers.answering(actor, "disclosures", disclosure_id):
        taken_back = Disclosure.objects.filter(pk=disclosure_id).exclude(standing__in=STANDS)
        changed = taken_back.filter(confirmed_at=None).update(
            confirmed_by_id=actor.person, confirmed_at=at
        )
        if not changed and not taken_back.exists():
            raise NotAllowed("This was not taken back: there is nothing to confirm.")
        if changed:
            record(
                actor.ledger_name,
                "confirm_taken_back",
                agency_id=actor.agency_id,
                cases=[case_id],
                subject=subject_of_disclosure(disclosure_id),
            )


def open_request(actor: Actor, reference: str) -> OpenedRequest:
    """What the actor's team is asked, once the look at it is written down. Raise NotAllowed."""
    request_id, _ = place(reference, "requests")
    view = papers.open_paper(actor, "requests", request_id, purpose=TO_ANSWER)
    with view.reading():
        _note_first_look(actor, Disclosure.objects.filter(request=request_id))
        return queries.opened_request(request_id)


def open_disclosure(actor: Actor, reference: str) -> OpenedDisclosure:
    """What was shared with the actor's team, once the look is written down. Raise NotAllowed."""
    disclosure_id, _ = place(reference, "disclosures")
    view = papers.open_paper(actor, "disclosures", disclosure_id, purpose=TO_READ)
    with view.reading():
        _note_first_look(actor, Disclosure.objects.filter(pk=disclosure_id))
        found = queries.opened_disclosure(disclosure_id)
    if found is None:
        raise NotAllowed(papers.NOT_YOURS)
    return found


def _note_first_look(actor: Actor, rows: QuerySet[Disclosure]) -> None:
    """The sender sees who of the team read it first, and when. 1 SQL statement."""
    rows.filter(read_at=None, standing__in=STANDS).update(
        read_by_id=actor.person, read_at=timezone.now()
    )


def place(reference: str, wanted: str) -> tuple[int, int]:
    """The paper's and its case's id; of what is not there those of a paper that nobody may open."""
    part, paper_id, case_id = papers.place(reference) or (wanted, 0, 0)
    return (paper_id, case_id) if part == wanted else (0, 0)


def _checked(
    actor: Actor, request_id: int, said: Said | None, documents: Sequence[Upload]
) -> list[Checked]:
    """All checks of the documents, with the paper open but outside of any transaction.

    What is wrong with the words is said first: nothing is scanned for an answer that cannot stand.
    """
    subject = subject_of_request(request_id)
    view = papers.open_paper(
        actor, "requests", request_id, purpose="to answer_requests", answers=True
    )
    with view.reading():
        pictures = not call.value("paper_takes_no_pictures", request_id)
        request = Request.objects.get(pk=request_id)
        if said is not None:
            questions = len(queries.questions_of(request))
            if errors := check_said(said, questions, len(documents)):
                raise WrongInput(errors)
    try:
        return [
            check(one.name, one.content, max(one.size, len(one.content)), pictures=pictures)
            for one in documents
        ]
    except Refused as refusal:
        record(
            actor.ledger_name,
            "answer",
            agency_id=actor.agency_id,
            cases=[request.case_id],
            subject=subject,
            allowed=False,
            facts={"refused": refusal.reason.value},
        )
        if refusal.reason is Reason.NO_PICTURES:
            # What the case is about is not for the answering team to learn here.
            raise Refused(refusal.reason, NO_PICTURES) from None
        raise


def _write(
    request: Request,
    said: Said,
    documents: tuple[int, ...],
    names: tuple[str, ...],
    by: int,
    at: datetime,
) -> Answer:
    """Keep of what was said what belongs to the reply, and nothing typed in another's box."""
    by_question = tuple(text.strip() for text in said.answers)
    return written.write(
        request,
        said.reply,
        Words(
            answers=by_question if said.reply is Reply.ANSWER else (),
            reason=said.reason.strip(),
            phone=said.phone.strip() if said.reply is Reply.PHONE else "",
            third_parties=said.third_parties,
            documents=documents,
            names=names,
        ),
        by=by,
        at=at,
        handling=said.handling,
    )


def _check_version(request: Request, version: int | None) -> None:
    """Raise Overtaken when a colleague replied since the page with `version` was opened."""
    if version is None or request.version == version:
        return
    rows = Answer.objects.filter(request=request).select_related("answered_by")
    last = rows.order_by("answered_at", "pk").last()
    if last is None:
        raise Overtaken("The request changed since you opened this page. Read it again.")
    when = f"{date(last.answered_at)} at {time(last.answered_at)}"
    raise Overtaken(f"{last.answered_by.name} replied meanwhile: {last.reply}, {when}.")
