"""Taking in what a partner's node sends: its index, in parts, each signed by the node."""

import json
import time
from base64 import b64decode
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import structlog
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from breakwater.access.call import value
from breakwater.audit.actions import record
from breakwater.sharing.discovery import queries
from breakwater.sharing.discovery.queries import NodeFacts, Taken
from breakwater.sharing.discovery.rules import (
    LONGEST_CONTACT,
    MOST_BITS,
    MOST_CONTACTS,
    MOST_IN_PART,
    MOST_PARTS,
)
from breakwater.sharing.node import index, keys, wire
from breakwater.sharing.node.index import IndexProblem
from breakwater.sharing.node.wire import Refused, Statement

log = structlog.get_logger("breakwater.sharing")

MOST_WANTED = 10_000
FUTURE = "made_at is in the future: the clocks differ"


@dataclass(frozen=True)
class Manifest:
    bits: int
    parts: int
    entries: int
    made_at: datetime
    contacts: dict[str, str]


def receive(header: str, body: bytes) -> Taken:
    """Take in one part of a node's index, exactly once; part 0 says what comes.

    Each part is whole or not there at all. Raise Refused, with nothing stored.
    """
    if len(body) > MOST_IN_PART:
        raise Refused("too-large", f"a part has at most {MOST_IN_PART:,} bytes")
    node, statement = _signed(header, body)
    part, parts = statement.about["part"], statement.about["parts"]
    code = str(statement.about["generation"])
    if not isinstance(part, int) or not isinstance(parts, int) or not 0 <= part <= parts:
        raise Refused("bad-statement", "part and parts must be whole numbers, and part within them")
    if part == 0:
        return _begin(node, code, parts, body)
    return _keep(node, code, part, parts, body)


def _signed(header: str, body: bytes) -> tuple[NodeFacts, Statement]:
    """Return who sends, and what they signed; its number is taken once."""
    node = queries.node_named(_sender(header))
    senders = {node.name: node.identity_key} if node else {}
    statement = wire.opened(header, body, settings.DISCOVERY.hub, senders, wire.INDEX, time.time())
    assert node is not None  # else wire refused an unknown sender
    # Kept in the database: all processes of the hub take a number once together.
    number = f"index:{node.id}:{statement.number}"
    if not cache.add(number, 1, 2 * wire.MOST_SECONDS_APART):
        raise Refused("used-before", "this statement was taken already: sign a new one")
    return node, statement


def _sender(header: str) -> str:
    """Return whom a statement is said to be from; whether it is, its signature tells."""
    try:
        told = json.loads(b64decode(header[: wire.MOST_STATEMENT].partition(".")[0]))
        sender = told["sender"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return ""
    return sender if isinstance(sender, str) and len(sender) <= 60 else ""


def _begin(node: NodeFacts, code: str, parts: int, body: bytes) -> Taken:
    told = _manifest(node, code, parts, body)
    with transaction.atomic():
        generation = value(
            "begin_index",
            node.id,
            code,
            told.bits,
            told.parts,
            told.entries,
            told.made_at,
            json.dumps(told.contacts),
        )
        if generation is None:
            raise _bad("this generation began with another manifest: make a new one")
        record(
            f"node:{node.name}",
            "begin_index",
            subject=f"node:{node.id}",
            facts={"entries": told.entries, "parts": told.parts},
        )
        return queries.taken(generation, MOST_WANTED)


def _keep(node: NodeFacts, code: str, part: int, parts: int, body: bytes) -> Taken:
    generation = queries.generation_of(node.id, code)
    if generation is None or generation.parts != parts:
        raise _bad("send part 0, the manifest, first; it says how many parts follow")
    try:
        buckets = list(index.unpack(body, generation.bits))
    except IndexProblem as problem:
        raise _bad(str(problem)) from None
    with transaction.atomic():
        came = value(
            "keep_part",
            generation.id,
            part,
            sha256(body).digest(),
            [number for number, _ in buckets],
            [entries for _, entries in buckets],
        )
        if came == "other":
            raise Refused(
                "bad-body", f"part {part} is here with other bytes: make a new generation"
            )
        if came not in ("kept", "live"):
            raise _bad(f"part {part} holds buckets that are another part's")
        if came == "live":
            record(f"node:{node.name}", "index_live", subject=f"node:{node.id}")
            log.info("index of a partner is asked from now on", node=node.name)
        return queries.taken(generation.id, MOST_WANTED)


def _manifest(node: NodeFacts, code: str, parts: int, body: bytes) -> Manifest:
    """Read what comes. Raise Refused, naming what is wrong."""
    try:
        told: Any = json.loads(body)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise _bad("the manifest is not a JSON object")
    if told.get("version") != 1:
        raise _bad("the manifest must be of version 1")
    if told.get("generation") != code or told.get("parts") != parts:
        raise _bad("generation and parts differ from the statement's")
    if parts > MOST_PARTS:
        raise _bad(f"parts must be at most {MOST_PARTS}")
    pinned = ("oprf", node.voprf_key), ("key_holder", _key_holder())
    for name, ours in pinned:
        if told.get(name) != keys.text_of(ours):
            raise _bad(f"{name} is not the key that the hub knows: such an index never answers")
    return Manifest(
        _whole(told, "bits", MOST_BITS),
        parts,
        _whole(told, "entries", 2**40),
        _made_at(told.get("made_at")),
        _contacts(told.get("contacts")),
    )


def _key_holder() -> bytes:
    try:
        return keys.public_key(settings.DISCOVERY.key_holder_public)
    except keys.KeyProblem:
        raise Refused("closed", "the hub's settings name no key holder yet") from None


def _whole(told: dict[str, Any], name: str, most: int) -> int:
    number = told.get(name)
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number <= most:
        raise _bad(f"{name} must be a whole number from 0 to {most}")
    return number


def _made_at(text: object) -> datetime:
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        found = None
    if found is None:
        raise _bad("made_at must be a time such as 2026-11-24T09:30:00+00:00")
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    if (found - timezone.now()).total_seconds() > wire.MOST_SECONDS_APART:
        raise _bad(FUTURE)
    return found


def _contacts(told: object) -> dict[str, str]:
    if not isinstance(told, dict) or not 0 < len(told) <= MOST_CONTACTS:
        raise _bad(f"contacts must be 1 to {MOST_CONTACTS} lines, by number")
    for number, line in told.items():
        if not (number.isascii() and number.isdigit() and int(number) < MOST_CONTACTS):
            raise _bad("contacts must be numbered from 0 to 255")
        if not isinstance(line, str) or not 0 < len(line) <= LONGEST_CONTACT:
            raise _bad(f"contact {number} must be a line of 1 to {LONGEST_CONTACT} characters")
        if not line.isprintable():
            raise _bad(f"contact {number} must be one line of plain text")
    return told


def _bad(words: str) -> Refused:
    return Refused("bad-body", words)
