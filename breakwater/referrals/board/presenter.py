"""What the board's templates show. Plain functions, no database."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from breakwater.access.policy import Verb
from breakwater.access.rules import Actor
from breakwater.referrals.board.forms import FilterForm
from breakwater.referrals.board.queries import Board, BoardRow
from breakwater.referrals.board.rules import Codes, Tab
from breakwater.referrals.presenter import RATING_COLOURS, capital, names_of_children
from breakwater.referrals.rules import ItemKind
from breakwater.web import times

COLUMNS = ("What", "From", "Received", "Already known", "Waits for")
UNOPENED = {"text": "Not opened: risk unknown", "colour": "purple"}


def board_page(
    board: Board,
    teams: list[str],
    now: datetime,
    actor: Actor,
    codes: Codes,
    form: FilterForm,
    tabs: list[Tab],
) -> dict[str, Any]:
    """Context of board.html."""
    here = next((tab for tab in tabs if tab.codes == codes), None)
    return {
        "board": board,
        "heading": f"Waiting for {' and '.join(teams)}",
        "rows": [_board_row(row, actor) for row in board.rows],
        "columns": COLUMNS,
        "now": now,
        "form": form,
        "tabs": [
            {"text": tab.name, "href": address(tab.codes), "here": tab is here} for tab in tabs
        ],
        "tab": here,
        "narrowed": bool(codes),
        "at": query(codes, board.page),
        "page_href": {page: address(codes, page) for page in (board.page - 1, board.page + 1)},
        "news_href": _with(reverse("board-news"), codes),
        "save_href": _with(reverse("save-filter"), codes),
        "may_hand_over_all": Verb.HAND_OVER_ALL in actor.verbs,
    }


def query(codes: Mapping[str, str], page: int = 1) -> str:
    """Return "whose=mine&page=2": where somebody is on the board."""
    return urlencode({**codes, "page": page} if page > 1 else codes)


def address(codes: Mapping[str, str], page: int = 1) -> str:
    """Return the address of a page of a narrowed board."""
    asked = query(codes, page)
    return f"{reverse('board')}?{asked}" if asked else reverse("board")


def _with(path: str, codes: Mapping[str, str]) -> str:
    return f"{path}?{urlencode(codes)}" if codes else path


def _board_row(row: BoardRow, actor: Actor) -> dict[str, Any]:
    tags = [{"text": "Immediate danger", "colour": "red"}] if row.immediate_danger else []
    if not row.opened:
        tags.append(UNOPENED)
    if row.rating:
        tags.append({"text": capital(row.rating), "colour": RATING_COLOURS[row.rating]})
    own = row.team_id in actor.team_ids and Verb.CLAIM in actor.verbs
    straight = row.kind is ItemKind.ALLOCATED
    return {
        "id": f"item-{row.item_id}",
        "title": names_of_children(row.children),
        "href": reverse("referral", args=[row.reference]),
        "tags": tags,
        "note": row.reference,
        "facts": [
            ", ".join([capital(row.category), *row.also]),
            capital(row.channel),
            times.short_date_time(row.received_at),
            _times_known(row.known),
            _waits_for(row, own, len(actor.team_ids) > 1),
        ],
        "due": row.due_at,
        "due_words": row.left.words if row.left else "" if row.due_at else "no clock runs",
        "due_colour": row.left.colour if row.left else "grey",
        "strong": row.immediate_danger,
        # What can be done at once, each with the address it goes to.
        "called": f"{names_of_children(row.children)}, {row.reference}",
        "claim": reverse("claim-item", args=[row.item_id]) if own and not row.worker else "",
        "hand_over": reverse("hand-over-item", args=[row.item_id]) if own and row.worker else "",
        "decide": (
            reverse("decide", args=[row.reference])
            if row.kind is ItemKind.TRIAGE and Verb.DECIDE in actor.verbs
            else ""
        ),
        "take_back": (
            reverse("take-back", args=[row.reference])
            if straight and Verb.DECIDE in actor.verbs
            else ""
        ),
    }


def _waits_for(row: BoardRow, own: bool, several: bool) -> str:
    who = row.worker or "nobody yet"
    of = f", {row.team}" if several or not own else ""
    return f"{capital(row.kind)}: {who}{of}"


def _times_known(count: int) -> str:
    return "Nothing yet" if count == 0 else f"{count} other referral{'s' if count > 1 else ''}"
