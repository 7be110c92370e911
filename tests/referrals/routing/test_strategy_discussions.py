"""A strategy discussion that was held meets its clock."""

from datetime import timedelta

import pytest
from django.utils import timezone

from breakwater.access.rules import Actor, NotAllowed, TeamKind
from breakwater.clocks.models import Clock
from breakwater.referrals.models import Decision
from breakwater.referrals.moves import WrongInput
from breakwater.referrals.routing.actions import hold_strategy_discussion, take_on
from breakwater.referrals.rules import Level
from tests.referrals.waiting import check_what_waits, clock, routed

pytestmark = pytest.mark.django_db


@pytest.fixture
def reference(triage: Actor, cait: Actor) -> str:
    reference = routed(triage, TeamKind.CAIT, level=Level.ACUTE)
    take_on(cait, reference)
    return reference


def test_it_meets_its_clock_when_it_was_held(cait: Actor, reference: str) -> None:
    decided_at = Decision.objects.get().decided_at
    held_at, noted_at = decided_at + timedelta(hours=2), decided_at + timedelta(days=40)
    hold_strategy_discussion(cait, reference, held_at, at=noted_at)
    assert clock(reference, "STRATEGY").met_at == held_at
    check_what_waits()


def test_it_can_be_in_the_minute_of_the_decision(cait: Actor, reference: str) -> None:
    minute = Decision.objects.get().decided_at.replace(second=0, microsecond=0)
    hold_strategy_discussion(cait, reference, minute)
    assert clock(reference, "STRATEGY").met_at == minute


@pytest.mark.parametrize(
    ("minutes", "sentence"),
    [
        (-2, "The discussion cannot be before the decision"),
        (60, "The discussion cannot be later than now"),
    ],
)
def test_it_was_held_between_the_decision_and_now(
    cait: Actor, reference: str, minutes: int, sentence: str
) -> None:
    with pytest.raises(WrongInput) as refusal:
        hold_strategy_discussion(cait, reference, timezone.now() + timedelta(minutes=minutes))
    assert refusal.value.errors == [("held_at", sentence)]
    assert clock(reference, "STRATEGY").met_at is None


def test_it_is_noted_once(cait: Actor, reference: str) -> None:
    hold_strategy_discussion(cait, reference, timezone.now())
    with pytest.raises(NotAllowed, match="No strategy discussion is waited for here"):
        hold_strategy_discussion(cait, reference, timezone.now())


def test_none_is_noted_where_none_is_waited_for(triage: Actor, cait: Actor) -> None:
    with pytest.raises(NotAllowed, match="No strategy discussion is waited for here"):
        hold_strategy_discussion(cait, routed(triage, TeamKind.CAIT), timezone.now())
    assert not Clock.objects.filter(code="STRATEGY").exists()


def test_triage_does_not_note_it(triage: Actor, reference: str) -> None:
    with pytest.raises(NotAllowed, match="may not take on"):
        hold_strategy_discussion(triage, reference, timezone.now())
