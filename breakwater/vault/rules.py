"""Keys and sealing: AES-256-GCM, each sealed value bound to what it is. No Django, no database.

A sealed value is: version (1 byte), id of its data key (8), nonce (12), content and tag (+16).
"""

import base64
import binascii
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = b"\x01"
KEY_BYTES = 32
NONCE_BYTES = 12
# What sealing adds to a value.
OVERHEAD = 1 + 8 + NONCE_BYTES + 16
HOW_TO_MAKE = "make one with `openssl rand -base64 32`"
_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,39}")
# Thirty-two random bytes have about thirty different ones; a key that was typed has few.
FEWEST_DIFFERENT_BYTES = 16


class VaultError(Exception):
    """Something sealed cannot be opened; says which key and why, never what was sealed."""


class Tampered(VaultError):
    """The sealed value was changed, cut, or put in another's place."""


class MissingKek(VaultError):
    """DATA_KEYS lacks the key-encryption key that wraps a data key, or holds another one."""


class NoKey(VaultError):
    """The data key is not there, or not open to who asks."""


class KeyDestroyed(NoKey):
    """The data key was destroyed, as lawful erasure asks: what it sealed is gone for good."""


class BadKeys(ValueError):
    """DATA_KEYS cannot be used; says what to change, never a key."""


@dataclass(frozen=True)
class DataKey:
    """Seals the content of one referral or attachment. Exists in the clear in memory only."""

    id: int
    secret: bytes = field(repr=False)

    def seal(self, content: str | bytes, what: str) -> bytes:
        """Encrypt, bound to `what`: it will open under the same words only."""
        plain = content.encode() if isinstance(content, str) else content
        head = VERSION + self.id.to_bytes(8, "big")
        nonce = os.urandom(NONCE_BYTES)
        return head + nonce + AESGCM(self.secret).encrypt(nonce, plain, head + what.encode())

    def unseal(self, sealed: bytes, what: str) -> bytes:
        """Raise Tampered unless this key sealed exactly this, as `what`."""
        if key_id_of(sealed) != self.id:
            raise Tampered(f"{what} was sealed with data key {key_id_of(sealed)}, not {self.id}.")
        head, nonce, rest = sealed[:9], sealed[9 : 9 + NONCE_BYTES], sealed[9 + NONCE_BYTES :]
        try:
            return AESGCM(self.secret).decrypt(nonce, rest, head + what.encode())
        except InvalidTag:
            raise Tampered(f"{what} does not open: it was changed, or is not {what}.") from None

    def unseal_text(self, sealed: bytes, what: str) -> str:
        return self.unseal(sealed, what).decode()


def key_id_of(sealed: bytes) -> int:
    """Return the id of the data key that a sealed value names; raise Tampered when it is none."""
    if len(sealed) < OVERHEAD or sealed[:1] != VERSION:
        raise Tampered("This is no sealed value of a version that is known here.")
    return int.from_bytes(sealed[1:9], "big")


class Keys(dict[int, DataKey]):
    """Data keys by id. Asking for one that is not there raises NoKey, or KeyDestroyed."""

    def __init__(self, keys: dict[int, DataKey], destroyed: frozenset[int] = frozenset()):
        super().__init__(keys)
        self.destroyed = destroyed

    def __missing__(self, key_id: int) -> DataKey:
        if key_id in self.destroyed:
            raise KeyDestroyed(f"Data key {key_id} was destroyed; what it sealed is gone for good.")
        raise NoKey(f"Data key {key_id} is not there, or not open to who asks.")


@dataclass(frozen=True)
class Keyring:
    """The key-encryption keys by name, newest first: the first wraps, all unwrap."""

    keys: tuple[tuple[str, bytes], ...] = field(default=(), repr=False)

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.keys]

    @property
    def newest(self) -> str:
        if not self.keys:
            raise MissingKek("DATA_KEYS is missing: nothing can be sealed or opened without it.")
        return self.keys[0][0]

    def wrap(self, key: DataKey) -> tuple[bytes, str]:
        """Return the key as the database may hold it, and the name of what wraps it."""
        name, nonce = self.newest, os.urandom(NONCE_BYTES)
        secret = AESGCM(self.keys[0][1]).encrypt(nonce, key.secret, _bound_to(key.id))
        return VERSION + nonce + secret, name

    def unwrap(self, key_id: int, wrapped: bytes, name: str) -> DataKey:
        """Raise MissingKek, with the name, when no key or another key is called so."""
        kek = dict(self.keys).get(name)
        if kek is None:
            raise MissingKek(f"Data key {key_id} needs “{name}”, which DATA_KEYS does not hold.")
        try:
            secret = AESGCM(kek).decrypt(wrapped[1:13], wrapped[13:], _bound_to(key_id))
        except InvalidTag:
            raise MissingKek(
                f"Data key {key_id} does not open with “{name}”: DATA_KEYS holds another key under "
                "that name, or the row was changed."
            ) from None
        return DataKey(key_id, secret)


def _bound_to(key_id: int) -> bytes:
    return VERSION + f"data key {key_id}".encode()


def parse_keyring(text: str) -> Keyring:
    """Read "name:base64,name:base64", newest first. Raise BadKeys with the first fault found."""
    keys = tuple(_named_keys(text))
    if len({name for name, _ in keys}) < len(keys):
        raise BadKeys("DATA_KEYS gives one name to two keys.")
    if len({key for _, key in keys}) < len(keys):
        raise BadKeys("DATA_KEYS gives two names to one key.")
    return Keyring(keys)


def _named_keys(text: str) -> Iterator[tuple[str, bytes]]:
    for number, part in enumerate(filter(None, (p.strip() for p in text.split(","))), 1):
        name, colon, encoded = part.partition(":")
        if not colon or not _NAME.fullmatch(name):
            # What stands there may be a key without a name: it is not repeated.
            raise BadKeys(f"DATA_KEYS: entry {number} must be a short lower-case name, “:”, a key.")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            key = b""
        if len(key) != KEY_BYTES:
            raise BadKeys(f"DATA_KEYS: “{name}” must be 32 bytes in base64: {HOW_TO_MAKE}.")
        if len(set(key)) < FEWEST_DIFFERENT_BYTES:
            raise BadKeys(f"DATA_KEYS: “{name}” is not random: {HOW_TO_MAKE}.")
        yield name, key
