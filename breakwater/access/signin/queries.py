"""Reads of the pages about one's own sign-in."""

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.utils import timezone

from breakwater.access.models import Session, User
from breakwater.access.sessions import hashed, idle_time


@dataclass(frozen=True)
class Device:
    """Where somebody is signed in. `key` is the hash of the session's key: it opens nothing."""

    key: str
    name: str
    started_at: datetime
    last_used: datetime
    here: bool


@dataclass(frozen=True)
class Passkey:
    id: int
    name: str
    added_at: datetime
    used_at: datetime | None


@dataclass(frozen=True)
class Factors:
    """The second factors that somebody has set up."""

    app_added_at: datetime | None
    passkeys: list[Passkey]
    codes_left: int | None

    @property
    def any(self) -> bool:
        return self.app_added_at is not None or bool(self.passkeys)


def devices(user: User, session_key: str) -> list[Device]:
    """This device first, then by last use. 1 SQL statement."""
    own, now = hashed(session_key), timezone.now()
    rows = Session.objects.filter(user=user, expire_date__gt=now, idle_until__gt=now)
    found = [
        Device(row.pk, row.device, row.started_at, row.idle_until - idle_time(), row.pk == own)
        for row in rows.order_by("-idle_until").defer("session_data")
        if row.idle_until is not None
    ]
    return sorted(found, key=lambda device: not device.here)


def factors(user: User) -> Factors:
    """1 SQL statement."""
    app: datetime | None = None
    passkeys: list[Passkey] = []
    left: int | None = None
    for row in Authenticator.objects.filter(user=user).order_by("created_at"):
        if row.type == Authenticator.Type.TOTP:
            app = row.created_at
        elif row.type == Authenticator.Type.WEBAUTHN:
            passkeys.append(Passkey(row.pk, row.wrap().name, row.created_at, row.last_used_at))
        else:
            left = len(row.wrap().get_unused_codes())
    return Factors(app, passkeys, left)
