"""What a partner's system may do, for how long, and how often: the knobs of the API."""

from datetime import datetime, timedelta
from enum import StrEnum


class Scope(StrEnum):
    """What a token is good for."""

    READ_REQUESTS = "requests:read"
    ANSWER_REQUESTS = "requests:answer"
    READ_SHARED = "shared:read"


SCOPE_WORDS: dict[Scope, str] = {
    Scope.READ_REQUESTS: "Read what the team is asked.",
    Scope.ANSWER_REQUESTS: "Answer what the team is asked.",
    Scope.READ_SHARED: "Read what was shared with the team.",
}

TOKEN_LASTS = timedelta(minutes=10)
# An assertion says of itself when it ends: at most this far ahead.
ASSERTION_LASTS = timedelta(minutes=5)
# The hub's clock and the partner's may differ by this.
CLOCKS_APART = timedelta(seconds=30)
# Signatures with elliptic curves only; Ed25519 is what RFC 9864 calls EdDSA with that curve.
ALGORITHMS = ("ES256", "EdDSA", "Ed25519")
KEYS_AT_MOST = 3
LONGEST_ASSERTION = 4_000
LONGEST_JTI = 200

# How many in which time.
TOKENS = (30, timedelta(minutes=5))  # of one client
REFUSALS = (20, timedelta(minutes=5))  # from one address
CALLS = (300, timedelta(minutes=1))  # of one client

# So long a repeated answer with the same key gets the same response.
KEYS_LAST = timedelta(days=7)
SHORTEST_KEY, LONGEST_KEY = 8, 200
PAGE, LARGEST_PAGE = 50, 200


class Why(StrEnum):
    """Why no token was given: the ledger's codes."""

    UNREADABLE = "unreadable"
    UNKNOWN = "unknown client"
    ENDED = "client is not in use"
    SIGNATURE = "wrong signature"
    CLAIMS = "wrong claims"
    AUDIENCE = "wrong audience"
    TIME = "expired, or lasts too long"
    REPLAYED = "used before"


# Who has the client's key is told what to mend; who has not learns nothing.
TOLD: dict[Why, str] = {
    Why.ENDED: "This client is not in use. Ask the hub.",
    Why.CLAIMS: '"iss" and "sub" must be the client\'s id; "aud", "exp" and "jti" are needed too.',
    Why.AUDIENCE: '"aud" must be the address of the token endpoint, as text, and nothing else.',
    Why.TIME: '"exp" must be ahead, and at most 5 minutes. Compare the clocks.',
    Why.REPLAYED: 'An assertion works once: give each its own "jti".',
}
NO_CLIENT = "There is no such client with this key."


def in_use(starts: datetime, ends: datetime | None, now: datetime) -> bool:
    """Return whether a client may ask for tokens: a start is inside, an end outside."""
    return starts <= now and (ends is None or now < ends)


def scopes_of(asked: str, allowed: frozenset[Scope]) -> frozenset[Scope] | None:
    """Return what of "requests:read shared:read" a token gets; None when not all is allowed.

    Asked for nothing: everything that the client may.
    """
    words = asked.split()
    if not words:
        return allowed
    known = {scope.value: scope for scope in allowed}
    if not known.keys() >= set(words):
        return None
    return frozenset(known[word] for word in words)
