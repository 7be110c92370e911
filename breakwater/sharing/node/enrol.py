"""Enrolment: the people's words become outers, with the key holder's help, and these an index.

A second run asks the key holder only for words that are new. It can be killed at any moment: what
came back is kept, what was under way is asked again. The state file lies beside the partner's own
data and holds digests of words and what they became; no names.
"""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b, sha256
from multiprocessing import get_context
from pathlib import Path
from secrets import token_bytes

from breakwater.people.linkage.keys import stored_words
from breakwater.people.linkage.profile import Profile
from breakwater.sharing import oprf
from breakwater.sharing.node import client, generations, index, wire
from breakwater.sharing.node.generations import Manifest, Progress
from breakwater.sharing.node.index import Entry, Holds
from breakwater.sharing.node.keys import SigningKey, oprf_key, public_key, signing_key, text_of
from breakwater.sharing.node.people import Held, Mapping, Source, read_people
from breakwater.sharing.node.settings import KeyHolder, NodeSettings

BATCH = 1_024  # words of one request to the key holder
CHUNK = 500  # people between two looks into the state
SECONDS = 60.0  # for one batch; the key holder needs some 0.2
KEPT = 36  # bytes of an outer that an index needs
TRIES, PAUSE = 5, 2.0

_STATE = """
create table if not exists about (name text primary key, value blob);
create table if not exists word (digest blob primary key, outer blob not null) without rowid;
drop table if exists entry;
create table entry (digest blob, said blob);
"""


class EnrolProblem(Exception):
    """Why enrolment cannot go on; what was done stays done."""


@dataclass(frozen=True)
class Enrolled:
    """What a run did. `asked` counts words that went to the key holder in this run."""

    people: int
    words: int
    asked: int
    seconds: float
    manifest: Manifest


@dataclass(frozen=True)
class Asker:
    """What a worker needs to have words evaluated: under the key holder's key, then our own."""

    name: str
    signing: SigningKey
    own: oprf.Key
    holder: KeyHolder

    def outers(self, words: Sequence[str]) -> list[bytes]:
        """Return what an index needs of each word's outer; the proof is verified."""
        sent = oprf.blind([word.encode() for word in words])
        body = wire.elements_body(sent.elements)
        answer = self._ask(body)
        inner = oprf.finalize(sent, answer.elements, answer.proof, public_key(self.holder.oprf))
        return [outer[:KEPT] for outer in oprf.evaluate_directly(self.own, inner)]

    def _ask(self, body: bytes) -> oprf.Evaluation:
        """Send, and again if nothing came back; a refusal is not tried again."""
        url = f"{self.holder.url}{'/evaluate'}"
        for tries_left in range(TRIES - 1, -1, -1):
            what = wire.statement(wire.EVALUATE, self.name, self.holder.name, body, time.time())
            try:
                return client.evaluate(url, self.signing, what, body, SECONDS)
            except client.NotReached:
                if not tries_left:
                    raise
                time.sleep(PAUSE)
        raise AssertionError


_asker: Asker | None = None


def _start(asker: Asker) -> None:
    global _asker
    _asker = asker


def _outers(words: Sequence[str]) -> list[bytes]:
    assert _asker is not None
    return _asker.outers(words)


def enrol(
    settings: NodeSettings,
    people: Mapping,
    source: Source,
    processes: int = 1,
    progress: Progress = lambda _count: None,
    building: Progress = lambda _count: None,
) -> Enrolled:
    """Read everybody, ask for the words that are new, and build a generation."""
    start = time.monotonic()
    own = oprf_key(settings.oprf_key)
    asker = Asker(settings.name, signing_key(settings.signing_key), own, settings.key_holder)
    settings.data.mkdir(parents=True, exist_ok=True)
    state = _open(settings.data / "state.sqlite3", asker)
    try:
        with _workers(asker, processes) as workers:
            run = _Run(state, workers, 2 * processes + 2)
            for held in read_people(people, source, date.today()):
                run.add(held)
                progress(1)
            run.finish()
        if not run.people:
            raise EnrolProblem("nobody was read: no index is made, and the older one stays")
        told = {"people": run.people, "oprf": text_of(own.public),
                "key_holder": settings.key_holder.oprf,
                "contacts": {str(n): words for n, words in people.words.items()}}  # fmt: skip
        manifest = generations.build(settings.data, state, told, building)
        state.execute("delete from word where digest not in (select digest from entry)")
        [(words,)] = state.execute("select count(*) from word")
        state.execute("drop table entry")
        state.commit()
        return Enrolled(run.people, words, run.asked, time.monotonic() - start, manifest)
    finally:
        state.close()


def _open(path: Path, asker: Asker) -> sqlite3.Connection:
    """Open the state; what was made under other keys is of no use."""
    path.touch(0o600)
    state = sqlite3.connect(path)
    state.execute("pragma journal_mode = wal")
    state.execute("pragma synchronous = normal")
    state.executescript(_STATE)
    made_under = sha256(asker.own.public + public_key(asker.holder.oprf)).digest()
    before = state.execute("select value from about where name = 'keys'").fetchone()
    if before is None or before[0] != made_under:
        state.execute("delete from word")
        state.execute("insert or replace into about values ('keys', ?)", [made_under])
    state.commit()
    return state


def _workers(asker: Asker, processes: int) -> Executor:
    """Return who asks: two threads (libsodium runs without Python's lock), or processes."""
    if processes == 1:
        _start(asker)
        return ThreadPoolExecutor(2)
    return ProcessPoolExecutor(processes, get_context("spawn"), _start, (asker,))


class _Run:
    """One pass over the people; words wait here until they fill a batch."""

    def __init__(self, state: sqlite3.Connection, workers: Executor, most_under_way: int):
        self.state, self.workers, self.most = state, workers, most_under_way
        self.people = self.asked = 0
        self.numbers = record_numbers()
        self.chunk: list[tuple[bytes, list[tuple[bytes, str]]]] = []
        self.new: dict[bytes, str] = {}  # wait for a batch, or are under way
        self.waiting: list[bytes] = []
        self.under_way: dict[Future[list[bytes]], list[bytes]] = {}

    def add(self, held: Held) -> None:
        words = [(digest_of(word), word) for word in stored_words(held.profile)]
        if words:
            self.people += 1
            said = Entry(next(self.numbers), holds_of(held.profile), held.since, held.last,
                         held.contact)  # fmt: skip
            self.chunk.append((index.plain(said), words))
        if len(self.chunk) >= CHUNK:
            self._look()

    def finish(self) -> None:
        self._look()
        self._send(least=1)
        while self.under_way:
            self._collect()
        self.state.commit()

    def _look(self) -> None:
        """Write the chunk's entries; put the words that the state has not into the next batch."""
        self.state.executemany(
            "insert into entry values (?, ?)",
            [(digest, said) for said, words in self.chunk for digest, _ in words],
        )
        words = {digest: word for _, some in self.chunk for digest, word in some}
        unknown = words.keys() - self._known(list(words)) - self.new.keys()
        for digest in unknown:
            self.new[digest] = words[digest]
        self.waiting += unknown
        self.chunk.clear()
        self._send(least=BATCH)

    def _known(self, digests: list[bytes]) -> set[bytes]:
        known: set[bytes] = set()
        for at in range(0, len(digests), 900):
            some = digests[at : at + 900]
            marks = ",".join("?" * len(some))
            statement = f"select digest from word where digest in ({marks})"  # noqa: S608  marks only
            rows = self.state.execute(statement, some)
            known |= {row[0] for row in rows}
        return known

    def _send(self, least: int) -> None:
        while len(self.waiting) >= least:
            if len(self.under_way) >= self.most:
                self._collect()
            batch, self.waiting = self.waiting[:BATCH], self.waiting[BATCH:]
            future = self.workers.submit(_outers, [self.new[digest] for digest in batch])
            self.under_way[future] = batch

    def _collect(self) -> None:
        """Keep what came back; a batch that failed ends the run, after the others are kept."""
        done, _ = wait(self.under_way, return_when=FIRST_COMPLETED)
        failed: BaseException | None = None
        for future in done:
            batch = self.under_way.pop(future)
            failed = future.exception() or failed
            if future.exception() is None:
                rows = zip(batch, future.result(), strict=True)
                self.state.executemany("insert or replace into word values (?, ?)", rows)
                self.asked += len(batch)
                for digest in batch:
                    del self.new[digest]
        self.state.commit()
        if failed is not None:
            raise _problem(failed) from None


def _problem(failed: BaseException) -> BaseException:
    if isinstance(failed, oprf.OprfError):
        return EnrolProblem(f"the key holder's answer is wrong: {failed}")
    if isinstance(failed, wire.Refused):
        return EnrolProblem(f"the key holder refused ({failed.code}): {failed.words}")
    if isinstance(failed, client.NotReached):
        return EnrolProblem(f"the key holder: {failed}; run again, what came back is kept")
    return failed


def digest_of(word: str) -> bytes:
    return blake2b(word.encode(), digest_size=16).digest()


def holds_of(one: Profile) -> Holds:
    """Return which fields a record holds; see index.Holds."""
    fields = {
        Holds.NHS_NUMBER: one.nhs_number,
        Holds.UPN: one.upn,
        Holds.BORN: one.born,
        Holds.NAMES: one.given and one.family,
        Holds.HOME: one.postcode,
        Holds.CONTACT: one.phone or one.email,
    }
    found = Holds(0)
    for flag, value in fields.items():
        if value:
            found |= flag
    return found


def record_numbers() -> Iterator[int]:
    """Yield numbers of 32 bits in an order by chance, none twice: a Feistel network over 0, 1, 2.

    So a record's number says nothing of its place in the partner's data.
    """
    key = token_bytes(16)
    for count in range(2**32):
        left, right = count >> 16, count & 0xFFFF
        for turn in range(4):
            mixed = blake2b(bytes([turn]) + right.to_bytes(2, "big"), key=key, digest_size=2)
            left, right = right, left ^ int.from_bytes(mixed.digest(), "big")
        yield left << 16 | right


def forget(data: Path) -> None:
    """Remove what enrolment keeps, for a partner that leaves."""
    for name in ("state.sqlite3", "state.sqlite3-wal", "state.sqlite3-shm"):
        (data / name).unlink(missing_ok=True)
