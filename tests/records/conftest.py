from collections.abc import Callable

import pytest

from breakwater.access.models import User
from breakwater.access.policy import Role
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor, TeamKind

Staff = Callable[..., User]


@pytest.fixture
def officer(db: None, staff: Staff) -> Actor:
    """Somebody of the records desk."""
    return actor_for(staff("Imran Shah", TeamKind.RECORDS, Role.RECORDS_OFFICER))


@pytest.fixture
def second_officer(db: None, staff: Staff) -> Actor:
    return actor_for(staff("Ola Berg", TeamKind.RECORDS, Role.RECORDS_OFFICER))


@pytest.fixture
def supervisor(db: None, staff: Staff) -> Actor:
    return actor_for(staff("Grace Okafor", TeamKind.TRIAGE, Role.TRIAGE_SUPERVISOR))
