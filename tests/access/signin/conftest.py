from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse

from breakwater.access.models import Session, User
from breakwater.access.sessions import hashed

PASSWORD = "a-long-enough-password"


@pytest.fixture
def outside_demo(settings: Any) -> None:
    settings.DEMO = False


@pytest.fixture
def priya(db: None, staff: Callable[..., User]) -> User:
    user = staff("Priya Hill")
    user.set_password(PASSWORD)
    user.save()
    return user


class Browser(Client):
    """A browser of somebody, which signs in as a person does."""

    def give_password(self, username: str = "priya.hill", password: str = PASSWORD) -> Any:
        return self.post(reverse("sign-in"), {"username": username, "password": password})

    def give_code(self, code: str) -> Any:
        return self.post(reverse("mfa_authenticate"), {"code": code})

    def set_up_app(self) -> str:
        """Set up an authenticator app; return its secret."""
        page = self.get(reverse("mfa_activate_totp"))
        assert page.status_code == 200, page.headers.get("Location")
        secret = self.session["mfa.totp.secret"]
        done = self.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
        assert done.status_code == 302, done.content.decode()
        return str(secret)

    def recovery_codes(self) -> list[str]:
        page = self.get(reverse("mfa_view_recovery_codes")).content.decode()
        lines = page.partition("bw-codes")[2].partition("</ul>")[0].split("<li>")[1:]
        return [line.partition("</li>")[0].replace(" ", "") for line in lines]

    @property
    def row(self) -> Session:
        """What the table holds of this browser's session."""
        key = self.cookies[django_settings.SESSION_COOKIE_NAME].value
        return Session.objects.get(pk=hashed(key))

    def is_in(self) -> bool:
        return self.get(reverse("roles")).status_code == 200


def code_of(secret: str, steps: int = 0) -> str:
    """The code that an app shows, or showed some half minutes ago."""
    import time

    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


@pytest.fixture
def browser() -> Browser:
    return Browser()


@pytest.fixture
def another() -> Browser:
    return Browser()
