"""A restricted case opens in an emergency only when a second person agrees."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.utils import timezone

from breakwater.access.glass import queries, rules
from breakwater.access.glass.actions import WrongReason, answer, open_words
from breakwater.access.glass.rules import Answered, Stands
from breakwater.access.models import (
    Agency,
    Exclusion,
    Glass,
    GlassOpening,
    Membership,
    User,
)
from breakwater.access.policy import Role
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor, AlertKind, Conflict, NotAllowed, TeamKind
from breakwater.audit.models import Entry
from breakwater.clocks.models import Clock
from tests.builders import do_waiting_jobs
from tests.cases import WHY, a_case, broken, guarded_by, last_glass, sees, told

pytestmark = pytest.mark.django_db

Staff = Callable[..., User]
SAID = "I rang the ward myself: she is there."


@pytest.fixture
def nia(staff: Staff) -> Actor:
    return actor_for(staff("Nia Brown", TeamKind.EARLY_HELP))


@pytest.fixture
def guardian(staff: Staff) -> Actor:
    return actor_for(staff("Tom Ward", TeamKind.CAIT, Role.TEAM_SUPERVISOR))


@pytest.fixture
def asked(nia: Actor, guardian: Actor) -> int:
    broken(nia, guarded_by(guardian))
    return last_glass()


def case_of(glass_id: int) -> int:
    return Glass.objects.get(pk=glass_id).case_id or 0


def test_guardians_and_who_may_agree_at_the_askers_agency_are_told_once(
    asked: int, staff: Staff
) -> None:
    staff("Own Boss", TeamKind.EARLY_HELP, Role.TEAM_SUPERVISOR)
    staff("Colleague", TeamKind.EARLY_HELP)
    do_waiting_jobs()
    do_waiting_jobs()
    assert told(AlertKind.GLASS_ASKED) == {"Tom Ward", "Own Boss"}


def test_another_agencys_supervisor_is_neither_told_nor_may_agree(asked: int, staff: Staff) -> None:
    elsewhere = staff("Far Boss", TeamKind.POLIT, Role.TEAM_SUPERVISOR)
    team = Membership.objects.get(user=elsewhere).team
    team.agency = Agency.objects.create(name="Elsewhere", kind="police")
    team.save()
    do_waiting_jobs()
    assert "Far Boss" not in told(AlertKind.GLASS_ASKED)
    with pytest.raises(NotAllowed):
        answer(actor_for(elsewhere), asked, agree=True, reason=SAID)


def test_agreed_the_case_opens_for_an_hour_with_its_clock_and_all_know(
    nia: Actor, guardian: Actor, asked: int
) -> None:
    assert answer(guardian, asked, agree=True, reason=SAID) is Answered.OPENED
    assert sees(nia, case_of(asked))
    opening = GlassOpening.objects.get()
    assert opening.ends_at - opening.opened_at == rules.LASTS
    assert Clock.objects.filter(code=rules.REVIEW_CLOCK).count() == 1
    assert told(AlertKind.GLASS_AGREED) == {"Nia Brown"}
    assert told(AlertKind.GLASS_BROKEN) == {"Tom Ward"}
    (own,) = queries.own(nia)
    assert (own.stands, own.case_id) == (Stands.OPEN, case_of(asked))


def test_refused_it_stays_closed(nia: Actor, guardian: Actor, asked: int) -> None:
    assert answer(guardian, asked, agree=False, reason=SAID) is Answered.NO
    assert not sees(nia, case_of(asked))
    assert not Clock.objects.exists()


def test_nobody_agrees_with_themself(staff: Staff, guardian: Actor) -> None:
    boss = actor_for(staff("Own Boss", TeamKind.EARLY_HELP, Role.TEAM_SUPERVISOR))
    broken(boss, guarded_by(guardian))
    with pytest.raises(NotAllowed):
        answer(boss, last_glass(), agree=True, reason=SAID)
    assert queries.waiting(boss, timezone.now()) == []


@pytest.mark.parametrize("role", [Role.PRACTITIONER, Role.INSPECTOR, Role.RECORDS_OFFICER])
def test_without_the_verb_nobody_agrees(role: Role, staff: Staff, asked: int) -> None:
    other = actor_for(staff("Jo Park", TeamKind.EARLY_HELP, role))
    with pytest.raises(NotAllowed):
        answer(other, asked, agree=True, reason=SAID)
    assert not Entry.objects.get(verb="agree_glass").allowed


def test_who_is_shut_out_is_not_told_and_does_not_agree(
    nia: Actor, staff: Staff, guardian: Actor
) -> None:
    kin = staff("Kin Boss", TeamKind.EARLY_HELP, Role.TEAM_SUPERVISOR)
    case = guarded_by(guardian)
    Exclusion.objects.create(case_id=case, user=kin, why=Conflict.FAMILY)
    broken(nia, case)
    do_waiting_jobs()
    assert told(AlertKind.GLASS_ASKED) == {"Tom Ward"}
    with pytest.raises(NotAllowed):
        answer(actor_for(kin), last_glass(), agree=True, reason=SAID)


def test_a_second_answer_comes_too_late(guardian: Actor, asked: int, staff: Staff) -> None:
    answer(guardian, asked, agree=False, reason=SAID)
    boss = actor_for(staff("Own Boss", TeamKind.EARLY_HELP, Role.TEAM_SUPERVISOR))
    with pytest.raises(NotAllowed):
        answer(boss, asked, agree=True, reason=SAID)


def test_after_twelve_hours_nobody_agrees_any_more(guardian: Actor, asked: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")
        cursor.execute("update access_glass set asked_at = asked_at - interval '13 hours'")
        cursor.execute("set local session_replication_role = origin")
    with pytest.raises(NotAllowed):
        answer(guardian, asked, agree=True, reason=SAID)


def test_who_came_into_conflict_meanwhile_gets_nothing(
    nia: Actor, guardian: Actor, asked: int
) -> None:
    Exclusion.objects.create(case_id=case_of(asked), user_id=nia.user_id, why=Conflict.DECLARED)
    assert answer(guardian, asked, agree=True, reason=SAID) is Answered.LOST
    assert not GlassOpening.objects.exists()


def test_who_left_meanwhile_gets_nothing(nia: Actor, guardian: Actor, asked: int) -> None:
    Membership.objects.filter(user=nia.user_id).update(ends=timezone.now())
    assert answer(guardian, asked, agree=True, reason=SAID) is Answered.LOST


def test_an_answer_needs_a_reason(guardian: Actor, asked: int) -> None:
    with pytest.raises(WrongReason):
        answer(guardian, asked, agree=True, reason="ok")


def test_reading_why_leaves_an_entry_that_names_the_case(guardian: Actor, asked: int) -> None:
    assert open_words(guardian, asked).reason == WHY
    entries = Entry.objects.filter(verb="read_glass_reason", allowed=True)
    assert [case_of(asked)] in [entry.cases for entry in entries]


def test_why_is_for_nobody_else_and_a_number_that_is_not_there_sounds_the_same(
    asked: int, staff: Staff
) -> None:
    stranger = actor_for(staff("Jo Park", TeamKind.CAIT))
    words = []
    for number in (asked, asked + 1000):
        with pytest.raises(NotAllowed) as refusal:
            open_words(stranger, number)
        words.append(str(refusal.value))
    assert words[0] == words[1]


def test_an_opening_by_one_person_waits_for_nobodys_answer(nia: Actor, guardian: Actor) -> None:
    broken(nia, a_case(of=guardian))
    with pytest.raises(NotAllowed):
        answer(guardian, last_glass(), agree=True, reason=SAID)
