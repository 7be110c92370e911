"""Nodes that do wrong, each served as a process of its own by running.node(factory=...)."""

import json
import os
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from breakwater.sharing.node.service import holder_app, node_app

App = Callable[[dict[str, Any], Any], Iterable[bytes]]


def _changed(change: Callable[[dict[str, Any]], object]) -> App:
    """The honest node, whose answer is changed on its way out."""
    honest = holder_app() if "holder" in os.environ["BREAKWATER_NODE_SETTINGS"] else node_app()

    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "GET":
            return honest(environ, start_response)
        body = b"".join(honest(environ, lambda *_: None))
        told = json.loads(body)
        body = json.dumps(change(told)).encode()
        start_response("200 OK", [("Content-Length", str(len(body)))])
        return [body]

    return app


def _raw(told: dict[str, Any], name: str, change: Callable[[bytes], bytes]) -> dict[str, Any]:
    return told | {name: b64encode(change(b64decode(told[name]))).decode()}


def bad_proof() -> App:
    return _changed(lambda told: _raw(told, "proof", lambda raw: bytes([raw[0] ^ 1]) + raw[1:]))


def swapped() -> App:
    """Two answers changed about: one would be of another word."""
    return _changed(
        lambda told: _raw(told, "elements", lambda raw: raw[32:64] + raw[:32] + raw[64:])
    )


def too_few() -> App:
    return _changed(lambda told: _raw(told, "elements", lambda raw: raw[:-32]))


def nonsense() -> App:
    return _changed(lambda _: {"elements": "no", "proof": 7})


def no_answer() -> App:
    return _changed(lambda _: [])


def _waiting(pieces: Callable[[], Iterator[bytes]]) -> App:
    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "GET":
            start_response("200 OK", [("Content-Length", "2")])
            return [b"{}"]
        start_response("200 OK", [("Content-Type", "application/json")])
        return pieces()

    return app


def slow() -> App:
    def pieces() -> Iterator[bytes]:
        time.sleep(30)
        yield b"{}"

    return _waiting(pieces)


def drips() -> App:
    """A byte now and then, for ever: no time-out between two bytes ends that."""

    def pieces() -> Iterator[bytes]:
        while True:
            time.sleep(0.05)
            yield b" "

    return _waiting(pieces)


def floods() -> App:
    def pieces() -> Iterator[bytes]:
        while True:
            yield b" " * 65_536

    return _waiting(pieces)


def redirects() -> App:
    """To a service that would answer."""

    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        get = environ["REQUEST_METHOD"] == "GET"
        headers = [("Content-Length", "0"), ("Location", Path("/status").as_posix())]
        start_response("200 OK" if get else "307 Temporary Redirect", headers)
        return [b""]

    return app
