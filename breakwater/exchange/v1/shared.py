"""What was shared with the team."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status

from breakwater.exchange.rules import Scope
from breakwater.exchange.v1 import paging, tags
from breakwater.exchange.v1.asked import PageIn, caller_of, known
from breakwater.exchange.v1.auth import needs
from breakwater.exchange.v1.schemas import SharedLine, SharedListOut, SharedOut, coded, shared_out
from breakwater.sharing.portal import actions as portal
from breakwater.sharing.portal import queries
from breakwater.sharing.rules import Sent

router = Router(tags=["Shared"])


@router.get("/shared", response=SharedListOut, url_name="api-shared-list",
            operation_id="listShared", summary="What was shared with the team",
            **needs(Scope.READ_SHARED, "invalid"))  # fmt: skip
def list_shared(request: HttpRequest, asked: Annotated[PageIn, Query()]) -> dict[str, Any]:
    """The oldest first. References, times and states; nobody's name, so it leaves no entry."""
    inbox = queries.inbox(caller_of(request).actor)
    shown, following = paging.page(
        [*inbox.to_confirm, *inbox.shared],
        lambda one: (one.at.isoformat(), one.reference),
        asked.cursor,
        asked.limit,
    )
    items = [
        SharedLine(
            reference=one.reference,
            standing=coded(Sent(one.standing)).code,  # type: ignore[arg-type]
            sent_at=one.at,
            read_at=one.read_at,
            confirmed_at=one.confirmed_at,
            agency=one.agency,
            team=one.team,
        )
        for one in shown
    ]
    return {"items": items, "next": following}


@router.get("/shared/{reference}", response={200: SharedOut, 304: None}, url_name="api-shared",
            operation_id="getShared", summary="One thing that was shared",
            **needs(Scope.READ_SHARED, "not-found", "invalid"))  # fmt: skip
def get_shared(request: HttpRequest, response: HttpResponse, reference: str) -> Any:
    """Of what was taken back only that it was, and why. Each look leaves an entry."""
    found = portal.open_disclosure(caller_of(request).actor, known(reference))
    shown = shared_out(found)
    if tags.same(request, response, tags.tag_of(shown, found.paper.version)):
        return Status(304, None)
    return shown
