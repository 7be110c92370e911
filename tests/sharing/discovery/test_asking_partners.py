"""One child is asked about at partners that run as processes of their own."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests

from breakwater.access.models import User
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor, NotAllowed, TeamKind
from breakwater.audit.models import Entry
from breakwater.people.linkage import profile
from breakwater.people.linkage.keys import asked_words, stored_words
from breakwater.people.models import Mention
from breakwater.referrals.models import Referral
from breakwater.sharing import oprf
from breakwater.sharing.discovery import actions, queries, rules
from breakwater.sharing.discovery.asking import About, Asked, ask_all
from breakwater.sharing.discovery.rules import State, TooMany, Why
from breakwater.sharing.models import Bucket, Generation, Holding, Query
from breakwater.sharing.node import index, keys, wire
from breakwater.sharing.rules import Purpose
from tests.builders import amelia, received
from tests.sharing.discovery import running
from tests.sharing.discovery.nodes import Partner, add
from tests.sharing.discovery.running import Running

PURPOSE = Purpose.PROTECTION
TODAY = date(2026, 11, 24)
LIES = "tests.sharing.discovery.wrongdoers"
LARK = {"given": "Lark", "family": "Alder", "born": "2014-02-03", "postcode": "PR2 1AA"}
AMELIA = {k: v for k, v in amelia().items() if k != "role"}


@dataclass
class County:
    """What runs through all tests: the hub's key, a key holder, a school that knows Amelia and a
    surgery that does not."""

    folder: Path
    hub: keys.SigningKey
    holder: Running
    key: oprf.Key
    school: Partner
    surgery: Partner
    at: dict[str, Running]


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    folder = tmp_path_factory.mktemp("county")
    path = folder / "hub.key"
    keys.make(path, keys.SIGNING)
    hub, key = keys.signing_key(path), oprf.Key.new()
    school, surgery = Partner("mill-lane", key), Partner("harbour-road", key)
    with ExitStack() as stack:
        serve = stack.enter_context
        callers = {"hub": hub.public, school.name: school.signing.public}
        holder = serve(running.key_holder(folder / "holder", key, callers))
        at = {
            one.name: serve(running.node(folder / one.name, one, hub.public))
            for one in (school, surgery)
        }
        yield County(folder, hub, holder, key, school, surgery, at)


@pytest.fixture
def asked(db: None, county: County, settings: Any) -> County:
    """The hub knows both nodes and has their indexes."""
    settings.DISCOVERY = replace(
        settings.DISCOVERY,
        key=str(county.folder / "hub.key"),
        key_holder_address=county.holder.address,
        key_holder_public=keys.text_of(county.key.public),
        connect_seconds=2.0,
        answer_seconds=3.0,
    )
    add(county.school, "Mill Lane School", county.at["mill-lane"].address)
    add(county.surgery, "Harbour Road Surgery", county.at["harbour-road"].address)
    county.school.send_all([AMELIA, LARK])
    county.surgery.send_all([LARK])
    return county


@pytest.fixture
def extra(asked: County, tmp_path: Path) -> Iterator[Callable[..., tuple[Partner, Running]]]:
    """A third node, which knows Amelia and does what the test says."""
    with ExitStack() as stack:

        def make(factory: str = running.NODE, **options: Any) -> tuple[Partner, Running]:
            partner = Partner("housing", asked.key)
            served = stack.enter_context(
                running.node(tmp_path / "housing", partner, asked.hub.public, factory, **options)
            )
            add(partner, "Wessex Homes", served.address)
            partner.send_all([AMELIA])
            return partner, served

        yield make


def told_of(**changes: Any) -> tuple[str, int]:
    """A referral about Amelia: its reference, and her mention."""
    reference = received(amelia(**changes)).reference
    referral = Referral.objects.get(reference=reference)
    return reference, Mention.objects.get(referral_id=referral.pk).pk


def ask(actor: Actor, **changes: Any) -> dict[str, Asked]:
    reference, child = told_of(**changes)
    return by_node(actions.ask(actor, reference, child, PURPOSE))


def by_node(answers: list[Asked]) -> dict[str, Asked]:
    return {one.node.name: one for one in answers}


def states(answers: dict[str, Asked]) -> dict[str, tuple[State, Why | None]]:
    return {name: (one.held.state, one.held.why) for name, one in answers.items()}


def not_asked(why: Why) -> tuple[State, Why]:
    return State.NOT_ASKED, why


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


def test_a_node_that_is_down_could_not_be_asked_and_the_others_answer(
    extra: Callable[..., Any], triage: Actor
) -> None:
    _, served = extra()
    served.kill()
    assert states(ask(triage)) == {
        "mill-lane": (State.KNOWN, None),
        "harbour-road": (State.NOT_KNOWN, None),
        "housing": not_asked(Why.DOWN),
    }
    row = Holding.objects.get(node__name="housing")
    assert (row.state, row.why, row.known_since) == ("could not be asked", Why.DOWN, "")


@pytest.mark.parametrize("how", ["slow", "drips"])
def test_a_node_that_is_slow_could_not_be_asked_and_the_others_answer(
    extra: Callable[..., Any], triage: Actor, how: str
) -> None:
    extra(f"{LIES}:{how}")
    answers = ask(triage)
    assert states(answers)["housing"] == not_asked(Why.SLOW)
    assert states(answers)["mill-lane"] == (State.KNOWN, None)


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ("bad_proof", Why.PROOF),
        ("swapped", Why.PROOF),
        ("too_few", Why.PROOF),
        ("nonsense", Why.BROKEN),
        ("no_answer", Why.BROKEN),
        ("floods", Why.BROKEN),
        ("redirects", Why.BROKEN),
    ],
)
def test_a_node_that_lies_could_not_be_asked_and_the_others_answer(
    extra: Callable[..., Any], triage: Actor, how: str, why: Why
) -> None:
    extra(f"{LIES}:{how}")
    answers = ask(triage)
    assert states(answers)["housing"] == not_asked(why)
    assert states(answers)["mill-lane"] == (State.KNOWN, None)


def test_an_answer_under_another_key_is_not_believed(
    extra: Callable[..., Any], triage: Actor
) -> None:
    extra(key=oprf.Key.new())
    assert states(ask(triage))["housing"] == not_asked(Why.PROOF)


def test_a_node_that_is_killed_and_begun_anew_meanwhile_never_says_not_known(
    extra: Callable[..., Any], triage: Actor
) -> None:
    _, served = extra()
    reference, child = told_of()
    came = [states(by_node(actions.ask(triage, reference, child, PURPOSE)))["housing"]]

    def kill_and_begin() -> None:
        served.kill()
        served.start()

    restarting = threading.Thread(target=kill_and_begin)
    restarting.start()
    while restarting.is_alive() and len(came) < rules.MOST_AN_HOUR - 1:
        answers = by_node(actions.ask(triage, reference, child, PURPOSE))
        came.append(states(answers)["housing"])
        assert states(answers)["mill-lane"] == (State.KNOWN, None)
    restarting.join()
    answers = by_node(actions.ask(triage, reference, child, PURPOSE))
    assert states(answers)["housing"] == (State.KNOWN, None)
    assert set(came) <= {(State.KNOWN, None), not_asked(Why.DOWN), not_asked(Why.SLOW)}
    assert came[0] == (State.KNOWN, None)
    assert len(set(came)) > 1, "it was never met while it was away"


def test_without_the_key_holder_nobody_could_be_asked(
    asked: County, triage: Actor, settings: Any
) -> None:
    settings.DISCOVERY = replace(settings.DISCOVERY, key_holder_address="http://127.0.0.1:9")
    before = asked.at["mill-lane"].ledger
    answers = ask(triage)
    assert set(states(answers).values()) == {not_asked(Why.KEY_HOLDER)}
    assert {one.held.detail for one in answers.values()} == {"it does not answer"}
    assert asked.at["mill-lane"].ledger == before, "a node was asked in vain"
    assert Holding.objects.filter(state="could not be asked").count() == 2


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("bad_proof", "its proof was wrong, so its answer is not believed"),
        ("nonsense", "its answer could not be read"),
        ("slow", "it did not answer in time"),
    ],
)
def test_a_key_holder_that_lies_or_sleeps_is_not_believed(
    asked: County, triage: Actor, settings: Any, tmp_path: Path, how: str, said: str
) -> None:
    callers = {"hub": asked.hub.public}
    served = running.key_holder(tmp_path / "holder", asked.key, callers, f"{LIES}:{how}")
    with served as holder:
        settings.DISCOVERY = replace(settings.DISCOVERY, key_holder_address=holder.address)
        answers = ask(triage)
    assert set(states(answers).values()) == {not_asked(Why.KEY_HOLDER)}
    assert {one.held.detail for one in answers.values()} == {said}


def test_a_key_holder_with_another_key_is_not_believed(
    asked: County, triage: Actor, settings: Any
) -> None:
    public = keys.text_of(oprf.Key.new().public)
    settings.DISCOVERY = replace(settings.DISCOVERY, key_holder_public=public)
    assert set(states(ask(triage)).values()) == {not_asked(Why.KEY_HOLDER)}


def test_a_hub_without_settings_asks_nobody(asked: County, triage: Actor, settings: Any) -> None:
    settings.DISCOVERY = replace(settings.DISCOVERY, key="")
    answers = ask(triage)
    assert {one.held.detail for one in answers.values()} == {"the hub's settings name none"}
    assert set(states(answers).values()) == {not_asked(Why.KEY_HOLDER)}


def test_a_hub_that_the_key_holder_does_not_know_is_refused(
    asked: County, triage: Actor, settings: Any, tmp_path: Path
) -> None:
    path = tmp_path / "stranger.key"
    keys.make(path, keys.SIGNING)
    settings.DISCOVERY = replace(settings.DISCOVERY, key=str(path))
    answers = ask(triage)
    assert set(states(answers).values()) == {not_asked(Why.KEY_HOLDER)}
    assert "it refused" in answers["mill-lane"].held.detail


def test_a_node_without_an_index_could_not_be_asked(asked: County, triage: Actor) -> None:
    add(Partner("housing", asked.key), "Wessex Homes")
    assert states(ask(triage))["housing"] == not_asked(Why.NO_INDEX)


def test_an_index_that_is_replaced_while_it_is_asked_is_looked_up_in_the_new_one(
    asked: County, triage: Actor
) -> None:
    nodes = queries.nodes()
    asked.school.send_all([LARK, AMELIA], "ffff000011112222")
    about = About(uuid4(), "Wessex Council", PURPOSE)
    answers = by_node(ask_all(profile(AMELIA, TODAY), nodes, about))
    assert answers["mill-lane"].held.state is State.KNOWN


def test_a_damaged_index_could_not_be_asked(asked: County, triage: Actor) -> None:
    generation = Generation.objects.get(node__name="mill-lane")
    for bucket in Bucket.objects.filter(generation=generation):
        packed = bytearray(bucket.packed)
        for at in range(index.ENTRY_SIZE - 1, len(packed), index.ENTRY_SIZE):
            packed[at] ^= 1
        Bucket.objects.filter(generation=generation, number=bucket.number).update(
            packed=bytes(packed)
        )
    assert states(ask(triage)) == {
        "mill-lane": not_asked(Why.INDEX),
        "harbour-road": (State.NOT_KNOWN, None),
    }


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


def asked_lines(served: Running) -> int:
    return len(served.ledger.splitlines())


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
