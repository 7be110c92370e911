"""The knobs of signing in, what an agency's provider is, and what may be believed of its word."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

# Wrong attempts before somebody must wait, as allauth writes it: how many, in which time, per key.
# For one name from one address; for one name from anywhere; for anybody from one address, which
# may be a whole office behind one router.
LIMITS = {"name and address": "5/5m/key", "name": "20/15m/key", "address": "60/5m/key"}
# Wrong codes of one person.
CODE_LIMIT = "5/5m/key"
# For how long after signing in, or after giving it again, the password need not be given again.
FRESH = timedelta(minutes=5)
LINK_LASTS = timedelta(hours=24)
RECOVERY_CODES = 10


@dataclass(frozen=True)
class Provider:
    """Where the staff of one agency sign in once for everything (OpenID Connect)."""

    id: str
    agency: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    # The claim that holds the person's username in the hub, until they have come once.
    username_claim: str = "preferred_username"
    # What the token calls a sign-in with a second factor, beside amr "mfa".
    mfa_acr: tuple[str, ...] = ()
    # The agency vouches that nobody gets a token without a second factor.
    always_mfa: bool = False
    # Other addresses that the provider sends a browser through (Content-Security-Policy).
    also_through: tuple[str, ...] = ()


def says_multi_factor(provider: Provider, claims: Mapping[str, Any]) -> bool:
    """Whether a signed token, or the agency's standing word, says that two factors were given.

    RFC 8176: "mfa" among the methods (amr). Methods on their own say nothing: two of them may be
    of one kind.
    """
    methods = claims.get("amr")
    if isinstance(methods, list) and "mfa" in methods:
        return True
    level = claims.get("acr")
    return provider.always_mfa or (isinstance(level, str) and level in provider.mfa_acr)


BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "Chromebook"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def device_name(user_agent: str) -> str:
    """A device in words that its owner knows it by; no more of it is kept."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "A browser")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "an unknown system")
    return f"{browser} on {system}"
