"""Whether a signed assertion proves that its sender is the client that it names."""

import json
import time
from typing import Any

from django.core.cache import cache
from django.utils import timezone
from joserfc import jws, jwt
from joserfc.errors import ClaimError, ExpiredTokenError, JoseError

from breakwater.exchange.clients import queries
from breakwater.exchange.clients.keys import imported
from breakwater.exchange.clients.queries import KnownClient
from breakwater.exchange.rules import (
    ALGORITHMS,
    ASSERTION_LASTS,
    CLOCKS_APART,
    LONGEST_ASSERTION,
    LONGEST_JTI,
    Why,
    in_use,
)

LEEWAY = int(CLOCKS_APART.total_seconds())


class NotProved(Exception):
    """No token: why, and of whom the assertion spoke, once its signature was right."""

    def __init__(self, why: Why, client: KnownClient | None = None):
        super().__init__(why)
        self.why = why
        self.client = client


def prove(assertion: str, audience: str) -> KnownClient:
    """Return the client that signed this, just now, for us, and not before. Raise NotProved.

    2 SQL statements, of which the second makes sure that it works once.
    """
    client = _named(assertion)
    claims = _claims(assertion, client)
    if not in_use(client.starts, client.ends, timezone.now()):
        raise NotProved(Why.ENDED, client)
    _check(claims, client, audience)
    seconds_left = claims["exp"] - time.time() + LEEWAY + 1
    if not cache.add(f"assertion {client.id} {claims['jti']}", 1, max(1, seconds_left)):
        raise NotProved(Why.REPLAYED, client)
    return client


def _named(assertion: str) -> KnownClient:
    """Whom the assertion names; nothing of it is believed yet."""
    if len(assertion) > LONGEST_ASSERTION:
        raise NotProved(Why.UNREADABLE)
    try:
        claims = json.loads(jws.extract_compact(assertion.encode()).payload or b"")
        client_id = claims["iss"]
    except (JoseError, ValueError, TypeError, KeyError, RecursionError):
        raise NotProved(Why.UNREADABLE) from None
    if not isinstance(client_id, str) or not client_id.isascii() or not client_id.isprintable():
        raise NotProved(Why.UNREADABLE)
    client = queries.by_client_id(client_id)
    if client is None:
        raise NotProved(Why.UNKNOWN)
    return client


def _claims(assertion: str, client: KnownClient) -> dict[str, Any]:
    """What the client signed with one of its keys."""
    for key in client.keys:
        try:
            token = jwt.decode(assertion, imported(key), algorithms=ALGORITHMS)
        except (JoseError, ValueError, TypeError):
            continue
        if token.header.get("kid", key["kid"]) == key["kid"]:
            return token.claims
    raise NotProved(Why.SIGNATURE)


def _check(claims: dict[str, Any], client: KnownClient, audience: str) -> None:
    # One audience as one text: a list could name another hub beside this one.
    if claims.get("aud") != audience:
        raise NotProved(Why.AUDIENCE if "aud" in claims else Why.CLAIMS, client)
    wanted = {"essential": True, "value": client.client_id}
    registry = jwt.JWTClaimsRegistry(
        leeway=LEEWAY,
        iss=wanted,  # type: ignore[arg-type]
        sub=wanted,  # type: ignore[arg-type]
        exp={"essential": True},
        jti={"essential": True},
    )
    try:
        registry.validate(claims)
    except ExpiredTokenError:
        raise NotProved(Why.TIME, client) from None
    except ClaimError as wrong:
        times = ("exp", "nbf", "iat")
        raise NotProved(Why.TIME if wrong.claim in times else Why.CLAIMS, client) from None
    if claims["exp"] > time.time() + ASSERTION_LASTS.total_seconds() + LEEWAY:
        raise NotProved(Why.TIME, client)
    if not 1 <= len(claims["jti"]) <= LONGEST_JTI:
        raise NotProved(Why.CLAIMS, client)
