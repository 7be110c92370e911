from collections.abc import Callable
from datetime import date

import pytest
from django.utils import timezone

from breakwater.access.models import Agency, User
from breakwater.access.policy import Role
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor, TeamKind


@pytest.fixture
def ruth(db: None, staff: Callable[..., User]) -> User:
    """Who keeps the agreements: the hub's manager."""
    return staff("Ruth Kerr", TeamKind.TRIAGE, Role.HUB_MANAGER)


@pytest.fixture
def keeper(ruth: User) -> Actor:
    return actor_for(ruth)


@pytest.fixture
def council(ruth: User) -> Agency:
    return ruth.agency


@pytest.fixture
def school(db: None) -> Agency:
    return Agency.objects.create(name="St Aldhelm's", kind="education", contact="01632 960300")


@pytest.fixture
def police(db: None) -> Agency:
    return Agency.objects.create(name="Wessex Police", kind="police", contact="01632 960301")


@pytest.fixture
def today() -> date:
    return timezone.localdate()
