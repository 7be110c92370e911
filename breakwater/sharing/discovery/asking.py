"""The asking itself: key holder first, then every node at the same time, then a verdict for each.

What goes out is blinded: neither key holder nor node learns of whom. Whatever goes wrong with one
of them makes it one that could not be asked, and never one that does not know.
"""

import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from uuid import UUID

from breakwater.people.linkage import Profile
from breakwater.people.linkage.keys import asked_words
from breakwater.sharing import oprf
from breakwater.sharing.discovery import queries
from breakwater.sharing.discovery.calls import AT_ONCE, CouldNotAsk, post
from breakwater.sharing.discovery.partners import Partners, partners
from breakwater.sharing.discovery.queries import NodeFacts
from breakwater.sharing.discovery.rules import Held, State, Why
from breakwater.sharing.node import index, weigh, wire
from breakwater.sharing.node.index import IndexProblem
from breakwater.sharing.rules import Purpose

# A refusal of a node, by its code, that says "later" and not "no".
TOO_OFTEN = frozenset({"hourly-limit", "daily-limit"})
STATES = {
    weigh.Known.KNOWN: State.KNOWN,
    weigh.Known.PERHAPS: State.PERHAPS,
    weigh.Known.NOT_KNOWN: State.NOT_KNOWN,
}
# Calls mostly wait; the multiplications are libsodium's, which lets other threads go on meanwhile.
_CALLERS = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="ask-partner")


@dataclass(frozen=True)
class Asked:
    """What came of asking one node."""

    node: NodeFacts
    held: Held
    took_ms: int


@dataclass(frozen=True)
class About:
    """What a node learns of a query, and what its ledger keeps."""

    number: UUID
    agency: str
    purpose: Purpose

    @property
    def told(self) -> dict[str, str]:
        return {
            "query": str(self.number),
            "agency": self.agency[:200],
            "purpose": self.purpose.name.lower(),
        }


def ask_all(child: Profile, nodes: Sequence[NodeFacts], about: About) -> list[Asked]:
    """Ask each node about the child, in the order given. 1 SQL statement; more only where an index
    was replaced meanwhile."""
    started = time.monotonic()
    words = sorted(asked_words(child))[: wire.MOST_ELEMENTS]
    try:
        us = partners()
        again = oprf.blind(_inner(us, words))
    except CouldNotAsk as problem:
        return _nobody(nodes, problem, started)
    body = wire.elements_body(again.elements)
    calls = {
        node.id: _CALLERS.submit(_outer, us, node, again, body, about)
        for node in nodes
        if node.generation is not None
    }
    # A call ends by itself; this is for one that should and does not.
    wait(calls.values(), timeout=us.patience.connect + us.patience.whole + 1)
    answers: dict[int, tuple[list[bytes], int]] = {}
    failed: dict[int, tuple[Held, int]] = {}
    for node in nodes:
        try:
            answers[node.id] = _answer(calls.get(node.id))
        except CouldNotAsk as problem:
            failed[node.id] = (Held.not_asked(problem.why, problem.detail), _ms(started))
    looked = _look_up(words, [node for node in nodes if node.id in answers], answers)
    return [
        Asked(node, *failed[node.id])
        if node.id in failed
        else Asked(*looked[node.id], answers[node.id][1])
        for node in nodes
    ]


def _inner(us: Partners, words: Sequence[str]) -> list[bytes]:
    """Let the key holder evaluate the words, which it does not see. Raise CouldNotAsk."""
    sent = oprf.blind(wire.padded(words))
    body = wire.elements_body(sent.elements)
    statement = wire.statement(wire.EVALUATE, us.hub, us.key_holder, body, time.time())
    try:
        answer = _evaluation(f"{us.key_holder_address}/evaluate", body, us, statement)
        return oprf.finalize(sent, answer.elements, answer.proof, us.key_holder_public)
    except oprf.OprfError:
        raise CouldNotAsk(Why.KEY_HOLDER, Why.PROOF.value) from None
    except CouldNotAsk as problem:
        said = problem.why.value + (f" ({problem.detail})" if problem.detail else "")
        raise CouldNotAsk(Why.KEY_HOLDER, said) from None


def _outer(
    us: Partners, node: NodeFacts, sent: oprf.Blinded, body: bytes, about: About
) -> tuple[list[bytes], int]:
    """Let a node evaluate; return what came and after how many milliseconds. In a thread."""
    started = time.monotonic()
    statement = wire.statement(wire.QUERY, us.hub, node.name, body, time.time(), **about.told)
    answer = _evaluation(f"{node.address}/query", body, us, statement)
    try:
        outer = oprf.finalize(sent, answer.elements, answer.proof, node.voprf_key)
    except oprf.OprfError:
        raise CouldNotAsk(Why.PROOF) from None
    return outer, _ms(started)


def _evaluation(url: str, body: bytes, us: Partners, statement: wire.Statement) -> oprf.Evaluation:
    header = {wire.HEADER: wire.signed(us.key, statement)}
    status, answer = post(url, body, header, us.patience)
    if status == 200:
        try:
            return wire.evaluation_of(answer)
        except wire.Refused:
            raise CouldNotAsk(Why.BROKEN) from None
    refusal = wire.refusal_of(answer)
    if refusal is None:
        raise CouldNotAsk(Why.BROKEN)
    raise CouldNotAsk(Why.LIMIT if refusal.code in TOO_OFTEN else Why.REFUSED, refusal.words)


def _answer(call: "Future[tuple[list[bytes], int]] | None") -> tuple[list[bytes], int]:
    if call is None:
        raise CouldNotAsk(Why.NO_INDEX)
    if not call.done():
        call.cancel()
        raise CouldNotAsk(Why.SLOW)
    return call.result()


def _look_up(
    words: Sequence[str],
    nodes: Sequence[NodeFacts],
    answers: dict[int, tuple[list[bytes], int]],
) -> dict[int, tuple[NodeFacts, Held]]:
    """Look the words up in each node's index; in the new one where it was replaced meanwhile."""
    found: dict[int, tuple[NodeFacts, Held]] = {}
    left = list(nodes)
    for attempt in range(2):
        if attempt:
            left = [queries.live_index(node) for node in left]
        asked = {node.id: _numbers(node, answers[node.id][0][: len(words)]) for node in left}
        wanted = {node.generation: asked[node.id] for node in left if node.generation is not None}
        buckets = queries.buckets(wanted) if wanted else {}
        for node in left:
            some = buckets.get(node.generation or 0)
            if some is not None:
                outer = answers[node.id][0]
                found[node.id] = node, _held(node, words, outer, asked[node.id], some)
        left = [node for node in left if node.id not in found]
        if not left:
            break
    return found | {node.id: (node, Held.not_asked(Why.REPLACED)) for node in left}


def _numbers(node: NodeFacts, outer: Sequence[bytes]) -> list[int]:
    return [index.bucket_of(one, node.bits) for one in outer]


def _held(
    node: NodeFacts,
    words: Sequence[str],
    outer: Sequence[bytes],
    numbers: Sequence[int],
    buckets: dict[int, bytes],
) -> Held:
    hits = []
    try:
        for word, one, number in zip(words, outer, numbers, strict=False):
            entries = index.look_up(one, buckets.get(number, b""))
            hits += [weigh.Hit(word, entry, len(entries)) for entry in entries]
        answer = weigh.weigh(words, hits)
    except IndexProblem:
        return Held.not_asked(Why.INDEX)
    state = STATES[answer.verdict]
    if state is State.NOT_KNOWN:
        return Held(state)
    return Held(
        state,
        known_since=f"{answer.since:%Y-%m}" if answer.since else "",
        last_contact=f"{answer.last:%Y-%m}" if answer.last else "",
        contact=node.whom(answer.contact),
    )


def _nobody(nodes: Sequence[NodeFacts], problem: CouldNotAsk, started: float) -> list[Asked]:
    held = Held.not_asked(problem.why, problem.detail)
    return [Asked(node, held, _ms(started)) for node in nodes]


def _ms(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
