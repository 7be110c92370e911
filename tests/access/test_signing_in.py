"""The door for people: who gets in, what a failed attempt tells, and what no stranger reaches."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from breakwater.access.models import User
from breakwater.audit.models import Entry
from tests.access.routes import ANYBODY, ROUTES, SIGNED_IN, address

pytestmark = pytest.mark.django_db

Staff = Callable[..., User]
PASSWORD = "a-long-enough-password"

# Steps of signing in itself: for who gave a password just now, for whom a configured provider
# sends, for who holds a link. To everybody else they show nothing (tests/access/signin).
STEPS = {"mfa_authenticate", "sso", "sso-back", "sign-in-link"}
# What no browser asks for: a partner's node signs what it sends.
PROGRAMS = {"receive-index"}
# A partner's system asks with a token; to everybody else only its description opens.
API = {name for name in ROUTES if name.startswith("api-")}


@pytest.fixture
def priya(staff: Staff) -> User:
    user = staff("Priya Hill")
    user.set_password(PASSWORD)
    user.save()
    return user


def try_to_sign_in(username: str, password: str = PASSWORD, after: str = "") -> object:
    path = reverse("sign-in") + (f"?next={after}" if after else "")
    return Client().post(path, {"username": username, "password": password})


def what_it_says(response: object, username: str) -> str:
    """The page without what differs at every request, and without the name just typed."""
    page = response.content.decode().replace(username, "NAME")  # type: ignore[attr-defined]
    return re.sub(r'(nonce|csrfmiddlewaretoken" value|request[-_ ]id)="[^"]+"', "", page)


def test_every_route_asks_to_sign_in_save_the_few_that_are_named_here() -> None:
    """That the table has every route: test_twin_worlds.py."""
    anybody = {"sign-in", "account_login", "healthz", "readyz", "api-document"}
    assert set(ANYBODY) == anybody
    assert ROUTES.keys() - set(SIGNED_IN) - anybody == STEPS | PROGRAMS | API - {"api-document"}


@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
@pytest.mark.parametrize("route", SIGNED_IN)
def test_a_stranger_is_sent_to_sign_in(route: str, method: str) -> None:
    response = getattr(Client(), method)(address(route))
    assert response.status_code == 302
    assert response.headers["Location"].startswith(reverse("sign-in") + "?next=")


@pytest.mark.parametrize("route", ANYBODY)
def test_what_is_for_anybody_needs_no_sign_in(route: str) -> None:
    assert Client().get(address(route)).status_code == 200


def test_what_programs_send_is_taken_by_a_signature_alone() -> None:
    for route in PROGRAMS:
        assert Client().get(address(route)).status_code == 405
        assert Client().post(address(route), {"any": "thing"}).status_code == 401


def test_the_api_opens_its_description_alone_without_a_token() -> None:
    for route in API - {"api-document"}:
        assert Client().get(address(route)).status_code in (401, 404, 405)
        assert Client().post(address(route), {"any": "thing"}).status_code in (400, 401, 404, 405)


def test_the_steps_of_signing_in_show_a_stranger_nothing() -> None:
    half_way = Client().get(reverse("mfa_authenticate"))
    assert (half_way.status_code, half_way.headers["Location"]) == (302, reverse("sign-in"))
    assert Client().get(reverse("sign-in-link", args=["guessed"])).status_code == 410
    assert Client().post(reverse("sso", args=["nobody"])).status_code == 404
    assert Client().get(reverse("sso-back", args=["nobody"])).status_code == 404


def test_the_right_password_opens_the_board_and_is_written_down(priya: User) -> None:
    response = try_to_sign_in("priya.hill")
    assert (response.status_code, response.headers["Location"]) == (302, reverse("home"))
    assert Entry.objects.get(verb="sign_in").actor == f"user:{priya.pk}"


def test_a_wrong_password_and_an_unknown_name_look_alike(priya: User) -> None:
    wrong = try_to_sign_in("priya.hill", "not-this-one-at-all")
    unknown = try_to_sign_in("paula.hall", "not-this-one-at-all")
    assert wrong.status_code == unknown.status_code == 422
    assert what_it_says(wrong, "priya.hill") == what_it_says(unknown, "paula.hall")


def test_a_disabled_account_looks_like_an_unknown_name(priya: User) -> None:
    priya.is_active = False
    priya.save()
    disabled, unknown = try_to_sign_in("priya.hill"), try_to_sign_in("paula.hall")
    assert disabled.status_code == unknown.status_code == 422
    assert what_it_says(disabled, "priya.hill") == what_it_says(unknown, "paula.hall")


@pytest.mark.parametrize("username", ["priya.hill", "paula.hall"])
def test_a_failed_attempt_is_written_down_without_the_name_typed(
    priya: User, username: str
) -> None:
    try_to_sign_in(username, "not-this-one-at-all")
    entry = Entry.objects.get(verb="sign_in")
    assert (entry.actor, entry.allowed, entry.facts) == ("nobody", False, {})
    # Whose account was tried can be looked into, where there is one.
    assert entry.subject == (f"user:{priya.pk}" if username == priya.username else "")


def test_an_account_without_a_password_lets_nobody_in(staff: Staff) -> None:
    staff("Priya Hill")
    assert try_to_sign_in("priya.hill", "!").status_code == 422


def test_who_was_disabled_meanwhile_is_out_at_the_next_page(priya: User) -> None:
    client = Client()
    client.force_login(priya)
    assert client.get(reverse("roles")).status_code == 200
    User.objects.filter(pk=priya.pk).update(is_active=False)
    assert client.get(reverse("roles")).status_code == 302


def test_signing_out_ends_the_session_itself(priya: User) -> None:
    client = Client()
    client.force_login(priya)
    stolen = client.cookies["session"].value
    client.post(reverse("sign-out"))
    thief = Client()
    thief.cookies["session"] = stolen
    assert thief.get(reverse("roles")).status_code == 302
    assert Entry.objects.filter(verb="sign_out", actor=f"user:{priya.pk}").exists()


def test_a_link_cannot_sign_somebody_out(priya: User) -> None:
    client = Client()
    client.force_login(priya)
    assert client.get(reverse("sign-out")).status_code == 405


def test_signing_in_gives_a_new_session_so_that_none_can_be_planted(priya: User) -> None:
    client = Client()
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    client.post(reverse("sign-in"), {"username": "priya.hill", "password": PASSWORD})
    assert client.cookies["session"].value != planted


def test_a_page_of_the_hub_is_gone_back_to(priya: User) -> None:
    assert try_to_sign_in("priya.hill", after="/roles").headers["Location"] == "/roles"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/%5Cevil.example/",
        "https:evil.example",
        "javascript:alert(1)",
        "%0D%0A//evil.example",
        "http://testserver@evil.example/",
        "http://testserver.evil.example/",
    ],
)
def test_nobody_is_sent_elsewhere_after_signing_in(priya: User, elsewhere: str) -> None:
    response = try_to_sign_in("priya.hill", after=elsewhere)
    assert response.headers["Location"] == reverse("home")


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(priya: User) -> None:
    cookie = try_to_sign_in("priya.hill").cookies["session"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert cookie["domain"] == ""


def test_a_form_from_elsewhere_cannot_sign_in(priya: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    given = {"username": "priya.hill", "password": PASSWORD}
    assert strict.post(reverse("sign-in"), given).status_code == 403


IN_PRODUCTION = """
import django, json
django.setup()
from django.conf import settings
settings.STORAGES["staticfiles"]["BACKEND"] = (
    "django.contrib.staticfiles.storage.StaticFilesStorage")
from django.test import Client
insecure = Client().get("/sign-in", headers={"host": "hub.example.org"})
page = Client().get("/sign-in", secure=True, headers={"host": "hub.example.org"})
other = Client().get("/sign-in", secure=True, headers={"host": "evil.example"})
names = [name for name in dir(settings) if "COOKIE" in name]
print(json.dumps({
    "settings": {name: getattr(settings, name) for name in names},
    "cookies": {name: dict(morsel) for name, morsel in page.cookies.items()},
    "hsts": page.headers["Strict-Transport-Security"],
    "insecure": [insecure.status_code, insecure.headers["Location"]],
    "other host": other.status_code,
}))
"""


@pytest.fixture(scope="module")
def in_production() -> dict:
    environ = {name: value for name, value in os.environ.items() if name in ("PATH", "PYTHONPATH")}
    environ |= {
        "DJANGO_SETTINGS_MODULE": "breakwater.site.settings",
        "SECRET_KEY": "a production key that is long enough, for nobody but this test",
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
        "PUBLIC_URL": "https://hub.example.org",
        "LEDGER_KEY": "/run/secrets/ledger",
        "TLS_PROXY": "1",
        "DATA_KEYS": "2026:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    }
    done = subprocess.run(
        [sys.executable, "-c", IN_PRODUCTION],
        env=environ, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("cookie", ["SESSION", "CSRF"])
def test_with_tls_a_cookie_is_bound_to_this_host_and_to_tls(
    in_production: dict, cookie: str
) -> None:
    chosen = in_production["settings"]
    assert chosen[f"{cookie}_COOKIE_NAME"].startswith("__Host-")
    assert chosen[f"{cookie}_COOKIE_SECURE"] is True
    assert chosen[f"{cookie}_COOKIE_HTTPONLY"] is True
    assert chosen[f"{cookie}_COOKIE_SAMESITE"] in ("Lax", "Strict")
    # Without these two a browser does not take a __Host- cookie at all.
    assert chosen[f"{cookie}_COOKIE_PATH"] == "/"
    assert chosen[f"{cookie}_COOKIE_DOMAIN"] is None


def test_with_tls_the_cookie_that_a_page_sets_is_secure(in_production: dict) -> None:
    (cookie,) = in_production["cookies"].values()
    assert (cookie["secure"], cookie["httponly"], cookie["path"]) == (True, True, "/")


def test_with_tls_a_plain_request_is_sent_to_https(in_production: dict) -> None:
    assert in_production["insecure"] == [301, "https://hub.example.org/sign-in"]
    assert "includeSubDomains" in in_production["hsts"]


def test_a_request_for_another_host_is_refused(in_production: dict) -> None:
    assert in_production["other host"] == 400
