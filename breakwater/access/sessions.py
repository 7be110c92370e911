"""Django's sessions, kept in access.models.Session under the hash of their key.

The browser holds the key; the table holds SHA-256 of it, so that who reads the table, a dump or a
backup can be nobody. In this process `session_key` is the key itself: the database door is asked
with it. Besides what Django keeps, a row says whose session it is, on which device, whether the
second factor was given, and until when it lasts: at most SESSION_COOKIE_AGE seconds from signing in
and SESSION_IDLE_SECONDS from the last request. A session that ended is a row that is gone.
"""

import hashlib
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import SESSION_KEY as USER_ID
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import CreateError, UpdateError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

# What the session's content says of itself, and its row repeats for the database to read.
MAY_WORK, DEVICE, BEGAN = "may_work", "device", "began"
# A row is touched at most this often, so that reading pages does not mean writing rows.
TOUCHED_EVERY = timedelta(minutes=1)


def hashed(key: str) -> str:
    """What the table knows a key by."""
    return hashlib.sha256(key.encode()).hexdigest()


def idle_time() -> timedelta:
    return timedelta(seconds=settings.SESSION_IDLE_SECONDS)


class SessionStore(db.SessionStore):
    # A page asks by itself, with perhaps nobody at the keyboard: that keeps no session awake.
    unattended = False

    @classmethod
    def get_model_class(cls) -> Any:
        from breakwater.access.models import Session

        return Session

    def load(self) -> dict[str, Any]:
        """The content of a session that still lasts. 1 SQL statement, once a minute 2."""
        now = timezone.now()
        lasting = self.model.objects.filter(expire_date__gt=now, idle_until__gt=now)
        row: Any = lasting.filter(pk=hashed(self.session_key or "")).first()
        if row is None:
            self._session_key = None
            return {}
        if not self.unattended and row.idle_until < now + idle_time() - TOUCHED_EVERY:
            self.model.objects.filter(pk=row.pk).update(idle_until=now + idle_time())
        return dict(self.decode(row.session_data))

    def exists(self, session_key: str) -> bool:
        return bool(self.model.objects.filter(pk=hashed(session_key)).exists())

    def save(self, must_create: bool = False) -> None:
        """Raise UpdateError when the session was ended meanwhile: it must not come back."""
        if self.session_key is None:
            return self.create()
        row = self._row(self._get_session(no_load=must_create))  # type: ignore[attr-defined]
        key = hashed(self.session_key)
        if not must_create:
            if not self.model.objects.filter(pk=key).update(**row):
                raise UpdateError
            return None
        try:
            with transaction.atomic():
                self.model.objects.create(pk=key, idle_until=timezone.now() + idle_time(), **row)
        except IntegrityError:
            raise CreateError from None
        return None

    def _row(self, content: dict[str, Any]) -> dict[str, Any]:
        began = datetime.fromtimestamp(content.get(BEGAN, time.time()), UTC)
        return {
            "session_data": self.encode(content),
            "user_id": int(content[USER_ID]) if USER_ID in content else None,
            "device": content.get(DEVICE, ""),
            "may_work": bool(content.get(MAY_WORK)),
            "started_at": began,
            # Counted from signing in: neither use nor a new key makes a session last longer.
            "expire_date": began + timedelta(seconds=settings.SESSION_COOKIE_AGE),
        }

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            self.model.objects.filter(pk=hashed(key)).delete()

    @classmethod
    def clear_expired(cls) -> None:
        now = timezone.now()
        over = Q(expire_date__lt=now) | Q(idle_until__lt=now)
        cls.get_model_class().objects.filter(over).delete()

    # Django's own asynchronous ways would write the key as it is.
    async def aload(self) -> dict[str, Any]:
        return await sync_to_async(self.load)()

    async def aexists(self, session_key: str) -> bool:
        return await sync_to_async(self.exists)(session_key)

    async def acreate(self) -> None:
        await sync_to_async(self.create)()

    async def asave(self, must_create: bool = False) -> None:
        await sync_to_async(self.save)(must_create)

    async def adelete(self, session_key: str | None = None) -> None:
        await sync_to_async(self.delete)(session_key)

    @classmethod
    async def aclear_expired(cls) -> None:
        await sync_to_async(cls.clear_expired)()
