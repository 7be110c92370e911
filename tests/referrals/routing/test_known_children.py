"""A new worry about a child of a worker's goes straight to them; triage can take it back."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from breakwater.access.models import Case, Exclusion, Membership, Team, User
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor, Conflict, NotAllowed, TeamKind
from breakwater.audit.models import Entry
from breakwater.referrals.board.actions import open_board
from breakwater.referrals.models import Step
from breakwater.referrals.routing.actions import hand_over, take_back, take_on
from breakwater.referrals.rules import Action, ItemKind, State
from breakwater.referrals.triage.actions import decide
from tests.builders import a_person, amelia, decided
from tests.referrals.waiting import (
    DANGER,
    a_referral,
    check_what_waits,
    clock,
    item_of,
    now_at,
    routed,
    team_of,
    waiting,
)

pytestmark = pytest.mark.django_db

CAIT, TRIAGE = TeamKind.CAIT, TeamKind.TRIAGE
KELLY = a_person(
    "parent", given="Kelly", family="Hartley", born="1988-01-09", nhs_number="9990000026"
)
JAKE = a_person(given="Jake", family="Hartley", born="2020-02-02", nhs_number="9990000034")


def at_work(triage: Actor, worker: Actor, *people: dict[str, Any]) -> str:
    """A child's case that a worker of the team is at."""
    reference = a_referral(*people)
    team = Team.objects.get(pk__in=worker.team_ids)
    decide(triage, reference, decided("3", team.pk), version=1)  # type: ignore[arg-type]
    take_on(worker, reference)
    return reference


def test_it_goes_straight_to_the_workers_board_with_its_clock(triage: Actor, cait: Actor) -> None:
    first = at_work(triage, cait)
    again = a_referral()
    assert now_at(again).case_id == now_at(first).case_id
    assert now_at(again).state == State.WITH_WORKER
    assert waiting(again) == {(ItemKind.ALLOCATED, CAIT, "Ana Reyes")}
    assert item_of(again).due_at == clock(again, "DECIDE").due_at
    assert again in [row.reference for row in open_board(cait, {"mine": True}, 1).rows]
    assert Step.objects.get(action=Action.PASS_ON).taken_by_id is None
    check_what_waits()


def test_the_team_gets_a_notice(triage: Actor, cait: Actor) -> None:
    at_work(triage, cait)
    assert now_at(a_referral()).notice_set.get().team_id == team_of(CAIT)


def test_triage_sees_it_and_takes_it_back_with_one_click(
    triage: Actor, cait: Actor, signed_in: Callable[[User], Client]
) -> None:
    at_work(triage, cait)
    again = a_referral()
    client = signed_in(User.objects.get(pk=triage.user_id))
    assert "Take back to triage" in client.get(f"/referrals/{again}").content.decode()
    client.post(f"/referrals/{again}/take-back")
    assert now_at(again).state == State.RECEIVED
    assert waiting(again) == {(ItemKind.TRIAGE, TRIAGE, "")}
    check_what_waits()


def test_what_is_taken_back_keeps_its_clock(triage: Actor, cait: Actor) -> None:
    at_work(triage, cait)
    again = a_referral()
    due = clock(again, "DECIDE").due_at
    take_back(triage, again)
    assert (clock(again, "DECIDE").due_at, item_of(again).due_at) == (due, due)


def test_the_worker_sends_back_what_is_not_theirs(triage: Actor, cait: Actor) -> None:
    at_work(triage, cait)
    again = a_referral()
    take_back(cait, again)
    assert waiting(again) == {(ItemKind.TRIAGE, TRIAGE, "")}


def test_the_worker_takes_it_into_the_work_and_meets_its_clock(triage: Actor, cait: Actor) -> None:
    at_work(triage, cait)
    again = a_referral()
    take_on(cait, again)
    assert now_at(again).state == State.AT_WORK
    assert waiting(again) == {(ItemKind.WORK, CAIT, "Ana Reyes")}
    assert clock(again, "DECIDE").met_at is not None
    check_what_waits()


def test_what_is_taken_into_work_is_not_taken_back(triage: Actor, cait: Actor) -> None:
    at_work(triage, cait)
    again = a_referral()
    take_on(cait, again)
    with pytest.raises(NotAllowed, match="can be done now"):
        take_back(triage, again)


def test_another_team_of_the_case_does_not_take_it(
    triage: Actor, cait: Actor, early: Actor
) -> None:
    first = routed(triage, CAIT, TeamKind.EARLY_HELP)
    take_on(cait, first)
    again = a_referral()
    with pytest.raises(NotAllowed, match="went to the worker of another team"):
        take_on(early, again)
    assert waiting(again) == {(ItemKind.ALLOCATED, CAIT, "Ana Reyes")}


def test_danger_never_skips_triage(triage: Actor, cait: Actor) -> None:
    at_work(triage, cait)
    again = a_referral(concern=DANGER)
    assert waiting(again) == {(ItemKind.TRIAGE, TRIAGE, "")}


def test_what_no_one_took_on_yet_leads_to_triage(triage: Actor, cait: Actor) -> None:
    routed(triage, CAIT)
    assert waiting(a_referral()) == {(ItemKind.TRIAGE, TRIAGE, "")}


def _restrict(case: int, worker: User) -> None:
    Case.objects.filter(pk=case).update(restricted=True)


def _leave(case: int, worker: User) -> None:
    Membership.objects.filter(user=worker).delete()


def _disable(case: int, worker: User) -> None:
    User.objects.filter(pk=worker.pk).update(is_active=False)


def _shut_out(case: int, worker: User) -> None:
    Exclusion.objects.create(case_id=case, user=worker, why=Conflict.SAME_PERSON)


def _close(case: int, worker: User) -> None:
    Case.objects.filter(pk=case).update(closed_at="2026-01-01T00:00:00Z")


@pytest.mark.parametrize("happened", [_restrict, _leave, _disable, _shut_out, _close])
def test_a_worker_whom_it_must_not_reach_gets_nothing(
    triage: Actor, cait: Actor, happened: Callable[[int, User], None]
) -> None:
    first = at_work(triage, cait)
    happened(now_at(first).case_id, User.objects.get(pk=cait.user_id))
    assert waiting(a_referral()) == {(ItemKind.TRIAGE, TRIAGE, "")}


def test_a_restricted_case_is_not_joined_and_its_worker_not_named(
    triage: Actor, cait: Actor
) -> None:
    first = at_work(triage, cait)
    Case.objects.update(restricted=True)
    before = Entry.objects.count()
    again = a_referral()
    assert now_at(again).case_id != now_at(first).case_id
    told = Entry.objects.all()[before:]
    assert all(now_at(first).case_id not in entry.cases for entry in told)


def test_it_goes_to_whoever_has_the_work_now(
    triage: Actor, cait: Actor, head_of_cait: Actor
) -> None:
    first = at_work(triage, cait)
    item = item_of(first)
    hand_over(
        cait, item.pk, to_worker=head_of_cait.user_id, note="On leave.", seen_worker=cait.user_id
    )
    assert waiting(a_referral()) == {(ItemKind.ALLOCATED, CAIT, "Insp Jo Ward")}


def test_nobody_has_work_that_was_given_back_to_the_team(triage: Actor, cait: Actor) -> None:
    first = at_work(triage, cait)
    hand_over(cait, item_of(first).pk, to_worker=None, note="", seen_worker=cait.user_id)
    assert waiting(a_referral()) == {(ItemKind.TRIAGE, TRIAGE, "")}


def test_a_child_of_a_household_that_has_a_worker_goes_to_that_worker(
    triage: Actor, cait: Actor
) -> None:
    first = at_work(triage, cait, amelia(), KELLY)
    again = a_referral(JAKE, KELLY)
    assert now_at(again).case_id != now_at(first).case_id
    assert waiting(again) == {(ItemKind.ALLOCATED, CAIT, "Ana Reyes")}
    assert again in [row.reference for row in open_board(cait, {}, 1).rows]
    check_what_waits()


def test_a_household_with_two_workers_is_for_a_person_to_say(
    triage: Actor, cait: Actor, early: Actor
) -> None:
    at_work(triage, cait, amelia(), KELLY)
    peter = KELLY | {"given": "Peter", "born": "1985-05-05", "nhs_number": "9990000042"}
    at_work(triage, early, a_person(given="Ruth", family="Hartley", born="2011-01-01"), peter)
    assert waiting(a_referral(JAKE, KELLY, peter)) == {(ItemKind.TRIAGE, TRIAGE, "")}


def test_a_worry_about_an_adult_alone_is_triages(triage: Actor, cait: Actor) -> None:
    at_work(triage, cait, amelia(), KELLY)
    assert waiting(a_referral(KELLY)) == {(ItemKind.TRIAGE, TRIAGE, "")}


def test_a_neighbour_who_is_known_is_no_household(triage: Actor, cait: Actor) -> None:
    at_work(triage, cait, amelia(), KELLY)
    assert waiting(a_referral(JAKE, KELLY | {"role": "other"})) == {(ItemKind.TRIAGE, TRIAGE, "")}


def test_a_doubtful_child_is_nobodys_yet(triage: Actor, cait: Actor) -> None:
    at_work(triage, cait)
    doubtful = amelia(nhs_number=None, family="Hartly", born="2017")
    assert waiting(a_referral(doubtful)) == {(ItemKind.TRIAGE, TRIAGE, "")}


def test_who_came_later_to_the_team_sees_it_too(
    triage: Actor, cait: Actor, staff: Callable[..., User]
) -> None:
    at_work(triage, cait)
    again = a_referral()
    colleague = actor_for(staff("Lu Chen", CAIT))
    assert again in [row.reference for row in open_board(colleague, {}, 1).rows]
