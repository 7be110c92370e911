"""Data keys in the database: wrapped there, opened by DATA_KEYS alone, destroyed for good."""

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from breakwater.vault.actions import destroy, keep, new_key
from breakwater.vault.models import Key
from breakwater.vault.queries import keys_of
from breakwater.vault.rules import DataKey, KeyDestroyed, Keyring, MissingKek, NoKey, key_id_of
from tests.vault.keyrings import a_case, keyring

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kek_2026")]
WHAT = "referral:12:narrative"


def a_kept_key() -> DataKey:
    return new_key(a_case())


def test_a_key_seals_before_its_row_is_there_and_opens_after_it_is_kept() -> None:
    key = new_key()
    sealed = key.seal("A worry", WHAT)
    with pytest.raises(NoKey, match=f"{key.id} is not there"):
        keys_of([key.id])[key.id]
    keep(key, a_case())
    assert keys_of([key_id_of(sealed)])[key.id].unseal_text(sealed, WHAT) == "A worry"


def test_every_key_has_an_id_and_a_secret_of_its_own() -> None:
    keys = [new_key() for _ in range(20)]
    assert len({key.id for key in keys}) == len({key.secret for key in keys}) == 20


def test_the_database_holds_no_key_in_the_clear() -> None:
    key = a_kept_key()
    row = Key.objects.get(pk=key.id)
    assert row.kek == "2026"
    assert key.secret not in bytes(row.wrapped or b"")


def test_keys_of_many_values_cost_one_statement() -> None:
    keys = [a_kept_key() for _ in range(5)]
    with CaptureQueriesContext(connection) as statements:
        found = keys_of([key.id for key in keys])
    assert len(statements) == 1
    assert set(found.values()) == set(keys)


def test_making_and_keeping_a_key_cost_a_statement_each() -> None:
    case = a_case()
    with CaptureQueriesContext(connection) as statements:
        keep(new_key(), case)
    assert len(statements) == 2


def test_a_missing_key_encryption_key_is_named(settings: Any) -> None:
    key = a_kept_key()
    settings.DATA_KEYS = keyring("2027")
    with pytest.raises(MissingKek, match=f"Data key {key.id} needs “2026”"):
        keys_of([key.id])


def test_a_wrong_key_encryption_key_is_named(settings: Any) -> None:
    key = a_kept_key()
    ((_, wrong),) = keyring("wrong").keys
    settings.DATA_KEYS = Keyring((("2026", wrong),))
    with pytest.raises(MissingKek, match=f"{key.id} does not open with “2026”"):
        keys_of([key.id])


def test_a_wrapped_key_put_into_anothers_row_does_not_open() -> None:
    one, other = a_kept_key(), a_kept_key()
    Key.objects.filter(pk=other.id).update(wrapped=Key.objects.get(pk=one.id).wrapped)
    with pytest.raises(MissingKek):
        keys_of([other.id])


def test_what_a_destroyed_key_sealed_is_gone_and_all_else_stays() -> None:
    gone, stays = a_kept_key(), a_kept_key()
    sealed = stays.seal("Another worry", WHAT)
    assert destroy([gone.id]) == 1
    keys = keys_of([gone.id, stays.id])
    with pytest.raises(KeyDestroyed, match=f"{gone.id} was destroyed"):
        keys[gone.id]
    assert keys[stays.id].unseal_text(sealed, WHAT) == "Another worry"
    row = Key.objects.get(pk=gone.id)
    assert (row.wrapped, row.kek) == (None, "")
    assert row.destroyed_at is not None


def test_a_key_is_destroyed_once() -> None:
    key = a_kept_key()
    destroy([key.id])
    moment = Key.objects.get(pk=key.id).destroyed_at
    assert destroy([key.id]) == 0
    assert Key.objects.get(pk=key.id).destroyed_at == moment


def test_the_row_of_a_key_is_never_deleted() -> None:
    key = a_kept_key()
    with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
        Key.objects.filter(pk=key.id).delete()


def test_a_key_is_wrapped_or_destroyed_and_nothing_between() -> None:
    key = a_kept_key()
    with pytest.raises(IntegrityError, match="key_is_wrapped_or_destroyed"), transaction.atomic():
        Key.objects.filter(pk=key.id).update(wrapped=None)
