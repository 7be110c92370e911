"""`breakwater client`: whoever runs the hub lets partners' systems in, and ends them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.test import Client as Browser

from breakwater.access import systems
from breakwater.access.actions import add_team
from breakwater.access.models import Membership, Session, User
from breakwater.access.rules import AgencyKind, TeamKind
from breakwater.access.sessions import MAY_WORK
from breakwater.access.signin import accounts
from breakwater.access.signin.rules import Provider
from breakwater.access.signin.sso import whom
from breakwater.audit.models import Entry
from breakwater.exchange.models import Client
from breakwater.exchange.rules import TOKEN_LASTS
from breakwater.site import cli, database
from tests.exchange.partner import new_key, public

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_this_database(monkeypatch: Any, tmp_path: Path) -> None:
    @contextmanager
    def here() -> Iterator[None]:
        yield

    monkeypatch.setattr(database, "one_off", here)
    monkeypatch.chdir(tmp_path)
    key = new_key()
    Path("public.json").write_text(json.dumps(public(key)))
    Path("private.json").write_text(json.dumps(key.as_dict(private=True)))
    Path("none.json").write_text("{")
    add_team("St Aldhelm's", AgencyKind.EDUCATION, "office", "Safeguarding", TeamKind.PARTNER)


def add(**changes: str) -> list[str]:
    given = {
        "--agency": "St Aldhelm's", "--team": "Safeguarding", "--name": "School records",
        "--jwk": "public.json",
    }  # fmt: skip
    return ["client", "add", *(part for each in (given | changes).items() for part in each)]


@pytest.fixture
def client() -> Client:
    assert cli.main(add()) == 0
    return Client.objects.get()


def test_a_new_client_acts_for_the_team_and_its_private_key_is_nowhere(capsys: Any) -> None:
    assert cli.main(add()) == 0
    client = Client.objects.get()
    assert capsys.readouterr().out == f"{client.client_id}\n"
    assert client.scopes == ["requests:answer", "requests:read"]
    assert [key.keys() for key in client.keys] == [{"kty", "crv", "x", "y", "kid"}]
    user = client.user
    assert (user.name, user.is_system, user.has_usable_password()) == (
        "School records",
        True,
        False,
    )
    assert [(m.team.name, m.role) for m in Membership.objects.filter(user=user)] == [
        ("Safeguarding", "partner")
    ]
    assert Entry.objects.filter(verb="add_client", subject=f"client:{client.pk}").exists()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"--agency": "St Aldhelms"}, "has no team 'Safeguarding'"),
        ({"--team": "Safegarding"}, "there are: Safeguarding"),
        ({"--jwk": "missing.json"}, "missing.json: No such file"),
        ({"--jwk": "private.json"}, "private key"),
        ({"--jwk": "none.json"}, "no JSON"),
        ({"--from": "2026-09-01", "--until": "2026-09-01"}, "--until must be after --from"),
        ({"--until": "tomorrow"}, "no day such as"),
        ({"--scope": "everything"}, "everything"),
    ],
)
def test_a_wrong_word_is_named_and_nothing_is_made(
    capsys: Any, changes: dict[str, str], says: str
) -> None:
    try:
        status = cli.main(add(**changes))
    except SystemExit as ended:
        status = int(str(ended.code))
    assert status == 2
    assert says in capsys.readouterr().err
    assert not Client.objects.exists()
    assert not User.objects.filter(is_system=True).exists()


def test_clients_are_listed_and_end_once(client: Client, capsys: Any) -> None:
    assert cli.main(["client", "list"]) == 0
    assert client.client_id in capsys.readouterr().out
    assert cli.main(["client", "keys", client.client_id, "--jwk", "public.json"]) == 0
    assert cli.main(["client", "end", client.client_id]) == 0
    for command in (["end", client.client_id], ["keys", client.client_id, "--jwk", "public.json"]):
        assert cli.main(["client", *command]) == 2
    client.refresh_from_db()
    assert client.ends is not None
    assert not User.objects.get(pk=client.user_id).is_active


def test_nobody_signs_in_with_the_account_of_a_system(client: Client, capsys: Any) -> None:
    user = client.user
    # Not by a password, had it one,
    user.set_password("a long password of nobody")
    user.save()
    browser = Browser()
    form = {"username": user.username, "password": "a long password of nobody"}
    assert browser.post("/sign-in", form).status_code == 422
    # nor by a link, which no command makes,
    assert accounts.find(user.username) is None
    assert cli.main(["user", "link", user.username]) == 2
    assert accounts.user_of_link(accounts.make_link(user)) is None
    # nor by its agency's single sign-on,
    school = Provider("school", "St Aldhelm's", "https://id.example", "hub", "secret")
    assert whom(school, {"preferred_username": user.username}, "7") is None
    # nor by a cookie that names it.
    browser.force_login(user)
    session = browser.session
    session[MAY_WORK] = True
    session.save()
    assert browser.get("/board").status_code == 302


def test_no_session_of_a_person_is_opened_for_a_system(client: Client, staff: Any) -> None:
    with pytest.raises(User.DoesNotExist):
        systems.open_session(staff("Priya Hill").pk, TOKEN_LASTS, {})
    systems.end(client.user_id)
    with pytest.raises(User.DoesNotExist):
        systems.open_session(client.user_id, TOKEN_LASTS, {})
    assert not Session.objects.exists()
