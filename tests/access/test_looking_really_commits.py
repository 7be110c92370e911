"""What must hold on a database where commits are real."""

from uuid import uuid4

import psycopg
import pytest
from django.db import transaction
from django.utils import timezone

from breakwater.access.actions import acting, look
from breakwater.access.models import Agency, Case, Grant, Membership, Team, User
from breakwater.access.policy import Role, Verb
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor, LawfulBasis, NotAllowed, Relation
from breakwater.audit.models import Entry


@pytest.fixture
def worker(committed: str) -> Actor:
    name = f"Look {uuid4()}"
    agency = Agency.objects.create(name=name, kind="health")
    team = Team.objects.create(name=name, agency=agency, kind="cait")
    user = User.objects.create(username=name, name=name, agency=agency)
    Membership.objects.create(user=user, team=team, role=Role.PRACTITIONER)
    return actor_for(user)


def a_case_for(actor: Actor) -> int:
    case = Case.objects.create(opened_at=timezone.now())
    Grant.objects.create(
        case=case,
        user_id=actor.user_id,
        relation=Relation.ROUTED,
        purpose="a test",
        lawful_basis=LawfulBasis.PUBLIC_TASK,
        starts=timezone.now(),
    )
    return case.pk


def close_and_fail(actor: Actor, case: int) -> None:
    with acting(actor, Verb.TAKE_ON, case_id=case):
        Case.objects.filter(pk=case).update(closed_at=timezone.now())
        raise ZeroDivisionError


def entries_of(actor: Actor) -> list[tuple[str, bool]]:
    rows = Entry.objects.filter(actor=actor.ledger_name).order_by("at")
    return list(rows.values_list("verb", "allowed"))


def test_a_look_is_committed_before_anything_is_shown(worker: Actor, committed: str) -> None:
    look(worker, a_case_for(worker), subject="referral:1", purpose="work")
    with psycopg.connect(committed) as another_session:
        query = "select verb, allowed from ledger_entry where actor = %s"
        seen = another_session.execute(query, [worker.ledger_name]).fetchall()
    assert seen == [("open_case", True)]


def test_a_look_stays_written_down_when_the_page_then_fails(worker: Actor) -> None:
    view = look(worker, a_case_for(worker), subject="referral:1", purpose="work")
    with transaction.atomic():
        Case.objects.filter(pk__in=view.cases).update(closed_at=timezone.now())
        transaction.set_rollback(True)
    assert entries_of(worker) == [("open_case", True)]


def test_a_look_inside_a_transaction_is_refused_since_its_entry_might_vanish(
    worker: Actor,
) -> None:
    case = a_case_for(worker)
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        look(worker, case, subject="referral:1", purpose="work")


def test_a_refused_action_stays_written_down(worker: Actor) -> None:
    with pytest.raises(NotAllowed), acting(worker, Verb.DECIDE, case_id=a_case_for(worker)):
        pytest.fail("the body must not run")
    assert entries_of(worker) == [("decide", False)]


def test_an_action_that_fails_leaves_nothing_but_that_the_case_was_opened(worker: Actor) -> None:
    case = a_case_for(worker)
    with pytest.raises(ZeroDivisionError):
        close_and_fail(worker, case)
    assert entries_of(worker) == [("open_case", True)]
    assert Case.objects.get(pk=case).closed_at is None
