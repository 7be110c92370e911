"""What django-allauth asks of the hub. Settings name these classes."""

import base64
import time
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.utils.html import format_html

from breakwater.access.signin import throttle
from breakwater.access.signin.actions import note
from breakwater.access.signin.queries import factors
from breakwater.access.signin.rules import FRESH

TOO_MANY = "You have entered too many wrong codes. Wait 5 minutes, then enter a new one"


class AccountAdapter(DefaultAccountAdapter):
    error_messages: ClassVar = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": TOO_MANY,
        "rate_limited": TOO_MANY,
        "incorrect_password": "Enter the password that you sign in with",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_ajax(self, request: HttpRequest) -> bool:
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """The views say what happened in the hub's own words."""

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Who it is, or None: the same words, work and count for a name that nobody has."""
        counted = throttle.count_attempt(
            request, credentials["username"], throttle.address_of(request)
        )
        user = authenticate(request, **credentials)
        if user is not None:
            for usage in counted:
                usage.rollback()
        return user

    def reauthenticate(self, user: Any, password: str) -> bool:
        found = self.authenticate(context.request, username=user.username, password=password)
        right = found is not None and found.pk == user.pk
        note(user, "confirm_identity", allowed=right, by=["password"])
        return right

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Who has signed in this very minute need not do it twice."""
        request = context.request
        records = get_authentication_records(request, request.user)
        latest = max((given["at"] for given in records), default=0.0)
        return bool(time.time() - latest > FRESH.total_seconds())


class FactorAdapter(DefaultMFAAdapter):
    error_messages: ClassVar = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "The code is wrong or was used before. Enter the newest one",
    }

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """What a passkey is called that its owner gave no name."""
        count = len(factors(user).passkeys)
        return f"Passkey {count + 1}" if count else "Passkey"

    def get_totp_issuer(self) -> str:
        return "Breakwater"

    def _get_site_name(self) -> str:
        return "Breakwater"

    def build_totp_svg(self, url: str) -> str:
        """The code as one path: no inline style and no address, which the policy forbids."""
        import qrcode

        code = qrcode.QRCode(border=4)
        code.add_data(url)
        rows = code.get_matrix()
        path = "".join(
            f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark
        )
        return format_html(
            '<svg class="bw-qr" viewBox="0 0 {size} {size}" role="img" aria-label="{label}">'
            '<path d="{path}"/></svg>',
            size=len(rows),
            label="QR code to scan with an authenticator app",
            path=path,
        )

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _box().decrypt(encrypted_text.encode()).decode()

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """No mails about factors: the ledger and the person's own page say it."""


def _box() -> MultiFernet:
    """Seals the secrets of apps and recovery codes with a key of their own from SECRET_KEY."""
    secrets = [str(settings.SECRET_KEY), *map(str, settings.SECRET_KEY_FALLBACKS)]
    keys = [
        HKDF(SHA256(), length=32, salt=None, info=b"breakwater second factors").derive(
            secret.encode()
        )
        for secret in secrets
    ]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])
