"""The hub as partners' systems meet it: a real server, as the application's login, over HTTP."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from breakwater.access.models import SharedValue, Team
from breakwater.access.queries import teams
from breakwater.exchange.clients import actions, keys
from breakwater.exchange.rules import Scope
from tests.exchange.partner import Key, PartnerSystem, new_key, public
from tests.journeys.hub import Hub, running_hub


@pytest.fixture(scope="session")
def real_hub(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Hub]:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    var: Path = tmp_path_factory.mktemp("exchange")
    with running_hub(f"exchange_{worker}", var, django_db_blocker.unblock) as hub:
        yield hub


@pytest.fixture
def hub(real_hub: Hub) -> Hub:
    """The hub, which has forgotten how often anybody was refused."""
    with real_hub.at_database():
        SharedValue.objects.all().delete()
    return real_hub


@pytest.fixture
def client_of(hub: Hub) -> Callable[..., PartnerSystem]:
    """Make a client for a team and its partner's system: client_of(team_id, scopes=[...])."""

    def make(
        team_id: int,
        name: str = "School records",
        scopes: Any = tuple(Scope),
        key: Key | None = None,
        **when: Any,
    ) -> PartnerSystem:
        key = key or new_key()
        (team,) = teams({team_id})
        given = keys.read(json.dumps(public(key)))
        client_id = actions.add(name, team, given, scopes, **when)
        return PartnerSystem(hub.address, client_id, key)

    def make_there(*args: Any, **more: Any) -> PartnerSystem:
        with hub.at_database():
            return make(*args, **more)

    return make_there


@pytest.fixture
def school(hub: Hub, client_of: Callable[..., PartnerSystem]) -> PartnerSystem:
    """The system of some partner's team, with every scope."""
    return client_of(a_team(hub, "St Aldhelm's Primary School"))


def a_team(hub: Hub, name: str) -> int:
    from tests.sharing.asking import a_partner

    with hub.at_database():
        (team_id,) = a_partner(name, person=f"Desk of {name}").team_ids
        return Team.objects.get(pk=team_id).pk
