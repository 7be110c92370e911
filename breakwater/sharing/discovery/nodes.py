"""What is typed of a partner's node, and what of it can stand. Plain functions, no database."""

import base64
import binascii
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from breakwater.sharing.oprf import OprfError
from breakwater.sharing.oprf.group import check

NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,59}")
LOOPBACK = ("127.0.0.1", "localhost", "::1")
NO_KEY = "This is no key: paste the whole line that the node prints"


@dataclass(frozen=True)
class NewNode:
    """A node as somebody typed it."""

    agency: int
    name: str
    address: str
    identity_key: str
    voprf_key: str


@dataclass(frozen=True)
class CheckedNode:
    agency: int
    name: str
    address: str
    identity_key: bytes
    voprf_key: bytes


Errors = list[tuple[str, str]]


def check_node(typed: NewNode, *, demo: bool) -> tuple[CheckedNode, Errors]:
    """Return the node, and what is wrong with what was typed: (field, sentence) pairs."""
    errors: Errors = []
    if not NAME.fullmatch(typed.name.strip()):
        errors.append(("name", "The name must be small letters, digits, dots and hyphens"))
    address = typed.address.strip().rstrip("/")
    if problem := wrong_address(address, demo=demo):
        errors.append(("address", problem))
    identity_key, voprf_key = key_of(typed.identity_key), key_of(typed.voprf_key)
    if not _signs(identity_key):
        errors.append(("identity_key", NO_KEY))
    if not _answers(voprf_key):
        errors.append(("voprf_key", NO_KEY))
    elif voprf_key == identity_key:
        errors.append(("voprf_key", "The two keys must not be the same"))
    name = typed.name.strip()
    return CheckedNode(typed.agency, name, address, identity_key, voprf_key), errors


def wrong_address(address: str, *, demo: bool) -> str:
    """Return what is wrong with an address, or "". Only the demo asks without TLS, on loopback."""
    try:
        parts = urlsplit(address)
        plain = not (parts.query or parts.fragment or parts.username or parts.password)
        host = parts.hostname if plain else None
        _ = parts.port  # raises when it is no number
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https"):
        return "The address must be such as https://node.example.org:8443"
    if parts.scheme == "http" and not (demo and host in LOOPBACK):
        return "The address must begin with https://"
    return ""


def key_of(text: str) -> bytes:
    """Return the 32 bytes of a key written in base64, or b""."""
    try:
        found = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        return b""
    return found if len(found) == 32 else b""


def _signs(key: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key)
    except (ValueError, UnsupportedAlgorithm):
        return False
    return True


def _answers(key: bytes) -> bool:
    try:
        check(key)
    except OprfError:
        return False
    return True
