"""Whatever is done, in whatever order: what is open waits on a board, due when its clock is."""

import random
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.utils import timezone

from breakwater.access.models import Case, Team
from breakwater.access.rules import Actor, NotAllowed, TeamKind
from breakwater.referrals.models import Item, Referral
from breakwater.referrals.moves import WrongInput, let_wait
from breakwater.referrals.routing import actions as routing
from breakwater.referrals.rules import ENDS, ItemKind, Level, Outcome, Rating, State
from breakwater.referrals.triage import actions as triaging
from breakwater.referrals.triage import enquiries
from tests.builders import decided
from tests.referrals.waiting import (
    a_referral,
    check_what_waits,
    item_of,
    now_at,
    opened_again,
    version_of,
)

pytestmark = pytest.mark.django_db

WALKS, STEPS = 25, 14


@pytest.mark.parametrize("seed", range(WALKS))
def test_nothing_open_is_out_of_sight_and_each_is_due_with_its_clock(
    seed: int,
    triage: Actor,
    manager: Actor,
    cait: Actor,
    early: Actor,
    head_of_cait: Actor,
    head_of_early: Actor,
) -> None:
    chance = random.Random(seed)
    reference = a_referral(concern={"immediate_danger": chance.random() < 0.2})
    teams = {team.kind: team.pk for team in Team.objects.all()}
    both = [teams[TeamKind.CAIT], teams[TeamKind.EARLY_HELP]]

    def decide() -> None:
        some = tuple(chance.sample(both, chance.choice((0, 1, 2, 2))))
        level = chance.choice((Level.COMPLEX, Level.ACUTE))
        outcome = chance.choice(list(Outcome))
        given = decided(level, *some, outcome=outcome, area="Northmoor")
        triaging.decide(triage, reference, given, version=version_of(reference))

    def hand_over() -> None:
        item = Item.objects.filter(done_at=None).order_by("?").first()
        if item:
            somebody = next(a for a in (triage, cait, early) if item.team_id in a.team_ids)
            to = chance.choice((None, somebody.user_id))
            routing.hand_over(somebody, item.pk, to_worker=to, note="", seen_worker=item.worker_id)

    deeds: list[Callable[[], object]] = [
        decide,
        hand_over,
        lambda: enquiries.rate(
            triage, reference, chance.choice(list(Rating)), "So.", version=version_of(reference)
        ),
        lambda: enquiries.wait_for_more(triage, reference, "So.", version=version_of(reference)),
        lambda: enquiries.go_on(triage, reference, version=version_of(reference)),
        lambda: triaging.confirm_move(triage, reference, version=version_of(reference)),
        lambda: routing.take_back(triage, reference),
        lambda: opened_again(manager, reference),
        lambda: routing.hold_strategy_discussion(cait, reference, timezone.now()),
        *(lambda who=who: routing.take_on(who, reference) for who in (cait, early)),  # type: ignore[misc]
        *(lambda who=who: routing.refuse(who, reference, "No.") for who in (cait, early)),  # type: ignore[misc]
        *(
            lambda who=who: routing.settle(  # type: ignore[misc]
                who, reference, keep=chance.random() < 0.4, reason="So."
            )
            for who in (head_of_cait, head_of_early)
        ),
    ]
    done = 0
    for _ in range(STEPS * 20):
        try:
            chance.choice(deeds)()
        except (NotAllowed, WrongInput):
            continue
        done += 1
        check_what_waits()
        check_that_the_case_closed_with_its_last(reference)
        if done == STEPS:
            break
    assert done == STEPS
    asked_at_commit()


def check_that_the_case_closed_with_its_last(reference: str) -> None:
    referral = now_at(reference)
    closed = Case.objects.get(pk=referral.case_id).closed_at is not None
    assert closed == (referral.state in ENDS), referral.state


def asked_at_commit() -> None:
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")


def _done(item: Item) -> None:
    Item.objects.filter(pk=item.pk).update(done_at=timezone.now())


def test_the_database_lets_no_last_item_be_done_of_what_is_open(triage: Actor) -> None:
    item = item_of(a_referral())
    refused_at_commit(lambda: _done(item))


def test_the_database_lets_nothing_closed_stand_open_again_unseen(triage: Actor) -> None:
    reference = a_referral()
    triaging.decide(triage, reference, decided(Level.UNIVERSAL), version=1)
    closed = Referral.objects.filter(reference=reference)
    refused_at_commit(lambda: closed.update(state=State.RECEIVED))


def refused_at_commit(deed: Callable[[], object]) -> None:
    def commit() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("set constraints all deferred")
            deed()
            asked_at_commit()

    asked_at_commit()
    with pytest.raises(DatabaseError, match="would wait on no board") as refused:
        commit()
    assert refused.value.__cause__.sqlstate == "BW004"  # type: ignore[union-attr]


def test_an_item_makes_way_for_another_within_one_deed(triage: Actor) -> None:
    item = item_of(a_referral())
    _done(item)
    let_wait(item.referral, ItemKind.TRIAGE, item.team_id, timezone.now(), None)
    asked_at_commit()
