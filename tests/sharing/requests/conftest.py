from collections.abc import Callable

import pytest

from breakwater.access.models import User
from breakwater.access.policy import Role
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor, TeamKind

Staff = Callable[..., User]


@pytest.fixture
def supervisor(staff: Staff) -> Actor:
    return actor_for(staff("Sgt Lee Hill", TeamKind.TRIAGE, Role.TRIAGE_SUPERVISOR))


@pytest.fixture
def colleague(staff: Staff) -> Actor:
    return actor_for(staff("Omar Dean"))
