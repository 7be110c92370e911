"""Every route is walked by every role in two worlds that differ in a case they may not see: no
byte of an answer differs, and no statement."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from tests.access import walking
from tests.access.routes import LAST, ROUTES, Walker
from tests.access.twin_worlds import GUARD, Builder, Forbidden
from tests.access.walking import Step, Walk, ask


@pytest.fixture(scope="module")
def builder(django_db_setup: None, django_db_blocker: Any) -> Iterator[Builder]:
    suffix = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    with django_db_blocker.unblock():
        empty = str(connection.settings_dict["NAME"])
        connection.close()
        connection.close_pool()
        made = Builder(os.environ["BREAKWATER_TEST_DATABASE"], empty, f"twin_{suffix}")
        yield made
        made.close()


@pytest.fixture(autouse=True)
def surroundings(
    monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """One moment for all that Python says of time; the sealed files of all worlds in one place."""
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
    settings.ATTACHMENTS_ROOT = tmp_path_factory.getbasetemp() / "twins"
    settings.CLAMD_ADDRESS = ""


def named(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from named(pattern.url_patterns, f"{before}{pattern.pattern}")
        else:
            yield pattern.name or f"{before}{pattern.pattern}"


def test_every_route_is_in_the_table_and_no_other() -> None:
    routes = list(named(get_resolver().url_patterns))
    unknown, gone = sorted(set(routes) - ROUTES.keys()), sorted(ROUTES.keys() - set(routes))
    assert not unknown, (
        f"{', '.join(unknown)}: not in tests/access/routes.py. Add a line for each that says who "
        "gets in and what its address is made of, so that the twin worlds are walked there too."
    )
    assert not gone, f"{', '.join(gone)}: in tests/access/routes.py, but no route any more."
    assert len(routes) == len(set(routes)), "two routes have one name"


@pytest.mark.parametrize("why", Forbidden)
def test_no_byte_tells_of_a_case_that_one_may_not_see(builder: Builder, why: Forbidden) -> None:
    walk = Walk(*builder.pair(why))
    walk.take(walking.gets())
    walk.take(walking.posts(walk.worlds[0], (name for name in ROUTES if name not in LAST)))
    walk.take(walking.gets_again())
    walk.take(walking.posts(walk.worlds[0], LAST))
    figures = walk.figures
    print(
        f"\ntwin worlds, {why}: {figures.routes} routes, {figures.walkers} walkers, "
        f"{figures.answers:,} answers, {figures.of_bytes:,} bytes, {figures.statements:,} "
        f"statements compared; {dict(sorted(figures.statuses.items()))}"
    )
    assert not walk.wrong, f"{len(walk.wrong)} tell-tales\n" + "\n".join(walk.wrong)


@pytest.mark.parametrize("why", Forbidden)
def test_who_may_see_the_case_gets_other_answers_in_the_two_worlds(
    builder: Builder, why: Forbidden
) -> None:
    """Else the walk above would compare pages on which nothing could ever differ."""
    one, twin = builder.pair(why)
    seen = {}
    asked = ("referral", "own"), ("referral", "forbidden"), ("person-history", "own")
    for route, about in (*asked, ("documents", "forbidden")):
        step = Step(GUARD, route, (about,))
        first, second = (ask(world, world.client(GUARD), step) for world in (one, twin))
        seen[route, about] = (first.status, second.status, first.body == second.body)
    assert seen == {
        ("referral", "own"): (200, 200, False),
        ("referral", "forbidden"): (404, 200, False),
        ("person-history", "own"): (200, 200, False),
        ("documents", "forbidden"): (404, 200, False),
    }


def test_who_splits_somebody_off_reads_who_is_meant(builder: Builder) -> None:
    """Such a page reads through the door too, which the owner of the database would not notice."""
    world, _ = builder.pair(Forbidden.RESTRICTED)
    for route, about in (("split", ("own",)), ("join", ("own", "own"))):
        step = Step(Walker.TRIAGE_WORKER, route, about)
        assert b"Amelia Hartley" in ask(world, world.client(step.walker), step).body
