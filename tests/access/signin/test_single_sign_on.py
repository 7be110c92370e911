"""Single sign-on, with a real provider over HTTP: whom its word lets in, and how far."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from django.urls import reverse

from breakwater.access.models import Agency, Session, User
from breakwater.access.signin.rules import Provider
from breakwater.audit.models import Entry
from tests.access.signin.conftest import Browser, code_of
from tests.access.signin.provider import knows, path_of, running_provider, says_yes

pytestmark = pytest.mark.django_db
COUNCIL, POLICE = "Wessex Council", "Wessex County Police"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with running_provider() as address:
        yield address


@pytest.fixture
def providers(issuer: str, settings: Any) -> tuple[Provider, ...]:
    """The council's provider and the police's; the same server stands for both."""
    settings.SIGN_IN_PROVIDERS = (
        Provider("council", COUNCIL, issuer, "hub", "secret", mfa_acr=("urn:two",)),
        Provider("police", POLICE, issuer, "hub-police", "secret"),
    )
    return settings.SIGN_IN_PROVIDERS


@pytest.fixture
def come(issuer: str, providers: Any) -> Callable[..., Any]:
    """Come by a provider as somebody of whom it says something; give the hub's answer."""

    def come(
        browser: Browser, subject: str = "s-1", by: str = "council", after: str = "", **claims: Any
    ) -> Any:
        knows(issuer, subject, **claims)
        start = reverse("sso", args=[by]) + (f"?next={after}" if after else "")
        there = browser.post(start)
        assert there.status_code == 302, there.content.decode()
        return browser.get(path_of(says_yes(there.headers["Location"], subject)))

    return come


def refusals() -> list[dict[str, Any]]:
    return [entry.facts for entry in Entry.objects.filter(verb="sign_in", allowed=False)]


def test_somebody_on_the_list_comes_in_and_is_bound_to_the_subject(
    priya: User, browser: Browser, come: Any
) -> None:
    answer = come(browser, preferred_username="priya.hill", amr=["pwd", "mfa"], name="Priya Hill")
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("home"))
    assert browser.is_in()
    bound = SocialAccount.objects.get()
    assert (bound.user, bound.provider, bound.uid) == (priya, "council", "s-1")
    entry = Entry.objects.get(verb="sign_in")
    assert (entry.actor, entry.facts) == (
        f"user:{priya.pk}",
        {"by": ["sso"], "second_factor": True},
    )


def test_nothing_that_the_provider_tells_of_a_person_is_kept(
    priya: User, browser: Browser, come: Any
) -> None:
    come(browser, preferred_username="priya.hill", email="p@council.example", name="Priya P. Hill")
    come(Browser(), preferred_username="priya.hill", email="p@council.example")
    assert SocialAccount.objects.get().extra_data == {}
    assert "council.example" not in str(browser.session.items())


def test_one_comes_back_to_the_page_that_was_asked_for(
    priya: User, browser: Browser, come: Any
) -> None:
    answer = come(browser, after="/roles", preferred_username="priya.hill")
    assert answer.headers["Location"] == "/roles"
    away = come(Browser(), after="https://evil.example/", preferred_username="priya.hill")
    assert away.headers["Location"] == reverse("home")


def test_the_subject_counts_once_bound_whatever_the_name_is_then(
    priya: User, browser: Browser, come: Any
) -> None:
    come(Browser(), preferred_username="priya.hill")
    assert come(browser, preferred_username="priya.married").status_code == 302
    assert browser.is_in()


def test_another_subject_with_a_bound_persons_name_stays_out(
    priya: User, browser: Browser, come: Any
) -> None:
    come(Browser(), preferred_username="priya.hill")
    answer = come(browser, subject="s-2", preferred_username="priya.hill")
    assert answer.status_code == 403
    assert not browser.is_in()


@pytest.mark.parametrize(
    "claims",
    [
        {"preferred_username": "paula.hall"},
        {"preferred_username": ""},
        {"preferred_username": None},
        {"preferred_username": ["priya.hill"]},
        {"email": "priya.hill", "name": "priya.hill"},
    ],
)
def test_a_stranger_gets_no_account_and_a_clear_page(
    priya: User, browser: Browser, come: Any, claims: dict[str, Any]
) -> None:
    answer = come(browser, subject="s-9", **claims)
    assert answer.status_code == 403
    assert "not on the hub" in answer.content.decode()
    assert User.objects.count() == 1
    assert not Session.objects.filter(user__isnull=False).exists()
    assert refusals() == [{"provider": "council"}]


def test_nobody_comes_in_by_the_provider_of_another_agency(
    priya: User, browser: Browser, come: Any
) -> None:
    Agency.objects.create(name=POLICE, kind="police")
    assert come(browser, by="police", preferred_username="priya.hill").status_code == 403
    # Nor with the subject under which the own provider knows them.
    come(Browser(), preferred_username="priya.hill")
    assert come(browser, by="police", preferred_username="priya.hill").status_code == 403
    assert not browser.is_in()


def test_who_moved_to_another_agency_no_longer_comes_in_by_the_old_one(
    priya: User, browser: Browser, come: Any
) -> None:
    come(Browser(), preferred_username="priya.hill")
    police = Agency.objects.create(name=POLICE, kind="police")
    User.objects.filter(pk=priya.pk).update(agency=police)
    assert come(browser, preferred_username="priya.hill").status_code == 403


def test_who_was_disabled_stays_out(priya: User, browser: Browser, come: Any) -> None:
    come(Browser(), preferred_username="priya.hill")
    User.objects.update(is_active=False)
    assert come(browser, preferred_username="priya.hill").status_code == 403


@pytest.mark.parametrize(
    ("says", "works"),
    [
        ({"amr": ["mfa"]}, True),
        ({"amr": ["pwd", "otp"]}, False),
        ({"amr": "mfa"}, False),
        ({"acr": "urn:two"}, True),
        ({"acr": "urn:one"}, False),
        ({}, False),
    ],
)
def test_without_the_word_of_two_factors_one_sets_up_a_factor_here(
    outside_demo: None, priya: User, browser: Browser, come: Any, says: dict[str, Any], works: bool
) -> None:
    come(browser, preferred_username="priya.hill", **says)
    assert browser.row.may_work is works
    assert browser.is_in() is works
    assert browser.get(reverse("mfa_activate_totp")).status_code == 200


def test_an_agency_may_vouch_for_all_its_sign_ins(
    outside_demo: None, settings: Any, priya: User, browser: Browser, come: Any, providers: Any
) -> None:
    settings.SIGN_IN_PROVIDERS = (replace(providers[0], always_mfa=True),)
    come(browser, preferred_username="priya.hill")
    assert browser.is_in()


def test_who_set_up_an_app_gives_its_code_after_single_sign_on_too(
    priya: User, browser: Browser, another: Browser, come: Any
) -> None:
    come(another, preferred_username="priya.hill")
    secret = another.set_up_app()
    answer = come(browser, preferred_username="priya.hill", amr=["mfa"])
    assert answer.headers["Location"] == reverse("mfa_authenticate")
    assert not browser.is_in()
    browser.give_code(code_of(secret, 1))
    assert browser.is_in()


def test_each_sign_in_is_asked_for_by_its_own_state_nonce_and_proof(
    browser: Browser, providers: Any
) -> None:
    asked = [
        parse_qs(urlsplit(browser.post(reverse("sso", args=["council"])).headers["Location"]).query)
        for _ in range(2)
    ]
    for name in ("state", "nonce", "code_challenge"):
        assert asked[0][name] != asked[1][name]
    assert asked[0]["code_challenge_method"] == ["S256"]
    assert asked[0]["redirect_uri"] == ["http://testserver/sign-in/with/council/back"]
    assert set(asked[0]["scope"][0].split()) == {"openid", "profile"}


def test_an_answer_to_a_question_that_this_browser_never_asked_is_refused(
    priya: User, browser: Browser, another: Browser, issuer: str, providers: Any
) -> None:
    knows(issuer, "s-1", preferred_username="priya.hill")
    there = another.post(reverse("sso", args=["council"])).headers["Location"]
    back = path_of(says_yes(there, "s-1"))
    assert browser.get(back).status_code == 401
    assert another.get(back).status_code == 302
    assert another.get(back).status_code == 401  # and a second time by nobody


def test_an_answer_of_one_provider_is_no_answer_of_another(
    priya: User, browser: Browser, issuer: str, providers: Any
) -> None:
    knows(issuer, "s-1", preferred_username="priya.hill")
    there = browser.post(reverse("sso", args=["council"])).headers["Location"]
    back = path_of(says_yes(there, "s-1")).replace("/council/", "/police/")
    assert browser.get(back).status_code == 401
    assert not browser.is_in()


def test_a_token_for_another_sign_in_is_refused(
    priya: User, browser: Browser, issuer: str, providers: Any
) -> None:
    knows(issuer, "s-1", preferred_username="priya.hill")
    there = browser.post(reverse("sso", args=["council"])).headers["Location"]
    (nonce,) = parse_qs(urlsplit(there).query)["nonce"]
    other = there.replace(nonce, "of-another-sign-in")
    assert browser.get(path_of(says_yes(other, "s-1"))).status_code == 401
    assert not browser.is_in()


@pytest.mark.parametrize("query", ["", "?error=access_denied", "?code=x&state=y", "?state[]=1"])
def test_a_way_back_that_leads_nowhere_says_so(
    browser: Browser, providers: Any, query: str
) -> None:
    answer = browser.get(reverse("sso-back", args=["council"]) + query)
    assert answer.status_code == 401
    assert refusals() == []
    browser.post(reverse("sso", args=["council"]))
    answer = browser.get(reverse("sso-back", args=["council"]) + query)
    assert answer.status_code == 401
    assert "You are not signed in" in answer.content.decode()
    assert refusals() == [{"provider": "council", "failed": True}]


@pytest.mark.parametrize(
    "issuer_of", ["http://localhost:1", "http://localhost:{port}/elsewhere", "nonsense"]
)
def test_a_provider_out_of_order_says_so(
    settings: Any, browser: Browser, issuer: str, providers: Any, issuer_of: str
) -> None:
    broken = issuer_of.format(port=urlsplit(issuer).port)
    settings.SIGN_IN_PROVIDERS = (replace(providers[0], issuer=broken),)
    answer = browser.post(reverse("sso", args=["council"]))
    assert answer.status_code == 401
    assert COUNCIL in answer.content.decode()


@pytest.mark.parametrize("forged", ["none", "HS256", "stranger's key", "no token"])
def test_a_token_that_the_provider_did_not_sign_is_refused(
    monkeypatch: Any, priya: User, browser: Browser, issuer: str, come: Any, forged: str
) -> None:
    from cryptography.hazmat.primitives.asymmetric import rsa

    from breakwater.access.signin.sso import HubOpenID

    real = HubOpenID.get_access_token_data

    def tampered(self: Any, *args: Any, **kwargs: Any) -> Any:
        """What somebody between the hub and the provider might put into the answer."""
        answer = real(self, *args, **kwargs)
        claims = jwt.decode(answer["id_token"], options={"verify_signature": False})
        own = rsa.generate_private_key(65537, 2048)
        key, algorithm = {
            "none": ("", "none"),
            "HS256": ("secret" * 8, "HS256"),
            "stranger's key": (own, "RS256"),
            "no token": (own, "RS256"),
        }[forged]
        answer["id_token"] = jwt.encode(claims, key, algorithm)
        if forged == "no token":
            del answer["id_token"]
        return answer

    monkeypatch.setattr(HubOpenID, "get_access_token_data", tampered)
    assert come(browser, preferred_username="priya.hill", amr=["mfa"]).status_code == 401
    assert not browser.is_in()


@pytest.mark.parametrize(("method", "status"), [("get", 405), ("put", 405)])
def test_a_link_cannot_start_a_sign_in(
    browser: Browser, providers: Any, method: str, status: int
) -> None:
    assert getattr(browser, method)(reverse("sso", args=["council"])).status_code == status


def test_who_is_signed_in_cannot_be_bound_to_another_subject(
    priya: User, browser: Browser, staff: Any, issuer: str, come: Any
) -> None:
    """allauth's own address would connect the provider's person to whoever is signed in."""
    browser.give_password()
    knows(issuer, "s-evil", preferred_username="nobody.here")
    start = reverse("sso", args=["council"]) + "?process=connect"
    there = browser.post(start, {"process": "connect"}).headers["Location"]
    assert browser.get(path_of(says_yes(there, "s-evil"))).status_code == 403
    assert not SocialAccount.objects.exists()


def test_the_page_offers_every_provider_and_keeps_the_page_asked_for(
    browser: Browser, providers: Any
) -> None:
    page = browser.get(reverse("sign-in") + "?next=/roles").content.decode()
    for each in providers:
        assert f"Use your {each.agency} account" in page
    assert 'action="/sign-in/with/council?next=/roles"' in page
