"""Somebody keeps a view of the board; a row is claimed with one press."""

from collections.abc import Callable

import pytest
from django.test import Client

from breakwater.access.models import Exclusion, User
from breakwater.access.queries import actor_for
from breakwater.access.rules import Conflict, TeamKind
from breakwater.referrals.board import rules
from breakwater.referrals.models import Handover, Item, SavedFilter
from tests.builders import a_person, received

pytestmark = pytest.mark.django_db


@pytest.fixture
def priya(staff: Callable[..., User]) -> User:
    return staff("Priya Hill")


@pytest.fixture
def client(priya: User, signed_in: Callable[[User], Client]) -> Client:
    return signed_in(priya)


def test_a_filter_is_saved_shown_as_a_tab_and_deleted(client: Client) -> None:
    address = "/board?category=missing&whose=nobody"
    assert "Save this filter" in client.get(address).content.decode()
    saved = client.post("/board/filters/new?whose=nobody&category=missing", {"name": "Missing"})
    assert saved.url == address
    page = client.get(address).content.decode()
    assert "Missing</a>" in page
    assert 'aria-current="page"' in page
    kept = SavedFilter.objects.get()
    assert kept.wanted == {"whose": "nobody", "category": "missing"}
    assert client.post(f"/board/filters/{kept.pk}/delete").url == "/board"
    assert not SavedFilter.objects.exists()


def test_a_filter_is_its_owners_alone(
    client: Client, staff: Callable[..., User], signed_in: Callable[[User], Client]
) -> None:
    client.post("/board/filters/new?urgency=late", {"name": "Late ones"})
    other = signed_in(staff("Sam Ward"))
    assert "Late ones" not in other.get("/board").content.decode()
    assert other.post(f"/board/filters/{SavedFilter.objects.get().pk}/delete").status_code == 404
    assert SavedFilter.objects.count() == 1


@pytest.mark.parametrize("name", ["", "   ", "x" * 41, "mine"])
def test_a_name_that_cannot_stand_is_refused_and_kept(client: Client, name: str) -> None:
    answer = client.post("/board/filters/new?urgency=late", {"name": name})
    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode()
    assert not SavedFilter.objects.exists()


def test_only_so_many_filters_are_kept() -> None:
    others = [f"Filter {number}" for number in range(rules.MOST_FILTERS)]
    assert rules.check_name("One more", others).startswith("You can keep 10")
    assert rules.check_name("filter 3", others[:5]).startswith("You have a filter of that name")
    assert rules.check_name("One more", others[:-1]) == ""


def test_everybody_has_the_areas_tabs_and_triage_one_more(
    client: Client, staff: Callable[..., User], signed_in: Callable[[User], Client]
) -> None:
    page = client.get("/board").content.decode()
    for tab in (*rules.TABS, rules.STRAIGHT_TAB):
        assert f"{tab.name}</a>".replace("'", "&#39;") in page
    other = signed_in(staff("Ana Reyes", TeamKind.CAIT)).get("/board").content.decode()
    assert rules.STRAIGHT_TAB.name not in other


def test_a_row_is_claimed_with_one_press_and_one_is_back_where_one_was(
    client: Client, priya: User
) -> None:
    received()
    item = Item.objects.get()
    assert f"/items/{item.pk}/claim" in client.get("/board").content.decode()
    answer = client.post(
        f"/items/{item.pk}/claim", {"at": "whose=nobody&page=3&next=https://elsewhere.example"}
    )
    assert answer.url == f"/board?whose=nobody&page=3#item-{item.pk}"
    assert Item.objects.get().worker_id == priya.pk
    assert Handover.objects.get().to_worker_id == priya.pk


def test_a_row_that_a_colleague_claimed_first_stays_theirs(
    client: Client, staff: Callable[..., User]
) -> None:
    received()
    sam = staff("Sam Ward")
    Item.objects.update(worker=sam)
    answer = client.post(f"/items/{Item.objects.get().pk}/claim", {}, follow=True)
    assert "Somebody else took or gave it meanwhile" in answer.content.decode()
    assert Item.objects.get().worker_id == sam.pk


def test_what_one_may_not_see_is_claimed_by_nobody_and_answered_as_what_is_not_there(
    client: Client, priya: User
) -> None:
    received(a_person(given="Lily", family="Shaw"))
    item = Item.objects.get()
    Exclusion.objects.create(case=item.case, user=priya, why=Conflict.FAMILY)
    for number in (item.pk, 999_999):
        assert client.post(f"/items/{number}/claim", {}).status_code == 404
    assert Item.objects.get().worker_id is None
    assert actor_for(priya).team_ids
