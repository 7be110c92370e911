"""A database of an earlier version is brought to this one with its people findable."""

import pytest
from django.db import connection

from breakwater.people.models import Profile
from breakwater.people.queries import find
from breakwater.site import database
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
