"""A partner agency as witness: it co-signs a checkpoint only when it extends the last one it saw.

The witness keeps its own key and its own state file on a machine of its own; it needs neither the
hub's database nor its network. What it reads is the body of a C2SP tlog-witness request, which
`breakwater audit checkpoint --since` makes: `old SIZE`, the hashes of the consistency proof, an
empty line, the checkpoint. It answers with the checkpoint and its cosignature.
"""

import fcntl
import json
import os
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from breakwater.audit import notes
from breakwater.audit.tree import extends

FULL_PROOF = 63  # hashes; no tree that fits into a database needs more


class Refused(Exception):
    """Why a checkpoint is not co-signed."""


def request(old: int, proof: list[bytes], note: str) -> str:
    """The text that a witness who knows the tree of `old` entries needs."""
    lines = [f"old {old}", *(b64encode(one).decode() for one in proof)]
    return "\n".join(lines) + "\n\n" + note


def cosign(
    state: Path, key: notes.SecretKey, ledger: notes.PublicKey | None, asked: str, now: int
) -> notes.Checkpoint:
    """Co-sign the checkpoint of a request, or raise Refused. What was signed is kept first.

    The ledger's key is needed the first time, and kept with the state.
    """
    if key.kind != notes.WITNESS:
        raise Refused("the key is no witness's: make one with `breakwater audit key --witness`")
    old, proof, seen = _read(asked)
    with _locked(state) as file:
        kept = json.loads(file.read() or "{}")
        if not kept and ledger is None:
            raise Refused("this is the first checkpoint here: say with --ledger whose it must be")
        known = notes.public_key(kept["ledger"]) if kept else ledger
        assert known is not None
        if ledger is not None and ledger != known:
            raise Refused(f"this state is about {known.name}, with another key than the one given")
        if not notes.signed_by(seen, known):
            raise Refused(f"the checkpoint is not signed by {known.name}")
        if kept:
            _check_growth(notes.read_checkpoint(kept["note"]), old, proof, seen)
        signed = notes.cosign(key, seen, now)
        _keep(state, {"ledger": str(known), "note": signed.note})
    return signed


def _check_growth(
    last: notes.Checkpoint, old: int, proof: list[bytes], seen: notes.Checkpoint
) -> None:
    if seen.size < last.size:
        raise Refused(f"the ledger has shrunk: it had {last.size} entries, now it says {seen.size}")
    if seen.size == last.size and seen.root != last.root:
        raise Refused(f"the ledger is forked: two different trees of {seen.size} entries")
    if seen.size > last.size and old != last.size:
        raise Refused(
            f"I last signed {last.size} entries: I need a proof since {last.size}, not {old}"
        )
    if not extends(last.size, last.root, seen.size, seen.root, proof):
        raise Refused(
            f"the ledger is forked: its {seen.size} entries do not begin with the {last.size} "
            "that I signed (or the proof is another's)"
        )


def _read(asked: str) -> tuple[int, list[bytes], notes.Checkpoint]:
    """Take a request apart; a bare checkpoint is a request without a proof."""
    if not asked.startswith("old "):
        seen = notes.read_checkpoint(asked)
        return seen.size, [], seen
    head, _, note = asked.partition("\n\n")
    first, *hashes = head.split("\n")
    try:
        old = int(first.removeprefix("old "))
        proof = [b64decode(line, validate=True) for line in hashes]
    except ValueError:
        raise Refused("the proof cannot be read") from None
    if len(proof) > FULL_PROOF or any(len(one) != 32 for one in proof):
        raise Refused("the proof cannot be read")
    return old, proof, notes.read_checkpoint(note)


@contextmanager
def _locked(state: Path) -> Iterator[IO[str]]:
    """One process at a time: two could sign two forks of the same size."""
    lock = state.with_name(state.name + ".lock")
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        state.touch()
        with state.open(encoding="utf-8") as file:
            yield file


def _keep(state: Path, kept: dict[str, str]) -> None:
    """Replace the state whole and durably, before any signature is given away."""
    new = state.with_name(state.name + ".new")
    with new.open("w", encoding="utf-8") as file:
        json.dump(kept, file)
        file.flush()
        os.fsync(file.fileno())
    new.replace(state)
    folder = os.open(state.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
