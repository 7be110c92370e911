"""One child is asked about at partners that run as processes of their own."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
import requests

from breakwater.access.models import User
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor, NotAllowed, TeamKind
from breakwater.audit.models import Entry
from breakwater.people.linkage import profile
from breakwater.people.linkage.keys import asked_words, stored_words
from breakwater.people.models import Mention
from breakwater.sharing import oprf
from breakwater.sharing.discovery import actions, rules
from breakwater.sharing.discovery.asking import Asked
from breakwater.sharing.discovery.rules import State, TooMany, Why
from breakwater.sharing.models import Bucket, Generation, Holding, Query
from breakwater.sharing.node import index, wire
from tests.builders import received
from tests.sharing.discovery.county import (
    AMELIA,
    PURPOSE,
    TODAY,
    County,
    ask,
    asked_lines,
    by_node,
    not_asked,
    states,
    told_of,
)


def test_each_partner_says_whether_it_knows_the_child_since_when_and_whom_to_ask(
    asked: County, triage: Actor
) -> None:
    answers = ask(triage)
    assert states(answers) == {
        "mill-lane": (State.KNOWN, None),
        "harbour-road": (State.NOT_KNOWN, None),
    }
    held = answers["mill-lane"].held
    assert (held.known_since, held.last_contact) == ("2019-03", "2026-10")
    assert held.contact == "Safeguarding desk, 01632 960123"
    stored = Holding.objects.order_by("pk").values_list("node__name", "state", "contact")
    assert sorted(stored) == [
        ("harbour-road", "not known", ""),
        ("mill-lane", "known", "Safeguarding desk, 01632 960123"),
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"nhs_number": None, "family": "Hartly"},
        {"nhs_number": None, "given": "Amelia Rose", "postcode": None},
        {"nhs_number": None, "born": "2017", "given": "Ameila"},
        {"family": "Smith", "born": None},
    ],
    ids=["a letter missing", "another given name", "a typing error and a year", "the number alone"],
)
def test_errors_of_typing_do_not_hide_a_child(
    asked: County, triage: Actor, changes: dict[str, Any]
) -> None:
    answers = ask(triage, **changes)
    assert answers["mill-lane"].held.state in (State.KNOWN, State.PERHAPS)
    assert answers["harbour-road"].held.state is State.NOT_KNOWN


def test_a_message_to_a_node_or_the_key_holder_is_taken_once(asked: County) -> None:
    sent = oprf.blind([b"a word"])
    body = wire.elements_body(sent.elements)
    about = {"query": "1", "agency": "Wessex Council", "purpose": "protection"}
    for url, kind, to, told in (
        (f"{asked.at['mill-lane'].address}/query", wire.QUERY, "mill-lane", about),
        (f"{asked.holder.address}/evaluate", wire.EVALUATE, "key-holder", {}),
    ):
        statement = wire.statement(kind, "hub", to, body, time.time(), **told)
        headers = {wire.HEADER: wire.signed(asked.hub, statement)}
        first, again = (requests.post(url, body, headers=headers, timeout=5) for _ in range(2))
        assert first.status_code == 200
        assert again.json()["refused"] == "used-before"


def test_a_node_takes_so_many_questions_an_hour_and_no_more(
    extra: Callable[..., Any], triage: Actor
) -> None:
    extra(an_hour=2)
    reference, child = told_of()
    came = [by_node(actions.ask(triage, reference, child, PURPOSE)) for _ in range(3)]
    assert [states(one)["housing"] for one in came] == [
        (State.KNOWN, None),
        (State.KNOWN, None),
        not_asked(Why.LIMIT),
    ]
    assert "at most 2 queries in one hour" in came[-1]["housing"].held.detail
    assert states(came[-1])["mill-lane"] == (State.KNOWN, None)


def test_somebody_asks_so_often_an_hour_and_no_more(
    asked: County, triage: Actor, staff: Callable[..., User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOST_AN_HOUR", 2)
    reference, child = told_of()
    for _ in range(2):
        actions.ask(triage, reference, child, PURPOSE)
    before = asked.at["mill-lane"].ledger
    with pytest.raises(TooMany, match="2 times in the last hour"):
        actions.ask(triage, reference, child, PURPOSE)
    assert asked.at["mill-lane"].ledger == before
    assert Entry.objects.filter(verb="ask_partners", allowed=False).count() == 1
    assert Query.objects.count() == 2
    colleague = actor_for(staff("Grace Okafor"))
    assert actions.ask(colleague, reference, child, PURPOSE)


def test_who_may_not_see_the_case_asks_nobody(
    asked: County, triage: Actor, staff: Callable[..., User]
) -> None:
    reference, child = told_of()
    stranger = actor_for(staff("Huw Evans", TeamKind.CAIT))
    before = asked.at["mill-lane"].ledger
    with pytest.raises(NotAllowed):
        actions.ask(stranger, reference, child, PURPOSE)
    with pytest.raises(NotAllowed):
        actions.ask_again(stranger, reference, child)
    assert asked.at["mill-lane"].ledger == before
    assert not Query.objects.exists()


def test_only_a_child_of_the_referral_is_asked_about(asked: County, triage: Actor) -> None:
    reference, _ = told_of()
    _, other = told_of(given="Zoe", family="Quist", born="2012-01-01", nhs_number=None)
    parent = received({"role": "parent", "given": "Rosa", "family": "Hartley"}).reference
    mention = Mention.objects.get(given="Rosa").pk
    for where, who in ((reference, other), (reference, 999_999), (parent, mention)):
        with pytest.raises(NotAllowed, match="not one of the referral's"):
            actions.ask(triage, where, who, PURPOSE)
    assert not Query.objects.exists()


def test_who_could_not_be_asked_is_asked_again_and_nobody_else(
    extra: Callable[..., Any], triage: Actor
) -> None:
    _, served = extra()
    served.kill()
    reference, child = told_of()
    actions.ask(triage, reference, child, PURPOSE)
    before = asked_lines(served), Query.objects.count()
    served.start()
    again = actions.ask_again(triage, reference, child)
    assert [(one.node.name, one.held.state) for one in again] == [("housing", State.KNOWN)]
    assert Query.objects.latest("pk").purpose == PURPOSE
    assert (asked_lines(served), Query.objects.count()) == (before[0] + 1, before[1] + 1)
    with pytest.raises(NotAllowed, match="Every partner has answered"):
        actions.ask_again(triage, reference, child)


def test_both_ledgers_say_why_and_neither_says_of_whom(
    asked: County, triage: Actor, capfd: pytest.CaptureFixture[str]
) -> None:
    asked_before = asked_lines(asked.at["mill-lane"])
    answers = ask(triage)
    assert answers["mill-lane"].held.state is State.KNOWN
    query = Query.objects.get()
    entry = Entry.objects.get(verb="ask_partners", allowed=True)
    assert entry.facts["reason"] == "protection"
    assert entry.facts["query"] == str(query.number)
    came = Entry.objects.get(verb="partners_answered")
    assert came.facts["states"] == {"known": 1, "not known": 1}
    lines = [json.loads(line) for line in asked.at["mill-lane"].ledger.splitlines()]
    (line,) = lines[asked_before:]
    assert line["query"] == str(query.number)
    assert line["agency"] == "Wessex Council"
    assert line["purpose"] == "protection"
    everything = {
        "the node": asked.at["mill-lane"].everything(),
        "the other node": asked.at["harbour-road"].everything(),
        "the key holder": asked.holder.everything(),
        "the hub's log": "".join(capfd.readouterr()).encode(),
        "the hub's ledger": json.dumps(
            [{"facts": one.facts, "subject": one.subject} for one in Entry.objects.all()]
        ).encode(),
    }
    for where, wrote in everything.items():
        for marker in markers():
            assert marker not in wrote, f"{where} holds {marker!r}"


def markers() -> list[bytes]:
    """Whatever of the child could be found by: as told, as keys, and as their pseudonyms."""
    one = profile(AMELIA, TODAY)
    words = stored_words(one) | asked_words(one)
    told = [b"Amelia", b"Hartley", b"hartley", b"2017-05-14", b"PR1 4AB", b"9990000018"]
    return told + [word.encode() for word in words]


def test_the_reason_is_on_disk_before_anything_is_sent(
    asked: County, triage: Actor, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []

    def look_first(*args: Any, **kwargs: Any) -> list[Asked]:
        seen.append(Entry.objects.filter(verb="ask_partners", allowed=True).count())
        raise KeyboardInterrupt  # the hub is killed in the middle

    monkeypatch.setattr(actions, "ask_all", look_first)
    reference, child = told_of()
    with pytest.raises(KeyboardInterrupt):
        actions.ask(triage, reference, child, PURPOSE)
    assert seen == [1]
    page = actions.open_partners(triage, reference)
    (facts,) = page.children
    assert {(line.held.state, line.held.why) for line in facts.lines} == {not_asked(Why.CUT_OFF)}
    assert facts.again


def test_the_hub_cannot_read_its_own_tables(asked: County) -> None:
    """Without the node's live help a word finds nothing, be it ever so true."""
    one = profile(AMELIA, TODAY)
    words = [word.encode() for word in sorted(stored_words(one) | asked_words(one))]
    inner = oprf.evaluate_directly(asked.key, words)  # as if the key holder helped
    generation = Generation.objects.get(node__name="mill-lane")
    rows = list(Bucket.objects.filter(generation=generation).order_by("number"))
    table = b"".join(bytes(row.packed) for row in rows)
    entries = [table[at : at + 20] for at in range(0, len(table), 20)]
    tags = {entry[:8] for entry in entries}
    assert len(entries) == generation.entries
    assert len(tags) == len(entries), "entries of one word show that they are"
    guesses = [
        *inner,
        *oprf.evaluate_directly(oprf.Key.new(), words),
        *oprf.evaluate_directly(asked.surgery.key, inner),
    ]
    for guess in guesses:
        assert not index.look_up(guess, table)
    # With it, it does: else the above would say nothing.
    right = oprf.evaluate_directly(asked.school.key, inner)
    assert sum(bool(index.look_up(outer, table)) for outer in right) > 5
    # Noise: each bit is set in half of the entries, as far as chance allows (six deviations).
    for bit in range(160):
        ones = sum(entry[bit // 8] >> (bit % 8) & 1 for entry in entries)
        assert abs(ones - len(entries) / 2) <= 3 * len(entries) ** 0.5
