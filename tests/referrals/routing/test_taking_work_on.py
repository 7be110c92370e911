"""A team takes work on: its clock is met, somebody has it, other teams follow at their own pace."""

import pytest
from django.utils import timezone

from breakwater.access.rules import Actor, NotAllowed, TeamKind
from breakwater.referrals.models import Item
from breakwater.referrals.routing.actions import hold_strategy_discussion, take_on
from breakwater.referrals.rules import ItemKind, Level, State
from tests.referrals.waiting import (
    check_what_waits,
    clock,
    item_of,
    now_at,
    routed,
    waiting,
)

pytestmark = pytest.mark.django_db


def test_whoever_takes_work_on_has_it(triage: Actor, cait: Actor) -> None:
    reference = routed(triage, TeamKind.CAIT)
    take_on(cait, reference)
    item = item_of(reference, ItemKind.WORK)
    assert (item.worker_id, item.due_at, item.done_at) == (cait.user_id, None, None)
    assert item.opened_at is not None
    check_what_waits()


def test_each_team_takes_on_its_own_part(triage: Actor, cait: Actor, early: Actor) -> None:
    reference = routed(triage, TeamKind.CAIT, TeamKind.EARLY_HELP)
    take_on(cait, reference)
    check_what_waits()
    assert now_at(reference).state == State.AT_WORK
    take_on(early, reference)
    assert waiting(reference) == {
        (ItemKind.WORK, TeamKind.CAIT, "Ana Reyes"),
        (ItemKind.WORK, TeamKind.EARLY_HELP, "Nia Brown"),
    }
    check_what_waits()


def test_the_leads_work_is_due_with_the_strategy_discussion(
    triage: Actor, cait: Actor, early: Actor
) -> None:
    reference = routed(triage, TeamKind.CAIT, TeamKind.EARLY_HELP, level=Level.ACUTE)
    take_on(early, reference)
    take_on(cait, reference)
    due = dict(Item.objects.filter(done_at=None).values_list("team__kind", "due_at"))
    assert due == {TeamKind.CAIT: clock(reference, "STRATEGY").due_at, TeamKind.EARLY_HELP: None}
    hold_strategy_discussion(cait, reference, timezone.now())
    assert set(Item.objects.filter(done_at=None).values_list("due_at", flat=True)) == {None}
    check_what_waits()


def test_a_colleague_cannot_take_on_what_the_team_has(
    triage: Actor, cait: Actor, head_of_cait: Actor
) -> None:
    reference = routed(triage, TeamKind.CAIT)
    take_on(cait, reference)
    with pytest.raises(NotAllowed, match="Your team has this work already"):
        take_on(head_of_cait, reference)
    assert item_of(reference).worker_id == cait.user_id


def test_triage_takes_no_work_on(triage: Actor, cait: Actor) -> None:
    with pytest.raises(NotAllowed, match="may not take on"):
        take_on(triage, routed(triage, TeamKind.CAIT))
