"""Alive and ready: what a load balancer is told, and that it is told no more."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.test.utils import CaptureQueriesContext

READY = {"status": "ready", "failed": []}


@pytest.fixture
def database_away(django_db_setup: None, django_db_blocker) -> Iterator[None]:
    """The settings point at a port where nothing listens, and the pool gives up soon."""
    kept = dict(connection.settings_dict)
    options = kept["OPTIONS"]
    connection.close()
    connection.close_pool()
    connection.settings_dict |= {
        "HOST": "127.0.0.1",
        "PORT": "1",
        "OPTIONS": options | {"pool": options["pool"] | {"timeout": 0.3}, "connect_timeout": 1},
    }
    with django_db_blocker.unblock():
        yield
        connection.close()
        connection.close_pool()
    connection.settings_dict |= kept


@pytest.mark.django_db
def test_ready_when_all_is_well() -> None:
    response = Client().get("/readyz")
    assert (response.status_code, response.json()) == (200, READY)


@pytest.mark.django_db
@pytest.mark.parametrize("app", ["people", "procrastinate", "mfa"])
def test_not_ready_when_a_migration_is_missing(app: str) -> None:
    MigrationRecorder.Migration.objects.filter(app=app).delete()
    response = Client().get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"status": "not ready", "failed": ["migrations"]}


def test_not_ready_when_the_database_is_away(database_away: None) -> None:
    response = Client().get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"status": "not ready", "failed": ["database", "migrations"]}


def test_alive_though_the_database_is_away(database_away: None) -> None:
    response = Client().get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "alive"})


def test_a_failure_names_the_check_and_nothing_of_the_database(database_away: None) -> None:
    page = Client().get("/readyz")
    told = page.content.decode() + str(page.headers)
    settings = connection.settings_dict
    for secret in (
        settings["PASSWORD"],
        settings["USER"],
        settings["NAME"],
        "127.0.0.1",
        "refused",
    ):
        assert not secret or secret not in told


@pytest.mark.django_db
def test_alive_asks_the_database_nothing() -> None:
    with CaptureQueriesContext(connection) as captured:
        Client().get("/healthz")
    assert len(captured) == 0


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_no_answer_may_be_kept_by_a_proxy(path: str) -> None:
    assert Client().get(path).headers["Cache-Control"] == "no-store"
