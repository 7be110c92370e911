"""`breakwater submit FILE...`: hand in referrals from JSON or JSON Lines files."""

import argparse
import io
import json
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from breakwater.site import database

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# One more than the format takes, so that a longer line is refused by it, not cut.
LONGEST_LINE = 32 * 1024 * 1024 + 1
LONGEST_FILE = 1024 * 1024 * 1024
LONGEST_SENDER = 100
NO_DATABASE = (
    "The database does not answer, or is not at this version (`breakwater migrate`). What has a "
    "receipt is safe: hand the files in again when it works."
)


@dataclass(frozen=True)
class Record:
    """One submission of a file, and the line where it starts."""

    line: int
    body: bytes


class BrokenFile(Exception):
    """Submissions may be missing from here on: says what is wrong with the file itself."""


def run(args: argparse.Namespace) -> int:
    """Print one receipt a line; each refused record goes to stderr with line, field and reason.

    Exit status 0 when all went in, 1 when some were refused, 2 when a file or the database cannot
    be read.
    """
    if not (0 < len(args.sender) <= LONGEST_SENDER and args.sender.isprintable()):
        print(f"--sender must be 1 to {LONGEST_SENDER} printable characters", file=sys.stderr)
        return 2
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a key may be in any script
    with database.one_off():
        from django.db import Error

        from breakwater.vault.rules import VaultError

        try:
            return max([_submit(name, args.sender) for name in args.files])
        except Error:
            print(NO_DATABASE, file=sys.stderr)
            return 2
        except VaultError as problem:
            print(problem, file=sys.stderr)
            return 2


def _submit(name: str, sender: str) -> int:
    from breakwater.referrals.actions import Envelope, receive_referral
    from breakwater.referrals.submission import Refused

    found = refused = 0
    try:
        with _open(name) as file:
            for record in records(name, file):
                found += 1
                try:
                    receipt = receive_referral(Envelope(record.body, sender=sender, door="file"))
                except Refused as refusal:
                    refused += 1
                    for error in refusal.errors:
                        print(f"{name}, line {record.line}: {error}", file=sys.stderr)
                else:
                    again = "\talready received" if receipt.repeat else ""
                    print(f"{receipt.reference}\t{receipt.key}{again}", flush=True)
    except BrokenFile as problem:
        refused += 1
        print(f"{name}, {problem}", file=sys.stderr)
    except BrokenPipeError:
        raise  # nobody reads the receipts any more
    except OSError as problem:
        print(f"{name}: {problem.strerror or problem}", file=sys.stderr)
        return 2
    if not found and not refused:
        print(f"{name}: holds no submission", file=sys.stderr)
    return 1 if refused else 0


def _open(name: str) -> AbstractContextManager[BinaryIO]:
    return nullcontext(sys.stdin.buffer) if name == "-" else Path(name).open("rb")


def records(name: str, file: BinaryIO) -> Iterator[Record]:
    """Give each submission of a file with its own bytes, unchecked.

    By its name or its first line a file is JSON Lines, and then read line by line; else it is one
    JSON document over many lines: an object, or a list of them.
    """
    number, line = 1, file.readline(LONGEST_LINE).removeprefix(BYTE_ORDER_MARK)
    blank = b""
    while line and not line.strip():
        number, blank, line = number + 1, blank + line, file.readline(LONGEST_LINE)
    if name.endswith((".jsonl", ".ndjson")) or _begins_json_lines(line.strip()):
        yield from _lines(file, number, line)
    else:
        yield from _document(blank + line + file.read(LONGEST_FILE))


def _begins_json_lines(line: bytes) -> bool:
    """Tell a line that is a record of its own, perhaps a broken one, from a document's first."""
    if line.startswith(b"["):
        return False
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return line.startswith(b"{") and line.endswith(b"}")
    return True


def _lines(file: BinaryIO, number: int, line: bytes) -> Iterator[Record]:
    while line:
        if body := line.strip(b" \t\r\n"):
            yield Record(number, body)
        while len(line) == LONGEST_LINE and not line.endswith(b"\n"):
            line = file.readline(LONGEST_LINE)  # the rest of a line that is refused already
        number, line = number + 1, file.readline(LONGEST_LINE)


def _document(body: bytes) -> Iterator[Record]:
    """Give the object, or each entry of the list, as the very bytes that stand in the file."""
    # Bytes that are not UTF-8 go through unharmed: the door says which record holds them.
    text = body.decode("utf-8", "surrogateescape")
    start = _next_token(text, 0)
    if not text.startswith("[", start):
        if body.strip():
            yield Record(1 + text.count("\n", 0, start), body.strip())
        return
    decoder, place = json.JSONDecoder(parse_int=str), _next_token(text, start + 1)
    line, counted = 1, 0
    while not text.startswith("]", place):
        line, counted = line + text.count("\n", counted, place), place
        if place == len(text):
            raise BrokenFile(f"line {line}: the list has no end; the file may be cut off")
        try:
            _, end = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            yield _record(line, text[place:])
            raise BrokenFile(f"line {line}: nothing after this can be told apart") from None
        yield _record(line, text[place:end])
        place = _next_token(text, end)
        if text.startswith(",", place):
            place = _next_token(text, place + 1)
        elif place < len(text) and text[place] != "]":
            line += text.count("\n", counted, place)
            raise BrokenFile(f"line {line}: a comma is missing")
    if (place := _next_token(text, place + 1)) < len(text):
        line += text.count("\n", counted, place)
        raise BrokenFile(f"line {line}: there is more after the end of the list")


def _record(line: int, text: str) -> Record:
    return Record(line, text.encode("utf-8", "surrogateescape"))


def _next_token(text: str, place: int) -> int:
    while place < len(text) and text[place] in " \t\r\n":
        place += 1
    return place
