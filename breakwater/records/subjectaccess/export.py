"""What leaves the hub: built from what is kept, so that what is withheld was never in it."""

import json
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from typing import Any

from django.template.loader import render_to_string

from breakwater.records.subjectaccess.rules import NOT_SAID, WITHHELD, Choice, Decided
from breakwater.web import times

TITLE = "What the safeguarding hub holds about you"


class Format(StrEnum):
    HTML = "html"
    JSON = "json"


CONTENT_TYPES = {Format.HTML: "text/html; charset=utf-8", Format.JSON: "application/json"}


def sections(decided: Sequence[Decided]) -> list[dict[str, Any]]:
    """Return the parts by section: of what is kept the text, of the rest only why it is not.

    Of what the family must not know of, not even that it is there.
    """
    decided = [one for one in decided if one.item.whose not in NOT_SAID]
    return [
        {
            "heading": heading,
            "items": [
                {"label": one.item.label, "text": one.item.text}
                if one.choice is Choice.KEEP
                else {"label": one.item.label, "withheld": WITHHELD[one.item.whose]}
                for one in group
            ],
        }
        for heading, group in groupby(decided, key=lambda one: one.item.section)
    ]


def written(decided: Sequence[Decided], form: Format, now: datetime) -> bytes:
    """Return the file to hand out."""
    about = {"title": TITLE, "made_on": times.date(now), "sections": sections(decided)}
    if form is Format.JSON:
        return json.dumps(about, ensure_ascii=False, indent=1).encode()
    return render_to_string("records/export.html", about).encode()
