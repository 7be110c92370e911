"""The hub as partners' systems meet it: a real server, as the application's login, over HTTP."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from breakwater.access.models import SharedValue
from breakwater.access.queries import actor_of, teams
from breakwater.exchange.clients import actions, keys
from breakwater.exchange.rules import Scope
from tests.builders import amelia, received
from tests.exchange.partner import Key, PartnerSystem, new_key, public
from tests.journeys.hub import Hub, running_hub
from tests.sharing import asking

SCHOOL, SURGERY = "St Aldhelm's Primary School", "Harbour Road Surgery"


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
    """Make a client for a partner's team, and its system: client_of(SURGERY, scopes=[...])."""

    def make(
        team: str = SCHOOL,
        name: str = "School records",
        scopes: Any = tuple(Scope),
        key: Key | None = None,
        **when: Any,
    ) -> PartnerSystem:
        key = key or new_key()
        with hub.at_database():
            partner = asking.a_partner(team, person=f"Desk of {team}")
            (facts,) = teams(set(partner.team_ids))
            given = keys.read(json.dumps(public(key)))
            client_id = actions.add(name, facts, given, scopes, **when)
        return PartnerSystem(hub.address, client_id, key)

    return make


@pytest.fixture
def school(client_of: Callable[..., PartnerSystem]) -> PartnerSystem:
    """The system of a school, with every scope; it has yet to get a token."""
    return client_of()


@pytest.fixture
def asked(hub: Hub) -> Callable[..., str]:
    """Let triage ask a partner's team about a child; return the request's reference."""

    def ask(team: str = SCHOOL, **more: Any) -> str:
        with hub.at_database():
            partner = asking.a_partner(team, person=f"Desk of {team}")
            referral = received(amelia(), key=str(uuid4())).reference
            return asking.asked(actor_of("hill"), partner, reference=referral, **more).reference

    return ask
