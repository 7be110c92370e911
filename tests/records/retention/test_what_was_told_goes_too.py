"""What was said to a reporter, and in a challenge, is erased with its case."""

from collections.abc import Callable

import pytest

from breakwater.access.models import User
from breakwater.access.policy import Role
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor
from breakwater.records.retention import actions
from breakwater.records.retention.erasing import erase_what_was_let_go
from breakwater.referrals.challenge.actions import challenge, rule
from breakwater.referrals.challenge.models import Challenge, ChallengeStep
from breakwater.referrals.challenge.rules import Challenged, Move, Ruled
from breakwater.referrals.feedback.actions import give
from breakwater.referrals.feedback.models import Feedback
from breakwater.referrals.feedback.rules import Given, Way
from breakwater.referrals.models import Decision, Referral
from tests.records.retention.conftest import grace_over

pytestmark = pytest.mark.django_db


def test_what_was_said_goes_with_its_case(
    triage: Actor,
    staff: Callable[..., User],
    due_case: Callable[..., int],
    officer: Actor,
    second_officer: Actor,
) -> None:
    case_id = due_case()
    reference = Referral.objects.get(case=case_id).reference
    decision = Decision.objects.get(referral__case=case_id).pk
    give(triage, reference, Given(Way.PHONE, "It was decided."), decision_id=decision)
    one = challenge(
        actor_for(staff("Sam Cole")), reference, Challenged("Seen again."), decision_id=decision
    )
    supervisor = actor_for(staff("Bea Okafor", role=Role.TRIAGE_SUPERVISOR))
    rule(supervisor, reference, one, Ruled(Move.STAND, "Weighed."), version=1)
    actions.let_go(officer, case_id, "Nothing came after it.")
    actions.confirm(second_officer, case_id)
    grace_over(case_id)
    assert erase_what_was_let_go() == 1
    for table in (Referral, Feedback, Challenge, ChallengeStep):
        assert table.objects.count() == 0  # type: ignore[attr-defined]
