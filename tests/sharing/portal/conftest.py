from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from breakwater.access.models import Team, User
from breakwater.access.rules import Actor, TeamKind
from breakwater.sharing.models import Request
from tests.sharing.portal import partners


@pytest.fixture(autouse=True)
def documents_root(settings: Any, tmp_path: Path) -> Path:
    settings.ATTACHMENTS_ROOT = tmp_path / "documents"
    return settings.ATTACHMENTS_ROOT


@pytest.fixture
def school(db: None) -> Team:
    return partners.a_team()


@pytest.fixture
def joan(school: Team) -> Actor:
    """The safeguarding lead of the school."""
    return partners.partner_of(school)


@pytest.fixture
def asker(db: None, staff: Callable[..., User]) -> User:
    return staff("Ana Patel", TeamKind.CAIT)


@pytest.fixture
def asked(school: Team, asker: User) -> Request:
    return partners.a_request(school, asker)
