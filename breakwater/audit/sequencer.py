"""Gives entries their places in the tree and signs its root: a part of the worker."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction

from breakwater.audit import notes
from breakwater.audit.hashes import StoredTree, last_checkpoint
from breakwater.audit.tree import root

EVERY = 0.25  # seconds: a checkpoint is to be at most one second behind
AT_ONCE = 10_000  # entries in one step, so that a checkpoint comes soon even after a flood
ENDS_WITHIN = 10.0  # seconds that a worker waits for the step under way when it ends
log = logging.getLogger("breakwater.audit")


@dataclass(frozen=True)
class Step:
    """What one step did; `busy`: another worker is at it, and nothing was done here."""

    size: int
    placed: int
    busy: bool = False


class HistoryChanged(Exception):
    """The tree no longer begins with what was signed last: nothing more is signed."""


def step(key: notes.SecretKey, most: int = AT_ONCE) -> Step:
    """Place what waits and sign the new root, in one transaction; some 6 SQL statements.

    Nothing is kept between steps but what is committed, so a step that is killed leaves nothing
    behind, and the next goes on where the last one that was committed ended.
    """
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("select ledger.sequence(%s)", [most])
        (size,) = cursor.fetchone()
        if size is None:
            return Step(0, 0, busy=True)
        last = last_checkpoint()
        before = last.size if last else 0
        if size > before:
            tree = StoredTree()
            if last and root(tree, before) != bytes(last.root):
                raise HistoryChanged(f"the first {before} leaves are not those that were signed")
            signed = notes.checkpoint(key, size, root(tree, size))
            cursor.execute("select ledger.publish(%s, %s, %s)", [size, signed.root, signed.note])
        return Step(size, size - before)


@contextmanager
def sequencing(key: notes.SecretKey) -> Iterator[None]:
    """Sequence in a thread of its own, on a connection of its own, while the block runs."""
    stop = threading.Event()
    thread = threading.Thread(target=keep_sequencing, args=(key, stop), name="ledger")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(ENDS_WITHIN)


def keep_sequencing(key: notes.SecretKey, stop: threading.Event) -> None:
    """Take a step every quarter of a second until told to stop; log an error and go on."""
    try:
        while True:
            started = time.monotonic()
            full = False
            try:
                full = step(key).placed >= AT_ONCE
            except Exception as error:  # noqa: BLE001 - whatever it is, the ledger must go on
                log.error("The ledger's step failed and is tried again: %s", type(error).__name__)
                connection.close()
            # The last step is taken after the end is asked for: what jobs wrote is placed.
            if stop.is_set():
                return
            if not full:
                stop.wait(max(0.0, EVERY - (time.monotonic() - started)))
    finally:
        connection.close()
