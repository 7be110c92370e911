from collections.abc import Callable

import pytest

from breakwater.access.models import User
from breakwater.access.policy import Role
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor, TeamKind

Staff = Callable[..., User]


@pytest.fixture
def cait(staff: Staff) -> Actor:
    return actor_for(staff("Ana Reyes", TeamKind.CAIT))


@pytest.fixture
def early(staff: Staff) -> Actor:
    return actor_for(staff("Nia Brown", TeamKind.EARLY_HELP))


@pytest.fixture
def head_of_cait(staff: Staff) -> Actor:
    return actor_for(staff("Insp Jo Ward", TeamKind.CAIT, Role.TEAM_SUPERVISOR))


@pytest.fixture
def head_of_early(staff: Staff) -> Actor:
    return actor_for(staff("Tom Okafor", TeamKind.EARLY_HELP, Role.TEAM_SUPERVISOR))


@pytest.fixture
def manager(staff: Staff) -> Actor:
    return actor_for(staff("Mia Lund", TeamKind.TRIAGE, Role.HUB_MANAGER))
