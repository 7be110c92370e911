"""Entity tags: what a caller has read, so that it answers that and nothing newer (RFC 9110)."""

import hashlib
import re

from django.http import HttpRequest, HttpResponse
from ninja import Schema

from breakwater.exchange.v1.problems import Problem

FORM = re.compile(r'"(\d{1,9})\.[0-9a-f]{32}"')


def tag_of(shown: Schema, version: int) -> str:
    digest = hashlib.sha256(shown.model_dump_json().encode()).hexdigest()
    return f'"{version}.{digest[:32]}"'


def same(request: HttpRequest, response: HttpResponse, tag: str) -> bool:
    """Give the answer its tag; say whether the caller has that already (If-None-Match)."""
    response.headers["ETag"] = tag
    had = request.headers.get("If-None-Match", "").split(",")
    return tag in {one.strip().removeprefix("W/") for one in had}


def version_of(if_match: str) -> int | None:
    """The version that the caller read and answers; None: whichever. Raise Problem.

    The digest after it does not count: that a name changed keeps nobody from answering.
    """
    if if_match in ("", "*"):
        return None
    if found := FORM.fullmatch(if_match.strip()):
        return int(found[1])
    raise Problem("overtaken", "If-Match must hold one ETag that this request was read with.")
