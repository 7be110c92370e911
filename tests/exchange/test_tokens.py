"""A partner's system gets a token by proving itself, and nobody else does."""

import base64
import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import requests
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc.jwk import ECKey, OctKey, OKPKey

from breakwater.access.models import Session
from breakwater.access.sessions import hashed
from breakwater.audit.models import Entry
from breakwater.exchange.clients import actions
from breakwater.exchange.rules import CALLS, REFUSALS, TOKENS, Scope
from tests.exchange.partner import PartnerSystem, is_problem, new_key
from tests.journeys.hub import Hub


def last_entry(hub: Hub, verb: str = "take_token") -> Entry:
    with hub.at_database():
        return Entry.objects.filter(verb=verb).latest("at")


def test_a_proved_client_gets_a_token_that_lasts_ten_minutes(
    hub: Hub, school: PartnerSystem
) -> None:
    response = school.ask_for_token()
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    body = response.json()
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 600)
    assert body["scope"] == "requests:answer requests:read shared:read"
    school.token = body["access_token"]
    assert school.get("requests").status_code == 200
    entry = last_entry(hub)
    assert (entry.allowed, entry.facts) == (True, {"scopes": body["scope"].split()})
    assert last_entry(hub, "session_opened").actor == entry.actor


def test_the_token_is_in_no_table_and_its_session_is_no_longer_than_it(
    hub: Hub, school: PartnerSystem
) -> None:
    school.signed_in()
    with hub.at_database():
        assert not Session.objects.filter(pk=school.token).exists()
        row = Session.objects.get(pk=hashed(school.token))
        assert row.may_work is True
        assert row.expire_date == row.idle_until
        assert timedelta(minutes=9) < row.expire_date - timezone.now() <= timedelta(minutes=10)


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
@pytest.mark.parametrize("algorithm", ["EdDSA", "Ed25519"])
def test_a_key_on_the_curve_ed25519_proves_too(
    hub: Hub, school: PartnerSystem, client_of: Callable[..., PartnerSystem], algorithm: str
) -> None:
    other = client_of(key=OKPKey.generate_key("Ed25519"))
    other.algorithm = algorithm
    assert other.ask_for_token().status_code == 200


def test_of_several_keys_each_proves_and_one_that_was_replaced_does_not(
    hub: Hub, school: PartnerSystem
) -> None:
    from breakwater.exchange.clients import keys
    from tests.exchange.partner import public

    old, second, third = school.key, new_key(), new_key()
    with hub.at_database():
        both = keys.read(json.dumps({"keys": [public(second), public(third)]}))
        assert actions.change_keys(school.client_id, both)
    for key in (second, third):
        assert school.ask_for_token(school.assertion(key=key)).status_code == 200
    is_problem(school.ask_for_token(school.assertion(key=old)), 401, "invalid-client")


# -- refusals -------------------------------------------------------------------------------------

WRONG_CLAIMS: dict[str, dict[str, Any]] = {
    "for another hub": {"aud": "https://hub.example.org/api/v1/token"},
    "for this hub, but not for its tokens": {"aud": "http://127.0.0.1"},
    "for whoever takes it": {"aud": None},
    "expired": {"exp": -120},
    "without an end": {"exp": None},
    "for an hour": {"exp": 3600},
    "for ever": {"exp": 10**14},
    "not a number": {"exp": "tomorrow"},
    "not yet": {"nbf": 600},
    "made in the future": {"iat": 600},
    "of one client about another": {"sub": "bw-0000000000000000"},
    "about nobody": {"sub": None},
    "without a number of its own": {"jti": None},
    "with an empty number": {"jti": ""},
    "with a number too long": {"jti": "7" * 201},
    "with a list for a number": {"jti": ["7"]},
}


@pytest.mark.parametrize("wrong", sorted(WRONG_CLAIMS))
def test_an_assertion_that_says_something_wrong_is_refused(
    hub: Hub, school: PartnerSystem, wrong: str
) -> None:
    changes = dict(WRONG_CLAIMS[wrong])
    for name in ("exp", "nbf", "iat"):
        if isinstance(changes.get(name), int):
            changes[name] += int(time.time())
    body = is_problem(
        school.ask_for_token(school.assertion(**changes)), 401, "invalid-client"
    )  # fmt: skip
    assert body["error"] == "invalid_client"
    entry = last_entry(hub)
    assert (entry.allowed, entry.subject.startswith("client:")) == (False, True)


def test_a_list_of_audiences_is_refused_though_the_hub_is_on_it(school: PartnerSystem) -> None:
    here = f"{school.address}/api/v1/token"
    assertion = school.assertion(aud=[here, "https://hub.example.org/api/v1/token"])
    is_problem(school.ask_for_token(assertion), 401, "invalid-client")


def test_an_assertion_works_once(hub: Hub, school: PartnerSystem) -> None:
    assertion = school.assertion()
    assert school.ask_for_token(assertion).status_code == 200
    body = is_problem(school.ask_for_token(assertion), 401, "invalid-client")
    assert "works once" in body["detail"]
    assert last_entry(hub).facts == {"why": "used before"}


def test_of_eight_that_send_one_assertion_at_once_one_gets_a_token(school: PartnerSystem) -> None:
    assertion = school.assertion()
    others = [PartnerSystem(school.address, school.client_id, school.key) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = pool.map(lambda one: one.ask_for_token(assertion).status_code, others)
    assert sorted(answers) == [200] + [401] * 7


def unsigned(claims: dict[str, Any], header: dict[str, Any]) -> str:
    parts = [base64.urlsafe_b64encode(json.dumps(each).encode()) for each in (header, claims)]
    return b".".join(part.rstrip(b"=") for part in parts).decode() + "."


def test_an_unsigned_assertion_is_refused(school: PartnerSystem) -> None:
    for header in ({"alg": "none"}, {"alg": "None"}, {}, {"alg": "ES256"}, {"alg": None}):
        assertion = unsigned(school.claims(), header)
        is_problem(school.ask_for_token(assertion), 401, "invalid-client")


def test_a_signature_that_both_could_make_is_refused(school: PartnerSystem) -> None:
    """The public key, which everybody may know, taken for a secret of HMAC."""
    secret = OctKey.import_key(json.dumps(school.key.as_dict(private=False)))
    assertion = school.assertion(key=secret, alg="HS256")
    is_problem(school.ask_for_token(assertion), 401, "invalid-client")


def test_a_key_that_the_assertion_brings_along_counts_for_nothing(school: PartnerSystem) -> None:
    from joserfc import jwt

    own = new_key()
    header = {"alg": "ES256", "jwk": own.as_dict(private=False)}
    assertion = jwt.encode(header, school.claims(), own)
    is_problem(school.ask_for_token(assertion), 401, "invalid-client")


def test_a_stranger_and_another_clients_key_are_refused_in_the_same_words(
    hub: Hub, school: PartnerSystem
) -> None:
    stranger = PartnerSystem(hub.address, "bw-0000000000000000", new_key())
    unknown = is_problem(stranger.ask_for_token(), 401, "invalid-client")
    assert last_entry(hub).subject == ""
    forged = is_problem(
        school.ask_for_token(school.assertion(key=new_key())), 401, "invalid-client"
    )
    assert last_entry(hub).subject == ""
    assert [unknown.pop("request_id"), forged.pop("request_id")]
    assert unknown == forged


def test_another_curve_is_no_key_of_ours() -> None:
    from breakwater.exchange.clients import keys

    for key in (ECKey.generate_key("P-384"), OKPKey.generate_key("Ed448")):
        with pytest.raises(keys.BadKey):
            keys.read(json.dumps(key.as_dict(private=False)))
    with pytest.raises(keys.BadKey, match="private"):
        keys.read(json.dumps(new_key().as_dict(private=True)))
    for text in ("", "[]", "7", '{"keys": []}', '{"kty": "EC", "crv": "P-256"}', '{"kty": []}'):
        with pytest.raises(keys.BadKey):
            keys.read(text)


def test_an_ended_client_gets_no_token_and_its_token_ends_at_once(
    hub: Hub, school: PartnerSystem
) -> None:
    school.signed_in()
    with hub.at_database():
        assert actions.end(school.client_id)
        assert not actions.end(school.client_id)
    is_problem(school.get("requests"), 401, "unauthorised")
    is_problem(school.ask_for_token(), 401, "invalid-client")


def test_a_client_is_in_use_from_its_start_to_its_end(
    hub: Hub, school: PartnerSystem, client_of: Callable[..., PartnerSystem]
) -> None:
    now = timezone.now()
    later = client_of(starts=now + timedelta(days=1))
    is_problem(later.ask_for_token(), 401, "invalid-client")
    soon = client_of(starts=now - timedelta(days=1), ends=now + timedelta(minutes=3))
    assert soon.ask_for_token().json()["expires_in"] <= 180


def test_a_token_has_no_more_scopes_than_were_asked_and_allowed(
    hub: Hub, school: PartnerSystem, client_of: Callable[..., PartnerSystem]
) -> None:
    reader = client_of(scopes=[Scope.READ_REQUESTS])
    assert reader.ask_for_token().json()["scope"] == "requests:read"
    for scope in ("requests:answer", "requests:read requests:answer", "everything"):
        is_problem(reader.ask_for_token(scope=scope), 400, "invalid-scope")
    school.signed_in("requests:read")
    refused = school.get("shared")
    is_problem(refused, 403, "insufficient-scope")
    assert 'scope="shared:read"' in refused.headers["WWW-Authenticate"]


@pytest.mark.parametrize(
    ("form", "kind"),
    [
        ({"grant_type": ""}, "invalid-request"),
        ({"grant_type": "password"}, "unsupported-grant-type"),
        ({"client_assertion_type": "urn:something"}, "invalid-request"),
        ({"client_assertion": ""}, "invalid-request"),
    ],
)
def test_what_is_no_request_for_a_token_is_told_so(
    school: PartnerSystem, form: dict[str, str], kind: str
) -> None:
    body = is_problem(school.ask_for_token("x", **form), 400, kind)
    assert body["error"] == kind.replace("-", "_")


def test_another_clients_name_beside_the_assertion_is_refused(school: PartnerSystem) -> None:
    is_problem(school.ask_for_token(client_id="bw-other"), 401, "invalid-client")
    assert school.ask_for_token(client_id=school.client_id).status_code == 200


@settings(max_examples=60, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(st.text() | st.from_regex(r"[\w-]{2,40}\.[\w-]{2,40}\.[\w-]{0,40}", fullmatch=True))
def test_nonsense_is_no_assertion(nonsense: str) -> None:
    from breakwater.exchange.clients.assertions import NotProved, _named

    with pytest.raises(NotProved):
        _named(nonsense)


# -- tokens as such -------------------------------------------------------------------------------


def test_without_a_token_or_with_another_nothing_opens(school: PartnerSystem) -> None:
    first = school.get("requests")
    is_problem(first, 401, "unauthorised")
    assert first.headers["WWW-Authenticate"] == 'Bearer realm="Breakwater"'
    for sent in ("Bearer nonsense", "Bearer ", "Basic Zm9vOmJhcg==", "nonsense"):
        refused = school.get("requests", Authorization=sent)
        is_problem(refused, 401, "unauthorised")


def test_a_persons_session_is_no_token_and_a_token_is_no_persons_session(
    hub: Hub, school: PartnerSystem
) -> None:
    browser = requests.Session()
    page = browser.get(f"{hub.address}/sign-in", timeout=20).text
    csrf = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    form = {"csrfmiddlewaretoken": csrf, "username": "hill", "password": "breakwater-demo"}
    signed_in = browser.post(f"{hub.address}/sign-in", data=form, timeout=20,
                             headers={"Referer": hub.address})  # fmt: skip
    assert signed_in.status_code == 200
    school.token = browser.cookies["session"]
    is_problem(school.get("requests"), 401, "unauthorised")

    school.signed_in()
    cookie = {"session": school.token}
    for path in ("/", "/board"):
        page = requests.get(
            f"{hub.address}{path}", cookies=cookie, timeout=20, allow_redirects=False
        )
        assert page.status_code == 302, path
        assert "/sign-in" in page.headers["Location"]
    # And there it stayed what it was.
    assert school.get("requests").status_code == 200


def test_a_cookie_opens_nothing_of_the_api(hub: Hub, school: PartnerSystem) -> None:
    school.signed_in()
    answer = requests.get(f"{hub.address}/api/v1/requests", cookies={"session": school.token},
                          timeout=20)  # fmt: skip
    is_problem(answer, 401, "unauthorised")


# -- limits ---------------------------------------------------------------------------------------


def test_an_address_that_is_refused_again_and_again_must_wait(
    hub: Hub, school: PartnerSystem
) -> None:
    stranger = PartnerSystem(hub.address, "bw-0000000000000000", new_key())
    for _ in range(REFUSALS[0]):
        is_problem(stranger.ask_for_token(), 401, "invalid-client")
    for system in (stranger, school):
        waiting = system.ask_for_token()
        is_problem(waiting, 429, "too-many-requests")
        assert 0 < int(waiting.headers["Retry-After"]) <= REFUSALS[1].total_seconds()
    assert last_entry(hub, "api_throttled").facts == {"what": "tokens"}


def test_a_client_that_takes_too_many_tokens_must_wait_and_others_need_not(
    hub: Hub, school: PartnerSystem, client_of: Callable[..., PartnerSystem]
) -> None:
    for _ in range(TOKENS[0]):
        assert school.ask_for_token().status_code == 200
    is_problem(school.ask_for_token(), 429, "too-many-requests")
    assert client_of().ask_for_token().status_code == 200


def test_a_client_that_calls_too_often_must_wait(hub: Hub, school: PartnerSystem) -> None:
    school.signed_in()
    for _ in range(CALLS[0]):
        assert school.get("requests").status_code == 200
    is_problem(school.get("requests"), 429, "too-many-requests")
    entry = last_entry(hub, "api_throttled")
    assert (entry.facts, entry.subject.startswith("client:")) == ({"what": "calls"}, True)
