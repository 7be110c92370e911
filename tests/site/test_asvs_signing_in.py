"""What the ASVS asks of signing in, where the tests of the room do not say it already."""

import inspect
import json
import math
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import jwt
import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import generate_totp_secret
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings as django_settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from breakwater.access.models import User
from breakwater.access.signin import accounts, forms
from breakwater.access.signin.sso import HubOpenID
from tests.access.signin.conftest import Browser, another, browser, priya
from tests.access.signin.test_sessions import everything_stored
from tests.access.signin.test_single_sign_on import COUNCIL, come, issuer, providers
from tests.site.test_asvs import SCRIPTS

__all__ = ["another", "browser", "come", "issuer", "priya", "providers"]  # fixtures, used by name
pytestmark = pytest.mark.django_db
LONG = "A line that nobody guesses, 雨の日は静か é! " * 4  # of all kinds, and longer than 64


# -- passwords -------------------------------------------------------------------------------


@pytest.mark.parametrize("password", [LONG, "  spaces at both ends  ", "ALL IN CAPITALS", "1" * 64])
def test_a_password_is_taken_and_asked_for_exactly_as_typed(priya: User, password: str) -> None:
    link = reverse("sign-in-link", args=[accounts.make_link(priya)])
    assert Client().post(link, {"new": password, "again": password}).status_code == 302
    for near in (password[:-1], password.strip(), password.swapcase(), password[:64]):
        if near != password:
            assert Browser().give_password(password=near).status_code == 422
    assert Browser(REMOTE_ADDR="192.0.2.9").give_password(password=password).status_code == 302


@pytest.mark.parametrize("field", ["old", "new", "again"])
def test_password_boxes_hide_what_is_typed_and_work_with_password_managers(
    priya: User, browser: Browser, field: str
) -> None:
    browser.give_password()
    page = browser.get(reverse("change-password")).content.decode()
    (box,) = re.findall(rf'<input[^>]*name="{field}"[^>]*>', page)
    assert 'type="password"' in box
    assert f'autocomplete="{"current" if field == "old" else "new"}-password"' in box
    assert "onpaste" not in page
    assert "paste" not in "".join(script.read_text() for script in SCRIPTS)


def test_no_password_ends_by_the_calendar(priya: User) -> None:
    User.objects.update(last_login=timezone.now() - timedelta(days=3650))
    assert Browser().give_password().headers["Location"] == reverse("home")


def test_a_wrong_password_takes_the_same_work_whether_or_not_there_is_such_an_account(
    priya: User, staff: Callable[..., User], monkeypatch: pytest.MonkeyPatch
) -> None:
    staff("Grace Okafor").set_unusable_password()
    work: list[str] = []
    encode = Argon2PasswordHasher.encode
    verify = Argon2PasswordHasher.verify
    monkeypatch.setattr(
        Argon2PasswordHasher, "encode", lambda *a: (work.append("argon2"), encode(*a))[1]
    )
    monkeypatch.setattr(
        Argon2PasswordHasher, "verify", lambda *a: (work.append("argon2"), verify(*a))[1]
    )
    for place, name in enumerate(["priya.hill", "grace.okafor", "paula.hall"]):
        work.clear()
        Browser(REMOTE_ADDR=f"192.0.2.{place}").give_password(name, "not-this-one-at-all")
        assert work == ["argon2"], name


# -- second factors and sessions -------------------------------------------------------------


def test_only_apps_passkeys_and_recovery_codes_are_second_factors() -> None:
    assert set(django_settings.MFA_SUPPORTED_TYPES) == {"totp", "webauthn", "recovery_codes"}
    # The browser sends a code and nothing that would say when it was made.
    assert set(forms.CodeForm.base_fields) == {"code"}


def test_codes_and_seeds_come_from_the_systems_own_chance() -> None:
    for maker in (RecoveryCodes.generate_seed, generate_totp_secret):
        assert "secrets.token_" in inspect.getsource(maker)
    assert len({generate_totp_secret() for _ in range(100)}) == 100


def test_a_recovery_code_has_twenty_bits_and_more(priya: User, browser: Browser) -> None:
    browser.give_password()
    browser.set_up_app()
    for code in browser.recovery_codes():
        assert re.fullmatch(r"\d{8}", code)
    assert math.log2(10**8) > 20


def test_the_key_of_a_session_has_128_bits_and_more() -> None:
    keys = set()
    for _ in range(50):
        session = Client().session
        session.create()
        keys.add(session.session_key)
    assert len(keys) == 50
    assert all(re.fullmatch(r"[a-z0-9]{32}", key) for key in keys)
    assert math.log2(36) * 32 > 128


def test_a_passkey_is_asked_with_a_challenge_of_its_own(priya: User, browser: Browser) -> None:
    browser.give_password()
    challenges = set()
    for _ in range(3):
        browser.get(reverse("mfa_add_webauthn"))
        challenges.add(browser.session["mfa.webauthn.state"]["challenge"])
    assert len(challenges) == 3
    assert all(len(challenge) * 6 >= 64 for challenge in challenges)  # in base64


def test_taking_a_factor_away_asks_who_one_is_first(priya: User) -> None:
    client = Client()
    client.force_login(priya)
    for route in (
        reverse("mfa_deactivate_totp"),
        reverse("mfa_remove_webauthn", args=[1]),
    ):
        asked = client.post(route)
        assert asked.headers["Location"].startswith(reverse("account_reauthenticate"))


# -- from where ------------------------------------------------------------------------------


def test_an_address_that_the_asker_puts_in_buys_no_guesses(priya: User, settings: Any) -> None:
    for trusted, behind in ((0, "{}.1.1.1"), (1, "{}.1.1.1, 192.0.2.44")):
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = trusted
        answers = [
            Browser(
                REMOTE_ADDR=f"10.0.0.{trusted}", HTTP_X_FORWARDED_FOR=behind.format(place)
            ).give_password(password="not-this-one-at-all")
            for place in range(1, 7)
        ]
        assert [answer.status_code for answer in answers] == [422] * 5 + [429]


# -- the agencies' single sign-on --------------------------------------------------------------

A_KEY = rsa.generate_private_key(65537, 2048)


@pytest.fixture
def signs(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let the provider sign other claims than it would, with a key that it publishes."""
    real, published = HubOpenID.get_access_token_data, jwt.PyJWKSet.from_dict
    own = jwt.PyJWK.from_dict(
        jwt.algorithms.RSAAlgorithm.to_jwk(A_KEY.public_key(), as_dict=True) | {"alg": "RS256"}
    )

    def signs(**changes: Any) -> None:
        def signed(self: Any, *args: Any, **kwargs: Any) -> Any:
            answer = real(self, *args, **kwargs)
            claims = jwt.decode(answer["id_token"], options={"verify_signature": False}) | changes
            answer["id_token"] = jwt.encode(claims, A_KEY, "RS256")
            return answer

        def known(answer: Any) -> Any:
            keys = published(answer)
            keys.keys = [own]
            return keys

        monkeypatch.setattr(HubOpenID, "get_access_token_data", signed)
        monkeypatch.setattr("breakwater.access.signin.sso.jwt.PyJWKSet.from_dict", known)

    return signs


def test_a_well_signed_token_of_the_provider_is_believed(
    priya: User, browser: Browser, come: Any, signs: Any
) -> None:
    signs()
    assert come(browser, preferred_username="priya.hill").status_code == 302
    assert browser.is_in()


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": time.time() - 3600},
        {"iat": time.time() + 3600},
        {"nbf": time.time() + 3600},
        {"aud": "another-hub"},
        {"aud": ["another-hub", "a-third"]},
        {"iss": "https://another.example"},
        {"nonce": None},
        {"exp": None},
    ],
)
def test_a_well_signed_token_for_another_time_hub_or_sign_in_is_refused(
    priya: User, browser: Browser, come: Any, signs: Any, changes: dict[str, Any]
) -> None:
    signs(**changes)
    assert come(browser, preferred_username="priya.hill").status_code == 401
    assert not browser.is_in()


def test_the_providers_tokens_never_reach_browser_or_table(
    priya: User, browser: Browser, come: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[str] = []
    real = HubOpenID.get_access_token_data

    def kept(self: Any, *args: Any, **kwargs: Any) -> Any:
        answer = real(self, *args, **kwargs)
        given.extend(str(answer[name]) for name in ("id_token", "access_token"))
        return answer

    monkeypatch.setattr(HubOpenID, "get_access_token_data", kept)
    answer = come(browser, preferred_username="priya.hill")
    assert len(given) == 2
    stored = everything_stored() + str(browser.session.items())
    for token in given:
        assert token not in stored
        assert token not in str(answer.headers) + answer.content.decode() + str(browser.cookies)


@contextmanager
def one_who_says_to_be(name: str) -> Iterator[str]:
    """A provider on this machine whose description names another issuer."""

    class Describing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            at = f"http://localhost:{self.server.server_port}"
            body = json.dumps({"issuer": name, "authorization_endpoint": f"{at}/go"}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Describing)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()


def test_a_provider_whose_description_names_another_is_not_gone_to(
    browser: Browser, providers: Any, settings: Any
) -> None:
    with one_who_says_to_be("https://another.example") as at:
        settings.SIGN_IN_PROVIDERS = (replace(providers[0], issuer=at),)
        answer = browser.post(reverse("sso", args=["council"]))
    assert answer.status_code == 401
    assert COUNCIL in answer.content.decode()
