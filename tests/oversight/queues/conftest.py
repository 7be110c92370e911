from collections.abc import Callable
from datetime import datetime

import pytest
from django.utils import timezone

from breakwater.access.models import User
from breakwater.access.policy import Role
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor, TeamKind
from breakwater.oversight.queues.queries import QueueFacts, queues

Counted = Callable[..., QueueFacts]


@pytest.fixture
def manager(db: None, staff: Callable[..., User]) -> Actor:
    return actor_for(staff("Ruth Kerr", TeamKind.TRIAGE, Role.HUB_MANAGER))


@pytest.fixture
def counted(manager: Actor) -> Counted:
    """One queue as the manager sees it now: counted("item", part="to triage")."""

    def count(
        code: str, part: str = "", team: int | None = None, by: Actor = manager,
        now: datetime | None = None,
    ) -> QueueFacts:  # fmt: skip
        found = [
            facts
            for facts in queues(by, now or timezone.now())
            if (facts.counted.queue, facts.counted.part) == (code, part)
            and team in (None, facts.counted.team_id)
        ]
        # Of a queue that every team has: the one in which something waits, or any.
        return next((f for f in found if f.counted.number), found[0])

    return count
