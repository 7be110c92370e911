import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from psycopg import sql
from psycopg.conninfo import make_conninfo

from breakwater.access.models import Agency, Membership, Team, User
from breakwater.access.policy import Role
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor, TeamKind
from breakwater.access.sessions import MAY_WORK
from tests import clamd


@pytest.fixture(autouse=True)
def plain_static_files(settings: Any) -> None:
    """Static files by their plain names: no test in this process needs them collected."""
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": plain}}


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_blocker,
) -> Iterator[None]:
    """Make the test database, and beside it a copy for tests whose rows really are committed."""
    from django.test.utils import setup_databases, teardown_databases

    suffix = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False, aliases=["default"])
        name = connection.settings_dict["NAME"]
        connection.close()
        connection.close_pool()
        with _server() as server:
            _drop(server, f"committed_{suffix}")
            server.execute(
                sql.SQL("create database {} template {}").format(
                    sql.Identifier(f"committed_{suffix}"), sql.Identifier(name)
                )
            )
    yield
    with django_db_blocker.unblock():
        connection.close_pool()
        with _server() as server:
            _drop(server, f"committed_{suffix}")
        teardown_databases(made, verbosity=0)


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Give each test process its own database, by the name that pytest-xdist gives it."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = f"test_{worker}"


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker) -> Iterator[str]:
    """A database where commits are real; its rows stay until the run ends. Gives its address."""
    suffix = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    name, own = f"committed_{suffix}", connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        _switch(name)
        yield make_conninfo(os.environ["BREAKWATER_TEST_DATABASE"], dbname=name)
        _switch(own)


def _switch(name: str) -> None:
    connection.close()
    connection.close_pool()
    connection.settings_dict["NAME"] = name


def _server() -> psycopg.Connection:
    return psycopg.connect(os.environ["BREAKWATER_TEST_DATABASE"], autocommit=True)


def _drop(server: psycopg.Connection, name: str) -> None:
    server.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def scanner_address() -> Iterator[str]:
    """Where a real clamd of this test process answers; empty where there is none, save in CI."""
    with ExitStack() as stack:
        try:
            address = stack.enter_context(clamd.running())
        except clamd.NoScanner as missing:
            if os.environ.get("CI"):
                raise
            os.environ["BREAKWATER_NO_CLAMD"] = str(missing)
            address = ""
        yield address


@pytest.fixture
def scanner(scanner_address: str, settings: Any) -> str:
    """The hub asks a real clamd."""
    if not scanner_address:
        pytest.skip(os.environ["BREAKWATER_NO_CLAMD"])
    settings.CLAMD_ADDRESS = scanner_address
    return scanner_address


@pytest.fixture
def staff(request: pytest.FixtureRequest) -> Callable[..., User]:
    """Make somebody who works in a team: staff("Priya Hill", TeamKind.TRIAGE)."""

    def make(
        name: str, kind: TeamKind = TeamKind.TRIAGE, role: Role | None = None, team: str = ""
    ) -> User:
        usual = Role.TRIAGE_WORKER if kind is TeamKind.TRIAGE else Role.PRACTITIONER
        agency, _ = Agency.objects.get_or_create(
            name="Wessex Council", defaults={"kind": "social_care", "contact": "01632 960100"}
        )
        found = Team.objects.filter(kind=kind, **({"name": team} if team else {})).first()
        found = found or Team.objects.create(agency=agency, kind=kind, name=team or f"Team {kind}")
        username = name.lower().replace(" ", ".")
        user = User(username=username, name=name, agency=agency)
        user.set_unusable_password()
        user.save()
        Membership.objects.create(user=user, team=found, role=role or usual)
        return user

    return make


@pytest.fixture
def triage(db: None, staff: Callable[..., User]) -> Actor:
    return actor_for(staff("Priya Hill"))


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        session = client.session
        session[MAY_WORK] = True  # as after the second factor
        session.save()
        return client

    return sign_in
