"""A node's own ledger: one JSON line a query, each holding the SHA-256 of the line before.

It says who asked, for which agency and purpose, when, and what was answered; never about whom,
which nobody here knows. Whoever notes the last hash can prove later that nothing was changed.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

START = "0" * 64


class LedgerProblem(Exception):
    """The ledger does not hold together; the words name the line."""


@dataclass(frozen=True)
class Head:
    """How many lines there are, and the hash of the last."""

    lines: int = 0
    hash: str = START

    def __str__(self) -> str:
        return f"{self.lines}:{self.hash}"


class Ledger:
    """Appends under a lock, so that several processes may write one file."""

    def __init__(self, path: Path):
        self.path = path

    def append(self, told: dict[str, Any]) -> Head:
        """Write one line to the disk, and return the new head; a line is there or it is not."""
        with self._locked() as file:
            head, torn = _last(file)
            if torn:  # the machine stopped in the middle of a line: it says so, and goes on
                os.ftruncate(file, os.lseek(file, 0, os.SEEK_END) - torn)
                head = _write(file, head, {"torn_bytes_removed": torn})
            return _write(file, head, told)

    def check(self, expected: str = "") -> Head:
        """Return the head if every line follows; `expected` is one noted before, as LINES:HASH."""
        head, met = Head(), not expected
        try:
            lines = self.path.open("rb")
        except FileNotFoundError:
            raise LedgerProblem(f"{self.path} is not there") from None
        with lines:
            for number, line in enumerate(lines, 1):
                told = _parsed(line)
                if told is None:
                    raise LedgerProblem(f"line {number} is not whole")
                if told.get("n") != number:
                    raise LedgerProblem(f"line {number} says that it is line {told.get('n')}")
                if told.get("before") != head.hash:
                    raise LedgerProblem(f"line {number} does not follow the line before it")
                head = Head(number, sha256(line).hexdigest())
                met |= expected == str(head)
        if not met:
            raise LedgerProblem(f"{expected} is not in it: lines were changed or taken away")
        return head

    @contextmanager
    def _locked(self) -> Iterator[int]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file
        finally:
            os.close(file)


def _write(file: int, head: Head, told: dict[str, Any]) -> Head:
    line = json.dumps({"n": head.lines + 1, **told, "before": head.hash}, sort_keys=True).encode()
    line += b"\n"
    if os.write(file, line) != len(line):
        raise OSError("the ledger could not be written whole")
    os.fsync(file)
    return Head(head.lines + 1, sha256(line).hexdigest())


def _last(file: int) -> tuple[Head, int]:
    """Return the head by the last whole line, and how many bytes follow it."""
    size = os.lseek(file, 0, os.SEEK_END)
    tail, start = b"", size
    while start and tail[:-1].count(b"\n") < 2:
        step = min(65_536, start)
        start -= step
        tail = os.pread(file, step, start) + tail
    whole, newline, rest = tail.rpartition(b"\n")
    if not newline:
        return Head(), len(tail)
    line = whole.rpartition(b"\n")[2] + b"\n"
    told = _parsed(line)
    if told is None or not isinstance(told.get("n"), int):
        raise LedgerProblem("the last line is not one of this ledger")
    return Head(told["n"], sha256(line).hexdigest()), len(rest)


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        told = json.loads(line) if line.endswith(b"\n") else None
    except ValueError:
        return None
    return told if isinstance(told, dict) else None
