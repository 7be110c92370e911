"""Messages between hub, nodes and key holder: what they hold, who signed them, why one is refused.

A request is a body and a header `Breakwater-Statement`: base64 of the statement, a dot, base64 of
its signature. The statement names sender, receiver, time, a number never used twice and the body's
SHA-256, so that nothing of it can be sent again, to another, or with another body.
"""

import binascii
import json
import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from breakwater.sharing import oprf
from breakwater.sharing.node.keys import SigningKey, signed_by

HEADER = "Breakwater-Statement"
SIGNED = (
    b"breakwater statement 1\n"  # before every statement that is signed, so that nothing else is
)
# How far two clocks may differ. Numbers are kept for twice as long: none is taken twice.
MOST_SECONDS_APART = 120
MOST_STATEMENT = 4_096  # bytes of the header
MOST_ELEMENTS = 256  # of a query: a person with the most names and addresses has some 150 words
MOST_IN_ENROLMENT = 2_048  # of a node's request to the key holder
LOOPBACK = ("127.0.0.1", "localhost", "::1")

# Kinds of statement: whom it may reach, and what `about` tells.
EVALUATE = "evaluate"  # to the key holder, by hub and nodes
QUERY = "query"  # to a node, by the hub; about: query, agency, purpose
INDEX = "index"  # to the hub, by a node; about: generation, part, parts
ABOUT = {
    EVALUATE: (),
    QUERY: ("query", "agency", "purpose"),
    INDEX: ("generation", "part", "parts"),
}

_CODES = {
    "no-statement": 401, "bad-statement": 400, "unknown-sender": 401, "bad-signature": 401,
    "not-for-us": 403, "wrong-kind": 403, "out-of-time": 403, "used-before": 403,
    "other-body": 400, "too-large": 413, "bad-body": 400, "too-many": 413, "bad-element": 400,
    "hourly-limit": 429, "daily-limit": 429, "closed": 503, "not-found": 404, "broken": 500,
}  # fmt: skip


class Refused(Exception):
    """A request that is not answered: a code for programs, words for people, nothing personal."""

    def __init__(self, code: str, words: str):
        self.code, self.words = code, words
        super().__init__(f"{code}: {words}")

    @property
    def status(self) -> int:
        return _CODES.get(self.code, 400)

    def body(self) -> bytes:
        return json.dumps({"refused": self.code, "words": self.words}).encode()


@dataclass(frozen=True)
class Statement:
    """What a sender signs. `about` holds what its kind tells (ABOUT), short texts and numbers."""

    kind: str
    sender: str
    receiver: str
    at: int
    number: str
    sha256: str
    about: Mapping[str, str | int]

    def packed(self) -> bytes:
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":")).encode()


def statement(
    kind: str, sender: str, receiver: str, body: bytes, at: float, **about: str | int
) -> Statement:
    """Return a new statement about this body; its number is by chance."""
    if set(about) != set(ABOUT[kind]):
        raise ValueError(f"a statement of kind {kind} tells {', '.join(ABOUT[kind]) or 'nothing'}")
    number = secrets.token_hex(16)
    return Statement(kind, sender, receiver, int(at), number, sha256(body).hexdigest(), about)


def signed(key: SigningKey, what: Statement) -> str:
    """Return the header's value."""
    packed = what.packed()
    return f"{b64encode(packed).decode()}.{b64encode(key.sign(SIGNED + packed)).decode()}"


def opened(
    header: str, body: bytes, receiver: str, senders: Mapping[str, bytes], kind: str, now: float
) -> Statement:
    """Return the statement if all of it holds; whether its number is new, the caller must see."""
    if not header:
        raise Refused("no-statement", f"the header {HEADER} is missing")
    if len(header) > MOST_STATEMENT:
        raise Refused("bad-statement", f"the header {HEADER} is longer than {MOST_STATEMENT}")
    first, _, second = header.partition(".")
    try:
        packed, signature = b64decode(first, validate=True), b64decode(second, validate=True)
        what = _statement(json.loads(packed))
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Refused("bad-statement", f"the header {HEADER} holds no statement") from None
    public = senders.get(what.sender)
    if public is None:
        raise Refused("unknown-sender", "the sender is not one that we know")
    if not signed_by(public, signature, SIGNED + packed):
        raise Refused("bad-signature", "the sender's key did not sign this statement")
    if what.receiver != receiver:
        raise Refused("not-for-us", f"the statement is not for {receiver}")
    if what.kind != kind or set(what.about) != set(ABOUT[kind]):
        raise Refused("wrong-kind", f"a statement of kind {kind} is wanted here")
    if abs(now - what.at) > MOST_SECONDS_APART:
        raise Refused("out-of-time", f"the time is not within {MOST_SECONDS_APART} s of ours")
    if what.sha256 != sha256(body).hexdigest():
        raise Refused("other-body", "the statement is about another body")
    return what


def _statement(told: dict[str, Any]) -> Statement:
    about = told["about"]
    if not isinstance(about, dict):
        raise TypeError
    what = Statement(**told)
    texts = (what.kind, what.sender, what.receiver, what.number, what.sha256)
    short = all(isinstance(text, str) and 0 < len(text) <= 100 for text in texts)
    told_of = all(_is_number(v) or (isinstance(v, str) and len(v) <= 200) for v in about.values())
    if not short or not told_of or not _is_number(what.at) or len(what.number) != 32:
        raise ValueError
    return what


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53


def elements_body(elements: Sequence[bytes]) -> bytes:
    """Return the body of a request to evaluate."""
    return json.dumps({"elements": b64encode(b"".join(elements)).decode()}).encode()


def elements_of(body: bytes, most: int = MOST_ELEMENTS) -> tuple[bytes, ...]:
    """Return the elements of a request; oprf.evaluate() looks whether they are any."""
    elements = _elements(_told(body), "the body")
    if len(elements) > most:
        raise Refused("too-many", f"at most {most} elements; the body holds {len(elements)}")
    return elements


def evaluation_body(answer: oprf.Evaluation) -> bytes:
    """Return the body of an answer."""
    elements, proof = b64encode(b"".join(answer.elements)), b64encode(answer.proof)
    return json.dumps({"elements": elements.decode(), "proof": proof.decode()}).encode()


def evaluation_of(body: bytes) -> oprf.Evaluation:
    """Return an answer, which oprf.finalize() verifies; Refused("bad-body") if it is none."""
    told = _told(body)
    return oprf.Evaluation(_elements(told, "the answer"), _bytes(told.get("proof"), "the proof"))


def refusal_of(body: bytes) -> Refused | None:
    """Return the refusal that an answer holds, in words short enough to show."""
    try:
        told = json.loads(body)
        code, words = told["refused"], told["words"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    if not isinstance(code, str) or not isinstance(words, str) or code not in _CODES:
        return None
    return Refused(code, "".join(c for c in words[:200] if c.isprintable()))


def checked_url(url: str, what: str) -> str:
    """Return the address without its last slash; refuse one that would send in the clear."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{what} must be an address such as https://node.example.org")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError(f"{what} must hold no password, question mark or hash")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ValueError(f"{what} must begin with https://; only loopback may do without")
    return url.rstrip("/")


def padded(words: Sequence[str], to: int = 16) -> tuple[bytes, ...]:
    """Return the words as inputs, with fillers by chance up to a multiple of `to`.

    How many words a person has tells how much is known of it; so a node sees fewer sizes.
    """
    fillers = -len(words) % to
    return (*(w.encode() for w in words), *(secrets.token_bytes(24) for _ in range(fillers)))


def _told(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise Refused("bad-body", "the body is not a JSON object")
    return told


def _elements(told: dict[str, Any], what: str) -> tuple[bytes, ...]:
    raw, size = _bytes(told.get("elements"), "elements"), 32
    if not raw or len(raw) % size:
        raise Refused("bad-body", f"{what} does not hold whole elements of {size} bytes")
    return tuple(raw[at : at + size] for at in range(0, len(raw), size))


def _bytes(text: object, name: str) -> bytes:
    try:
        if isinstance(text, str):
            return b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        pass
    raise Refused("bad-body", f"{name} must be base64")
