"""The node and the key holder as WSGI apps: two routes each, everything else is refused.

Both evaluate blinded elements for a sender that they know, and write it down before they answer.
Neither can know what it was asked about.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from breakwater.sharing import oprf
from breakwater.sharing.node import wire
from breakwater.sharing.node.guard import Guard
from breakwater.sharing.node.keys import oprf_key, public_key, signing_key, text_of
from breakwater.sharing.node.ledger import Ledger
from breakwater.sharing.node.settings import HolderSettings, NodeSettings, read
from breakwater.sharing.node.wire import Refused, Statement

SETTINGS = "BREAKWATER_NODE_SETTINGS"
MOST_BODY = 200_000  # bytes: MOST_IN_ENROLMENT elements in base64, and room
STATUS = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
          413: "Content Too Large", 429: "Too Many Requests", 500: "Internal Server Error",
          503: "Service Unavailable"}  # fmt: skip
Environ = dict[str, Any]
Clock = Callable[[], float]


class StartResponse(Protocol):
    def __call__(self, status: str, headers: list[tuple[str, str]], /) -> object: ...


class Service:
    """What both are: routes, limits of size, refusals, and nothing personal in a log."""

    kind = ""
    evaluates_at = ""
    statement_kind = ""
    most_elements = 0

    def __init__(self, name: str, data: Path, key: oprf.Key, clock: Clock):
        self.name, self.key, self.clock = name, key, clock
        self.ledger, self.guard = Ledger(data / "ledger.jsonl"), Guard(data / "guard.sqlite3")

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        try:
            status, body = 200, self._routed(environ)
        except Refused as refusal:
            status, body = refusal.status, refusal.body()
        except Exception as problem:  # noqa: BLE001 -- the last line of a service: say no more
            print(f"{self.kind}: {type(problem).__name__}", file=sys.stderr)
            status, body = 500, Refused("broken", "an error on our side").body()
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body))),
                   ("Cache-Control", "no-store")]  # fmt: skip
        start_response(f"{status} {STATUS[status]}", headers)
        return [body]

    def _routed(self, environ: Environ) -> bytes:
        asked = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "")
        if asked == ("GET", "/status"):
            return json.dumps(self.status()).encode()
        if asked == ("POST", self.evaluates_at):
            return self.evaluated(environ.get("HTTP_BREAKWATER_STATEMENT", ""), _body(environ))
        raise Refused("not-found", f"only GET /status and POST {self.evaluates_at} are here")

    def status(self) -> dict[str, Any]:
        return {"version": 1, "kind": self.kind, "name": self.name, "sign": None,
                "generation": None, "oprf": text_of(self.key.public)}  # fmt: skip

    def senders(self) -> dict[str, bytes]:
        raise NotImplementedError

    def take(self, what: Statement, elements: int) -> None:
        raise NotImplementedError

    def evaluated(self, header: str, body: bytes) -> bytes:
        """Return the answer to a signed request; whoever signed it, the ledger has it."""
        now = self.clock()
        what = wire.opened(
            header, body, self.name, self.senders(), self.statement_kind, now
        )  # who is not known leaves no line: strangers could fill the disk
        line = {"at": datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds"),
                "from": what.sender, "number": what.number, **what.about}  # fmt: skip
        try:
            elements = wire.elements_of(body, self.most_elements)
            line["elements"] = len(elements)
            self.take(what, len(elements))
            answer = wire.evaluation_body(oprf.evaluate(self.key, elements))
        except oprf.OprfError as problem:
            self.ledger.append({**line, "answer": "refused: bad-element"})
            raise Refused("bad-element", str(problem)) from None
        except Refused as refusal:
            if refusal.code != "used-before":  # a copy tells nothing new, and could fill the disk
                self.ledger.append({**line, "answer": f"refused: {refusal.code}"})
            raise
        self.ledger.append({**line, "answer": "evaluated"})
        return answer


class Node(Service):
    """Answers the hub's queries."""

    kind, evaluates_at, statement_kind = "node", "/query", wire.QUERY
    most_elements = wire.MOST_ELEMENTS

    def __init__(self, settings: NodeSettings, clock: Clock = time.time):
        super().__init__(settings.name, settings.data, oprf_key(settings.oprf_key), clock)
        self.settings = settings
        self.sign = text_of(signing_key(settings.signing_key).public)

    def status(self) -> dict[str, Any]:
        from breakwater.sharing.node.generations import newest

        manifest = newest(self.settings.data)
        generation = manifest and manifest.generation
        return {**super().status(), "sign": self.sign, "generation": generation,
                "key_holder": self.settings.key_holder.oprf}  # fmt: skip

    def senders(self) -> dict[str, bytes]:
        return {self.settings.hub.name: public_key(self.settings.hub.sign)}

    def take(self, what: Statement, elements: int) -> None:
        limits = self.settings.limits
        an_hour, a_day = limits.queries_an_hour, limits.queries_a_day
        self.guard.take(what, 1, an_hour, a_day, self.clock(), "queries")
        if limits.closed:
            raise Refused("closed", "this node answers nobody for now")


class Holder(Service):
    """The key holder: evaluates words for hub and nodes, and learns only how many."""

    kind, evaluates_at, statement_kind = "key-holder", "/evaluate", wire.EVALUATE
    most_elements = wire.MOST_IN_ENROLMENT

    def __init__(self, settings: HolderSettings, clock: Clock = time.time):
        super().__init__(settings.name, settings.data, oprf_key(settings.oprf_key), clock)
        self.callers = {caller.name: caller for caller in settings.callers}

    def senders(self) -> dict[str, bytes]:
        return {name: public_key(caller.sign) for name, caller in self.callers.items()}

    def take(self, what: Statement, elements: int) -> None:
        caller = self.callers[what.sender]
        an_hour, a_day = caller.elements_an_hour, caller.elements_a_day
        self.guard.take(what, elements, an_hour, a_day, self.clock(), "elements")


def node_app() -> Node:
    """Make the app in a worker of the server."""
    return Node(read(Path(os.environ[SETTINGS]), NodeSettings))


def holder_app() -> Holder:
    """Make the app in a worker of the server."""
    return Holder(read(Path(os.environ[SETTINGS]), HolderSettings))


def _body(environ: Environ) -> bytes:
    """Read the body, and no more of it than any can have."""
    length = environ.get("CONTENT_LENGTH") or "0"
    too_large = Refused("too-large", f"a body has at most {MOST_BODY} bytes")
    if not length.isdecimal() or len(length) > 9 or int(length) > MOST_BODY:
        raise too_large
    body = bytes(environ["wsgi.input"].read(MOST_BODY + 1))
    if len(body) > MOST_BODY:
        raise too_large
    return body
