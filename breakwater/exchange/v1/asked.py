"""What the team is asked, and its answers."""

import re
from typing import Annotated, Any

from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from ninja import Field, Header, Query, Router, Schema, Status

from breakwater.access.rules import Actor
from breakwater.exchange.rules import LARGEST_PAGE, LONGEST_KEY, PAGE, SHORTEST_KEY, Scope
from breakwater.exchange.v1 import examples, paging, tags
from breakwater.exchange.v1.auth import Caller, needs
from breakwater.exchange.v1.once import Once, once
from breakwater.exchange.v1.problems import Problem, in_body
from breakwater.exchange.v1.schemas import (
    AnswerIn,
    AnswerOut,
    RequestLine,
    RequestOut,
    RequestsOut,
    coded,
    request_out,
)
from breakwater.referrals.moves import Overtaken, WrongInput
from breakwater.sharing.portal import actions as portal
from breakwater.sharing.portal import queries
from breakwater.sharing.rules import DEED_OF, Handling, Reply, Standing, next_standing

router = Router(tags=["Requests"])
# A reference as the hub makes it; every other is answered as one that is not there.
FORM = re.compile(r"(RQ|DS)(-[A-Z0-9]{4}){3}")
NOWHERE = "RQ-0000-0000-0000"


class PageIn(Schema):
    cursor: str = Field("", max_length=paging.LONGEST, description="`next` of the page before.")
    limit: int = Field(PAGE, ge=1, le=LARGEST_PAGE)


class AskedIn(PageIn):
    awaited: bool = Field(False, description="Only what still waits for an answer or a call.")


def known(reference: str) -> str:
    return reference if FORM.fullmatch(reference) else NOWHERE


@router.get("/requests", response=RequestsOut, url_name="api-requests",
            operation_id="listRequests", summary="What the team is asked",
            **needs(Scope.READ_REQUESTS, "invalid"))  # fmt: skip
def list_requests(request: HttpRequest, asked: Annotated[AskedIn, Query()]) -> dict[str, Any]:
    """The oldest first. References, times and states; nobody's name, so it leaves no entry."""
    inbox = queries.inbox(caller_of(request).actor)
    rows = [*inbox.awaited, *([] if asked.awaited else inbox.settled)]
    shown, following = paging.page(
        rows, lambda one: (one.at.isoformat(), one.reference), asked.cursor, asked.limit
    )
    items = [
        RequestLine(
            reference=one.reference,
            standing=coded(Standing(one.standing)).code,  # type: ignore[arg-type]
            asked_at=one.at,
            due_at=one.due_at,
            agency=one.agency,
            team=one.team,
        )
        for one in shown
    ]
    return {"items": items, "next": following}


@router.get("/requests/{reference}", response={200: RequestOut, 304: None},
            url_name="api-request", operation_id="getRequest", summary="One request",
            **needs(Scope.READ_REQUESTS, "not-found", "invalid"))  # fmt: skip
def get_request(request: HttpRequest, response: HttpResponse, reference: str) -> Any:
    """Who asks what about whom, and why. Each look leaves an entry in the hub's ledger."""
    found = portal.open_request(caller_of(request).actor, known(reference))
    shown = request_out(found)
    if tags.same(request, response, tags.tag_of(shown, found.version)):
        return Status(304, None)
    return shown


@router.post("/requests/{reference}/answers", response={201: AnswerOut}, url_name="api-answers",
             operation_id="answerRequest", summary="Answer a request",
             **needs(Scope.ANSWER_REQUESTS, "bad-request", "not-found", "key-used", "overtaken",
                     "too-large", "unsupported-media-type", "invalid",
                     body=examples.ANSWERS))  # fmt: skip
def answer_request(
    request: HttpRequest,
    response: HttpResponse,
    reference: str,
    said: AnswerIn,
    idempotency_key: Annotated[
        str,
        Header(
            alias="Idempotency-Key",
            min_length=SHORTEST_KEY,
            max_length=LONGEST_KEY,
            description="Of your making, one an answer: the same again changes nothing.",
        ),
    ],
    if_match: Annotated[
        str,
        Header(
            alias="If-Match",
            max_length=200,
            description="The ETag of what you answer: refused if somebody replied since.",
        ),
    ] = "",
) -> Any:
    """Answer, say that nothing is known, decline, or ask to be rung. All four are kept.

    A later answer may follow; none is lost.
    """
    caller, reference = caller_of(request), known(reference)
    this = once(caller.client_id, idempotency_key, reference, request.body)
    if (earlier := this.earlier()) is None:
        try:
            return Status(201, _answer(caller.actor, reference, said, this, if_match))
        except (IntegrityError, Overtaken) as meanwhile:
            # The same came twice at once, and the other was first.
            if (earlier := this.earlier()) is None:
                raise _overtaken(meanwhile) from None
    response.headers["Idempotency-Replayed"] = "true"
    return Status(201, _again(caller.actor, reference, earlier))


def caller_of(request: HttpRequest) -> Caller:
    caller: Caller = request.auth  # type: ignore[attr-defined]
    return caller


def _answer(actor: Actor, reference: str, said: AnswerIn, this: Once, if_match: str) -> AnswerOut:
    try:
        receipt = portal.answer(
            actor,
            reference,
            Reply[said.reply.upper()],
            answers=said.answers,
            reason=said.reason,
            phone=said.phone,
            handling=[Handling[one.upper()] for one in said.handling],
            third_parties=said.third_parties,
            version=tags.version_of(if_match),
            beside=this.keep,
        )
    except WrongInput as wrong:
        raise Problem("invalid", errors=in_body(wrong.errors)) from None
    return _out(receipt.reference, receipt.reply, receipt.by, receipt.at)


def _again(actor: Actor, reference: str, answer_id: int) -> AnswerOut:
    """What was answered with this key, as it was told then; a look as every other."""
    found = portal.open_request(actor, reference)
    for one in found.answers:
        if one.id == answer_id:
            return _out(reference, one.reply, one.by, one.at)
    raise Problem("not-found")


def _out(reference: str, reply: Reply, by: str, at: Any) -> AnswerOut:
    standing = next_standing(Standing.ASKED, DEED_OF[reply])
    return AnswerOut(
        reference=reference,
        reply=coded(reply).code,  # type: ignore[arg-type]
        standing=coded(standing).code,  # type: ignore[arg-type]
        answered_by=by,
        answered_at=at,
    )


def _overtaken(error: Exception) -> Exception:
    if isinstance(error, Overtaken):
        return Problem("overtaken")
    return error
