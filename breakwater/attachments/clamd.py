"""Asks ClamAV's daemon about a document, over its INSTREAM protocol. No Django.

Whatever is not a clear answer is NoAnswer: an unscanned document is never a clean one.
"""

import re
import socket
import time
from urllib.parse import urlsplit

SECONDS = 60.0
CHUNK = 256 * 1024
LONGEST_ANSWER = 4096
_FOUND = re.compile(rb"stream: .+ FOUND")


class NoAnswer(Exception):
    """The scanner is not set up, not there, too slow, or says neither clean nor found."""


def is_harmful(content: bytes, address: str, seconds: float = SECONDS) -> bool:
    """Ask clamd at unix:///path or tcp://host:port; raise NoAnswer within about `seconds`."""
    if not address:
        raise NoAnswer("CLAMD_ADDRESS is not set.")
    ends = time.monotonic() + seconds
    try:
        with _connected(address, ends) as clamd:
            answer = _ask(clamd, content, ends)
    except OSError as error:
        raise NoAnswer(f"clamd: {type(error).__name__}.") from None
    if answer == b"stream: OK":
        return False
    if _FOUND.fullmatch(answer):
        return True
    raise NoAnswer("clamd answered neither OK nor FOUND.")


def _connected(address: str, ends: float) -> socket.socket:
    parts = urlsplit(address)
    if parts.scheme == "tcp":
        return socket.create_connection((parts.hostname, parts.port), _left(ends))
    clamd = socket.socket(socket.AF_UNIX)
    try:
        clamd.settimeout(_left(ends))
        clamd.connect(parts.path)
    except OSError:
        clamd.close()
        raise
    return clamd


def _ask(clamd: socket.socket, content: bytes, ends: float) -> bytes:
    clamd.settimeout(_left(ends))
    clamd.sendall(b"zINSTREAM\0")
    for start in range(0, len(content), CHUNK):
        chunk = content[start : start + CHUNK]
        clamd.settimeout(_left(ends))
        clamd.sendall(len(chunk).to_bytes(4, "big") + chunk)
    clamd.sendall(bytes(4))
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
        clamd.settimeout(_left(ends))
        if not (received := clamd.recv(LONGEST_ANSWER)):
            break
        answer += received
    return answer.removesuffix(b"\0") if answer.endswith(b"\0") else b""


def _left(ends: float) -> float:
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
