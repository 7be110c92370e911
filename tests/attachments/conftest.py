from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from breakwater.access.models import User
from breakwater.access.rules import TeamKind
from tests.attachments.documents import a_case_of


@pytest.fixture(autouse=True)
def root(settings: Any, tmp_path: Path) -> Path:
    """Where the sealed files of this test are."""
    settings.ATTACHMENTS_ROOT = tmp_path / "documents"
    return settings.ATTACHMENTS_ROOT


@pytest.fixture
def worker(db: None, staff: Callable[..., User]) -> User:
    return staff("Ana Patel", TeamKind.CAIT)


@pytest.fixture
def case(worker: User) -> int:
    return a_case_of(worker)
