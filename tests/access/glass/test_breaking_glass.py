"""Opening a case in an emergency: who may, for how long, who is told, and what stays unknown."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from breakwater.access.call import value
from breakwater.access.glass import queries, rules
from breakwater.access.glass.actions import WrongReason, answer, break_glass
from breakwater.access.glass.rules import GlassPurpose, Outcome, Stands
from breakwater.access.models import Alert, Exclusion, Glass, GlassOpening, Grant, User
from breakwater.access.policy import Role
from breakwater.access.queries import actor_for
from breakwater.access.rules import (
    LAW_ENFORCEMENT_TEAMS,
    Actor,
    AlertKind,
    Conflict,
    NotAllowed,
    Relation,
    TeamKind,
    basis_for,
)
from breakwater.audit.models import Entry
from breakwater.clocks.models import Clock
from tests.builders import do_waiting_jobs
from tests.cases import WHY, a_case, broken, guarded_by, sees, told

pytestmark = pytest.mark.django_db

Staff = Callable[..., User]


@pytest.fixture
def nia(staff: Staff) -> Actor:
    return actor_for(staff("Nia Brown", TeamKind.EARLY_HELP))


@pytest.fixture
def cait(staff: Staff) -> Actor:
    """Who supervises the team whose case it is."""
    return actor_for(staff("Tom Ward", TeamKind.CAIT, Role.TEAM_SUPERVISOR))


def test_a_case_opens_by_name_for_an_hour_on_the_basis_of_the_persons_team(
    nia: Actor, cait: Actor
) -> None:
    case = a_case(of=cait)
    assert broken(nia, case).outcome is Outcome.OPENED
    assert sees(nia, case)
    grant = Grant.objects.get(relation=Relation.GLASS)
    assert (grant.user_id, grant.ends - grant.starts) == (nia.user_id, rules.LASTS)
    assert grant.lawful_basis == basis_for(TeamKind.EARLY_HELP)


def test_after_the_hour_it_is_closed(nia: Actor, cait: Actor) -> None:
    case = a_case(of=cait)
    broken(nia, case)
    connection.cursor().execute(
        "update access_grant set starts = starts - interval '2 hours',"
        " ends = ends - interval '2 hours' where relation = 'broke the glass'"
    )
    assert not sees(nia, case)


def test_it_opens_to_nobody_else_of_the_team(nia: Actor, cait: Actor, staff: Staff) -> None:
    case = a_case(of=cait)
    broken(nia, case)
    assert not sees(actor_for(staff("Jo Park", TeamKind.EARLY_HELP)), case)


def test_whose_case_it_is_and_the_persons_own_supervisors_are_told_at_once(
    nia: Actor, cait: Actor, staff: Staff
) -> None:
    staff("Own Boss", TeamKind.EARLY_HELP, Role.TEAM_SUPERVISOR)
    staff("Other Boss", TeamKind.POLIT, Role.TEAM_SUPERVISOR)
    staff("Colleague", TeamKind.CAIT)
    broken(nia, a_case(of=cait))
    assert told(AlertKind.GLASS_BROKEN) == {"Tom Ward", "Own Boss"}


def test_somebody_at_work_on_the_case_is_told_and_a_stranger_named_so_is_not(
    nia: Actor, cait: Actor, staff: Staff
) -> None:
    worker, stranger = staff("At Work", TeamKind.CAIT), staff("Stranger", TeamKind.CSE)
    break_glass(
        nia,
        a_case(of=cait),
        called="1",
        purpose=GlassPurpose.DANGER,
        reason=WHY,
        also_tell=[worker.pk, stranger.pk],
    )
    assert told(AlertKind.GLASS_BROKEN) == {"Tom Ward", "At Work"}


def test_a_supervisor_who_breaks_glass_is_not_told_of_themself(staff: Staff, cait: Actor) -> None:
    boss = actor_for(staff("Own Boss", TeamKind.EARLY_HELP, Role.TEAM_SUPERVISOR))
    broken(boss, a_case(of=cait))
    assert told(AlertKind.GLASS_BROKEN) == {"Tom Ward"}


def test_the_review_clock_runs_72_hours(nia: Actor, cait: Actor) -> None:
    case = a_case(of=cait)
    broken(nia, case)
    clock = Clock.objects.get(code=rules.REVIEW_CLOCK)
    assert (clock.case_id, clock.due_at - clock.started_at) == (case, timedelta(hours=72))


def test_the_entry_says_who_and_when_and_no_word_of_why(nia: Actor, cait: Actor) -> None:
    case = a_case(of=cait)
    broken(nia, case)
    entry = Entry.objects.get(verb="break_glass")
    assert (entry.actor, entry.cases, entry.allowed) == (nia.ledger_name, [case], True)
    everything = str(list(Entry.objects.values()))
    assert "hospital has her" not in everything


def test_who_sees_the_case_anyway_breaks_nothing(cait: Actor) -> None:
    assert broken(cait, a_case(of=cait)).outcome is Outcome.OPEN_ANYWAY
    assert not Glass.objects.exists()


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.RECORDS_OFFICER])
def test_who_does_no_casework_may_not_and_that_is_written_down(
    role: Role, staff: Staff, cait: Actor
) -> None:
    inspector = actor_for(staff("Ivy Stone", TeamKind.EARLY_HELP, role))
    case = a_case(of=cait)
    with pytest.raises(NotAllowed, match="Ask your supervisor"):
        broken(inspector, case)
    assert not sees(inspector, case)
    assert not Entry.objects.get(verb="break_glass").allowed


@pytest.mark.parametrize("reason", ["", "now", "emergency!!!!!!!!!!!!!!!!!!!!!", "a b c d"])
def test_a_reason_that_says_nothing_is_refused_and_nothing_stays(
    nia: Actor, cait: Actor, reason: str
) -> None:
    with pytest.raises(WrongReason):
        broken(nia, a_case(of=cait), reason)
    assert not Glass.objects.exists()


@given(st.text(max_size=100))
def test_a_reason_is_long_enough_or_refused(reason: str) -> None:
    words = reason.split()
    enough = len(" ".join(words)) >= rules.SHORTEST_REASON and len(words) >= rules.FEWEST_WORDS
    assert (rules.check_reason(reason) == "") == enough


# -- asking is no oracle ----------------------------------------------------------------------


@pytest.fixture
def alike(nia: Actor, cait: Actor) -> dict[str, int | None]:
    """What must look the same to Nia: restricted, shut out (of an open one too), not there."""
    shut, both = a_case(of=cait), guarded_by(cait)
    for case in (shut, both):
        Exclusion.objects.create(case_id=case, user_id=nia.user_id, why=Conflict.DECLARED)
    return {
        "restricted": guarded_by(cait, of=cait),
        "shut out": shut,
        "both": both,
        "not there": 999_999_999,
        "no reference": None,
    }


def test_what_is_restricted_shut_or_not_there_gets_the_same_answer_and_opens_nothing(
    nia: Actor, alike: dict[str, int | None]
) -> None:
    for case in alike.values():
        outcome = broken(nia, case)
        assert (outcome.outcome, outcome.case_id) == (Outcome.ASKED, None)
        assert case is None or not sees(nia, case)
    assert not GlassOpening.objects.exists()
    assert not Grant.objects.filter(relation=Relation.GLASS).exists()


def test_it_takes_the_same_statements(nia: Actor, alike: dict[str, int | None]) -> None:
    said = []
    for case in alike.values():
        with CaptureQueriesContext(connection) as captured:
            broken(nia, case, called="1")
        # Without values, and without the number that Django gives each savepoint.
        said.append([re.split(r"\(|\"s[0-9]", query["sql"])[0] for query in captured])
    assert all(each == said[0] for each in said)


def test_the_askers_own_list_shows_them_alike_before_and_after_a_refusal(
    nia: Actor, cait: Actor, alike: dict[str, int | None]
) -> None:
    for case in alike.values():
        broken(nia, case, called="1")
    asked = Glass.objects.get(case=alike["restricted"]).pk
    answer(cait, asked, agree=False, reason="The ward rang, and she is not there at all.")
    for hours, stands in ((0, Stands.ASKED), (13, Stands.NOT_OPENED)):
        with connection.cursor() as cursor:
            cursor.execute("set local session_replication_role = replica")
            cursor.execute(
                "update access_glass set asked_at = asked_at - make_interval(hours => %s)", [hours]
            )
            cursor.execute("set local session_replication_role = origin")
        shown = queries.own(nia)
        assert {each.stands for each in shown} == {stands}
        assert {(each.called, each.case_id, each.purpose) for each in shown} == {
            ("1", None, GlassPurpose.HOSPITAL)
        }


def test_the_ledger_knows_which_case_somebody_was_shut_out_of(
    nia: Actor, alike: dict[str, int | None]
) -> None:
    broken(nia, alike["shut out"])
    entry = Entry.objects.get(verb="ask_glass")
    assert (entry.cases, entry.allowed) == ([alike["shut out"]], False)


def test_nobody_is_told_of_what_is_not_there_or_shut(
    nia: Actor, alike: dict[str, int | None]
) -> None:
    for name in ("shut out", "both", "not there"):
        broken(nia, alike[name])
    do_waiting_jobs()
    assert not Alert.objects.exists()


# -- the same said twice ----------------------------------------------------------------------


def test_the_databases_knobs_are_those_of_the_rules() -> None:
    assert value("glass_lasts") == rules.LASTS
    assert value("glass_lapses") == rules.LAPSES


@pytest.mark.parametrize("kind", TeamKind)
def test_the_databases_basis_is_that_of_the_rules(kind: TeamKind, staff: Staff) -> None:
    user = staff("Jo Park", kind)
    assert value("basis_of", user.pk) == basis_for(kind)
    assert (kind in LAW_ENFORCEMENT_TEAMS) == ("Part 3" in basis_for(kind))
