"""Asking a key holder, a node or a hub over HTTP, with a deadline for the whole exchange."""

import json
import threading
import time
from typing import Any

import requests
import urllib3

from breakwater.sharing import oprf
from breakwater.sharing.node import wire
from breakwater.sharing.node.keys import SigningKey

MOST_ANSWER = 8_000_000  # bytes


class NotReached(Exception):
    """No answer that can be used; the words say why, for a person."""


_session = threading.local()


def evaluate(
    url: str, key: SigningKey, statement: wire.Statement, body: bytes, seconds: float
) -> oprf.Evaluation:
    """Send elements; return the evaluation, which oprf.finalize() must verify.

    Raise wire.Refused with the other's reason, or NotReached.
    """
    answer = post(url, key, statement, body, seconds)
    try:
        return wire.evaluation_of(answer)
    except wire.Refused as problem:
        raise NotReached(f"the answer cannot be used: {problem.words}") from None


def post(
    url: str,
    key: SigningKey,
    statement: wire.Statement,
    body: bytes,
    seconds: float,
    content: str = "application/json",
) -> bytes:
    """Send a signed body and return the answer's; the deadline holds however slowly it drips."""
    headers = {wire.HEADER: wire.signed(key, statement), "Content-Type": content,
               "Accept-Encoding": "identity"}  # fmt: skip
    return _exchange("POST", url, headers, body, seconds)


def status(url: str, seconds: float) -> dict[str, Any]:
    """Return what a node or key holder says of itself."""
    try:
        told = json.loads(_exchange("GET", url + "/status", {}, b"", seconds))
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise NotReached("the status is not a JSON object")
    return told


def _exchange(method: str, url: str, headers: dict[str, str], body: bytes, seconds: float) -> bytes:
    ends = time.monotonic() + seconds
    try:
        with _connection().request(
            method, url, data=body, headers=headers, timeout=seconds, stream=True,
            allow_redirects=False,
        ) as response:  # fmt: skip
            answer, status = _read(response, ends), response.status_code
    except (requests.Timeout, urllib3.exceptions.TimeoutError):
        raise NotReached(f"no answer within {seconds:g} s") from None
    except (requests.RequestException, urllib3.exceptions.HTTPError) as problem:
        raise NotReached(f"no connection ({type(problem).__name__})") from None
    if status == 200:
        return answer
    refusal = wire.refusal_of(answer)
    if refusal is not None:
        raise refusal
    raise NotReached(f"an answer with status {status}")


def _connection() -> requests.Session:
    """Return this thread's session, which keeps its connections."""
    if not hasattr(_session, "one"):
        _session.one = requests.Session()
    return _session.one  # type: ignore[no-any-return]


def _read(response: requests.Response, ends: float) -> bytes:
    chunks, size = [], 0
    while chunk := response.raw.read1(65_536):  # what is there, so that the deadline is looked at
        chunks.append(chunk)
        size += len(chunk)
        if time.monotonic() > ends:
            raise requests.Timeout
        if size > MOST_ANSWER:
            raise NotReached("an answer longer than any that fits")
    return b"".join(chunks)
