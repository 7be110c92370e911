"""What the application's own login can and cannot do, by raw SQL, where commits are real."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest
from django.utils import timezone

from breakwater.access.models import Agency, Case, Exclusion, Grant, Membership, Session, Team, User
from breakwater.access.policy import Role
from breakwater.access.rules import LawfulBasis, Relation
from breakwater.site.login import application_url

REASON = "The hospital has her here and asks who looks after her."
BREAK = (
    "select glass, outcome from door.break_glass(%s, %s, %s, 'x', 'another emergency', %s, '{}')"
)


@dataclass(frozen=True)
class Person:
    id: int
    token: str
    team: int


@pytest.fixture
def app(committed: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(application_url(committed), autocommit=True) as connection:
        yield connection


def a_person(role: Role = Role.PRACTITIONER, team: int | None = None) -> Person:
    name = f"Door {uuid4()}"
    agency, _ = Agency.objects.get_or_create(name="Door agency", defaults={"kind": "health"})
    home = team or Team.objects.create(name=name, agency=agency, kind="early_help").pk
    user = User.objects.create(username=name, name=name, agency=agency)
    Membership.objects.create(user=user, team_id=home, role=role)
    token, soon = str(uuid4()), timezone.now() + timedelta(hours=1)
    Session.objects.create(
        session_key=hashlib.sha256(token.encode()).hexdigest(),
        session_data="",
        expire_date=soon,
        idle_until=soon,
        user=user,
        may_work=True,
    )
    return Person(user.pk, token, home)


def a_case(of_team: int | None = None, *, restricted: bool = False) -> int:
    case = Case.objects.create(opened_at=timezone.now(), restricted=restricted)
    if of_team:
        Grant.objects.create(
            case=case,
            team_id=of_team,
            relation=Relation.ROUTED,
            purpose="a test",
            lawful_basis=LawfulBasis.PUBLIC_TASK,
            starts=timezone.now(),
        )
    return case.pk


def one(app: psycopg.Connection, statement: str, *values: object) -> tuple:
    row = app.execute(statement, values).fetchone()
    assert row is not None
    return row


HIDDEN = (
    *("access_glass", "access_glassopening", "access_glassanswer", "access_glassreview"),
    *("access_told", "access_alert", "access_kin", "access_exclusion", "access_grant"),
    "access_ruling",
)


@pytest.mark.parametrize("table", HIDDEN)
def test_the_tables_that_decide_are_closed_to_raw_sql(app: psycopg.Connection, table: str) -> None:
    with suppress(psycopg.errors.InsufficientPrivilege):
        assert app.execute(f"select * from {table}").fetchall() == []
    for change in (f"delete from {table}", f"insert into {table} default values"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute(change)


@pytest.mark.parametrize(
    "call",
    [
        "door.open_glass(1, '{}')",
        "door.shut(1, 1, 'declared a conflict', 1)",
        "door.name_person(1, 1, 'was named for the case')",
        "door.rule(1, 'named', 1, 'because', 1)",
        "door.tell('somebody opened a case in an emergency', '{1}', 1, 1)",
        "door.shut_out_where_they_meet('{1}', '{}')",
        "door.write_down_glass(1, 'break_glass', 1, 1, '', true, '{}')",
        "door.glass_to_review(1)",
        "door.glass_to_answer(1)",
        "door.guardians_of(1)",
        "door.guards(1, 1)",
        "door.mail_alert()",
    ],
)
def test_the_doors_inner_works_are_not_for_the_application(
    app: psycopg.Connection, call: str
) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute(f"select {call}")


def test_nobody_breaks_glass_in_anothers_name(app: psycopg.Connection) -> None:
    case, other = a_case(), a_person()
    for token in ("", "made up", other.token[:-1]):
        assert one(app, BREAK, token, other.id, case, REASON) == (None, "refused")
    assert not Grant.objects.filter(case=case).exists()


def test_glass_opens_one_case_and_its_grant_ends_in_an_hour(app: psycopg.Connection) -> None:
    case, nia = a_case(), a_person()
    glass, outcome = one(app, BREAK, nia.token, None, case, REASON)
    assert (glass is not None, outcome) == (True, "opened")
    grant = Grant.objects.get(case=case)
    assert grant.ends - grant.starts == timedelta(hours=1)
    seen = one(app, "select door.may_see(%s, null, %s)", nia.token, [case])
    assert seen == ([case],)


def test_a_reason_too_short_is_refused_by_the_table_itself(app: psycopg.Connection) -> None:
    case, nia = a_case(), a_person()
    with pytest.raises(psycopg.errors.CheckViolation):
        app.execute(BREAK, (nia.token, None, case, "because"))
    assert not Grant.objects.filter(case=case).exists()


def test_an_exclusion_beats_glass_that_is_broken_already(app: psycopg.Connection) -> None:
    case, nia = a_case(), a_person()
    app.execute(BREAK, (nia.token, None, case, REASON))
    Exclusion.objects.create(case_id=case, user_id=nia.id, why="declared a conflict")
    assert one(app, "select door.may_see(%s, null, %s)", nia.token, [case]) == ([],)


def test_why_is_read_only_after_an_entry_that_is_committed(app: psycopg.Connection) -> None:
    nia = a_person()
    boss = a_person(Role.TEAM_SUPERVISOR, nia.team)
    case = a_case()
    glass, _ = one(app, BREAK, nia.token, None, case, REASON)
    words = "select reason from door.glass_words(array[%s::bigint], null)"
    assert app.execute(words, [glass]).fetchall() == []
    with app.transaction():
        (key,) = one(app, "select door.read_glass(%s, null, %s)", boss.token, glass)
        app.execute("select set_config('door.capabilities', %s, true)", [str(key)])
        # The entry is of this very transaction: not yet committed.
        assert app.execute(words, [glass]).fetchall() == []
    with app.transaction():
        app.execute("select set_config('door.capabilities', %s, true)", [str(key)])
        assert app.execute(words, [glass]).fetchall() == [(REASON,)]
        # The words, and nothing of the case.
        assert one(app, "select door.held_cases()") == ([],)
    assert app.execute(words, [glass]).fetchall() == []


def test_an_entry_rolled_back_shows_nothing(app: psycopg.Connection) -> None:
    nia = a_person()
    boss = a_person(Role.TEAM_SUPERVISOR, nia.team)
    glass, _ = one(app, BREAK, nia.token, None, a_case(), REASON)
    with app.transaction(force_rollback=True):
        (key,) = one(app, "select door.read_glass(%s, null, %s)", boss.token, glass)
    with app.transaction():
        app.execute("select set_config('door.capabilities', %s, true)", [str(key)])
        found = app.execute("select reason from door.glass_words(array[%s::bigint], null)", [glass])
        assert found.fetchall() == []


@pytest.mark.parametrize(
    ("call", "refused"),
    [
        ("door.restrict(%s, null, %s, 'because of a colleague', '{}')", "refused"),
        ("door.lift_restriction(%s, null, %s, 'because of a colleague')", "refused"),
        ("door.name_for(%s, null, %s, 1, true, 'because of a colleague')", "refused"),
        ("door.unname(%s, null, %s, 1, 'because of a colleague')", "refused"),
        ("door.keep_out(%s, null, %s, 1, 'because of a colleague')", "refused"),
        ("door.let_in(%s, null, %s, 1, 'because of a colleague')", "refused"),
        ("door.declare_conflict(%s, null, %s)", False),
    ],
)
def test_a_case_that_one_could_open_but_does_not_hold_is_not_decided_on(
    app: psycopg.Connection, call: str, refused: object
) -> None:
    boss = a_person(Role.TEAM_SUPERVISOR)
    case = a_case(boss.team)
    assert one(app, f"select {call}", boss.token, case) == (refused,)
    assert not Case.objects.get(pk=case).restricted
    assert not Exclusion.objects.filter(case=case).exists()


def test_alerts_are_read_by_whose_session_it_is(app: psycopg.Connection) -> None:
    nia = a_person()
    boss = a_person(Role.TEAM_SUPERVISOR, nia.team)
    app.execute(BREAK, (nia.token, None, a_case(), REASON))
    mine = "select count(*) from door.my_alerts(%s, %s, 10)"
    assert one(app, mine, boss.token, None) == (1,)
    assert one(app, mine, "", boss.id) == (0,)
    assert one(app, mine, nia.token, boss.id) == (0,)
    assert one(app, "select door.see_alerts(%s, null, null)", nia.token) == (0,)


def test_naming_family_and_a_worry_at_the_same_moment_meet(
    app: psycopg.Connection, committed: str
) -> None:
    """The intake is not committed yet when the family is named: naming waits for it."""
    nia, case, family = a_person(), a_case(), f"amelia {uuid4().hex}"
    named = threading.Event()

    def name_family() -> None:
        with psycopg.connect(application_url_of(app), autocommit=True) as other:
            other.execute(
                "select door.add_kin(%s, null, 'child', 'A', 'B', '2017-05-14', %s)",
                [nia.token, family],
            )
        named.set()

    naming = threading.Thread(target=name_family)
    with app.transaction():
        app.execute("select door.shut_out_kin(%s, array['2017-05-14'::date], %s)", (case, [family]))
        naming.start()
        assert not named.wait(0.3)
    naming.join(10)
    assert Exclusion.objects.filter(case=case, user=nia.id).exists()


def application_url_of(app: psycopg.Connection) -> str:
    return f"{app.info.dsn} password={app.info.password}"
