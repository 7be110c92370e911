"""A list in pages: each says where the next begins, so that what comes in moves nothing."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import TypeVar

from breakwater.exchange.v1.problems import Problem

Row = TypeVar("Row")
LONGEST = 200


def page(
    rows: Sequence[Row], key: Callable[[Row], tuple[str, str]], cursor: str, limit: int
) -> tuple[list[Row], str | None]:
    """Return the rows after the cursor, in the order of `key`, and the cursor of the next page."""
    after = _read(cursor) if cursor else ("", "")
    rest = [row for row in sorted(rows, key=key) if key(row) > after]
    shown = rest[:limit]
    return shown, _written(key(shown[-1])) if len(rest) > limit else None


def _written(place: tuple[str, str]) -> str:
    return base64.urlsafe_b64encode("|".join(place).encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[str, str]:
    """Whatever it says, a cursor only decides where a list of one's own goes on."""
    try:
        padded = cursor.encode() + b"=" * (-len(cursor) % 4)
        first, second = base64.b64decode(padded, b"-_", validate=True).decode().split("|")
    except (binascii.Error, ValueError):
        wrong = {"query": "cursor", "detail": "Take it from `next` of the page before."}
        raise Problem("invalid", errors=[wrong]) from None
    return first, second
