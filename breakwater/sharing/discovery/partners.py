"""Who the hub is to its partners, and where the key holder is: from the settings."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

from breakwater.sharing.discovery.calls import CouldNotAsk, Patience
from breakwater.sharing.discovery.rules import Why
from breakwater.sharing.node import keys, wire
from breakwater.sharing.node.keys import KeyProblem, SigningKey


@dataclass(frozen=True)
class Partners:
    """The hub's name and key, the key holder's name, address and public key, and how long to wait
    for anybody."""

    hub: str
    key: SigningKey
    key_holder: str
    key_holder_address: str
    key_holder_public: bytes
    patience: Patience


def partners() -> Partners:
    """Return what the settings say. Raise CouldNotAsk where they say nothing, or nothing right."""
    told = settings.DISCOVERY
    if not (told.key and told.key_holder_address and told.key_holder_public):
        raise CouldNotAsk(Why.KEY_HOLDER, "the hub's settings name none")
    try:
        return Partners(
            told.hub,
            _key(told.key),
            told.key_holder,
            wire.checked_url(told.key_holder_address, "KEY_HOLDER_ADDRESS"),
            keys.public_key(told.key_holder_public, "KEY_HOLDER_PUBLIC"),
            Patience(told.connect_seconds, told.answer_seconds),
        )
    except (KeyProblem, ValueError):
        raise CouldNotAsk(Why.KEY_HOLDER, "the hub's settings are wrong") from None


@cache
def _key(path: str) -> SigningKey:
    return keys.signing_key(Path(path))
