from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from breakwater.access.models import Case, Grant, User
from breakwater.access.rules import Actor, LawfulBasis, Relation, TeamKind


@pytest.fixture(autouse=True)
def root(settings: Any, tmp_path: Path) -> Path:
    """Where the sealed files of this test are."""
    settings.ATTACHMENTS_ROOT = tmp_path / "documents"
    return settings.ATTACHMENTS_ROOT


@pytest.fixture
def worker(db: None, staff: Callable[..., User]) -> User:
    return staff("Ana Patel", TeamKind.CAIT)


def a_case_of(user: User | Actor) -> int:
    """A case that is the person's work."""
    case = Case.objects.create(opened_at=timezone.now())
    Grant.objects.create(
        case=case,
        user_id=getattr(user, "user_id", None) or user.pk,  # type: ignore[union-attr]
        relation=Relation.NAMED,
        purpose="a test",
        lawful_basis=LawfulBasis.PUBLIC_TASK,
        starts=timezone.now(),
    )
    return case.pk


@pytest.fixture
def case(worker: User) -> int:
    return a_case_of(worker)
