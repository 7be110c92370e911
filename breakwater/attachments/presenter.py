"""Turns documents into what their page shows."""

from typing import Any

from django.urls import reverse
from django.utils.html import format_html

from breakwater.attachments.queries import DocumentLine
from breakwater.web.times import short_date_time

ERASED = "Erased document"


def documents_page(case_id: int, lines: list[DocumentLine]) -> dict[str, Any]:
    return {"case_id": case_id, "rows": [_row(case_id, line) for line in lines]}


def _row(case_id: int, line: DocumentLine) -> dict[str, Any]:
    gone = line.name is None
    return {
        # A name in another direction of writing turns nothing around it.
        "title": format_html("<bdi>{}</bdi>", line.name or ERASED),
        "href": "" if gone else reverse("document", args=[case_id, line.id]),
        "hidden": f"(download, {size_in_words(line.size)})",
        "note": "What it held was erased as the law asks, and cannot be brought back."
        if gone
        else "",
        "facts": [
            line.kind.value[:1].upper() + line.kind.value[1:],
            size_in_words(line.size),
            f"{line.added_by}, {short_date_time(line.added_at)}",
        ],
    }


def size_in_words(size: int) -> str:
    """A size as people say it: 12 KB, 3.4 MB."""
    if size < 1_000_000:
        return f"{max(1, round(size / 1000))}\N{NO-BREAK SPACE}KB"
    return f"{size / 1_000_000:.1f}\N{NO-BREAK SPACE}MB"
