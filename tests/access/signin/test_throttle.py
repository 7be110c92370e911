"""Guessing is slow for who guesses, and keeps nobody else out."""

import re
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from breakwater.access.models import SharedValue, User
from breakwater.access.signin.cache import SharedValues
from breakwater.audit.models import Entry
from breakwater.web import times
from tests.access.signin.conftest import PASSWORD, Browser

WRONG = "not-this-one-at-all"


def guess(times: int, username: str = "priya.hill", address: str = "192.0.2.7") -> Any:
    answers = [Browser(REMOTE_ADDR=address).give_password(username, WRONG) for _ in range(times)]
    return answers[-1]


def without_what_differs(response: Any) -> str:
    page = response.content.decode()
    differs = r'(nonce="|csrfmiddlewaretoken" value="|<code>)[^"<]+|\d\d?:\d\d[ap]m'
    return re.sub(differs, "", page)


@pytest.mark.django_db
def test_after_five_wrong_passwords_one_waits_and_is_told_until_when(priya: User) -> None:
    assert guess(5).status_code == 422
    answer = guess(1)
    assert answer.status_code == 429
    assert 290 <= int(answer.headers["Retry-After"]) <= 300
    page = answer.content.decode()
    assert "Wait before you try again" in page
    shown = {times.time(timezone.now() + timedelta(seconds=after)) for after in (349, 359)}
    assert any(time in page for time in shown)


@pytest.mark.django_db
def test_a_machine_that_goes_on_trying_leaves_one_entry(priya: User) -> None:
    guess(15)
    assert Entry.objects.filter(verb="sign_in_throttled").count() == 1
    assert Entry.objects.filter(verb="sign_in", allowed=False).count() == 5


@pytest.mark.django_db
def test_who_waits_is_not_let_in_with_the_right_password_either(priya: User) -> None:
    guess(6)
    assert Browser(REMOTE_ADDR="192.0.2.7").give_password().status_code == 429


@pytest.mark.django_db
def test_guessing_at_one_person_keeps_them_out_only_at_that_address(priya: User) -> None:
    guess(9)
    assert Browser(REMOTE_ADDR="192.0.2.8").give_password().status_code == 302


@pytest.mark.django_db
def test_a_colleague_behind_the_same_router_still_gets_in(priya: User, staff: Any) -> None:
    other = staff("Grace Okafor")
    other.set_password(PASSWORD)
    other.save()
    guess(9)
    neighbour = Browser(REMOTE_ADDR="192.0.2.7")
    assert neighbour.give_password("grace.okafor").status_code == 302


@pytest.mark.django_db
def test_guessing_from_many_addresses_is_counted_together(priya: User) -> None:
    for place in range(20):
        guess(1, address=f"198.51.100.{place}")
    assert guess(1, address="203.0.113.9").status_code == 429


@pytest.mark.django_db
def test_right_passwords_do_not_count(priya: User) -> None:
    for _ in range(8):
        assert Browser(REMOTE_ADDR="192.0.2.7").give_password().status_code == 302


@pytest.mark.django_db
def test_a_right_password_in_between_does_not_buy_more_guesses(priya: User) -> None:
    guess(4)
    assert Browser(REMOTE_ADDR="192.0.2.7").give_password().status_code == 302
    guess(1)
    assert guess(1).status_code == 429


@pytest.mark.django_db
def test_an_unknown_name_is_throttled_in_the_same_words(priya: User) -> None:
    known, unknown = guess(6), guess(6, username="paula.hall")
    assert known.status_code == unknown.status_code == 429
    assert without_what_differs(known) == without_what_differs(unknown)


@pytest.mark.django_db
def test_behind_a_proxy_that_names_nobody_the_hub_is_not_closed_to_all(
    settings: Any, priya: User, monkeypatch: Any
) -> None:
    monkeypatch.setitem(
        __import__("breakwater.access.signin.rules", fromlist=["LIMITS"]).LIMITS,
        "address", "3/5m/key",
    )  # fmt: skip
    for number in range(3):
        guess(1, username=f"nobody-{number}", address="10.0.0.1")
    assert guess(1, address="10.0.0.1").status_code == 429
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert Browser(REMOTE_ADDR="10.0.0.1").give_password().status_code == 302
    forwarded = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "6.6.6.6, 192.0.2.44"}
    for number in range(3):
        Browser(**forwarded).give_password(f"nobody-{number}", WRONG)
    assert Browser(**forwarded).give_password().status_code == 429


@pytest.mark.django_db
def test_neither_address_nor_name_is_stored_or_written_down(priya: User) -> None:
    guess(6, username="paula.hall")
    stored = str(list(SharedValue.objects.values_list("key", "value")))
    for personal in ("192.0.2.7", "paula", "hill"):
        assert personal not in stored
    assert SharedValue.objects.exists()
    throttled = Entry.objects.get(verb="sign_in_throttled")
    assert (throttled.actor, throttled.allowed) == ("nobody", False)
    assert throttled.facts == {"limit": "name and address"}


@pytest.mark.django_db
def test_a_confirmation_is_throttled_too(priya: User) -> None:
    browser = Browser()
    browser.force_login(priya)
    asked = reverse("account_reauthenticate")
    for _ in range(5):
        assert browser.post(asked, {"password": WRONG}).status_code == 422
    assert browser.post(asked, {"password": PASSWORD}).status_code == 429


@pytest.mark.django_db
def test_what_is_counted_together_ends_and_is_json() -> None:
    cache.set("a", [1.5, 2], 60)
    assert cache.get("a") == [1.5, 2]
    assert not cache.add("a", 1, 60)
    SharedValue.objects.update(expires=timezone.now() - timedelta(seconds=1))
    assert cache.get("a") is None
    assert cache.add("a", 1, 60)
    assert cache.delete("a")
    assert not cache.delete("a")
    assert SharedValue._meta.db_table == "access_sharedvalue"


def test_of_eight_processes_only_one_adds(committed: str, django_db_blocker: Any) -> None:
    won: list[bool] = []
    ready = threading.Barrier(8)

    def add() -> None:
        values = SharedValues("", {"KEY_FUNCTION": "breakwater.access.signin.cache.hidden"})
        ready.wait()
        won.append(values.add("one code", 1, 60))
        connection.close()

    with django_db_blocker.unblock():
        threads = [threading.Thread(target=add) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(won) == [False] * 7 + [True]
