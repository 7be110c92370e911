"""`breakwater submit FILE...`: hand in referrals from JSON or JSON Lines files."""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from breakwater.site import database

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# One more than the format takes, so that a longer line is refused by it, not cut.
LONGEST_LINE = 32 * 1024 * 1024 + 1
LONGEST_FILE = 1024 * 1024 * 1024


@dataclass(frozen=True)
class Record:
    """One submission of a file, and the line where it starts."""

    line: int
    body: bytes


def run(args: argparse.Namespace) -> int:
    """Print one receipt a line; each refused record goes to stderr with line, field and reason.

    Exit status 0 when all went in, 1 when some were refused, 2 when a file cannot be read.
    """
    with database.one_off():
        return max(_submit(name, args.sender) for name in args.files)


def _submit(name: str, sender: str) -> int:
    from breakwater.referrals.actions import Envelope, receive_referral
    from breakwater.referrals.submission import Refused

    refused = 0
    try:
        with _open(name) as file:
            for record in records(name, file):
                try:
                    receipt = receive_referral(Envelope(record.body, sender=sender, door="file"))
                except Refused as refusal:
                    refused += 1
                    for error in refusal.errors:
                        print(f"{name}, line {record.line}: {error}", file=sys.stderr)
                else:
                    again = "\talready received" if receipt.repeat else ""
                    print(f"{receipt.reference}\t{receipt.key}{again}", flush=True)
    except OSError as problem:
        print(f"{name}: {problem.strerror or problem}", file=sys.stderr)
        return 2
    return 1 if refused else 0


def _open(name: str) -> BinaryIO:
    return sys.stdin.buffer if name == "-" else Path(name).open("rb")


def records(name: str, file: BinaryIO) -> Iterator[Record]:
    """Give each submission of a file with its own bytes, unchecked.

    By its name or its first line a file is JSON Lines, and then read line by line; else it is one
    JSON document over many lines: an object, or a list of them.
    """
    if name.endswith((".jsonl", ".ndjson")):
        yield from _lines(file)
        return
    first = file.readline(LONGEST_LINE)
    whole_value = _is_json(first.removeprefix(BYTE_ORDER_MARK))
    if whole_value and not first.lstrip(BYTE_ORDER_MARK + b" \t").startswith(b"["):
        yield from _lines(file, first)
    else:
        yield from _document((first + file.read(LONGEST_FILE)).removeprefix(BYTE_ORDER_MARK))


def _lines(file: BinaryIO, first: bytes = b"") -> Iterator[Record]:
    line, number = first or file.readline(LONGEST_LINE), 1
    line = line.removeprefix(BYTE_ORDER_MARK)
    while line:
        if body := line.strip(b" \t\r\n"):
            yield Record(number, body)
        while len(line) == LONGEST_LINE and not line.endswith(b"\n"):
            line = file.readline(LONGEST_LINE)  # the rest of a line that is refused already
        number, line = number + 1, file.readline(LONGEST_LINE)


def _document(body: bytes) -> Iterator[Record]:
    """Give the object, or each entry of the list, as the very bytes that stand in the file."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        yield Record(1, body)  # the door says at which byte
        return
    start = _next_token(text, 0)
    if not text.startswith("[", start):
        yield Record(1 + text.count("\n", 0, start), body.strip())
        return
    decoder, place = json.JSONDecoder(), _next_token(text, start + 1)
    line, counted = 1, 0
    while place < len(text) and text[place] != "]":
        line, counted = line + text.count("\n", counted, place), place
        try:
            _, end = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            yield Record(line, text[place:].encode())  # from here on nothing can be told apart
            return
        yield Record(line, text[place:end].encode())
        place = _next_token(text, end)
        if text.startswith(",", place):
            place = _next_token(text, place + 1)


def _next_token(text: str, place: int) -> int:
    while place < len(text) and text[place] in " \t\r\n":
        place += 1
    return place


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True
