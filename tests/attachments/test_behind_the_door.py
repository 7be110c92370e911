"""What the application's own login in the database can read of documents and keys: nothing, but
through the door."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from breakwater.access.models import User
from breakwater.access.queries import actor_for
from breakwater.access.rules import TeamKind
from breakwater.attachments.actions import attach
from breakwater.site.login import application_url
from tests.attachments.documents import TEXT, a_case_of


@pytest.fixture
def document(committed: str, staff: Callable[..., User], scanner: str) -> tuple[int, int, User]:
    worker = User.objects.filter(username="door.documents").first() or staff(
        "Door Documents", TeamKind.CAIT
    )
    case = a_case_of(worker)
    return case, attach(actor_for(worker), case, name="a.txt", content=TEXT), worker


def counts(session: psycopg.Connection, case: int) -> tuple[int, int]:
    return tuple(
        session.execute(f"select count(*) from {table} where case_id = %s", [case]).fetchone()[0]
        for table in ("attachments_document", "vault_key")
    )  # type: ignore[return-value]


def test_raw_sql_of_the_application_sees_neither_document_nor_key(
    committed: str, document: tuple[int, int, User]
) -> None:
    case, *_ = document
    with psycopg.connect(committed) as owner:
        assert counts(owner, case) == (1, 1)
    with psycopg.connect(application_url(committed)) as application:
        assert counts(application, case) == (0, 0)


def test_a_look_shows_the_documents_and_keys_of_its_case_alone(
    committed: str, document: tuple[int, int, User], staff: Callable[..., User]
) -> None:
    case, _, worker = document
    other = a_case_of(worker)
    attach(actor_for(worker), other, name="b.txt", content=TEXT)
    with psycopg.connect(committed, autocommit=True) as owner:
        look = (
            "select capability from door.look('', %s, %s, 'open_case', 'open_case', '', 'work',"
            " '{}', true)"
        )
        (capability,) = owner.execute(look, [worker.pk, [case]]).fetchone() or ("",)
    with psycopg.connect(application_url(committed)) as application:
        application.execute("select set_config('door.capabilities', %s, true)", [str(capability)])
        assert counts(application, case) == (1, 1)
        assert counts(application, other) == (0, 0)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute("delete from vault_key where case_id = %s", [case])


def test_orphans_are_not_looked_for_by_a_login_that_sees_no_rows(
    committed: str, document: tuple[int, int, User], root: Path
) -> None:
    environ = os.environ | {"ATTACHMENTS_ROOT": str(root)}

    def command(url: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "breakwater.site.cli", "documents", "--remove"],
            env=environ | {"DATABASE_URL": url}, capture_output=True, text=True, timeout=60,
            check=False,
        )  # fmt: skip

    (path,) = [path for path in root.rglob("*") if path.is_file()]
    os.utime(path, (0, 0))
    refused = command(application_url(committed))
    assert refused.returncode == 1
    assert "Run this as the owner of the database" in refused.stderr
    assert path.exists()
    done = command(committed)
    assert json.loads(done.stdout)["orphans_removed"] == 0
    assert path.exists()
