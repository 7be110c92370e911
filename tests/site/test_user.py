"""`breakwater user`: accounts without a page for them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.test import Client

from breakwater.access.actions import add_team
from breakwater.access.models import Membership, User
from breakwater.access.rules import AgencyKind, TeamKind
from breakwater.site import cli, database

pytestmark = pytest.mark.django_db
ADD = ["user", "add", "hill", "--name", "Priya Hill", "--team", "CAIT", "--role", "practitioner"]


@pytest.fixture(autouse=True)
def on_this_database(monkeypatch: Any) -> None:
    @contextmanager
    def here() -> Iterator[None]:
        yield

    monkeypatch.setattr(database, "one_off", here)
    monkeypatch.setenv("PUBLIC_URL", "https://hub.example.org/")
    add_team("Wessex County Police", AgencyKind.POLICE, "desk", "CAIT", TeamKind.CAIT)


def test_a_new_account_comes_with_a_link_that_works(capsys: Any) -> None:
    assert cli.main(ADD) == 0
    user = User.objects.get(username="hill")
    assert Membership.objects.get(user=user).role == "practitioner"
    assert not user.has_usable_password()
    (link,) = re.findall(r"https://hub.example.org(/sign-in/link/\S+)", capsys.readouterr().out)
    assert Client().get(link).status_code == 200


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("CAIT", "CIAT"), "there is no team 'CIAT'; there are: CAIT"),
        (("practitioner", "inspector-general"), "no role is called"),
    ],
)
def test_a_wrong_word_is_named(capsys: Any, change: tuple[str, str], says: str) -> None:
    try:
        status = cli.main([change[1] if word == change[0] else word for word in ADD])
    except SystemExit as ended:
        status = int(str(ended.code))
    assert status == 2
    assert says in capsys.readouterr().err
    assert not User.objects.exists()


def test_an_account_is_not_made_twice(capsys: Any) -> None:
    cli.main(ADD)
    assert cli.main(ADD) == 2
    assert "already" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["link", "reset-factors", "disable"])
def test_nobody_is_said_to_be_nobody(capsys: Any, command: str) -> None:
    assert cli.main(["user", command, "nobody"]) == 2
    assert "there is no account 'nobody'" in capsys.readouterr().err


def test_an_ended_account_lets_nobody_in(capsys: Any) -> None:
    cli.main(ADD)
    link = re.findall(r"(/sign-in/link/\S+)", capsys.readouterr().out)[0]
    assert cli.main(["user", "disable", "hill"]) == 0
    assert not User.objects.get(username="hill").is_active
    assert Client().get(link).status_code == 410


def test_who_lost_their_factors_begins_again_with_a_link(capsys: Any) -> None:
    cli.main(ADD)
    capsys.readouterr()
    assert cli.main(["user", "reset-factors", "hill"]) == 0
    link = re.findall(r"(/sign-in/link/\S+)", capsys.readouterr().out)[0]
    assert Client().get(link).status_code == 200
    assert not User.objects.get(username="hill").has_usable_password()
