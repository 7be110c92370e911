"""A decision is opened again: from wherever it led, the referral waits for triage."""

from collections.abc import Callable

import pytest

from breakwater.access.models import Case
from breakwater.access.rules import Actor, NotAllowed, TeamKind
from breakwater.referrals.models import Decision, Route
from breakwater.referrals.routing.actions import refuse, take_on
from breakwater.referrals.rules import ItemKind, Level, Outcome, RouteState, State
from breakwater.referrals.triage.actions import confirm_move, decide
from tests.builders import decided
from tests.referrals.waiting import (
    a_referral,
    check_what_waits,
    clock,
    now_at,
    opened_again,
    routed,
    team_of,
    version_of,
    waiting,
)

pytestmark = pytest.mark.django_db


def closed(triage: Actor, cait: Actor) -> str:
    reference = a_referral()
    decide(triage, reference, decided(Level.UNIVERSAL), version=1)
    return reference


def handing_over(triage: Actor, cait: Actor) -> str:
    reference = a_referral()
    given = decided(Level.COMPLEX, outcome=Outcome.OTHER_AREA, area="Northmoor")
    decide(triage, reference, given, version=1)
    return reference


def moved(triage: Actor, cait: Actor) -> str:
    reference = handing_over(triage, cait)
    confirm_move(triage, reference, version=2)
    return reference


def with_a_team(triage: Actor, cait: Actor) -> str:
    return routed(triage, TeamKind.CAIT, level=Level.ACUTE)


def refused(triage: Actor, cait: Actor) -> str:
    reference = with_a_team(triage, cait)
    refuse(cait, reference, "Not ours.")
    return reference


def at_work(triage: Actor, cait: Actor) -> str:
    reference = with_a_team(triage, cait)
    take_on(cait, reference)
    return reference


@pytest.mark.parametrize("led", [closed, handing_over, moved, with_a_team, refused, at_work])
def test_a_decision_is_opened_again_from_wherever_it_led(
    triage: Actor, cait: Actor, manager: Actor, led: Callable[[Actor, Actor], str]
) -> None:
    reference = led(triage, cait)
    opened_again(manager, reference)
    assert now_at(reference).state == State.RECEIVED
    assert waiting(reference) == {(ItemKind.TRIAGE, TeamKind.TRIAGE, "")}
    assert Case.objects.get(pk=now_at(reference).case_id).closed_at is None
    assert set(Route.objects.values_list("state", flat=True)) <= {RouteState.RETURNED}
    assert clock(reference, "DECIDE").met_at is None
    check_what_waits()


def test_it_can_then_be_decided_for_the_same_team(
    triage: Actor, cait: Actor, manager: Actor
) -> None:
    reference = at_work(triage, cait)
    opened_again(manager, reference)
    given = decided(Level.ACUTE, team_of(TeamKind.CAIT))
    decide(triage, reference, given, version=version_of(reference))
    assert Decision.objects.count() == 2
    assert waiting(reference) == {(ItemKind.WORK, TeamKind.CAIT, "")}
    take_on(cait, reference)
    check_what_waits()


def test_clocks_of_the_work_stop_and_say_why(triage: Actor, cait: Actor, manager: Actor) -> None:
    reference = with_a_team(triage, cait)
    opened_again(manager, reference)
    for code in ("STRATEGY", "TAKE_ON"):
        assert clock(reference, code).stopped_because == "decided_again"


def test_what_is_not_decided_cannot_be_opened_again(triage: Actor, manager: Actor) -> None:
    with pytest.raises(NotAllowed, match="can be done now"):
        opened_again(manager, a_referral())
