"""Every route is walked by every role in worlds that differ in a case they may not see: no byte of
an answer differs, and no statement."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from tests.access import walking
from tests.access import routes as _r
MINE = {n: _r.ROUTES[n] for n in ("told","share","share-parts","withhold","recall-disclosure","correct-disclosure","sign-disclosure")}
_r.ROUTES.clear(); _r.ROUTES.update(MINE); _r.LAST = ()
from tests.access.routes import LAST, ROUTES, Walker
from tests.access.twin_stories import GUARD, Forbidden, World
from tests.access.twin_worlds import Builder
from tests.access.walking import Step, Walk, ask

Worlds = tuple[World, dict[str, World]]


@pytest.fixture(scope="module")
def builder(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Builder]:
    """One moment for all that Python says of time; the sealed files of all worlds in one place."""
    suffix, now = os.environ.get("PYTEST_XDIST_WORKER", "alone"), timezone.now()
    root = tmp_path_factory.mktemp("twins")
    with (
        django_db_blocker.unblock(),
        pytest.MonkeyPatch.context() as patch,
        override_settings(ATTACHMENTS_ROOT=root, CLAMD_ADDRESS=""),
    ):
        patch.setattr(timezone, "now", lambda: now)
        empty = str(connection.settings_dict["NAME"])
        connection.close()
        connection.close_pool()
        made = Builder(os.environ["BREAKWATER_TEST_DATABASE"], empty, f"twin_{suffix}")
        try:
            yield made
        finally:
            made.close()


@pytest.fixture(scope="module")
def worlds(builder: Builder) -> Worlds:
    """To look at, and not to be walked: a look leaves traces in one world that another lacks."""
    return builder.worlds()


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


def test_who_may_see_the_case_gets_other_answers_in_its_twins(worlds: Worlds) -> None:
    """Else the walk below would compare pages on which nothing could ever differ."""
    one, twins = worlds
    asked = ("referral", "own"), ("referral", "forbidden"), ("person-history", "own")
    seen: dict[tuple[str, str, str], tuple[int, int, bool]] = {}
    for route, about in (*asked, ("documents", "forbidden")):
        step = Step(GUARD, route, (about,))
        first = ask(one, one.client(GUARD), step)
        for why, twin in twins.items():
            other = ask(twin, twin.client(GUARD), step)
            seen[why, route, about] = (first.status, other.status, first.body == other.body)
    for why in Forbidden:
        assert seen[why, "referral", "own"] == (200, 200, False)
        assert seen[why, "referral", "forbidden"] == (404, 200, False)
        assert seen[why, "person-history", "own"] == (200, 200, False)
        assert seen[why, "documents", "forbidden"] == (404, 200, False)


def test_who_splits_somebody_off_reads_who_is_meant(worlds: Worlds) -> None:
    """Such a page reads through the door too, which the owner of the database would not notice."""
    one, twins = worlds
    for route, about in (("split", ("own",)), ("join", ("own", "own"))):
        step = Step(Walker.TRIAGE_WORKER, route, about)
        for world in (one, *twins.values()):
            assert b"Amelia Hartley" in ask(world, world.client(step.walker), step).body


def test_no_byte_tells_of_a_case_that_one_may_not_see(builder: Builder) -> None:
    walk = Walk(*builder.worlds())
    walk.take(walking.gets())
    walk.take(walking.posts(walk.one, (name for name in ROUTES if name not in LAST)))
    walk.take(walking.gets_again())
    walk.take(walking.posts(walk.one, LAST))
    figures = walk.figures
    print(
        f"\ntwin worlds: {figures.routes} routes, {figures.walkers} walkers, "
        f"{len(walk.worlds)} worlds, {figures.answers:,} answers, {figures.of_bytes:,} bytes, "
        f"{figures.statements:,} statements compared; {dict(sorted(figures.statuses.items()))}"
    )
    assert not walk.wrong, f"{len(walk.wrong)} tell-tales\n" + "\n".join(walk.wrong)
