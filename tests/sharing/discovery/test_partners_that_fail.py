"""A partner that is down, slow, lying or restarted could not be asked: never 'not known'."""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from breakwater.access.rules import Actor
from breakwater.people.linkage import profile
from breakwater.sharing import oprf
from breakwater.sharing.discovery import actions, indexes, rules
from breakwater.sharing.discovery.asking import About, ask_all
from breakwater.sharing.discovery.rules import State, Why
from breakwater.sharing.models import Bucket, Generation, Holding
from breakwater.sharing.node import index, keys
from tests.sharing.discovery import running
from tests.sharing.discovery.county import (
    AMELIA,
    LARK,
    LIES,
    PURPOSE,
    TODAY,
    County,
    ask,
    by_node,
    not_asked,
    states,
    told_of,
)
from tests.sharing.discovery.nodes import Partner, add


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
    nodes = indexes.nodes()
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
