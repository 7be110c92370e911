"""What the board's template shows. Plain functions, no database."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from breakwater.referrals.board.queries import Board, BoardRow
from breakwater.referrals.presenter import capital, names_of_children
from breakwater.web import times

COLUMNS = ("What", "From", "Received", "Already known", "Waits for")


def board_page(board: Board, teams: list[str], now: datetime) -> dict[str, Any]:
    """Context of board.html."""
    return {
        "board": board,
        "heading": f"Waiting for {' and '.join(teams)}",
        "rows": [_board_row(row) for row in board.rows],
        "columns": COLUMNS,
        "now": now,
    }


def _board_row(row: BoardRow) -> dict[str, Any]:
    danger = [{"text": "Immediate danger", "colour": "red"}] if row.immediate_danger else []
    return {
        "title": names_of_children(row.children),
        "href": reverse("referral", args=[row.reference]),
        "tags": danger,
        "note": row.reference,
        "facts": [
            ", ".join([capital(row.category), *row.also]),
            capital(row.channel),
            times.short_date_time(row.received_at),
            _times_known(row.known),
            f"{capital(row.kind)}: {row.worker or 'nobody yet'}",
        ],
        "due": row.due_at,
        "due_words": "" if row.due_at else "no clock runs",
        "strong": row.immediate_danger,
    }


def _times_known(count: int) -> str:
    return "Nothing yet" if count == 0 else f"{count} other referral{'s' if count > 1 else ''}"
