"""What the subject access pages show. Plain functions, no database."""

from itertools import groupby
from typing import Any

from markupsafe import Markup, escape

from breakwater.records.subjectaccess.queries import Preview
from breakwater.records.subjectaccess.rules import NOT_SAID, Choice, Decided, Whose

COLOURS = {
    Whose.SUBJECT: "green",
    Whose.CASE: "grey",
    Whose.OTHER: "orange",
    Whose.REPORTER: "red",
    Whose.STAFF: "purple",
    Whose.MIXED: "yellow",
    Whose.CONDITION: "red",
}


def preview_page(preview: Preview) -> dict[str, Any]:
    """Context of preview.html, but for the form."""
    person = preview.person.person
    rows = [(one.item.section, _row(one)) for one in preview.decided]
    return {
        "preview": preview,
        "name": person.name or "Name not known",
        "sections": [
            (heading, [row for _, row in group])
            for heading, group in groupby(rows, key=lambda pair: pair[0])
        ],
        "to_decide": [row for _, row in rows if row["undecided"]],
        "withheld": sum(one.choice is Choice.WITHHOLD for one in preview.decided),
    }


def highlighted(text: str, found: tuple[str, ...]) -> Markup:
    """Return the text with each string that was found in it marked."""
    shown = Markup("")
    at = 0
    while at < len(text):
        hit = next((one for one in found if one and text.startswith(one, at)), None)
        if hit and (at == 0 or not text[at - 1].isalnum()):
            shown += Markup("<mark>{}</mark>").format(hit)
            at += len(hit)
        else:
            shown += escape(text[at])
            at += 1
    return shown


def _row(one: Decided) -> dict[str, Any]:
    return {
        "key": one.item.key,
        "label": one.item.label,
        "text": highlighted(one.item.text, tuple(sorted(one.item.found, key=len, reverse=True))),
        "found": ", ".join(one.item.found),
        "tag": {"text": one.item.whose.capitalize(), "colour": COLOURS[one.item.whose]},
        "undecided": one.choice is None,
        "open": one.item.whose not in NOT_SAID,
    }
