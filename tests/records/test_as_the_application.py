"""What raw SQL of the application's role can do to what is kept: nothing but ask."""

import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256
from uuid import uuid4

import psycopg
import pytest
from django.utils import timezone

from breakwater.access.models import Agency, Membership, Session, Team, User
from breakwater.access.policy import Role
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor, TeamKind
from breakwater.records.models import Hold, KeepOrLetGo
from breakwater.records.retention import actions
from breakwater.referrals.actions import open_referral
from breakwater.site.login import application_url
from tests.builders import a_person, received
from tests.records.a_case import no_further_action
from tests.records.retention.conftest import grace_over, past

Sql = Callable[..., list[tuple[object, ...]]]


def somebody(kind: TeamKind, role: Role) -> tuple[Actor, str]:
    """A person of a team of this kind, and the secret of a browser they are signed in with."""
    name, token = str(uuid4()), secrets.token_urlsafe(24)
    team = Team.objects.filter(kind=kind).first()
    if team is None:
        agency = Agency.objects.create(name=name, kind="social_care")
        team = Team.objects.create(name=name, agency=agency, kind=kind)
    user = User.objects.create(username=name, name=name, agency=team.agency)
    Membership.objects.create(user=user, team=team, role=role)
    later = timezone.now() + timedelta(hours=1)
    Session.objects.create(
        session_key=sha256(token.encode()).hexdigest(), session_data="", user=user,
        expire_date=later, idle_until=later, may_work=True,
    )  # fmt: skip
    return actor_for(user), token


@pytest.fixture
def application(committed: str) -> Iterator[Sql]:
    with psycopg.connect(application_url(committed), autocommit=True) as session:

        def run(statement: str, *values: object) -> list[tuple[object, ...]]:
            cursor = session.execute(statement, values or None)
            return cursor.fetchall() if cursor.description else []

        yield run


@pytest.fixture
def due_case(committed: str) -> int:
    """A committed closed case whose time is up."""
    triage, _ = somebody(TeamKind.TRIAGE, Role.TRIAGE_WORKER)
    reference = received(a_person(given=f"Name {uuid4()}")).reference
    open_referral(triage, reference, "triage")
    case_id = no_further_action(triage, reference)
    actions.class_closed_cases()
    past(case_id)
    return case_id


@pytest.mark.parametrize(
    "statement",
    [
        "select * from records_keeporletgo",
        "select * from records_hold",
        "insert into records_hold (name, reason, scope, category, cases, asked_on, placed_at,"
        " placed_by_id, lifted_because) values ('x','x','every case','','{}',now(),now(),1,'')",
        "update records_hold set lifted_at = now()",
        "update records_knob set value = 0",
        "update records_retentionclass set years = 0",
        "insert into records_erased (case_id, classes, counts, erased_at, decided_by_id,"
        " confirmed_by_id) values (1, '{}', '{}', now(), 1, 1)",
        "delete from records_kept",
        "delete from people_mention",
        "select door.against_erasing(1)",
        "select door.due(1, null, now()::date)",
    ],
)
def test_a_statement_past_the_door_is_refused(application: Sql, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        application(statement)


def test_what_is_kept_is_read_only_by_who_reviews_it(application: Sql, due_case: int) -> None:
    assert application("select * from records_kept") == []
    assert application("select * from door.to_class(10)") == []
    asked = "select case_id from door.to_review(%s, null, null, now()::date, 0, 50)"
    assert application(asked, "no such session") == []
    _, of_triage = somebody(TeamKind.TRIAGE, Role.TRIAGE_WORKER)
    assert application(asked, of_triage) == []
    _, of_officer = somebody(TeamKind.RECORDS, Role.RECORDS_OFFICER)
    assert (due_case,) in application(asked, of_officer)


def test_naming_somebody_without_their_session_decides_nothing(
    application: Sql, due_case: int
) -> None:
    officer, _ = somebody(TeamKind.RECORDS, Role.RECORDS_OFFICER)
    for call in ("door.let_go('', %s, %s, 'x')", "door.let_go('x', %s, %s, 'x')"):
        with pytest.raises(psycopg.Error, match="Only the records desk"):
            application(f"select {call}", officer.user_id, due_case)
    assert not KeepOrLetGo.objects.filter(case_id=due_case).exists()


def test_saying_that_one_erases_erases_nothing(application: Sql, due_case: int) -> None:
    application("select set_config('door.erasing', %s, false)", str(due_case))
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        application("delete from referrals_decision")
    with pytest.raises(psycopg.Error, match="Nobody let this case go"):
        application("select door.erase_case(%s)", due_case)


def test_two_sessions_let_a_case_go_and_a_hold_of_one_stops_it(
    application: Sql, due_case: int
) -> None:
    _, first = somebody(TeamKind.RECORDS, Role.RECORDS_OFFICER)
    _, second = somebody(TeamKind.RECORDS, Role.RECORDS_OFFICER)
    application("select door.let_go(%s, null, %s, 'Nothing came after it.')", first, due_case)
    with pytest.raises(psycopg.Error, match="two people"):
        application("select door.confirm_letting_go(%s, null, %s)", first, due_case)
    application("select door.confirm_letting_go(%s, null, %s)", second, due_case)
    with pytest.raises(psycopg.Error, match="grace still runs"):
        application("select door.erase_case(%s)", due_case)
    # This database is shared: the hold must end with the test.
    ((hold,),) = application(
        "select door.place_hold(%s, null, 'Inquiry', 'Asked.', 'these cases', '', null, %s,"
        " now()::date)", first, [due_case],
    )  # fmt: skip
    with pytest.raises(psycopg.Error, match="grace still runs"):
        application("select door.erase_case(%s)", due_case)
    application("select door.lift_hold(%s, null, %s, 'Ended.')", second, hold)
    assert Hold.objects.get(pk=hold).lifted_at is not None
    application("select door.undo_letting_go(%s, null, %s, 'Kept.')", first, due_case)


def test_a_hold_placed_while_a_case_is_about_to_be_erased_is_waited_for_and_seen(
    application: Sql, committed: str, due_case: int
) -> None:
    _, first = somebody(TeamKind.RECORDS, Role.RECORDS_OFFICER)
    _, second = somebody(TeamKind.RECORDS, Role.RECORDS_OFFICER)
    application("select door.let_go(%s, null, %s, 'Nothing came after it.')", first, due_case)
    application("select door.confirm_letting_go(%s, null, %s)", second, due_case)
    grace_over(due_case)
    with (
        psycopg.connect(application_url(committed)) as placing,
        psycopg.connect(application_url(committed), autocommit=True) as erasing,
        ThreadPoolExecutor(1) as at_once,
    ):
        ((hold,),) = placing.execute(
            "select door.place_hold(%s, null, 'Inquiry', 'Asked.', 'these cases', '', null, %s,"
            " now()::date)", [first, [due_case]],
        ).fetchall()  # fmt: skip
        erased = at_once.submit(erasing.execute, "select door.erase_case(%s)", [due_case])
        # Not committed: the erasing cannot see the hold, and waits for it.
        with pytest.raises(TimeoutError):
            erased.result(1)
        placing.commit()
        with pytest.raises(psycopg.Error, match="A hold stops this: Inquiry"):
            erased.result(20)
    application("select door.lift_hold(%s, null, %s, 'Ended.')", second, hold)
    application("select door.undo_letting_go(%s, null, %s, 'Kept.')", first, due_case)


def test_the_applications_role_erases_what_was_let_go(application: Sql, due_case: int) -> None:
    _, first = somebody(TeamKind.RECORDS, Role.RECORDS_OFFICER)
    _, second = somebody(TeamKind.RECORDS, Role.RECORDS_OFFICER)
    application("select door.let_go(%s, null, %s, 'Nothing came after it.')", first, due_case)
    application("select door.confirm_letting_go(%s, null, %s)", second, due_case)
    grace_over(due_case)
    ready = application("select case_id from door.ready_to_erase()")
    assert (due_case,) in ready
    ((counts,),) = application("select door.erase_case(%s)", due_case)
    assert counts == {"referrals": 1, "mentions": 1, "documents": 0, "files": []}
    assert application("select * from people_place where case_id = %s", due_case) == []
