"""What all processes must count together: attempts to sign in, codes that were used.

Django's own database cache would store what is counted (addresses) in clear and read its values
with pickle. This one stores a keyed hash as the key and JSON as the value, and `add` is one
statement, so that of two processes only one can succeed.
"""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import connection
from django.utils import timezone

UPSERT = """
insert into access_sharedvalue as kept (key, value, expires) values (%s, %s, %s)
on conflict (key) do update set value = excluded.value, expires = excluded.expires
"""


def hidden(key: str, _prefix: str, version: int) -> str:
    """KEY_FUNCTION: without the hub's secret nobody can try which address a key stands for."""
    words = f"shared value:{version}:{key}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), words, hashlib.sha256).hexdigest()


COUNT = """
insert into access_sharedvalue as kept (key, value, expires)
values (%s, '1', clock_timestamp() + make_interval(secs => %s))
on conflict (key) do update set
  value = case when kept.expires > clock_timestamp() then (kept.value::bigint + 1)::text
    else '1' end,
  expires = case when kept.expires > clock_timestamp() then kept.expires
    else excluded.expires end
returning value::bigint, extract(epoch from expires - clock_timestamp())
"""


class SharedValues(BaseCache):
    def __init__(self, _location: str, params: dict[str, Any]):
        super().__init__(params)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        with connection.cursor() as cursor:
            cursor.execute(
                "select value from access_sharedvalue where key = %s and expires > %s",
                [self.make_key(key, version), timezone.now()],
            )
            row = cursor.fetchone()
        return json.loads(row[0]) if row else default

    def set(
        self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        self._put(UPSERT, key, value, timeout, version)

    def add(
        self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        only_over = f"{UPSERT} where kept.expires <= clock_timestamp()"
        return bool(self._put(only_over, key, value, timeout, version))

    def count(self, key: str, span: timedelta) -> tuple[int, float]:
        """Count one more; return how many within the span, and for how many seconds it lasts yet.

        Of all who count at once, each gets a number of its own. 1 SQL statement.
        """
        with connection.cursor() as cursor:
            cursor.execute(COUNT, [self.make_key(key), span.total_seconds()])
            number, left = cursor.fetchone()
        return int(number), float(left)

    def delete(self, key: str, version: int | None = None) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(
                "delete from access_sharedvalue where key = %s", [self.make_key(key, version)]
            )
            return cursor.rowcount > 0

    def clear(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("delete from access_sharedvalue")

    def _put(self, sql: str, key: str, value: Any, timeout: Any, version: int | None) -> int:
        seconds = self.get_backend_timeout(timeout)
        until = (
            datetime.fromtimestamp(seconds, UTC) if seconds else datetime.max.replace(tzinfo=UTC)
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, [self.make_key(key, version), json.dumps(value), until])
            return cursor.rowcount
