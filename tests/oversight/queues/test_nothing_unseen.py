"""An item that nobody can see is impossible: whatever is done, in whatever order, and whoever
leaves, each open referral is on the board of somebody who may open it, or the manager is told."""

from collections import deque
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run

from breakwater.access.rules import Relation
from breakwater.referrals.models import Item, Referral, Step
from breakwater.referrals.rules import ENDS, TRANSITIONS, Action, State, Transition
from tests.access.conftest import app, hub
from tests.access.real_hub import RealHub, hold, look
from tests.builders import a_person, received
from tests.cases import granted
from tests.oversight.queues.world import CHILDREN, PEOPLE, World

__all__ = ["app", "hub"]

SOMEBODY = st.integers(0, len(PEOPLE) - 1)
BY_HAND = [action for action in Action if action is not Action.PASS_ON]


class Hub(RuleBasedStateMachine):
    """Whatever happens in a hub, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.all = transaction.atomic()
        # As a test's own transaction: what asks to be outermost may be within it.
        self.all._from_testcase = True  # type: ignore[attr-defined]
        self.all.__enter__()
        self.world = World()
        self.referrals: list[int] = []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.all.__exit__(None, None, None)

    def one(self, data: Any) -> Referral:
        return Referral.objects.get(pk=data.draw(st.sampled_from(self.referrals)))

    @precondition(lambda self: len(self.referrals) < 4)
    @rule(
        child=st.integers(0, len(CHILDREN) - 1),
        danger=st.booleans(),
        restricted=st.sampled_from([False, False, True]),
        guard=SOMEBODY,
    )
    def receive(self, child: int, danger: bool, restricted: bool, guard: int) -> None:
        referral = self.world.receive(child, danger)
        self.referrals.append(referral.pk)
        if restricted:
            self.world.restrict(referral, guard)

    @precondition(lambda self: self.referrals)
    @rule(data=st.data(), action=st.sampled_from(BY_HAND), teams=st.integers(1, 2))
    def act(self, data: Any, action: Action, teams: int) -> None:
        self.world.do(action, self.one(data), teams=teams)

    @precondition(lambda self: self.referrals)
    @rule(data=st.data(), teams=st.integers(1, 2))
    def go_further(self, data: Any, teams: int) -> None:
        """Something that the table allows from here."""
        referral = self.one(data)
        here = [t.action for t in TRANSITIONS if t.start == referral.state]
        # The hub alone passes on, when something comes in.
        actions = [action for action in here if action is not Action.PASS_ON]
        if actions:
            self.world.do(data.draw(st.sampled_from(actions)), referral, teams=teams)

    @precondition(lambda self: self.referrals)
    @rule(data=st.data(), to=st.none() | SOMEBODY)
    def hand_over(self, data: Any, to: int | None) -> None:
        items = list(Item.objects.filter(done_at=None).order_by("pk"))
        if items:
            self.world.hand_over(data.draw(st.sampled_from(items)), to)

    @precondition(lambda self: self.referrals)
    @rule(data=st.data(), person=SOMEBODY)
    def shut_out(self, data: Any, person: int) -> None:
        self.world.shut_out(self.one(data), person)

    @rule(person=SOMEBODY)
    def leave(self, person: int) -> None:
        self.world.leave(person)

    @rule(person=SOMEBODY)
    def disable(self, person: int) -> None:
        self.world.disable(person)

    @rule(person=SOMEBODY)
    def come_back(self, person: int) -> None:
        self.world.come_back(person)

    @invariant()
    def nothing_is_unseen(self) -> None:
        self.world.check()


@pytest.mark.django_db
def test_nothing_is_unseen_whatever_is_done_and_whoever_leaves() -> None:
    run(
        Hub,
        settings=settings(
            max_examples=12,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


# -- every transition of the table, by real actions -----------------------------------------------


def way_to(wanted: Transition) -> list[Action]:
    """The shortest way from what comes in to a transition, and through it.

    Beside the state it counts the teams that have yet to take it on, and those that refused.
    """
    start: tuple[State, int, int] = (
        (State.WITH_WORKER, 1, 0) if wanted.start is State.WITH_WORKER else (State.RECEIVED, 0, 0)
    )
    seen, queue = {start}, deque([(start, list[Action]())])
    while queue:
        (state, waiting, refused), way = queue.popleft()
        for one in TRANSITIONS:
            if one.start is not state or one.action is Action.PASS_ON:
                continue
            at_work = state is State.AT_WORK
            after = (one.end, *_routes(one.action, waiting, refused, at_work))
            if -1 in after:
                continue
            if one == wanted:
                return [*way, one.action]
            if after not in seen:
                seen.add(after)
                queue.append((after, [*way, one.action]))
    raise AssertionError(f"no way to {wanted}")


def _routes(action: Action, waiting: int, refused: int, at_work: bool) -> tuple[int, int]:
    """How many of the two teams have yet to take it on, and how many refused; -1: not possible."""
    match action:
        case Action.DECIDE_AND_ROUTE:
            return 2, 0
        case Action.TAKE_ON if waiting:
            return waiting - 1, refused
        case Action.REFUSE if waiting:
            return waiting - 1, refused + 1
        case Action.KEEP if refused:
            return waiting + 1, refused - 1
        # The last refusal goes back to triage, unless a team is at work already.
        case Action.LEAVE if refused and (waiting + refused == 2 or at_work):
            return waiting, refused - 1
        case Action.RETURN if refused == 1 and not waiting:
            return 0, 0
        case Action.TAKE_ON | Action.REFUSE | Action.KEEP | Action.LEAVE | Action.RETURN:
            return -1, -1
        case _:
            return waiting, refused


@pytest.mark.django_db
@pytest.mark.parametrize("wanted", TRANSITIONS, ids=lambda t: f"{t.start.name}-{t.action.name}")
def test_each_transition_leaves_nothing_unseen(wanted: Transition) -> None:
    world = World()
    referral = _passed_on(world) if wanted.start is State.WITH_WORKER else world.receive()
    if wanted.action is Action.PASS_ON:
        referral = _passed_on(world)
    else:
        for action in way_to(wanted):
            referral.refresh_from_db()
            assert world.do(action, referral), f"nobody could {action}"
            world.check()
    last = Step.objects.filter(referral=referral).latest("pk")
    assert (last.start, last.action, last.end) == (wanted.start, wanted.action, wanted.end)
    world.check()
    waits = Item.objects.filter(referral=referral, done_at=None).exists()
    assert waits is (wanted.end not in ENDS)
    for person in range(len(PEOPLE)):
        world.leave(person)
        world.check()


def _passed_on(world: World) -> Referral:
    """A second worry about a child whose case somebody is at work on."""
    first = world.receive()
    for action in (Action.DECIDE_AND_ROUTE, Action.TAKE_ON):
        first.refresh_from_db()
        assert world.do(action, first)
    second = world.receive()
    assert second.state == State.WITH_WORKER
    return second


# -- raw SQL ---------------------------------------------------------------------------------------

ENDED = [
    "update referrals_item set done_at = now() where referral_id = %s and done_at is null",
    "update referrals_item set referral_id = referral_id, done_at = now() where referral_id = %s",
]


@pytest.mark.django_db
@pytest.mark.parametrize("statement", ENDED)
def test_the_database_refuses_its_owner_an_open_referral_without_an_item(statement: str) -> None:
    referral = Referral.objects.get(reference=received().reference)
    assert _refused_to_owner(statement, [referral.pk]) == "BW004"


@pytest.mark.django_db
def test_nor_may_a_referral_open_again_without_one() -> None:
    world = World()
    referral = world.receive()
    assert world.do(Action.DECIDE_NO_ACTION, referral)
    opened = "update referrals_referral set state = %s where id = %s"
    assert _refused_to_owner(opened, [State.RECEIVED, referral.pk]) == "BW004"


def test_the_database_refuses_the_applications_login_too(
    hub: RealHub, app: psycopg.Connection
) -> None:
    child = a_person(given="Kit", family="Marlow", born="2014-04-04")
    referral = Referral.objects.get(reference=received(child, key="unseen-by-sql").reference)
    ana = hub.somebody()
    granted(referral.case_id, Relation.ROUTED, team_id=ana.team)
    capability, seen = look(app, ana.token, referral.case_id)
    assert seen == [referral.case_id]
    assert _refused_to_app(app, capability, ENDED[0], referral.pk) == "BW004"
    assert Item.objects.filter(referral=referral, done_at=None).count() == 1
    deleted = "delete from referrals_item where referral_id = %s"
    assert _refused_to_app(app, capability, deleted, referral.pk) == "42501"


def _refused_to_owner(statement: str, values: list[Any]) -> str:
    """What the database would say at the commit."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
            assert cursor.rowcount == 1
            cursor.execute("set constraints all immediate")
    except DatabaseError as refused:
        return str(getattr(refused.__cause__, "sqlstate", ""))
    return ""


def _refused_to_app(
    app: psycopg.Connection, capability: str | None, statement: str, value: int
) -> str:
    try:
        with app.transaction():
            hold(app, capability)
            # The row is seen and changed; the commit refuses it.
            assert app.execute(statement, [value]).rowcount == 1  # type: ignore[arg-type]
    except psycopg.Error as refused:
        return str(refused.sqlstate)
    return ""
