"""Answers as rows: sealing what was said to a request, and reading it again.

Within the caller's transaction: a partner's, which opened the request (portal), or that of whoever
holds the case and notes a call or reads (requests).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from breakwater.sharing.models import Answer, Request
from breakwater.sharing.papers import seal_with, unsealed
from breakwater.sharing.rules import Handling, Reply


@dataclass(frozen=True)
class Words:
    """What is sealed of an answer; `names` are those of the documents, in the same order."""

    answers: tuple[str, ...] = ()
    reason: str = ""
    phone: str = ""
    third_parties: bool = False
    documents: tuple[int, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class AnswerFacts:
    """One answer. `words` is None where its key is not open to who reads."""

    id: int
    request_id: int
    reply: Reply
    handling: tuple[Handling, ...]
    by: str
    at: datetime
    by_phone: bool
    words: Words | None


def what_of(reference: str, answered_at: datetime) -> str:
    """Return what the words of an answer are sealed as: this answer of this request."""
    return f"answer:{reference}:{answered_at.astimezone(UTC).isoformat()}"


def write(
    request: Request,
    reply: Reply,
    words: Words,
    *,
    by: int,
    at: datetime,
    handling: Collection[Handling] = (),
    by_phone: bool = False,
) -> Answer:
    """Write an answer, sealed under its request's key. 2 SQL statements."""
    said = {
        "answers": list(words.answers),
        "reason": words.reason,
        "phone": words.phone,
        "third_parties": words.third_parties,
        "documents": list(words.documents),
        "names": list(words.names),
    }
    return Answer.objects.create(
        case_id=request.case_id,
        request=request,
        reply=reply,
        words=seal_with(request.key_id, said, what_of(request.reference, at)),
        handling=[one for one in Handling if one in set(handling)],
        answered_by_id=by,
        by_phone=by_phone,
        answered_at=at,
    )


def of_requests(request_ids: Collection[int]) -> dict[int, list[AnswerFacts]]:
    """The answers to these requests that the reader may see, the newest first. 2 SQL statements."""
    rows = list(
        Answer.objects.filter(request__in=request_ids)
        .select_related("answered_by", "request")
        .order_by("-answered_at", "-pk")
    )
    found: dict[int, list[AnswerFacts]] = {}
    for row, words in zip(rows, _words_of(rows), strict=True):
        found.setdefault(row.request_id, []).append(
            AnswerFacts(
                id=row.pk,
                request_id=row.request_id,
                reply=Reply(row.reply),
                handling=tuple(Handling(one) for one in row.handling),
                by=row.answered_by.name,
                at=row.answered_at,
                by_phone=row.by_phone,
                words=words,
            )
        )
    return found


def _words_of(rows: Sequence[Answer]) -> Iterable[Words | None]:
    for said in unsealed(
        (what_of(row.request.reference, row.answered_at), row.words) for row in rows
    ):
        if said is None:
            yield None
            continue
        yield Words(
            answers=tuple(said["answers"]),
            reason=said["reason"],
            phone=said["phone"],
            third_parties=said["third_parties"],
            documents=tuple(said["documents"]),
            names=tuple(said["names"]),
        )
