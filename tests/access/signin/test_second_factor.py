"""Nobody works without a second factor, and a factor is asked for, works, and ends as said."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from breakwater.access.models import Session, User
from breakwater.audit.models import Entry
from tests.access.routes import ROUTES, SIGNED_IN, address
from tests.access.signin.conftest import PASSWORD, Browser, code_of

pytestmark = pytest.mark.django_db

# What one may do before the second factor is there: set it up, or leave.
BEFORE_WORK = {
    "sign-out",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_add_webauthn",
    "mfa_remove_webauthn",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "change-password",
    "devices",
    "end-device",
    "end-other-devices",
    "account_reauthenticate",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
}


def entries(verb: str, allowed: bool = True) -> list[Entry]:
    return list(Entry.objects.filter(verb=verb, allowed=allowed).order_by("at"))


def with_app(browser: Browser) -> str:
    browser.give_password()
    return browser.set_up_app()


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("route", [name for name in SIGNED_IN if name not in BEFORE_WORK])
def test_with_a_password_alone_every_page_of_work_leads_to_set_up(
    outside_demo: None, priya: User, browser: Browser, route: str, method: str
) -> None:
    browser.give_password()
    response = getattr(browser, method)(address(route))
    assert (response.status_code, response.headers["Location"]) == (302, reverse("mfa_index"))


def test_what_may_be_done_before_is_named_here(priya: User) -> None:
    assert ROUTES.keys() >= BEFORE_WORK


def test_the_row_of_a_session_says_that_the_factor_is_missing(
    outside_demo: None, priya: User, browser: Browser
) -> None:
    browser.give_password()
    assert browser.row.may_work is False
    assert "Set up a second factor" in browser.get(reverse("mfa_index")).content.decode()


def test_in_the_demo_a_password_alone_is_enough_and_every_page_says_so(
    priya: User, browser: Browser
) -> None:
    browser.give_password()
    assert browser.row.may_work is True
    assert "a password alone signs in" in browser.get(reverse("roles")).content.decode()


def test_outside_the_demo_no_page_says_so(
    outside_demo: None, priya: User, browser: Browser
) -> None:
    assert "a password alone" not in browser.get(reverse("sign-in")).content.decode()


def test_setting_up_an_app_lets_one_work(outside_demo: None, priya: User, browser: Browser) -> None:
    with_app(browser)
    assert browser.is_in()
    assert browser.row.may_work is True
    assert [entry.facts for entry in entries("add_second_factor")] == [{"kind": "totp"}]


def test_a_wrong_code_sets_up_nothing(priya: User, browser: Browser) -> None:
    browser.give_password()
    browser.get(reverse("mfa_activate_totp"))
    refused = browser.post(reverse("mfa_activate_totp"), {"code": "000000"})
    assert refused.status_code == 422
    assert "The code is wrong or was used before" in refused.content.decode()
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("demo", [True, False])
def test_who_has_set_up_an_app_must_give_its_code_at_each_sign_in(
    settings: Any, priya: User, browser: Browser, another: Browser, demo: bool
) -> None:
    settings.DEMO = demo
    secret = with_app(browser)
    asked = another.give_password()
    assert asked.headers["Location"] == reverse("mfa_authenticate")
    assert not another.is_in()
    another.give_password()
    given = another.give_code(code_of(secret, 1))
    assert given.headers["Location"] == reverse("home")
    assert another.is_in()
    assert entries("sign_in")[-1].facts == {"by": ["password", "totp"], "second_factor": True}


def test_one_is_led_to_the_page_that_was_asked_for(
    priya: User, browser: Browser, another: Browser
) -> None:
    secret = with_app(browser)
    given = {"username": "priya.hill", "password": PASSWORD}
    another.post(reverse("sign-in") + "?next=/roles", given)
    assert another.give_code(code_of(secret, 1)).headers["Location"] == "/roles"


def test_a_wrong_code_is_refused_and_written_down(
    priya: User, browser: Browser, another: Browser
) -> None:
    with_app(browser)
    another.give_password()
    refused = another.give_code("000000")
    assert refused.status_code == 422
    assert [entry.actor for entry in entries("second_factor", allowed=False)] == [
        f"user:{priya.pk}"
    ]
    assert not another.is_in()


def test_a_code_of_the_app_works_once(priya: User, browser: Browser, another: Browser) -> None:
    secret = with_app(browser)
    code = code_of(secret, 1)
    another.give_password()
    another.give_code(code)
    thief = Browser()
    thief.give_password()
    assert thief.give_code(code).status_code == 422


def test_a_code_without_the_password_before_it_opens_nothing(
    priya: User, browser: Browser, another: Browser
) -> None:
    secret = with_app(browser)
    assert another.give_code(code_of(secret, 1)).headers["Location"] == reverse("sign-in")


def test_five_wrong_codes_make_one_wait(priya: User, browser: Browser, another: Browser) -> None:
    secret = with_app(browser)
    another.give_password()
    for _ in range(5):
        another.give_code("000000")
    refused = another.give_code(code_of(secret, 1))
    assert "too many wrong codes" in refused.content.decode()
    assert not another.is_in()
    assert [entry.facts for entry in entries("sign_in_throttled", False)] == [{"limit": "code"}]


def test_recovery_codes_come_with_the_first_factor_and_are_shown_once(
    priya: User, browser: Browser
) -> None:
    with_app(browser)
    codes = browser.recovery_codes()
    assert len(set(codes)) == 10
    again = browser.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert "cannot be shown again" in again
    assert not any(code[:4] in again for code in codes)


def test_a_recovery_code_lets_one_in_once(priya: User, browser: Browser, another: Browser) -> None:
    with_app(browser)
    code = browser.recovery_codes()[3]
    another.give_password()
    another.give_code(f"{code[:4]} {code[4:]}")
    assert another.is_in()
    assert another.row.may_work is True
    assert [entry.facts for entry in entries("use_recovery_code")] == [{"left": 9}]
    third = Browser()
    third.give_password()
    assert third.give_code(code).status_code == 422


def test_new_recovery_codes_end_the_old_ones(
    priya: User, browser: Browser, another: Browser
) -> None:
    with_app(browser)
    old = browser.recovery_codes()[0]
    browser.post(reverse("mfa_generate_recovery_codes"))
    assert old not in browser.recovery_codes()
    another.give_password()
    assert another.give_code(old).status_code == 422
    assert len(entries("make_recovery_codes")) == 1


def test_no_secret_of_a_factor_is_stored_in_clear(priya: User, browser: Browser) -> None:
    secret = with_app(browser)
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored
    assert stored.count("gAAAA") == 2


def test_a_first_factor_signs_out_sessions_that_never_gave_it(
    outside_demo: None, priya: User, browser: Browser, another: Browser
) -> None:
    another.give_password()
    with_app(browser)
    assert Session.objects.filter(user=priya).count() == 1
    assert another.get(reverse("mfa_index")).status_code == 302


@pytest.mark.parametrize(
    "route",
    [
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_generate_recovery_codes",
        "mfa_view_recovery_codes",
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_factors_are_changed_only_after_confirming_who_one_is(
    priya: User, route: str, method: str
) -> None:
    client = Client()
    client.force_login(priya)  # long ago, as far as confirming goes
    asked = getattr(client, method)(reverse(route))
    assert asked.status_code == 302
    assert asked.headers["Location"].startswith(reverse("account_reauthenticate"))


def test_the_password_given_again_confirms_and_leads_back(priya: User, browser: Browser) -> None:
    browser.force_login(priya)
    there = browser.get(reverse("mfa_activate_totp")).headers["Location"]
    assert browser.post(there, {"password": "wrong"}).status_code == 422
    back = browser.post(there, {"password": PASSWORD})
    assert back.headers["Location"] == reverse("mfa_activate_totp")
    assert browser.get(reverse("mfa_activate_totp")).status_code == 200
    assert [entry.allowed for entry in Entry.objects.filter(verb="confirm_identity")] == [
        False,
        True,
    ]


def test_removing_the_last_factor_is_written_down_and_means_setting_one_up_anew(
    outside_demo: None, priya: User, browser: Browser, another: Browser
) -> None:
    with_app(browser)
    assert browser.post(reverse("mfa_deactivate_totp")).status_code == 302
    assert not Authenticator.objects.exists()
    assert [entry.facts for entry in entries("remove_second_factor")] == [{"kind": "totp"}]
    another.give_password()
    assert another.get(reverse("roles")).headers["Location"] == reverse("mfa_index")


def test_nobody_removes_the_factor_of_somebody_else(
    priya: User, browser: Browser, another: Browser, staff: Any
) -> None:
    with_app(browser)
    other = staff("Grace Okafor")
    other.set_password(PASSWORD)
    other.save()
    another.give_password("grace.okafor")
    assert another.post(reverse("mfa_deactivate_totp")).status_code == 404
    theirs = Authenticator.objects.create(
        user=priya, type="webauthn", data={"name": "key", "credential": {}}
    )
    assert another.post(reverse("mfa_remove_webauthn", args=[theirs.pk])).status_code == 404


@pytest.mark.parametrize("credential", ["", "{}", "[]", "null", '{"id": "x"}', "nonsense"])
def test_a_passkey_that_is_none_is_refused(
    priya: User, browser: Browser, another: Browser, credential: str
) -> None:
    browser.give_password()
    browser.get(reverse("mfa_add_webauthn"))
    refused = browser.post(reverse("mfa_add_webauthn"), {"name": "Key", "credential": credential})
    assert refused.status_code == 422
    browser.set_up_app()
    another.give_password()
    another.get(reverse("mfa_authenticate"))
    assert another.post(reverse("mfa_authenticate"), {"credential": credential}).status_code == 422


def test_a_password_is_changed_by_giving_the_old_one(
    priya: User, browser: Browser, another: Browser
) -> None:
    another.give_password()
    browser.give_password()
    new = "three unrelated words"
    given = {"old": "not the old one", "new": new, "again": new}
    assert browser.post(reverse("change-password"), given).status_code == 422
    given["old"] = PASSWORD
    assert browser.post(reverse("change-password"), given).status_code == 302
    assert browser.is_in()
    assert not another.is_in()
    assert Browser().give_password(password=PASSWORD).status_code == 422
    assert Browser().give_password(password=new).status_code == 302
    assert len(entries("change_password")) == 1


@pytest.mark.parametrize(
    ("new", "again", "says"),
    [
        ("short", "short", "at least 14"),
        ("passwordpassword", "another thing entirely", "the same as above"),
        ("password12345678", "", "Enter the new password a second time"),
    ],
)
def test_a_password_that_is_not_good_is_refused_at_its_field(
    priya: User, browser: Browser, new: str, again: str, says: str
) -> None:
    browser.give_password()
    given = {"old": PASSWORD, "new": new, "again": again}
    refused = browser.post(reverse("change-password"), given)
    assert refused.status_code == 422
    assert says in refused.content.decode()
