"""What somebody typed to a request and has not sent yet: kept for them, sealed, and of no case.

Nothing of it reaches whoever asked; it is emptied when the answer is sent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from breakwater.access.rules import Actor
from breakwater.referrals.moves import WrongInput
from breakwater.sharing import papers
from breakwater.sharing.models import Draft, DraftDocument, Request
from breakwater.sharing.portal import actions
from breakwater.sharing.portal.actions import Receipt, place
from breakwater.sharing.portal.queries import OpenedRequest, opened_request
from breakwater.sharing.portal.rules import MOST_DOCUMENTS, Said, Upload
from breakwater.sharing.rules import Handling, Reply

TOO_MANY = f"You can add {MOST_DOCUMENTS} documents. Send these, then answer again with more"


@dataclass(frozen=True)
class DraftDocumentFacts:
    id: int
    name: str
    size: int


@dataclass(frozen=True)
class DraftFacts:
    """What is kept of an answer that is not sent."""

    said: Said
    documents: tuple[DraftDocumentFacts, ...]
    saved_at: datetime


def save(
    actor: Actor,
    reference: str,
    said: Said,
    document: Upload | None = None,
    *,
    at: datetime | None = None,
) -> None:
    """Keep what was typed so far, in place of what was kept before, and one document more.

    The words are kept also where the document is refused. Raise NotAllowed, WrongInput, Refused.
    """
    request_id, _ = place(reference, "requests")
    with papers.answering(actor, "requests", request_id):
        request = Request.objects.get(pk=request_id)
        words = {
            "answers": list(said.answers),
            "handling": [one.name for one in said.handling],
            "third_parties": said.third_parties,
        }
        sealed = papers.seal_with(request.key_id, words, _what_of(reference, actor))
        draft, _ = Draft.objects.update_or_create(
            request=request,
            user_id=actor.person,
            defaults={"words": sealed, "saved_at": at or timezone.now()},
        )
        held = DraftDocument.objects.filter(draft=draft, content__isnull=False).count()
    if document is None:
        return
    if held >= MOST_DOCUMENTS:
        raise WrongInput([("document", TOO_MANY)])
    checked = actions.check_document(actor, reference, document)
    with papers.answering(actor, "requests", request_id):
        row = DraftDocument.objects.create(draft=draft, size=len(checked.content))
        key = papers.key_with(Request.objects.get(pk=request_id).key_id)
        row.name = key.seal(checked.name, _what_of(reference, actor, row.pk, "name"))
        row.content = key.seal(checked.content, _what_of(reference, actor, row.pk, "content"))
        row.save(update_fields=["name", "content"])


def take_out(actor: Actor, reference: str, document_id: int) -> None:
    """Take a document out of one's draft. Raise NotAllowed."""
    request_id, _ = place(reference, "requests")
    with papers.answering(actor, "requests", request_id):
        mine = DraftDocument.objects.filter(draft__request=request_id, draft__user=actor.person)
        mine.filter(pk=document_id).update(name=None, content=None)


def open_with_draft(actor: Actor, reference: str) -> tuple[OpenedRequest, DraftFacts | None]:
    """The request, and what the actor typed to it before. Raise NotAllowed."""
    request_id, _ = place(reference, "requests")
    view = papers.open_paper(actor, "requests", request_id, purpose=actions.TO_ANSWER)
    with view.reading():
        return opened_request(request_id), _read(actor, reference, request_id)


def send(actor: Actor, reference: str, *, version: int) -> Receipt:
    """Send what was kept as the answer, with its documents, and empty the draft.

    Raise what actions.answer raises; then all is kept as it was.
    """
    request_id, _ = place(reference, "requests")
    view = papers.open_paper(actor, "requests", request_id, purpose=actions.TO_ANSWER)
    with view.reading():
        draft = _read(actor, reference, request_id)
        uploads = _uploads(actor, reference, request_id) if draft else []
    said = draft.said if draft else Said(Reply.ANSWER)

    def empty(_answer_id: int) -> None:
        mine = Draft.objects.filter(request=request_id, user=actor.person)
        DraftDocument.objects.filter(draft__in=mine).update(name=None, content=None)
        mine.update(words=None)

    return actions.answer(
        actor,
        reference,
        Reply.ANSWER,
        answers=said.answers,
        handling=said.handling,
        third_parties=said.third_parties,
        documents=uploads,
        version=version,
        beside=empty,
    )


def _read(actor: Actor, reference: str, request_id: int) -> DraftFacts | None:
    """What is kept, where the request is open to the transaction. 4 SQL statements at most."""
    row = Draft.objects.filter(request=request_id, user=actor.person).first()
    if row is None or row.words is None:
        return None
    (words,) = papers.unsealed([(_what_of(reference, actor), row.words)])
    assert words is not None  # its key opens with the request
    documents = _documents(row)
    key = papers.key_with(Request.objects.get(pk=request_id).key_id) if documents else None
    return DraftFacts(
        Said(
            Reply.ANSWER,
            tuple(words["answers"]),
            handling=tuple(Handling[name] for name in words["handling"]),
            third_parties=words["third_parties"],
        ),
        tuple(
            DraftDocumentFacts(
                one.pk,
                key.unseal_text(bytes(one.name), _what_of(reference, actor, one.pk, "name")),
                one.size,
            )
            for one in documents
            if key and one.name is not None
        ),
        row.saved_at,
    )


def _documents(row: Draft) -> Sequence[DraftDocument]:
    rows = DraftDocument.objects.filter(draft=row, content__isnull=False)
    return list(rows.defer("content").order_by("pk"))


def _uploads(actor: Actor, reference: str, request_id: int) -> list[Upload]:
    key = papers.key_with(Request.objects.get(pk=request_id).key_id)
    rows = DraftDocument.objects.filter(
        draft__request=request_id, draft__user=actor.person, content__isnull=False
    )
    return [
        Upload(
            key.unseal_text(bytes(one.name), _what_of(reference, actor, one.pk, "name")),
            key.unseal(bytes(one.content), _what_of(reference, actor, one.pk, "content")),
        )
        for one in rows.order_by("pk")
        if one.name is not None and one.content is not None
    ]


def _what_of(reference: str, actor: Actor, document_id: int = 0, part: str = "") -> str:
    """Return what a draft, or a part of a document in it, is sealed as: whose, to which request."""
    end = f":{document_id}:{part}" if document_id else ""
    return f"draft:{reference}:{actor.person}{end}"
