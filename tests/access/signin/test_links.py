"""A link with which somebody new chooses their password: once, for a day, for them alone."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from breakwater.access.models import SignInLink, User
from breakwater.access.signin import accounts
from breakwater.audit.models import Entry
from tests.access.signin.conftest import Browser

pytestmark = pytest.mark.django_db
NEW = "three unrelated words"


def use(secret: str, new: str = NEW) -> Any:
    return Browser().post(reverse("sign-in-link", args=[secret]), {"new": new, "again": new})


def test_with_a_link_one_chooses_a_password_and_signs_in(priya: User, browser: Browser) -> None:
    secret = accounts.make_link(priya)
    assert "priya.hill" in browser.get(reverse("sign-in-link", args=[secret])).content.decode()
    assert use(secret).headers["Location"] == reverse("sign-in")
    assert browser.give_password(password=NEW).status_code == 302
    assert Entry.objects.filter(verb="use_sign_in_link", actor=f"user:{priya.pk}").exists()


def test_a_link_works_once(priya: User) -> None:
    secret = accounts.make_link(priya)
    use(secret)
    assert use(secret, "three other unrelated words").status_code == 410
    assert not accounts.use_link(secret, NEW)


def test_a_link_works_for_a_day(priya: User) -> None:
    secret = accounts.make_link(priya)
    SignInLink.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert use(secret).status_code == 410


def test_a_new_link_ends_the_one_before(priya: User) -> None:
    first = accounts.make_link(priya)
    accounts.make_link(priya)
    assert use(first).status_code == 410


def test_a_link_of_somebody_who_left_opens_nothing(priya: User) -> None:
    secret = accounts.make_link(priya)
    User.objects.update(is_active=False)
    assert use(secret).status_code == 410


def test_a_weak_password_does_not_use_the_link_up(priya: User) -> None:
    secret = accounts.make_link(priya)
    assert use(secret, "short").status_code == 422
    assert use(secret).status_code == 302


def test_the_table_does_not_hold_what_the_link_holds(priya: User) -> None:
    secret = accounts.make_link(priya)
    assert re.fullmatch(r"[0-9a-f]{64}", SignInLink.objects.get().key)
    assert secret not in str(list(SignInLink.objects.values()))


def test_with_a_link_the_second_factor_is_still_asked_for(priya: User, browser: Browser) -> None:
    browser.give_password()
    browser.set_up_app()
    use(accounts.make_link(priya))
    assert not browser.is_in()
    asked = browser.give_password(password=NEW)
    assert asked.headers["Location"] == reverse("mfa_authenticate")


def test_resetting_factors_takes_all_of_them_and_the_sessions(
    priya: User, browser: Browser
) -> None:
    browser.give_password()
    browser.set_up_app()
    assert accounts.reset_factors(priya) == 2
    priya.refresh_from_db()
    # Who knows the password alone must not set up a factor of their own.
    assert not priya.has_usable_password()
    assert not browser.is_in()
    assert Entry.objects.filter(verb="reset_factors", subject=f"user:{priya.pk}").exists()
