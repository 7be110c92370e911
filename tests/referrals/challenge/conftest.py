from collections.abc import Callable
from dataclasses import dataclass

import pytest

from breakwater.access.models import User
from breakwater.access.policy import Role
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor, TeamKind
from breakwater.referrals.challenge.models import Challenge
from breakwater.referrals.models import Referral
from breakwater.referrals.rules import Level
from breakwater.referrals.triage.actions import decide
from tests.builders import decided, received


@dataclass
class Dispute:
    """A referral that triage routed to the police, and everybody who has a part in it."""

    reference: str
    decision: int
    triage: Actor
    cait: Actor
    supervisor: Actor
    manager: Actor

    @property
    def referral(self) -> Referral:
        return Referral.objects.get(reference=self.reference)

    @property
    def standing(self) -> str:
        return Challenge.objects.latest("pk").standing

    @property
    def version(self) -> int:
        return Challenge.objects.latest("pk").steps.count()


@pytest.fixture
def dispute(triage: Actor, staff: Callable[..., User]) -> Dispute:
    cait = actor_for(staff("Ana Reyes", TeamKind.CAIT))
    reference = received().reference
    decision = decide(triage, reference, decided(Level.COMPLEX, *cait.team_ids), version=1)
    return Dispute(
        reference,
        decision,
        triage,
        cait,
        actor_for(staff("Bea Okafor", role=Role.TRIAGE_SUPERVISOR)),
        actor_for(staff("Moira Lee", role=Role.HUB_MANAGER)),
    )
