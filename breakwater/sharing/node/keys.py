"""Keys of hub, nodes and key holder: Ed25519 to sign statements, ristretto255 for the PRF.

A secret key is a file of one line that only its owner reads: its kind and 32 bytes in base64.
Public keys are 32 bytes in base64, as they stand in settings files.
"""

import binascii
import os
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from pathlib import Path
from stat import S_IMODE

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from breakwater.sharing import oprf

SIGNING, PSEUDONYMS = "breakwater-signing-key", "breakwater-oprf-key"


class KeyProblem(Exception):
    """A key that cannot be used; the words say why and never quote a secret."""


@dataclass(frozen=True)
class SigningKey:
    """The secret half of a sender."""

    seed: bytes = field(repr=False)

    @classmethod
    def new(cls) -> "SigningKey":
        return cls(Ed25519PrivateKey.generate().private_bytes_raw())

    @property
    def public(self) -> bytes:
        return Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(message)


def signed_by(public: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def text_of(raw: bytes) -> str:
    return b64encode(raw).decode()


def public_key(text: object, what: str = "a public key") -> bytes:
    """Return the 32 bytes of a public key as written in a settings file or a status page."""
    try:
        raw = b64decode(text, validate=True) if isinstance(text, str) else b""
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != 32:
        raise KeyProblem(f"{what} must be 32 bytes in base64 (44 characters)")
    return raw


def make(path: Path, kind: str) -> bytes:
    """Write a new secret key that only its owner reads; return its public half."""
    if kind == SIGNING:
        signing = SigningKey.new()
        secret, public = signing.seed, signing.public
    else:
        key = oprf.Key.new()
        secret, public = key.secret, key.public
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise KeyProblem(f"{path} is there already; a key is never overwritten") from None
    with os.fdopen(handle, "w") as file:
        file.write(f"{kind} {text_of(secret)}\n")
        file.flush()
        os.fsync(file.fileno())
    return public


def signing_key(path: Path) -> SigningKey:
    return SigningKey(_secret(path, SIGNING))


def oprf_key(path: Path) -> oprf.Key:
    try:
        return oprf.Key.of(_secret(path, PSEUDONYMS))
    except oprf.OprfError:
        raise KeyProblem(f"{path} does not hold a key of the PRF") from None


def _secret(path: Path, kind: str) -> bytes:
    try:
        mode, text = S_IMODE(path.stat().st_mode), path.read_text("ascii")
    except (OSError, UnicodeDecodeError):
        raise KeyProblem(f"{path} cannot be read; `breakwater node keys` makes it") from None
    if mode & 0o077:
        raise KeyProblem(f"{path} can be read by others; say chmod 600 {path}")
    name, _, rest = text.strip().partition(" ")
    if name != kind:
        raise KeyProblem(f"{path} does not begin with {kind}")
    return public_key(rest, f"what follows {kind} in {path}")
