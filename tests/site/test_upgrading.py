"""A database of an earlier version is brought to this one with its people findable."""

import pytest
from django.db import connection

from breakwater.access.queries import any_named
from breakwater.audit.actions import record
from breakwater.people.models import Profile
from breakwater.people.queries import find
from breakwater.site import database, demo_data
from tests.builders import amelia, as_told, received


def test_migrating_indexes_who_is_not(committed: str, capsys: pytest.CaptureFixture[str]) -> None:
    receipt = received(amelia(given="Upgrade"))
    with connection.cursor() as cursor:
        cursor.execute("truncate people_profile, people_matchkey")
    database.migrate()
    assert "Indexing" in capsys.readouterr().err
    assert Profile.objects.exists()
    assert find(as_told(amelia(given="Upgrade")), receipt.received_at).candidates
    database.migrate()
    assert capsys.readouterr().err == ""


def test_a_dump_restored_into_a_younger_cluster_is_noticed(committed: str) -> None:
    assert not database.numbers_start_again()
    record("test", "test")
    with connection.cursor() as cursor:
        cursor.execute("alter table ledger_entry disable trigger never_changed")
        cursor.execute(
            "update ledger_entry"
            " set xid = (pg_current_xact_id()::text::bigint + 1000000)::text::xid8"
            " where actor = 'test' returning id"
        )
        (one,) = cursor.fetchone()
        assert database.numbers_start_again()
        # The rows of this database stay for other tests.
        cursor.execute("update ledger_entry set xid = pg_current_xact_id() where id = %s", [one])
        cursor.execute("alter table ledger_entry enable trigger never_changed")
    assert not database.numbers_start_again()


@pytest.mark.django_db
def test_the_demos_accounts_are_known_again() -> None:
    ours = {(account.username, account.name) for account in demo_data.ACCOUNTS}
    assert not any_named(ours)
    demo_data.make_teams()
    assert any_named(ours)
    assert not any_named({("hill", "Somebody Else")})
