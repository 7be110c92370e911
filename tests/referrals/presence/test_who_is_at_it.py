"""Who has a referral open, who opened it first, and two who decide at once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from breakwater.access.models import Case, Exclusion, Team, User
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor, Conflict, TeamKind
from breakwater.access.sessions import hashed
from breakwater.audit.models import Entry
from breakwater.referrals.models import Decision, Item, Presence, Referral
from breakwater.referrals.rules import Level
from breakwater.referrals.triage.actions import decide
from tests.builders import decided, reason_of, received

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]
TAG = "Not opened: risk unknown"


@pytest.fixture
def hill(staff: Callable[..., User]) -> User:
    return staff("Priya Hill")


@pytest.fixture
def ward(staff: Callable[..., User]) -> User:
    return staff("Sam Ward")


@pytest.fixture
def reference(hill: User) -> str:
    return received().reference


def page(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_a_second_reader_is_told_who_has_it_open_and_since_when(
    hill: User, ward: User, signed_in: SignIn, reference: str
) -> None:
    first, second = signed_in(hill), signed_in(ward)
    assert "has this open since" not in page(first, f"/referrals/{reference}")
    for path in (f"/referrals/{reference}", f"/referrals/{reference}/decide"):
        assert "Priya Hill has this open since" in page(second, path)
    answer = first.post(f"/referrals/{reference}/here", {"visit": "one"}).json()
    assert answer["words"].startswith("Sam Ward has this open since")


def test_it_ends_when_the_page_is_left_but_not_by_a_page_that_was_left_before(
    hill: User, ward: User, signed_in: SignIn, reference: str
) -> None:
    first, second = signed_in(hill), signed_in(ward)
    first.post(f"/referrals/{reference}/here", {"visit": "one"})
    page(first, f"/referrals/{reference}/decide")  # the next page, before the first says it left
    first.post(f"/referrals/{reference}/gone", {"visit": "one"})
    assert "Priya Hill" in second.post(f"/referrals/{reference}/here").json()["words"]
    first.post(f"/referrals/{reference}/here", {"visit": "two"})
    assert first.post(f"/referrals/{reference}/gone", {"visit": "two"}).status_code == 204
    assert second.post(f"/referrals/{reference}/here").json()["words"] == ""


def test_it_ends_after_a_while_without_a_sign(
    hill: User, ward: User, signed_in: SignIn, reference: str
) -> None:
    signed_in(hill).post(f"/referrals/{reference}/here")
    Presence.objects.update(seen_at=timezone.now() - timedelta(seconds=91))
    assert signed_in(ward).post(f"/referrals/{reference}/here").json()["words"] == ""
    assert [one.user_id for one in Presence.objects.all()] == [ward.pk]


def test_a_sign_of_life_leaves_no_entry_in_the_ledger(
    hill: User, signed_in: SignIn, reference: str
) -> None:
    client, before = signed_in(hill), Entry.objects.count()
    client.post(f"/referrals/{reference}/here")
    client.get("/board/news")
    assert Entry.objects.count() == before


def test_who_may_not_see_it_is_neither_told_nor_named(
    hill: User, ward: User, signed_in: SignIn, reference: str
) -> None:
    client = signed_in(ward)
    client.post(f"/referrals/{reference}/here")
    Exclusion.objects.create(case=Case.objects.get(), user=ward, why=Conflict.FAMILY)
    nothing = client.post("/referrals/BW-0000-0000-0000/here")
    hidden = client.post(f"/referrals/{reference}/here")
    assert (hidden.status_code, nothing.status_code) == (404, 404)
    assert signed_in(hill).post(f"/referrals/{reference}/here").json()["words"] == ""


def test_a_page_that_asks_by_itself_keeps_no_session_awake(
    hill: User, signed_in: SignIn, reference: str
) -> None:
    client = signed_in(hill)
    rows = hill.session_set.filter(session_key=hashed(client.session.session_key))
    soon = timezone.now() + timedelta(minutes=3)
    rows.update(idle_until=soon)
    unattended: dict[str, Any] = {"headers": {"X-Breakwater-Unattended": "1"}}
    client.post(f"/referrals/{reference}/here", **unattended)
    assert client.get("/board/news", **unattended).status_code == 200
    assert rows.get().idle_until == soon
    client.get("/board")
    assert rows.get().idle_until > soon


# -- nobody has opened it ---------------------------------------------------------------------


def test_the_board_says_until_somebody_opens_it_that_nobody_has(
    hill: User, ward: User, signed_in: SignIn, reference: str
) -> None:
    client = signed_in(hill)
    assert TAG in page(client, "/board")
    assert Item.objects.get().opened_at is None  # seen on the board is not opened
    page(client, f"/referrals/{reference}")
    first = Item.objects.get().opened_at
    assert first is not None
    assert TAG not in page(client, "/board")
    page(signed_in(ward), f"/referrals/{reference}")
    assert Item.objects.get().opened_at == first


def test_triage_opening_it_does_not_open_it_for_the_team_that_got_the_work(
    triage: Actor, staff: Callable[..., User], signed_in: SignIn
) -> None:
    meera = staff("Meera Patel", TeamKind.CAIT)
    reference = received().reference
    team = Team.objects.get(kind=TeamKind.CAIT).pk
    decide(triage, reference, decided(Level.ACUTE, team), version=1)
    page(signed_in(User.objects.get(pk=triage.user_id)), f"/referrals/{reference}")
    assert Item.objects.get(done_at=None, kind="work").opened_at is None
    page(signed_in(meera), f"/referrals/{reference}")
    assert Item.objects.get(done_at=None, kind="work").opened_at is not None


# -- two at once ------------------------------------------------------------------------------


def test_two_who_decide_at_once_lose_nothing_and_the_second_reads_both_texts(
    hill: User, ward: User, signed_in: SignIn, reference: str
) -> None:
    client = signed_in(ward)
    page(client, f"/referrals/{reference}/decide")
    decide(
        actor_for(hill),
        reference,
        decided(Level.UNIVERSAL, reason="The school was rung: all is well."),
        version=1,
    )
    typed = {
        "version": "1",
        "outcome": "no_further_action",
        "level": "2",
        "reason": "Advice was given to the school by phone.",
    }
    answer = client.post(f"/referrals/{reference}/decide", typed)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Priya Hill was faster" in text
    assert "The school was rung: all is well." in text
    assert "Advice was given to the school by phone." in text
    assert "What others did meanwhile" in text
    assert [reason_of(one) for one in Decision.objects.all()] == [
        "The school was rung: all is well."
    ]


def test_who_was_overtaken_by_a_rating_reads_it_and_may_decide_then(
    hill: User, ward: User, signed_in: SignIn, reference: str
) -> None:
    client = signed_in(ward)
    rated = {"version": "1", "rating": "red", "reason": "Two sources say the same."}
    signed_in(hill).post(f"/referrals/{reference}/rate", rated)
    typed = {
        "version": "1",
        "outcome": "no_further_action",
        "level": "1",
        "reason": "Nothing more is known.",
    }
    text = client.post(f"/referrals/{reference}/decide", typed).content.decode()
    assert "Two sources say the same." in text
    assert 'name="version" value="2"' in text
    assert not Decision.objects.exists()
    client.post(f"/referrals/{reference}/decide", typed | {"version": "2"})
    assert Decision.objects.get().decided_by_id == ward.pk
    assert Referral.objects.get().version == 3


def test_who_was_overtaken_while_rating_reads_what_the_other_did(
    hill: User, ward: User, signed_in: SignIn, reference: str
) -> None:
    signed_in(hill).post(
        f"/referrals/{reference}/wait", {"version": "1", "reason": "The nurse calls back at nine."}
    )
    rated = {"version": "1", "rating": "red", "reason": "Two sources say the same."}
    text = signed_in(ward).post(f"/referrals/{reference}/rate", rated).content.decode()
    assert "The nurse calls back at nine." in text
    assert "Two sources say the same." in text
