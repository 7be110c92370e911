"""Another area is asked to take a child's case, and confirms that it has it."""

import pytest

from breakwater.access.models import Case
from breakwater.access.rules import Actor, NotAllowed, TeamKind
from breakwater.referrals.moves import Overtaken, WrongInput
from breakwater.referrals.routing.actions import take_back
from breakwater.referrals.rules import ItemKind, Level, Outcome, State
from breakwater.referrals.triage.actions import confirm_move, decide
from tests.builders import decided
from tests.referrals.waiting import (
    a_referral,
    check_what_waits,
    clock,
    now_at,
    routed,
    version_of,
    waiting,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def moving(triage: Actor) -> str:
    reference = a_referral()
    given = decided(Level.COMPLEX, outcome=Outcome.OTHER_AREA, area="Northmoor Council")
    decide(triage, reference, given, version=1)
    return reference


def test_a_transfer_waits_with_triage_until_the_other_area_has_it(moving: str) -> None:
    assert now_at(moving).state == State.HANDING_OVER
    assert waiting(moving) == {(ItemKind.TRANSFER, TeamKind.TRIAGE, "")}
    check_what_waits()


def test_the_confirmation_ends_it_and_closes_the_case(triage: Actor, moving: str) -> None:
    confirm_move(triage, moving, version=2)
    assert (now_at(moving).state, waiting(moving)) == (State.MOVED, set())
    assert clock(moving, "TRANSFER").met_at is not None
    assert Case.objects.get(pk=now_at(moving).case_id).closed_at is not None


def test_the_case_stays_open_while_another_of_its_referrals_waits(
    triage: Actor, moving: str
) -> None:
    other = a_referral()
    assert now_at(other).case_id == now_at(moving).case_id
    confirm_move(triage, moving, version=2)
    assert Case.objects.get(pk=now_at(moving).case_id).closed_at is None
    decide(triage, other, decided(), version=version_of(other))
    assert Case.objects.get(pk=now_at(moving).case_id).closed_at is not None


def test_what_the_other_area_does_not_take_comes_back_with_a_new_clock(
    triage: Actor, moving: str
) -> None:
    take_back(triage, moving)
    assert now_at(moving).state == State.RECEIVED
    assert waiting(moving) == {(ItemKind.TRIAGE, TeamKind.TRIAGE, "")}
    assert clock(moving, "TRANSFER").stopped_because == "taken_back"
    assert clock(moving, "DECIDE").met_at is None
    check_what_waits()


def test_a_transfer_is_confirmed_once(triage: Actor, manager: Actor, moving: str) -> None:
    confirm_move(triage, moving, version=2)
    with pytest.raises(Overtaken, match="Priya Hill was faster: note that the other area has it"):
        confirm_move(manager, moving, version=2)
    with pytest.raises(NotAllowed):
        confirm_move(manager, moving, version=version_of(moving))


def test_what_was_routed_here_cannot_be_confirmed_there(triage: Actor, cait: Actor) -> None:
    with pytest.raises(NotAllowed, match="can be done now"):
        confirm_move(triage, routed(triage, TeamKind.CAIT), version=2)


def test_a_team_confirms_no_transfer(cait: Actor, moving: str) -> None:
    with pytest.raises(NotAllowed):
        confirm_move(cait, moving, version=2)


def test_a_transfer_says_where_to(triage: Actor) -> None:
    reference = a_referral()
    with pytest.raises(WrongInput) as refusal:
        decide(triage, reference, decided(Level.COMPLEX, outcome=Outcome.OTHER_AREA), version=1)
    assert refusal.value.errors == [("area", "Enter which area takes it")]
