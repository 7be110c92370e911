from collections.abc import Callable

import pytest
from django.test import Client

from breakwater.access.models import User
from breakwater.access.policy import Role
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor, TeamKind


@pytest.fixture
def grace_herself(db: None, staff: Callable[..., User]) -> User:
    return staff("Grace Okafor", TeamKind.TRIAGE, Role.HUB_MANAGER)


@pytest.fixture
def grace(grace_herself: User) -> Actor:
    """The supervisor who sets the rules."""
    return actor_for(grace_herself)


@pytest.fixture
def client(grace_herself: User, signed_in: Callable[[User], Client]) -> Client:
    return signed_in(grace_herself)
