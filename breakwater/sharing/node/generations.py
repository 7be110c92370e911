"""Generations: whole indexes on the node's disk, built from its state, sent to the hub."""

import json
import secrets
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from breakwater.sharing.node import index
from breakwater.sharing.node.index import ENTRY_SIZE, Entry, Holds

PART_SIZE = 1_000_000  # bytes, about
_SPILLED = 4 + ENTRY_SIZE  # the bucket's number, and the entry
Progress = Callable[[int], object]


@dataclass(frozen=True)
class Manifest:
    """Part 0 of a generation: what the hub must know of it."""

    version: int
    generation: str
    bits: int
    parts: int
    entries: int
    people: int
    made_at: str
    oprf: str
    key_holder: str
    contacts: dict[str, str]

    def packed(self) -> bytes:
        return json.dumps(asdict(self), sort_keys=True).encode()

    @classmethod
    def of(cls, packed: bytes) -> "Manifest":
        return cls(**json.loads(packed))


def newest(data: Path) -> Manifest | None:
    """Return the manifest of the generation that is whole, if there is one."""
    try:
        return Manifest.of((data / "index" / "manifest.json").read_bytes())
    except FileNotFoundError:
        return None


def part(data: Path, number: int) -> bytes:
    return (data / "index" / _name(number)).read_bytes()


def _name(number: int) -> str:
    return f"part-{number:05}"


def build(
    data: Path, state: sqlite3.Connection, told: dict[str, Any], progress: Progress
) -> Manifest:
    """Write a new generation from the state's entries, and put it in the older one's place.

    `told` is what only the caller knows: people, oprf, key_holder, contacts.
    """
    [(most,)] = state.execute("select count(*) from entry")
    bits = index.bits_for(most)
    part_bits = min(bits, max(most * ENTRY_SIZE // PART_SIZE, 1).bit_length() - 1)
    building = data / "index.building"
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    entries = _spill(building, state, bits, part_bits, progress)
    for number in range(1 << part_bits):
        spill = building / f"spill-{number}"
        (building / _name(number + 1)).write_bytes(index.pack(_buckets(spill.read_bytes())))
        spill.unlink()
    manifest = Manifest(
        1, secrets.token_hex(8), bits, 1 << part_bits, entries,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"), **told,
    )  # fmt: skip
    (building / "manifest.json").write_bytes(manifest.packed())
    old = data / "index.old"
    shutil.rmtree(old, ignore_errors=True)
    if (data / "index").exists():
        (data / "index").rename(old)
    building.rename(data / "index")
    shutil.rmtree(old, ignore_errors=True)
    return manifest


def _spill(
    folder: Path, state: sqlite3.Connection, bits: int, part_bits: int, progress: Progress
) -> int:
    """Write each entry, sealed, to the file of its part; return how many there are."""
    count = 0
    with ExitStack() as stack:
        spills = [stack.enter_context((folder / f"spill-{n}").open("wb"))
                  for n in range(1 << part_bits)]  # fmt: skip
        rows = state.execute(
            "select e.digest, w.outer, e.record, e.holds, e.since, e.last, e.contact"
            " from entry e join word w on w.digest = e.digest order by e.digest"
        )
        for _, same in groupby(rows, key=lambda row: bytes(row[0])):
            sharing = list(same)
            progress(len(sharing))
            if len(sharing) > index.MOST_PER_WORD:
                continue  # too common to follow, as in the engine
            for ordinal, (_, outer, record, holds, since, last, contact) in enumerate(sharing):
                entry = Entry(record, Holds(holds), _day(since), _day(last), contact)
                bucket = index.bucket_of(outer, bits)
                spills[bucket >> (bits - part_bits)].write(
                    bucket.to_bytes(4, "big") + index.sealed(outer, ordinal, entry)
                )
                count += 1
    return count


def _buckets(spilled: bytes) -> Iterator[tuple[int, bytes]]:
    rows = sorted(spilled[at : at + _SPILLED] for at in range(0, len(spilled), _SPILLED))
    for number, same in groupby(rows, key=lambda row: row[:4]):
        yield int.from_bytes(number, "big"), b"".join(row[4:] for row in same)


def _day(number: int) -> date | None:
    return index.month_of(number)
