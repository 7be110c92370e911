"""Where one is signed in: seen, and ended, by oneself alone."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from breakwater.access.models import Session, User
from breakwater.access.signin.queries import devices
from breakwater.audit.models import Entry
from tests.access.signin.conftest import PASSWORD, Browser

pytestmark = pytest.mark.django_db
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/605.1"


@pytest.fixture
def phone(priya: User) -> Browser:
    phone = Browser(HTTP_USER_AGENT=PHONE)
    phone.give_password()
    return phone


def test_devices_are_listed_this_one_first(priya: User, browser: Browser, phone: Browser) -> None:
    browser.give_password()
    with CaptureQueriesContext(connection) as seen:
        found = devices(priya, browser.session.session_key)
    assert [(d.name, d.here) for d in found] == [
        ("A browser on an unknown system", True),
        ("Safari on iPhone", False),
    ]
    assert len(seen) == 1
    page = browser.get(reverse("devices")).content.decode()
    assert "Safari on iPhone" in page
    assert page.count("(this device)") == 1


def test_a_device_is_signed_out_from_afar(browser: Browser, phone: Browser) -> None:
    browser.give_password()
    browser.post(reverse("end-device"), {"device": phone.row.pk})
    assert not phone.is_in()
    assert browser.is_in()
    assert Entry.objects.filter(verb="sign_out_device").count() == 1


def test_everywhere_else_means_not_here(priya: User, browser: Browser, phone: Browser) -> None:
    browser.give_password()
    Browser().give_password()
    browser.post(reverse("end-other-devices"))
    assert browser.is_in()
    assert Session.objects.filter(user=priya).count() == 1
    assert Entry.objects.get(verb="sign_out_device").facts == {"ended": 2}


def test_nobody_ends_the_session_of_somebody_else(
    browser: Browser, phone: Browser, staff: Any
) -> None:
    other = staff("Grace Okafor")
    other.set_password(PASSWORD)
    other.save()
    browser.give_password("grace.okafor")
    browser.post(reverse("end-device"), {"device": phone.row.pk})
    assert phone.is_in()
    assert not Entry.objects.filter(verb="sign_out_device").exists()


@pytest.mark.parametrize("device", ["", "nonsense", "0" * 64, "'; drop table access_session"])
def test_a_device_that_is_not_there_is_said_to_be_gone(
    browser: Browser, phone: Browser, device: str
) -> None:
    browser.give_password()
    answer = browser.post(reverse("end-device"), {"device": device}, follow=True)
    assert "signed out already" in answer.content.decode()


def test_this_device_ends_by_signing_out_only(browser: Browser, phone: Browser) -> None:
    browser.give_password()
    browser.post(reverse("end-device"), {"device": browser.row.pk})
    assert browser.is_in()


@pytest.mark.parametrize("route", ["end-device", "end-other-devices"])
def test_a_link_cannot_end_a_session(browser: Browser, phone: Browser, route: str) -> None:
    browser.give_password()
    assert browser.get(reverse(route)).status_code == 405
