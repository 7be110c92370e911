"""The index of a node: entries of 20 bytes that are noise to whoever has not the outer of a word.

    outer = 64 bytes: the first 4 place the word in a bucket, the next 32 are its secret
    SHA-512(secret, ordinal)[:20] = tag (8 bytes), mask (12 bytes)
    entry = tag, then record and months and contact xor mask; ordinal counts who shares the word

Every entry has a tag of its own, so that not even how many share a word shows in the index. A
bucket is its entries in the order of their tags; a part is some buckets one after another.
"""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import IntFlag
from hashlib import sha512

ENTRY_SIZE = 20
ENTRIES_PER_BUCKET = 200  # 4 kB: one row of the hub, read whole for one word
MOST_BITS = 26
MOST_PER_WORD = 60  # as people.linkage.MOST_PER_KEY: a word that more share is not followed
FIRST_YEAR = 1900

_PLAIN = struct.Struct(">IBHHBH")  # record, holds, since, last, contact, zero
_HEAD = struct.Struct(">IH")  # of a bucket in a part: its number, how many entries


class IndexProblem(ValueError):
    """A part or bucket that is not in the agreed form; the words say where."""


class Holds(IntFlag):
    """What a record holds, never the values: it may speak against a match that names alone make."""

    NHS_NUMBER = 1
    UPN = 2
    BORN = 4  # a whole birth date
    NAMES = 8  # given and family name
    HOME = 16  # a postcode
    CONTACT = 32  # a phone number or e-mail address


@dataclass(frozen=True)
class Entry:
    """What one entry says. Months are dates on the first of the month; contact 0 is the usual."""

    record: int
    holds: Holds
    since: date | None
    last: date | None
    contact: int


def bucket_of(outer: bytes, bits: int) -> int:
    """Return the bucket of a word; there are 2 to the power of `bits`."""
    return int.from_bytes(outer[:4], "big") >> (32 - bits)


def bits_for(entries: int) -> int:
    """Return how many bits give about ENTRIES_PER_BUCKET entries to a bucket."""
    return min(max(entries // ENTRIES_PER_BUCKET, 1).bit_length() - 1, MOST_BITS)


def month_number(day: date | None) -> int:
    """Return a month in two bytes; 0 is not told, and so is what no two bytes hold."""
    number = (day.year - FIRST_YEAR) * 12 + day.month if day else 0
    return number if 0 < number < 65_536 else 0


def month_of(number: int) -> date | None:
    year, month = divmod(number - 1, 12)
    return date(FIRST_YEAR + year, month + 1, 1) if number else None


def sealed(outer: bytes, ordinal: int, entry: Entry) -> bytes:
    """Return the 20 bytes of the entry that is the so-many-th to share this word."""
    plain = _PLAIN.pack(
        entry.record, entry.holds, month_number(entry.since), month_number(entry.last),
        entry.contact, 0,
    )  # fmt: skip
    tag, mask = _tag_and_mask(outer, ordinal)
    return tag + _xor(plain, mask)


def look_up(outer: bytes, bucket: bytes) -> list[Entry]:
    """Return the entries of a word that its bucket holds; their number is how many share it."""
    found = []
    for ordinal in range(MOST_PER_WORD):
        tag, mask = _tag_and_mask(outer, ordinal)
        at = bucket.find(tag)
        while at % ENTRY_SIZE and at >= 0:
            at = bucket.find(tag, at + 1)
        if at < 0:
            break
        record, holds, since, last, contact, zero = _PLAIN.unpack(
            _xor(bucket[at + 8 : at + ENTRY_SIZE], mask)
        )
        if zero:
            raise IndexProblem("an entry is damaged")
        found.append(Entry(record, Holds(holds), month_of(since), month_of(last), contact))
    return found


def pack(buckets: Iterable[tuple[int, bytes]]) -> bytes:
    """Return a part: of each bucket its number, how many entries, and these; no empty ones."""
    return b"".join(
        _HEAD.pack(number, len(entries) // ENTRY_SIZE) + entries for number, entries in buckets
    )


def unpack(part: bytes, bits: int) -> Iterator[tuple[int, bytes]]:
    """Yield number and entries of each bucket of a part; its form is checked as it goes."""
    at, before = 0, -1
    while at < len(part):
        if len(part) - at < _HEAD.size:
            raise IndexProblem(f"the part breaks off at byte {at}")
        number, count = _HEAD.unpack_from(part, at)
        at += _HEAD.size
        end = at + count * ENTRY_SIZE
        if not count or end > len(part):
            raise IndexProblem(f"bucket {number} is empty or breaks off")
        if not before < number < 1 << bits:
            raise IndexProblem(f"bucket {number} is out of order or beyond {(1 << bits) - 1}")
        yield number, part[at:end]
        at, before = end, number


def _tag_and_mask(outer: bytes, ordinal: int) -> tuple[bytes, bytes]:
    digest = sha512(outer[4:36] + ordinal.to_bytes(2, "big")).digest()
    return digest[:8], digest[8:ENTRY_SIZE]


def _xor(one: bytes, other: bytes) -> bytes:
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).to_bytes(len(one), "big")
