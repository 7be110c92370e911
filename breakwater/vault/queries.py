"""Reads of data keys."""

from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Max

from breakwater.vault.models import Key
from breakwater.vault.owner import check_sees_every_row
from breakwater.vault.rules import Keyring, Keys, MissingKek


@dataclass(frozen=True)
class WrappedBy:
    """How many data keys a key-encryption key wraps, and what is wrong with it, if anything."""

    name: str
    keys: int
    problem: str


def keys_of(ids: Collection[int]) -> Keys:
    """The data keys with these ids, unwrapped, where they are open to the reader. 1 SQL statement.

    Raise MissingKek when DATA_KEYS does not open one.
    """
    rows = list(Key.objects.filter(pk__in=set(ids)).values_list("pk", "wrapped", "kek"))
    ring: Keyring = settings.DATA_KEYS
    opened = {
        key_id: ring.unwrap(key_id, bytes(wrapped), kek)
        for key_id, wrapped, kek in rows
        if wrapped is not None
    }
    return Keys(opened, frozenset(key_id for key_id, wrapped, _ in rows if wrapped is None))


def wrapped_by() -> list[WrappedBy]:
    """Each name in DATA_KEYS or in the database, newest first; one key of each is tried.

    3 SQL statements. Raise NotAsOwner for a login that does not see all of them: it would find
    that an old name may go while it is needed.
    """
    check_sees_every_row("vault_key")
    standing = Key.objects.filter(destroyed_at=None)
    counts = {
        kek: (number, last)
        for kek, number, last in standing.order_by()
        .values("kek")
        .annotate(number=Count("pk"), last=Max("pk"))
        .values_list("kek", "number", "last")
    }
    samples = {
        kek: _problem(pk, bytes(wrapped), kek)
        for pk, wrapped, kek in Key.objects.filter(
            pk__in=[last for _, last in counts.values()]
        ).values_list("pk", "wrapped", "kek")
        if wrapped is not None
    }
    names = [*settings.DATA_KEYS.names, *sorted(set(counts) - set(settings.DATA_KEYS.names))]
    return [WrappedBy(name, counts.get(name, (0, 0))[0], samples.get(name, "")) for name in names]


def _problem(key_id: int, wrapped: bytes, kek: str) -> str:
    try:
        settings.DATA_KEYS.unwrap(key_id, wrapped, kek)
    except MissingKek as missing:
        return str(missing)
    return ""
