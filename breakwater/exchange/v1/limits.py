"""How often a client may call, and an address may be refused, over all processes of the hub."""

import math
from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest

from breakwater.access.signin.throttle import address_of
from breakwater.audit.actions import record
from breakwater.exchange.rules import REFUSALS
from breakwater.exchange.v1.problems import Problem

counts: Any = cache  # access/signin/cache.py, whose count() Django's type does not know


def count(what: str, client_id: int, limit: tuple[int, timedelta]) -> None:
    """Count one more of a client; raise Problem for who must wait. 1 SQL statement."""
    most, span = limit
    number, left = counts.count(f"api {what} {client_id}", span)
    if number == most + 1:
        record("nobody", "api_throttled", subject=f"client:{client_id}", allowed=False,
               facts={"what": what})  # fmt: skip
    if number > most:
        raise _wait(left)


def check_refusals(request: HttpRequest, what: str) -> None:
    """Raise Problem for an address that was refused too often lately. 1 SQL statement."""
    address = address_of(request)
    if address and (counts.get(f"api {what} from {address}") or 0) >= REFUSALS[0]:
        raise _wait(REFUSALS[1].total_seconds())


def count_refusal(request: HttpRequest, what: str) -> None:
    """One more refusal of this address; one entry a wait. 1 SQL statement.

    Behind a proxy that does not say for whom it asks everybody has one address: not counted.
    """
    if address := address_of(request):
        number, _ = counts.count(f"api {what} from {address}", REFUSALS[1])
        if number == REFUSALS[0]:
            record("nobody", "api_throttled", allowed=False, facts={"what": what})


def _wait(seconds: float) -> Problem:
    return Problem("too-many-requests", headers={"Retry-After": str(max(1, math.ceil(seconds)))})
