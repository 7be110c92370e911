"""Wrapping every data key anew with the newest key-encryption key. Content is not touched."""

from collections.abc import Callable

from django.conf import settings
from django.db import connection, transaction

from breakwater.audit.actions import record
from breakwater.vault.models import Key
from breakwater.vault.queries import wrapped_by
from breakwater.vault.rules import Keyring, MissingKek

CHUNK = 1000


def left() -> int:
    """How many data keys are not wrapped by the newest key-encryption key. 1 SQL statement."""
    return Key.objects.filter(destroyed_at=None).exclude(kek=settings.DATA_KEYS.newest).count()


def rotate(advance: Callable[[int], object] = lambda number: None, chunk: int = CHUNK) -> int:
    """Wrap anew what an older key wraps, a transaction a chunk; return how many were.

    Readers are never in the way: they find a key wrapped by the old or by the new one. Killed at
    any moment, it goes on where it was. Raise MissingKek, before anything is done, when a name
    that is in use is not in DATA_KEYS or opens nothing.
    """
    ring: Keyring = settings.DATA_KEYS
    newest = ring.newest
    if problems := [each.problem for each in wrapped_by() if each.problem]:
        raise MissingKek("\n".join(problems))
    done = last = 0
    while True:
        with transaction.atomic():
            rows = list(
                Key.objects.select_for_update()
                .filter(pk__gt=last, destroyed_at=None)
                .exclude(kek=newest)
                .order_by("pk")
                .values_list("pk", "wrapped", "kek")[:chunk]
            )
            if not rows:
                return done
            _write(
                [
                    (pk, ring.wrap(ring.unwrap(pk, bytes(wrapped), kek))[0])
                    for pk, wrapped, kek in rows
                    if wrapped is not None
                ],
                newest,
            )
            record("operator", "rotate_keys", subject=f"kek:{newest}", facts={"keys": len(rows)})
        done, last = done + len(rows), rows[-1][0]
        advance(len(rows))


def _write(wrapped: list[tuple[int, bytes]], kek: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "update vault_key set wrapped = new.wrapped, kek = %s"
            " from unnest(%s::bigint[], %s::bytea[]) as new(id, wrapped)"
            " where vault_key.id = new.id",
            [kek, [pk for pk, _ in wrapped], [each for _, each in wrapped]],
        )
