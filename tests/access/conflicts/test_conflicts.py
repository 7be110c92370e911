"""Conflicts of interest: declared, named by a supervisor, lifted by one; never by the person."""

from collections.abc import Callable

import pytest

from breakwater.access.conflicts import queries
from breakwater.access.conflicts.actions import ask_before_declaring, declare, keep_out, let_in
from breakwater.access.models import Agency, Exclusion, Membership, User
from breakwater.access.policy import Role
from breakwater.access.queries import actor_for, may_know_of, who_to_ask
from breakwater.access.restricted.actions import open_access_page
from breakwater.access.rules import Actor, AlertKind, Conflict, NotAllowed, Relation, TeamKind
from breakwater.audit.models import Entry
from tests.cases import a_case, granted, sees, told

pytestmark = pytest.mark.django_db

Staff = Callable[..., User]
WHY = "They were neighbours for years."


@pytest.fixture
def tom(staff: Staff) -> Actor:
    return actor_for(staff("Tom Ward", TeamKind.CAIT, Role.TEAM_SUPERVISOR))


@pytest.fixture
def meera(staff: Staff) -> Actor:
    return actor_for(staff("Meera Patel", TeamKind.CAIT))


def test_declared_the_case_closes_at_once_whatever_was_granted(tom: Actor, meera: Actor) -> None:
    case = a_case(of=tom, named=meera)
    assert declare(meera, case) == ["Tom Ward (Team cait)"]
    assert not sees(meera, case)
    assert may_know_of(meera, {case}) == set()
    assert who_to_ask(meera, {case}) == []
    assert told(AlertKind.CONFLICT) == {"Tom Ward"}
    row = Exclusion.objects.get()
    assert (row.why, row.set_by_id) == (Conflict.DECLARED, meera.user_id)
    assert Entry.objects.filter(verb="declare_conflict", cases=[case], allowed=True).exists()


def test_before_that_one_reads_whom_to_hand_over_to(tom: Actor, meera: Actor) -> None:
    case = a_case(of=tom)
    assert ask_before_declaring(meera, case) == ["Tom Ward (Team cait)"]
    assert sees(meera, case)


def test_a_case_that_one_may_not_see_is_not_declared(meera: Actor) -> None:
    case = a_case()
    for each in (case, 999_999_999):
        with pytest.raises(NotAllowed, match="no grant"):
            declare(meera, each)
    assert not Exclusion.objects.exists()


def test_the_person_cannot_take_it_back_however_many_roles_they_have(
    staff: Staff, meera: Actor
) -> None:
    boss = actor_for(staff("Own Boss", TeamKind.CAIT, Role.TEAM_SUPERVISOR))
    case = a_case(of=boss)
    declare(boss, case)
    with pytest.raises(NotAllowed):
        let_in(boss, case, boss.person, reason=WHY)


def test_a_supervisor_keeps_somebody_of_their_team_out_and_lets_them_in(
    tom: Actor, meera: Actor
) -> None:
    case = a_case(of=tom)
    keep_out(tom, case, meera.person, reason=WHY)
    assert not sees(meera, case)
    (kept,) = queries.kept_out(tom, case)
    assert (kept.name, kept.why, kept.by) == ("Meera Patel", Conflict.NAMED, "Tom Ward")
    let_in(tom, case, meera.person, reason=WHY)
    assert sees(meera, case)
    assert [each.reason for each in open_access_page(tom, case).rulings] == [WHY, WHY]


def test_twice_is_refused(tom: Actor, meera: Actor) -> None:
    case = a_case(of=tom)
    keep_out(tom, case, meera.person, reason=WHY)
    with pytest.raises(NotAllowed, match="already"):
        keep_out(tom, case, meera.person, reason=WHY)
    let_in(tom, case, meera.person, reason=WHY)
    with pytest.raises(NotAllowed, match="already"):
        let_in(tom, case, meera.person, reason=WHY)


def test_nobody_keeps_out_or_lets_in_themself_or_another_teams_people(
    tom: Actor, staff: Staff
) -> None:
    other = staff("Huw Evans", TeamKind.SOCIAL_CARE)
    case = a_case(of=tom)
    granted(case, Relation.ROUTED, team_id=Membership.objects.get(user=other).team_id)
    Exclusion.objects.create(case_id=case, user=other, why=Conflict.FAMILY)
    for whom in (tom.person, other.pk):
        with pytest.raises(NotAllowed, match="Only a supervisor"):
            keep_out(tom, case, whom, reason=WHY)
        with pytest.raises(NotAllowed, match="Only a supervisor"):
            let_in(tom, case, whom, reason=WHY)
    assert queries.kept_out(tom, case) == []


def test_a_practitioner_keeps_nobody_out(meera: Actor, staff: Staff, tom: Actor) -> None:
    jo = staff("Jo Park", TeamKind.CAIT)
    with pytest.raises(NotAllowed, match="Ask your supervisor"):
        keep_out(meera, a_case(of=tom), jo.pk, reason=WHY)


def test_a_supervisor_decides_nothing_on_a_case_that_they_do_not_see(
    tom: Actor, meera: Actor
) -> None:
    with pytest.raises(NotAllowed, match="no grant"):
        keep_out(tom, a_case(), meera.person, reason=WHY)


def test_a_supervisors_people_are_those_of_their_teams(tom: Actor, meera: Actor) -> None:
    assert queries.own_people(tom) == [(meera.person, "Meera Patel")]
    assert queries.own_people(meera) == []


def test_it_holds_across_agencies_too(tom: Actor, meera: Actor) -> None:
    User.objects.filter(pk=meera.user_id).update(
        agency=Agency.objects.create(name="Elsewhere", kind="police")
    )
    case = a_case(of=tom)
    declare(meera, case)
    assert not sees(meera, case)
