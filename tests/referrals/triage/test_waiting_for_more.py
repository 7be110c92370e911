"""A referral waits for more information: the clock stands still, with a reason, and runs on."""

from datetime import timedelta

import pytest
from django.utils import timezone

from breakwater.access.rules import Actor, NotAllowed, TeamKind
from breakwater.clocks.models import ClockPause
from breakwater.referrals.models import Pause
from breakwater.referrals.moves import Overtaken, WrongInput
from breakwater.referrals.rules import Rating, State
from breakwater.referrals.sealed import said
from breakwater.referrals.triage.actions import decide
from breakwater.referrals.triage.enquiries import go_on, rate, wait_for_more
from tests.builders import decided
from tests.referrals.waiting import (
    DANGER,
    a_referral,
    check_what_waits,
    clock,
    item_of,
    now_at,
    routed,
)

pytestmark = pytest.mark.django_db


def test_waiting_stops_the_clock_of_the_decision_and_starts_one_to_come_back(
    triage: Actor,
) -> None:
    reference = a_referral()
    wait_for_more(triage, reference, "The school was asked.", version=1)
    assert now_at(reference).state == State.MORE_INFO
    assert clock(reference, "DECIDE").paused_at is not None
    assert item_of(reference).due_at == clock(reference, "MORE_INFO").due_at
    assert ClockPause.objects.get().reason == "more_information"
    check_what_waits()


def test_the_reason_of_a_pause_is_kept_sealed(triage: Actor) -> None:
    reference = a_referral()
    wait_for_more(triage, reference, "The school was asked.", version=1)
    pause = Pause.objects.get()
    assert b"school" not in bytes(pause.reason)
    assert list(said([(pause.referral_id, "pause:0", pause.reason)])) == ["The school was asked."]
    assert (pause.paused_by_id, pause.ended_at) == (triage.user_id, None)


def test_going_on_moves_what_is_due_by_the_time_it_stood_still(triage: Actor) -> None:
    reference = a_referral()
    received_at = now_at(reference).received_at
    due = clock(reference, "DECIDE").due_at
    start, end = received_at + timedelta(minutes=10), received_at + timedelta(days=7, minutes=10)
    wait_for_more(triage, reference, "The school was asked.", version=1, at=start)
    go_on(triage, reference, version=2, at=end)
    moved = clock(reference, "DECIDE")
    # A week has five working days, less what bank holidays take.
    assert due < moved.due_at <= due + timedelta(days=10)
    assert (moved.paused_at, now_at(reference).state) == (None, State.RECEIVED)
    assert item_of(reference).due_at == moved.due_at
    assert clock(reference, "MORE_INFO").met_at == end
    assert Pause.objects.get().ended_by_id == triage.user_id
    check_what_waits()


def test_a_rating_stands_still_too_and_runs_on(triage: Actor) -> None:
    reference = a_referral()
    rate(triage, reference, Rating.AMBER, "So far.", version=1)
    wait_for_more(triage, reference, "The school was asked.", version=2)
    assert clock(reference, "MASH_AMBER").paused_at is not None
    go_on(triage, reference, version=3)
    assert clock(reference, "MASH_AMBER").paused_at is None
    check_what_waits()


def test_a_clock_that_was_missed_before_stays_missed(triage: Actor) -> None:
    reference = a_referral()
    due = clock(reference, "DECIDE").due_at
    wait_for_more(triage, reference, "Late.", version=1, at=due + timedelta(hours=1))
    go_on(triage, reference, version=2, at=due + timedelta(hours=9))
    assert clock(reference, "DECIDE").due_at == due


def test_it_can_wait_more_than_once_and_each_time_is_kept(triage: Actor) -> None:
    reference = a_referral()
    for number, reason in enumerate(("The school.", "The surgery.")):
        wait_for_more(triage, reference, reason, version=1 + 2 * number)
        go_on(triage, reference, version=2 + 2 * number)
    rows = list(Pause.objects.order_by("pk"))
    told = [(row.referral_id, f"pause:{n}", row.reason) for n, row in enumerate(rows)]
    assert list(said(told)) == ["The school.", "The surgery."]
    assert ClockPause.objects.filter(resumed_at=None).count() == 0


def test_danger_never_waits(triage: Actor) -> None:
    reference = a_referral(concern=DANGER)
    with pytest.raises(NotAllowed, match="does not wait: decide on what is known"):
        wait_for_more(triage, reference, "The school was asked.", version=1)
    assert (now_at(reference).state, Pause.objects.count()) == (State.RECEIVED, 0)


def test_what_is_rated_red_does_not_wait_either(triage: Actor) -> None:
    reference = a_referral()
    rate(triage, reference, Rating.RED, "Now.", version=1)
    with pytest.raises(NotAllowed, match="rated red” may not be paused"):
        wait_for_more(triage, reference, "The school was asked.", version=2)
    assert (now_at(reference).state, Pause.objects.count()) == (State.ENQUIRIES, 0)
    assert clock(reference, "DECIDE").paused_at is None


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("", "Enter what is missing and who was asked"),
        ("x" * 5001, "Reason must be 5,000 characters or fewer"),
    ],
)
def test_a_pause_needs_a_reason(triage: Actor, reason: str, sentence: str) -> None:
    reference = a_referral()
    with pytest.raises(WrongInput) as refusal:
        wait_for_more(triage, reference, reason, version=1)
    assert refusal.value.errors == [("reason", sentence)]
    assert clock(reference, "DECIDE").paused_at is None


def test_two_who_pause_or_go_on_at_once_learn_of_each_other(triage: Actor, manager: Actor) -> None:
    reference = a_referral()
    wait_for_more(triage, reference, "The school.", version=1)
    with pytest.raises(Overtaken, match="Priya Hill was faster: wait for more information"):
        wait_for_more(manager, reference, "The surgery.", version=1)
    go_on(manager, reference, version=2)
    with pytest.raises(Overtaken, match="Mia Lund was faster: go on"):
        go_on(triage, reference, version=2)


def test_what_does_not_wait_cannot_go_on(triage: Actor) -> None:
    with pytest.raises(NotAllowed, match="can be done now"):
        go_on(triage, a_referral(), version=1)


def test_a_team_neither_pauses_nor_goes_on(triage: Actor, cait: Actor) -> None:
    reference = routed(triage, TeamKind.CAIT)
    for deed in (
        lambda: wait_for_more(cait, reference, "We ask.", version=2),
        lambda: go_on(cait, reference, version=2),
    ):
        with pytest.raises(NotAllowed):
            deed()


def test_a_decision_ends_the_pause(triage: Actor, cait: Actor) -> None:
    reference = a_referral()
    start = now_at(reference).received_at + timedelta(minutes=1)
    wait_for_more(triage, reference, "The school.", version=1, at=start)
    decide(triage, reference, decided(), version=2, at=timezone.now() + timedelta(days=2))
    decision = clock(reference, "DECIDE")
    assert decision.met_at is not None
    assert decision.met_at <= decision.due_at, "two days of pause make it no later"
    assert clock(reference, "MORE_INFO").met_at is not None
    assert Pause.objects.get().ended_by_id == triage.user_id
    check_what_waits()
