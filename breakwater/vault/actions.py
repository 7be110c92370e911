"""Making, keeping and destroying data keys. The caller's action writes the ledger entry."""

import os
from collections.abc import Collection

from django.conf import settings
from django.db import connection
from django.db.models.functions import Now

from breakwater.vault.models import Key
from breakwater.vault.rules import KEY_BYTES, DataKey


def new_key(case_id: int | None = None) -> DataKey:
    """Make a data key in memory, its id taken from the sequence: it can seal before its row is.

    1 SQL statement. With `case_id` its row is kept at once, 1 more; else call keep().
    """
    with connection.cursor() as cursor:
        cursor.execute("select nextval(pg_get_serial_sequence('vault_key', 'id'))")
        key = DataKey(cursor.fetchone()[0], os.urandom(KEY_BYTES))
    if case_id is not None:
        keep(key, case_id)
    return key


def keep(key: DataKey, case_id: int) -> None:
    """Store the key wrapped, in the transaction that stores what it sealed. 1 SQL statement."""
    wrapped, kek = settings.DATA_KEYS.wrap(key)
    Key.objects.bulk_create([Key(pk=key.id, case_id=case_id, wrapped=wrapped, kek=kek)])


def destroy(ids: Collection[int]) -> int:
    """Make all that these keys sealed unreadable for good; return how many were not so before.

    1 SQL statement. Backups older than this still hold the wrapped key: docs/decisions/010.
    """
    standing = Key.objects.filter(pk__in=ids, destroyed_at=None)
    return standing.update(wrapped=None, kek="", destroyed_at=Now())
