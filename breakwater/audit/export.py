"""Writes entries with their proofs into a file that verifier.py checks, offline and without us.

The file is text. The first line is JSON: what is exported, the checkpoints (signed notes; against
the last one everything is proven), the hashes around a range, and proofs that older checkpoints
are its beginning. Every further line is an entry:

    PLACE SALT COMMITMENT PROOF CONTENT

CONTENT is the very text that the commitment hashes, as ledger.canonical makes it. SALT is in hex,
or `erased` or `missing`, and then CONTENT is `-`. PROOF is `-` for the entries of a range, which
are proven together; else, in base64 with commas between, the hashes of the complete subtrees that
make the tree before the entry and after it, largest first and from left to right.
"""

import json
import os
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from django.db import connection

from breakwater.audit import tree
from breakwater.audit.hashes import StoredTree, last_checkpoint
from breakwater.audit.models import Checkpoint

PAGE = 5_000
CHECKPOINTS_SHOWN = 200  # within a range; they tell where a change is, not whether there is one
COLUMNS = "l.index, l.commitment, e.salt, ledger.canonical(e)"
FROM = "from ledger_leaf l left join ledger_entry e on e.id = l.entry"
Row = tuple[int, bytes, bytes | None, str | None]


class ExportError(Exception):
    """What cannot be exported, and why."""


@dataclass(frozen=True)
class Exported:
    entries: int
    size: int


def export_range(out: Path, first: int, end: int | None, since: Iterable[int] = ()) -> Exported:
    """Write the entries at the places from `first` to before `end` (None: all that are signed)."""
    last = newest()
    end = last.size if end is None else end
    if not 0 <= first < end <= last.size:
        raise ExportError(f"the signed ledger has the places 0 to {last.size - 1}")
    store = StoredTree()
    header = _header(f"entries {first} to {end - 1}", store, last, since) | {
        "first": first,
        "end": end,
        "before": _b64(tree.beside(store, 0, first)),
        "after": _b64(tree.beside(store, end, last.size)),
        "checkpoints": [*_notes_between(first, end), last.note],
    }
    return _write(out, header, _range(first, end), (first, end), store, last.size)


def export_case(out: Path, case_id: int, since: Iterable[int] = ()) -> Exported:
    """Write every signed entry about a case, each with a proof of its own."""
    last = newest()
    store = StoredTree()
    header = _header(f"case {case_id}", store, last, since) | {
        "first": 0, "end": 0, "before": [], "after": [], "checkpoints": [last.note],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            f"select {COLUMNS} {FROM} where e.cases @> array[%s]::bigint[] and l.index < %s"
            " order by l.index",
            [case_id, last.size],
        )
        rows: list[Row] = cursor.fetchall()
    if not rows:
        raise ExportError(f"no signed entry is about case {case_id}")
    return _write(out, header, iter(rows), (0, 0), store, last.size)


def consistency_with(size: int) -> tuple[Checkpoint, list[bytes]]:
    """The newest checkpoint, and the proof that it begins with the tree of `size` leaves."""
    last = newest()
    if not 0 < size <= last.size:
        raise ExportError(f"the signed ledger has {last.size} entries, not {size}")
    return last, tree.consistency(StoredTree(), size, last.size)


def newest() -> Checkpoint:
    """The newest checkpoint. 1 SQL statement."""
    last = last_checkpoint()
    if last is None:
        raise ExportError("nothing is signed yet: is `breakwater worker` running?")
    return last


def _header(what: str, store: StoredTree, last: Checkpoint, since: Iterable[int]) -> dict[str, Any]:
    proofs = {}
    for size in since:
        if not 0 < size <= last.size:
            raise ExportError(f"the signed ledger has {last.size} entries, not {size}")
        proofs[str(size)] = _b64(tree.beside(store, 0, size) + tree.beside(store, size, last.size))
    return {"breakwater_ledger_export": 1, "of": what, "since": proofs}


def _notes_between(first: int, end: int) -> list[str]:
    inside = Checkpoint.objects.filter(size__gt=first, size__lte=end).order_by("size")
    sizes = list(inside.values_list("size", flat=True))
    shown = sizes[:: max(1, -(-len(sizes) // CHECKPOINTS_SHOWN))]
    return list(inside.filter(size__in=shown).values_list("note", flat=True))


def _range(first: int, end: int) -> Iterator[Row]:
    for start in range(first, end, PAGE):
        with connection.cursor() as cursor:
            cursor.execute(
                f"select {COLUMNS} {FROM} where l.index >= %s and l.index < %s order by l.index",
                [start, min(start + PAGE, end)],
            )
            yield from cursor.fetchall()


def _write(
    out: Path,
    header: dict[str, Any],
    rows: Iterator[Row],
    together: tuple[int, int],
    store: StoredTree,
    size: int,
) -> Exported:
    written = 0
    erased: list[str] = []
    # What the ledger says of people is for the one who asked for it, and nobody else here.
    with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w",
                   encoding="utf-8", newline="\n") as file:  # fmt: skip
        file.write(json.dumps(header) + "\n")
        for row in rows:
            if row[2] is not None and not row[2]:
                erased.append(f"leaf:{row[0]}")
            written += _entry(file, row, None if together[1] else store, size)
        for row in _entries_that_erased(erased, together, size):
            written += _entry(file, row, store, size)
    return Exported(written, size)


def _entry(file: TextIO, row: Row, proven: StoredTree | None, size: int) -> int:
    index, commitment, salt, content = row
    proof = "-"
    if proven is not None:
        hashes = tree.beside(proven, 0, index) + tree.beside(proven, index + 1, size)
        proof = ",".join(_b64(hashes)) or "-"
    if salt is None:
        state, content = "missing", "-"
    elif salt:
        state = bytes(salt).hex()
    else:
        state, content = "erased", "-"
    file.write(f"{index} {state} {bytes(commitment).hex()} {proof} {content}\n")
    return 1


def _entries_that_erased(subjects: list[str], together: tuple[int, int], size: int) -> list[Row]:
    """The entries that say so of each erased one, where the range does not hold them already."""
    if not subjects:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            f"select {COLUMNS} {FROM} where e.verb = 'erase' and e.subject = any(%s)"
            " and l.index >= %s and l.index < %s order by l.index",
            [subjects, together[1], size],
        )
        found: list[Row] = cursor.fetchall()
    return found


def _b64(hashes: list[bytes]) -> list[str]:
    return [b64encode(one).decode() for one in hashes]
