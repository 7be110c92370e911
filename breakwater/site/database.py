"""Which database a command works on, ready to use: DATABASE_URL, else the demo's embedded one."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from breakwater.site.postgres import Cluster, running

DEMO_DATABASE = "breakwater"


def var_folder() -> Path:
    """Return where this checkout keeps what it makes at run time."""
    return Path(os.environ.get("BREAKWATER_VAR", Path.cwd() / "var"))


def demo_folder() -> Path:
    return var_folder() / "postgres"


@contextmanager
def one_off() -> Iterator[None]:
    """Set Django up for a command that runs and ends, on DATABASE_URL or the demo's database.

    The embedded cluster is started when it does not run, and then stopped again at the end.
    """
    os.environ["BREAKWATER_ONE_OFF"] = "1"
    if os.environ.get("DATABASE_URL"):
        start_django()
        yield
        return
    print("Using the demo's database under var/; set DATABASE_URL for another.", file=sys.stderr)
    os.environ.setdefault("DEMO", "1")
    with demo_database():
        start_django()
        migrate()
        try:
            yield
        finally:
            close_connections()


@contextmanager
def demo_database() -> Iterator[None]:
    """Have the demo's embedded database running, as DATABASE_URL; the last user stops it."""
    with running(demo_folder()) as cluster:
        os.environ["DATABASE_URL"] = _address(cluster)
        yield


def _address(cluster: Cluster) -> str:
    if not cluster.database_exists(DEMO_DATABASE):
        cluster.create_database(DEMO_DATABASE)
    return cluster.url(DEMO_DATABASE)


@contextmanager
def scratch(name: str) -> Iterator[None]:
    """Make a database of its own beside DATABASE_URL's, and drop it at the end."""
    beside = os.environ["DATABASE_URL"]
    with psycopg.connect(beside, autocommit=True) as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    os.environ["DATABASE_URL"] = make_conninfo(beside, dbname=name)
    try:
        yield
    finally:
        os.environ["DATABASE_URL"] = beside
        with psycopg.connect(beside, autocommit=True) as connection:
            connection.execute(
                sql.SQL("drop database {} with (force)").format(sql.Identifier(name))
            )


def start_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "breakwater.site.settings")
    django.setup()


def migrate(verbosity: int = 0) -> None:
    """Apply what is missing, and index who is not; costs next to nothing when nothing is."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=verbosity, interactive=False)
    from breakwater.people import index

    if missing := index.missing():
        print(f"Indexing {missing:,} mentions for look-ups ...", file=sys.stderr, flush=True)
        index.build()


def numbers_start_again() -> bool:
    """Whether the ledger holds transaction numbers that this cluster has yet to give."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "select exists (select from ledger_entry"
            " where xid >= pg_snapshot_xmax(pg_current_snapshot()))"
        )
        return bool(cursor.fetchone()[0])


def close_connections() -> None:
    """Give the pool's connections back, so that a database can be stopped or dropped."""
    from django.db import connection

    connection.close()
    pool = getattr(connection, "close_pool", None)
    if pool:
        pool()
