"""What the page of who looked shows. Plain functions, no database."""

from typing import Any
from urllib.parse import urlencode

from breakwater.records.wholooked.queries import Line, WhoLooked
from breakwater.records.wholooked.rules import Kind

COLOURS = {Kind.REFUSED: "red", Kind.GLASS: "orange", Kind.ACCESS: "purple", Kind.ACTED: "blue"}


def who_looked_page(shown: WhoLooked, who: str, kind: Kind | None) -> dict[str, Any]:
    """Context of who_looked.html."""
    asked = {key: value for key, value in (("who", who), ("kind", kind or "")) if value}

    def link(page: int) -> str:
        return "?" + urlencode(asked | {"page": page})

    return {
        "shown": shown,
        "items": [_item(line) for line in shown.lines],
        "earlier": link(shown.page + 1) if shown.page < shown.pages else "",
        "later": link(shown.page - 1) if shown.page > 1 else "",
        "filtered": bool(asked),
    }


def _item(line: Line) -> dict[str, Any]:
    words = line.words if line.allowed else f"was refused: {line.words}"
    tag = {"text": line.kind.capitalize(), "colour": COLOURS.get(line.kind, "grey")}
    return {
        "title": f"{line.who.name} {words}" if line.who.agency else f"{line.who.name}: {words}",
        "when": line.at,
        "by": ", ".join(part for part in (line.who.teams, line.who.agency) if part),
        "tags": [tag],
        "about": line.subject,
        "purpose": line.purpose,
    }
