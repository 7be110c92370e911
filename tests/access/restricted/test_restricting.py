"""Restricting a case: who may, who is named, who guards, and what others can still learn."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from breakwater.access.models import Case, Exclusion, Grant, Ruling, User
from breakwater.access.policy import Role
from breakwater.access.queries import actor_for, may_know_of
from breakwater.access.restricted.actions import (
    lift,
    name,
    open_access_page,
    restrict,
    take_off,
)
from breakwater.access.restricted.rules import Ruled
from breakwater.access.rules import Actor, Conflict, NotAllowed, Relation, TeamKind
from breakwater.audit.models import Entry
from tests.cases import a_case, broken, granted, sees

pytestmark = pytest.mark.django_db

Staff = Callable[..., User]
WHY = "A colleague's family is in it."


@pytest.fixture
def tom(staff: Staff) -> Actor:
    """A supervisor of the team whose case it is."""
    return actor_for(staff("Tom Ward", TeamKind.CAIT, Role.TEAM_SUPERVISOR))


@pytest.fixture
def meera(staff: Staff) -> Actor:
    return actor_for(staff("Meera Patel", TeamKind.CAIT))


@pytest.fixture
def jo(staff: Staff) -> Actor:
    return actor_for(staff("Jo Park", TeamKind.CAIT))


def restricted(tom: Actor, *people: Actor) -> int:
    case = a_case(of=tom)
    restrict(tom, case, reason=WHY, people=[each.person for each in people])
    return case


def test_only_the_guardian_and_the_named_see_it_and_others_learn_nothing(
    tom: Actor, meera: Actor, jo: Actor
) -> None:
    case = restricted(tom, meera)
    assert (sees(tom, case), sees(meera, case), sees(jo, case)) == (True, True, False)
    assert may_know_of(jo, {case}) == set()
    guards = Grant.objects.get(relation=Relation.GUARDS)
    assert (guards.user_id, guards.ends) == (tom.user_id, None)


def test_why_and_whom_stays_with_the_case_and_not_in_the_ledger(tom: Actor, meera: Actor) -> None:
    case = restricted(tom, meera)
    page = open_access_page(tom, case)
    assert page.restricted
    assert page.guardians == {tom.user_id}
    assert {(each.what, each.about) for each in page.rulings} == {
        (Ruled.RESTRICTED, None),
        (Ruled.NAMED, "Meera Patel"),
    }
    entry = Entry.objects.get(verb="restrict")
    assert entry.facts == {"done": "restrict", "named": [meera.user_id]}
    assert WHY not in str(list(Entry.objects.values()))


def test_without_the_verb_nobody_restricts(meera: Actor, tom: Actor) -> None:
    case = a_case(of=tom)
    with pytest.raises(NotAllowed, match="Ask your supervisor"):
        restrict(meera, case, reason=WHY, people=[])
    assert not Case.objects.get(pk=case).restricted


def test_a_case_that_one_may_not_see_is_not_restricted(tom: Actor) -> None:
    with pytest.raises(NotAllowed, match="no grant"):
        restrict(tom, a_case(), reason=WHY, people=[])


def test_who_broke_the_glass_may_neither_restrict_nor_stay(staff: Staff, tom: Actor) -> None:
    boss = actor_for(staff("Own Boss", TeamKind.EARLY_HELP, Role.TEAM_SUPERVISOR))
    case = a_case(of=tom)
    broken(boss, case)
    with pytest.raises(NotAllowed, match="guardian"):
        restrict(boss, case, reason=WHY, people=[boss.person])
    assert not Case.objects.get(pk=case).restricted


def test_glass_that_is_broken_closes_when_the_case_is_restricted(staff: Staff, tom: Actor) -> None:
    nia = actor_for(staff("Nia Brown", TeamKind.EARLY_HELP))
    case = a_case(of=tom)
    broken(nia, case)
    restrict(tom, case, reason=WHY, people=[])
    assert not sees(nia, case)


def test_a_restricted_case_is_not_restricted_again(tom: Actor) -> None:
    case = restricted(tom)
    with pytest.raises(NotAllowed, match="already"):
        restrict(tom, case, reason=WHY, people=[])


def test_somebody_is_named_and_taken_off_again(tom: Actor, jo: Actor) -> None:
    case = restricted(tom)
    name(tom, case, jo.person, guarding=False, reason=WHY)
    assert sees(jo, case)
    take_off(tom, case, jo.person, reason=WHY)
    assert not sees(jo, case)
    assert list(Ruling.objects.filter(about=jo.user_id).values_list("what", flat=True)) == [
        Ruled.NAMED,
        Ruled.TAKEN_OFF,
    ]


def test_naming_twice_gives_one_grant(tom: Actor, jo: Actor) -> None:
    case = restricted(tom, jo)
    name(tom, case, jo.person, guarding=False, reason=WHY)
    assert Grant.objects.filter(case=case, user=jo.user_id).count() == 1


def test_who_is_shut_out_cannot_be_named(tom: Actor, jo: Actor) -> None:
    case = restricted(tom)
    Exclusion.objects.create(case_id=case, user_id=jo.user_id, why=Conflict.FAMILY)
    with pytest.raises(NotAllowed, match="conflict of interest"):
        name(tom, case, jo.person, guarding=False, reason=WHY)


def test_who_is_shut_out_cannot_be_named_while_restricting_either(tom: Actor, jo: Actor) -> None:
    case = a_case(of=tom)
    Exclusion.objects.create(case_id=case, user_id=jo.user_id, why=Conflict.FAMILY)
    with pytest.raises(NotAllowed, match="conflict of interest"):
        restrict(tom, case, reason=WHY, people=[jo.person])
    assert not Case.objects.get(pk=case).restricted


def test_nobody_who_left_is_named(tom: Actor, jo: Actor) -> None:
    case = restricted(tom)
    User.objects.filter(pk=jo.user_id).update(is_active=False)
    with pytest.raises(NotAllowed, match="works here"):
        name(tom, case, jo.person, guarding=False, reason=WHY)


def test_a_guardian_is_a_supervisor(tom: Actor, jo: Actor) -> None:
    case = restricted(tom)
    with pytest.raises(NotAllowed, match="must be a supervisor"):
        name(tom, case, jo.person, guarding=True, reason=WHY)


def test_a_named_supervisor_who_does_not_guard_changes_nothing(staff: Staff, tom: Actor) -> None:
    ana = actor_for(staff("Ana Reyes", TeamKind.CAIT, Role.TEAM_SUPERVISOR))
    case = restricted(tom, ana)
    for deed in (
        lambda: name(ana, case, ana.person, guarding=True, reason=WHY),
        lambda: take_off(ana, case, tom.person, reason=WHY),
        lambda: lift(ana, case, reason=WHY),
    ):
        with pytest.raises(NotAllowed, match="Only a guardian"):
            deed()


def test_somebody_always_guards_it(staff: Staff, tom: Actor) -> None:
    ana = actor_for(staff("Ana Reyes", TeamKind.CAIT, Role.TEAM_SUPERVISOR))
    case = restricted(tom)
    with pytest.raises(NotAllowed, match="Somebody must guard"):
        take_off(tom, case, tom.person, reason=WHY)
    name(tom, case, ana.person, guarding=True, reason=WHY)
    take_off(ana, case, tom.person, reason=WHY)
    assert open_access_page(ana, case).guardians == {ana.user_id}


@pytest.mark.parametrize("gone", ["left", "in conflict"])
def test_where_no_guardian_is_left_a_named_supervisor_guards(
    gone: str, staff: Staff, tom: Actor
) -> None:
    ana = actor_for(staff("Ana Reyes", TeamKind.CAIT, Role.TEAM_SUPERVISOR))
    case = restricted(tom, ana)
    if gone == "left":
        User.objects.filter(pk=tom.user_id).update(is_active=False)
    else:
        Exclusion.objects.create(case_id=case, user_id=tom.user_id, why=Conflict.DECLARED)
    name(ana, case, ana.person, guarding=True, reason=WHY)
    assert ana.user_id in open_access_page(ana, case).guardians


def test_where_no_guardian_is_left_glass_makes_no_guardian(staff: Staff, tom: Actor) -> None:
    boss = actor_for(staff("Own Boss", TeamKind.CAIT, Role.TEAM_SUPERVISOR))
    case = restricted(tom)
    User.objects.filter(pk=tom.user_id).update(is_active=False)
    granted(case, Relation.GLASS, timezone.now() + timedelta(hours=1), user_id=boss.user_id)
    assert sees(boss, case)
    with pytest.raises(NotAllowed, match="Only a guardian"):
        name(boss, case, boss.person, guarding=True, reason=WHY)


def test_lifted_the_team_sees_it_again_and_nobody_guards(
    tom: Actor, meera: Actor, jo: Actor
) -> None:
    case = restricted(tom, meera)
    lift(tom, case, reason=WHY)
    assert sees(jo, case)
    assert open_access_page(jo, case).guardians == set()


def test_the_page_is_for_who_sees_the_case(jo: Actor, tom: Actor) -> None:
    case = restricted(tom)
    with pytest.raises(NotAllowed):
        open_access_page(jo, case)
