"""Hubs on real committed databases that differ in one case alone, which the walkers may not see: in
one it is not there, in its twins it is restricted, or each of them is shut out of it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import psycopg
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql.base import DatabaseWrapper
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from breakwater.site.login import application_url
from tests.access.twin_stories import (
    Forbidden,
    Thing,
    World,
    arrives_later,
    everything,
    forbidden_case,
    seen_at_once,
)


def connected(url: str) -> BaseDatabaseWrapper:
    parts = conninfo_to_dict(url)
    given = connections.settings["default"] | {
        "NAME": parts.pop("dbname"), "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""), "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""), "CONN_MAX_AGE": None,
        "OPTIONS": {"connect_timeout": 5, **parts},
    }  # fmt: skip
    return DatabaseWrapper(given, "default")


@contextmanager
def inside(wrapper: BaseDatabaseWrapper) -> Iterator[None]:
    """Whatever asks the database now asks this one."""
    before = connections["default"]
    connections["default"] = wrapper
    try:
        yield
    finally:
        connections["default"] = before


def within_a_minute(seconds: int) -> None:
    """Wait for the next minute when less than these seconds are left of this one.

    What the database says of a moment is shown by the minute; what was done at one moment in each
    world must not lie astride of two.
    """
    if (left := 60 - time.time() % 60) < seconds:
        time.sleep(left)


class Builder:
    """Makes worlds out of a migrated, empty database and drops them at the end."""

    def __init__(self, server: str, empty: str, prefix: str):
        self.server, self.empty, self.prefix = server, empty, prefix
        self.made: list[str] = []
        self.wrappers: list[BaseDatabaseWrapper] = []
        self.base: World | None = None

    def worlds(self) -> tuple[World, dict[str, World]]:
        """A world without the forbidden case, and its twins with it; ids of all else are equal."""
        if self.base is None:
            url = self._copy(self.empty)
            with self._owner(url):
                self.base = everything(url)
        name = str(conninfo_to_dict(self.base.url)["dbname"])
        one, *twins = (replace(self.base, url=self._copy(name)) for _ in range(1 + len(Forbidden)))
        things = set()
        for twin, why in zip(twins, Forbidden, strict=True):
            with self._owner(twin.url):
                things.add(forbidden_case(twin, why))
        (forbidden,) = things  # the same numbers in each
        within_a_minute(10)
        made = [self._opened(world, forbidden) for world in (one, *twins)]
        return made[0], dict(zip(Forbidden, made[1:], strict=True))

    def _opened(self, world: World, forbidden: Thing) -> World:
        with psycopg.connect(world.url, autocommit=True) as owner:
            # That rows were made elsewhere in the hub a number tells anybody; not what rows.
            owner.execute(
                "select setval(format('%I.%I', schemaname, sequencename)::regclass, 1000000)"
                " from pg_sequences where schemaname = 'public'"
            )
        with self._owner(world.url):
            seen_at_once(world.own, forbidden)
        made = replace(world, forbidden=forbidden, wrapper=self._application(world.url))
        with inside(made.wrapper):
            arrives_later()
        return made

    def close(self) -> None:
        for wrapper in self.wrappers:
            wrapper.close()
        with psycopg.connect(self.server, autocommit=True) as server:
            for name in self.made:
                server.execute(
                    sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name))
                )

    def _copy(self, template: str) -> str:
        name = f"{self.prefix}_{len(self.made)}"
        with psycopg.connect(self.server, autocommit=True) as server:
            drop = sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name))
            server.execute(drop)
            make = sql.SQL("create database {} template {}")
            server.execute(make.format(sql.Identifier(name), sql.Identifier(template)))
        self.made.append(name)
        return make_conninfo(self.server, dbname=name)

    @contextmanager
    def _owner(self, url: str) -> Iterator[None]:
        wrapper = connected(url)
        with inside(wrapper):
            yield
        wrapper.close()

    def _application(self, url: str) -> BaseDatabaseWrapper:
        wrapper = connected(application_url(url))
        self.wrappers.append(wrapper)
        return wrapper
