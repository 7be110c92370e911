"""A team refuses work once; its supervisor settles what happens with it."""

from collections.abc import Callable

import pytest

from breakwater.access.models import User
from breakwater.access.rules import Actor, NotAllowed, TeamKind
from breakwater.audit.models import Entry
from breakwater.referrals.models import Refusal, Route
from breakwater.referrals.moves import WrongInput
from breakwater.referrals.progress import progress_of
from breakwater.referrals.routing.actions import refuse, settle, take_on
from breakwater.referrals.rules import ItemKind, Level, RouteState, State
from breakwater.referrals.triage.actions import decide
from tests.builders import decided
from tests.referrals.waiting import (
    a_referral,
    check_what_waits,
    clock,
    now_at,
    route_of,
    routed,
    team_of,
    version_of,
    waiting,
)

Staff = Callable[..., User]
pytestmark = pytest.mark.django_db

CAIT, EARLY, TRIAGE = TeamKind.CAIT, TeamKind.EARLY_HELP, TeamKind.TRIAGE


def test_refused_work_waits_for_the_teams_supervisor_with_a_clock(
    triage: Actor, cait: Actor
) -> None:
    reference = routed(triage, CAIT)
    refuse(cait, reference, "The child lives elsewhere now.")
    assert waiting(reference) == {(ItemKind.REFUSAL, CAIT, "")}
    assert clock(reference, "TAKE_ON").stopped_because == "refused"
    assert clock(reference, "REFUSAL").met_at is None
    assert route_of(reference, CAIT).state == RouteState.REFUSED
    check_what_waits()


def test_why_it_was_refused_and_settled_is_kept_sealed(
    triage: Actor, cait: Actor, head_of_cait: Actor
) -> None:
    reference = routed(triage, CAIT)
    refuse(cait, reference, "The child lives elsewhere now.")
    settle(head_of_cait, reference, keep=True, reason="She does not: I asked.")
    refusal = Refusal.objects.get()
    assert b"elsewhere" not in bytes(refusal.reason)
    referral = now_at(reference)
    (route,) = progress_of([referral])[referral.pk].routes
    assert (route.refusal, route.ruling) == (
        "The child lives elsewhere now.", "She does not: I asked.",
    )  # fmt: skip
    assert (refusal.refused_by_id, refusal.settled_by_id) == (cait.user_id, head_of_cait.user_id)


def test_work_that_is_kept_waits_for_the_team_again(
    triage: Actor, cait: Actor, head_of_cait: Actor
) -> None:
    reference = routed(triage, CAIT)
    refuse(cait, reference, "Not ours.")
    settle(head_of_cait, reference, keep=True, reason="It is.")
    assert waiting(reference) == {(ItemKind.WORK, CAIT, "")}
    assert clock(reference, "REFUSAL").met_at is not None
    assert clock(reference, "TAKE_ON").stopped_at is None
    check_what_waits()
    take_on(cait, reference)
    assert now_at(reference).state == State.AT_WORK
    check_what_waits()


def test_a_second_refusal_is_refused(triage: Actor, cait: Actor, head_of_cait: Actor) -> None:
    reference = routed(triage, CAIT)
    refuse(cait, reference, "Not ours.")
    settle(head_of_cait, reference, keep=True, reason="It is.")
    with pytest.raises(NotAllowed, match="refused this once and its supervisor kept it"):
        refuse(cait, reference, "Still not.")
    assert Refusal.objects.count() == 1


def test_a_colleague_learns_that_the_team_refused_already(
    triage: Actor, cait: Actor, head_of_cait: Actor
) -> None:
    reference = routed(triage, CAIT)
    refuse(cait, reference, "Not ours.")
    for deed in (
        lambda: refuse(head_of_cait, reference, "Not ours."),
        lambda: take_on(head_of_cait, reference),
    ):
        with pytest.raises(NotAllowed, match="Your team refused this work: its supervisor settles"):
            deed()


def test_what_no_team_keeps_goes_back_to_triage(
    triage: Actor, cait: Actor, head_of_cait: Actor
) -> None:
    reference = routed(triage, CAIT, level=Level.ACUTE)
    refuse(cait, reference, "Not ours.")
    settle(head_of_cait, reference, keep=False, reason="It belongs to early help.")
    assert now_at(reference).state == State.RECEIVED
    assert waiting(reference) == {(ItemKind.TRIAGE, TRIAGE, "")}
    assert clock(reference, "STRATEGY").stopped_because == "back_to_triage"
    assert clock(reference, "DECIDE").met_at is None, "a decision is waited for anew"
    check_what_waits()


def test_triage_can_route_anew_what_came_back_also_to_the_same_team(
    triage: Actor, cait: Actor, head_of_cait: Actor
) -> None:
    reference = routed(triage, CAIT)
    refuse(cait, reference, "Not ours.")
    settle(head_of_cait, reference, keep=False, reason="Not enough is known.")
    decide(triage, reference, decided(Level.COMPLEX, team_of(CAIT)), version=version_of(reference))
    take_on(cait, reference)
    assert waiting(reference) == {(ItemKind.WORK, CAIT, "Ana Reyes")}


def test_another_team_goes_on_alone_and_leads(
    triage: Actor, cait: Actor, early: Actor, head_of_cait: Actor
) -> None:
    reference = routed(triage, CAIT, EARLY)
    take_on(early, reference)
    refuse(cait, reference, "Not ours.")
    settle(head_of_cait, reference, keep=False, reason="Early help is enough.")
    assert now_at(reference).state == State.AT_WORK
    assert waiting(reference) == {(ItemKind.WORK, EARLY, "Nia Brown")}
    assert route_of(reference, EARLY).leads
    check_what_waits()


def test_of_two_that_are_left_the_one_at_work_leads(
    triage: Actor, cait: Actor, early: Actor, head_of_cait: Actor, staff: Staff
) -> None:
    staff("Lu Chen", TeamKind.SOCIAL_CARE)
    reference = routed(triage, CAIT, TeamKind.SOCIAL_CARE, EARLY)
    take_on(early, reference)
    refuse(cait, reference, "Not ours.")
    settle(head_of_cait, reference, keep=False, reason="Early help is enough.")
    assert Route.objects.get(leads=True).team_id == team_of(EARLY)
    check_what_waits()


def test_who_did_not_lead_leaves_the_lead_where_it_is(
    triage: Actor, cait: Actor, early: Actor, head_of_early: Actor
) -> None:
    reference = routed(triage, CAIT, EARLY)
    refuse(early, reference, "Not ours.")
    settle(head_of_early, reference, keep=False, reason="The police have it.")
    assert waiting(reference) == {(ItemKind.WORK, CAIT, "")}
    assert now_at(reference).state == State.ROUTED
    assert route_of(reference, CAIT).leads
    check_what_waits()


def test_where_both_teams_refuse_the_last_of_them_sends_it_back(
    triage: Actor, cait: Actor, early: Actor, head_of_cait: Actor, head_of_early: Actor
) -> None:
    reference = routed(triage, CAIT, EARLY)
    refuse(cait, reference, "Not ours.")
    refuse(early, reference, "Not ours either.")
    settle(head_of_cait, reference, keep=False, reason="No.")
    assert waiting(reference) == {(ItemKind.REFUSAL, EARLY, "")}
    check_what_waits()
    settle(head_of_early, reference, keep=False, reason="No.")
    assert waiting(reference) == {(ItemKind.TRIAGE, TRIAGE, "")}
    check_what_waits()


def test_where_both_refuse_the_one_that_keeps_it_leads(
    triage: Actor, cait: Actor, early: Actor, head_of_cait: Actor, head_of_early: Actor
) -> None:
    reference = routed(triage, CAIT, EARLY)
    refuse(cait, reference, "Not ours.")
    refuse(early, reference, "Not ours either.")
    settle(head_of_cait, reference, keep=False, reason="No.")
    settle(head_of_early, reference, keep=True, reason="It is ours.")
    assert waiting(reference) == {(ItemKind.WORK, EARLY, "")}
    assert route_of(reference, EARLY).leads
    check_what_waits()


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [("", "Enter why {}"), ("x" * 5001, "Reason must be 5,000 characters or fewer")],
)
def test_refusing_and_settling_need_a_reason(
    triage: Actor, cait: Actor, head_of_cait: Actor, reason: str, sentence: str
) -> None:
    reference = routed(triage, CAIT)
    with pytest.raises(WrongInput) as refusal:
        refuse(cait, reference, reason)
    assert refusal.value.errors == [("reason", sentence.format("the team refuses the work"))]
    refuse(cait, reference, "Not ours.")
    with pytest.raises(WrongInput) as refusal:
        settle(head_of_cait, reference, keep=True, reason=reason)
    assert refusal.value.errors == [("reason", sentence.format("you settle it so"))]


def test_who_refused_does_not_settle_it(triage: Actor, cait: Actor) -> None:
    reference = routed(triage, CAIT)
    refuse(cait, reference, "Not ours.")
    with pytest.raises(NotAllowed, match="may not settle"):
        settle(cait, reference, keep=False, reason="As I said.")
    assert Entry.objects.filter(allowed=False, actor=cait.ledger_name).count() == 1


def test_the_supervisor_of_another_team_does_not_settle_it(
    triage: Actor, cait: Actor, early: Actor, head_of_early: Actor
) -> None:
    reference = routed(triage, CAIT, EARLY)
    refuse(cait, reference, "Not ours.")
    with pytest.raises(NotAllowed, match="has not refused this work"):
        settle(head_of_early, reference, keep=False, reason="No.")


def test_what_is_settled_is_settled_once(triage: Actor, cait: Actor, head_of_cait: Actor) -> None:
    reference = routed(triage, CAIT)
    refuse(cait, reference, "Not ours.")
    settle(head_of_cait, reference, keep=True, reason="It is.")
    with pytest.raises(NotAllowed, match="This is settled: the team keeps the work"):
        settle(head_of_cait, reference, keep=False, reason="It is not.")


def test_work_that_was_taken_on_is_not_refused(triage: Actor, cait: Actor) -> None:
    reference = routed(triage, CAIT)
    take_on(cait, reference)
    with pytest.raises(NotAllowed, match="Your team has this work already"):
        refuse(cait, reference, "Not ours.")


def test_what_is_not_decided_is_not_refused(triage: Actor, cait: Actor) -> None:
    a_referral()
    other = routed(triage, CAIT)  # of the same child: the team sees the case
    assert now_at(other).case_id
    first = type(now_at(other)).objects.exclude(reference=other).get().reference
    with pytest.raises(NotAllowed, match="can be done now"):
        refuse(cait, first, "Not ours.")
