"""A ledger of its own for tests that sequence, sign and tamper: really committed, then dropped."""

from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from psycopg import sql
from psycopg.conninfo import make_conninfo

from tests.ledgers import Ledger


@pytest.fixture
def fresh(committed: str, tmp_path: Path) -> Iterator[Ledger]:
    """A copy of the committed database, whose ledger is emptied; dropped at the end."""
    own = connection.settings_dict["NAME"]
    name = f"ledger_{own}"
    server = make_conninfo(committed, dbname="postgres")

    def drop() -> None:
        with psycopg.connect(server, autocommit=True) as admin:
            admin.execute(
                sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name))
            )

    def switch(to: str) -> None:
        connection.close()
        connection.close_pool()
        connection.settings_dict["NAME"] = to

    switch(own)
    drop()
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(
            sql.SQL("create database {} template {}").format(
                sql.Identifier(name), sql.Identifier(own)
            )
        )
    switch(name)
    ledger = Ledger(make_conninfo(committed, dbname=name), tmp_path)
    with psycopg.connect(ledger.address, autocommit=True) as superuser:
        superuser.execute("set session_replication_role = replica")
        superuser.execute(
            "truncate ledger_entry, ledger_waiting, ledger_leaf, ledger_node, ledger_checkpoint"
        )
    yield ledger
    switch(own)
    drop()


@pytest.fixture
def signed(fresh: Ledger) -> Callable[[int], Ledger]:
    """A ledger of so many entries, about the cases 5 and 6 in turn, a checkpoint for every two."""

    def make(entries: int = 12) -> Ledger:
        for number in range(entries):
            fresh.write(f"verb_{number}", case=5 + number % 2)
            if number % 2:
                fresh.sign()
        fresh.sign()
        return fresh

    return make
