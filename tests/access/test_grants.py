"""Who may see a case: the table of grants, in words and in SQL."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from breakwater.access import rules
from breakwater.access.actions import give_grant
from breakwater.access.models import Case, Grant, Team, User
from breakwater.access.queries import (
    actor_for,
    may_see,
    open_unrestricted,
    teams,
    who_to_ask,
)
from breakwater.access.rules import Actor, LawfulBasis, Relation, TeamKind

pytestmark = pytest.mark.django_db

Staff = Callable[..., User]
HOUR = timedelta(hours=1)


def a_case(restricted: bool = False) -> Case:
    return Case.objects.create(opened_at=timezone.now(), restricted=restricted)


def granted(
    case: Case, starts: timedelta = -HOUR, ends: timedelta | None = None, **to: int
) -> Grant:
    now = timezone.now()
    return Grant.objects.create(
        case=case,
        relation=Relation.ROUTED,
        purpose="a test of who sees what",
        lawful_basis=LawfulBasis.PUBLIC_TASK,
        starts=now + starts,
        ends=None if ends is None else now + ends,
        **to,
    )


def sees(actor: Actor, case: Case) -> bool:
    return may_see(actor, {case.pk}) == {case.pk}


@pytest.fixture
def ana(staff: Staff) -> Actor:
    return actor_for(staff("Ana Reyes", TeamKind.CAIT))


def one_team(actor: Actor) -> int:
    (team,) = actor.team_ids
    return team


def test_without_a_grant_nobody_sees_a_case(ana: Actor) -> None:
    assert not sees(ana, a_case())


def test_a_grant_reaches_a_team_an_agency_or_a_named_person(ana: Actor) -> None:
    by_team, by_agency, by_name = a_case(), a_case(), a_case()
    granted(by_team, team_id=one_team(ana))
    granted(by_agency, agency_id=ana.agency_id)
    granted(by_name, user_id=ana.user_id)
    ids = {by_team.pk, by_agency.pk, by_name.pk}
    assert may_see(ana, ids | {a_case().pk}) == ids


def test_a_restricted_case_is_seen_by_name_only(ana: Actor) -> None:
    case = a_case(restricted=True)
    granted(case, team_id=one_team(ana))
    granted(case, agency_id=ana.agency_id)
    assert not sees(ana, case)
    granted(case, user_id=ana.user_id)
    assert sees(ana, case)


def test_a_grant_by_name_reaches_nobody_else_of_the_team(ana: Actor, staff: Staff) -> None:
    case = a_case()
    granted(case, user_id=ana.user_id)
    assert not sees(actor_for(staff("Jo Park", TeamKind.CAIT)), case)


@pytest.mark.parametrize(
    ("starts", "ends", "open_now"),
    [
        (-2 * HOUR, None, True),
        (-2 * HOUR, HOUR, True),
        (-2 * HOUR, -HOUR, False),
        (HOUR, None, False),
        (HOUR, 2 * HOUR, False),
    ],
)
def test_a_grant_reaches_from_its_start_to_its_end(
    ana: Actor, starts: timedelta, ends: timedelta | None, open_now: bool
) -> None:
    case = a_case()
    granted(case, starts, ends, team_id=one_team(ana))
    assert sees(ana, case) is open_now


def test_a_door_sees_no_case(ana: Actor) -> None:
    case = a_case()
    granted(case, team_id=one_team(ana))
    granted(case, agency_id=ana.agency_id)
    granted(case, user_id=ana.user_id)
    assert not sees(rules.door("file"), case)


@pytest.mark.parametrize("to", [(), ("team", "user"), ("agency", "team"), ("agency", "user")])
def test_a_grant_has_exactly_one_grantee(ana: Actor, to: tuple[str, ...]) -> None:
    ids = {"team": one_team(ana), "agency": ana.agency_id, "user": ana.user_id}
    case = a_case()
    with pytest.raises(IntegrityError, match="grant_has_one_grantee"), transaction.atomic():
        granted(case, **{f"{kind}_id": ids[kind] for kind in to})


def test_a_grant_cannot_end_before_it_starts(ana: Actor) -> None:
    case = a_case()
    with pytest.raises(IntegrityError, match="grant_ends_later"), transaction.atomic():
        granted(case, -HOUR, -HOUR, user_id=ana.user_id)


def test_a_grant_says_what_for(ana: Actor) -> None:
    grant = granted(a_case(), user_id=ana.user_id)
    with pytest.raises(IntegrityError, match="grant_needs_a_purpose"), transaction.atomic():
        Grant.objects.filter(pk=grant.pk).update(purpose="")


def test_routing_the_same_work_twice_gives_one_grant(ana: Actor) -> None:
    case = a_case()
    (team,) = teams({one_team(ana)})
    for _ in range(2):
        give_grant(case.pk, team, Relation.ROUTED, "work routed", timezone.now())
    assert Grant.objects.filter(case=case).count() == 1


@pytest.mark.parametrize("kind", TeamKind)
def test_police_teams_work_under_law_enforcement_and_others_under_public_task(
    kind: TeamKind,
) -> None:
    police = kind in {TeamKind.POLIT, TeamKind.CSE, TeamKind.CAIT}
    expected = LawfulBasis.LAW_ENFORCEMENT if police else LawfulBasis.PUBLIC_TASK
    assert rules.basis_for(kind) is expected


def test_what_many_cases_show_costs_one_statement(ana: Actor) -> None:
    cases = [a_case() for _ in range(20)]
    for case in cases:
        granted(case, team_id=one_team(ana))
    with CaptureQueriesContext(connection) as captured:
        assert len(may_see(ana, {case.pk for case in cases})) == 20
    assert len(captured) == 1


def test_whom_to_ask_is_the_agency_that_got_the_case_last(ana: Actor, staff: Staff) -> None:
    case = a_case()
    triage = one_team(actor_for(staff("Priya Hill", TeamKind.SOCIAL_CARE)))
    granted(case, -2 * HOUR, team_id=triage)
    granted(case, -HOUR, team_id=one_team(ana))
    (ask,) = who_to_ask(ana, {case.pk})
    assert (ask.case_id, ask.agency) == (case.pk, Team.objects.get(pk=one_team(ana)).agency.name)
    assert ask.contact == "01632 960100"


def test_nobody_is_told_whom_to_ask_about_a_restricted_case(ana: Actor) -> None:
    case = a_case(restricted=True)
    granted(case, team_id=one_team(ana))
    assert who_to_ask(ana, {case.pk}) == []


def test_a_new_worry_joins_neither_a_closed_nor_a_restricted_case() -> None:
    joined, closed, restricted = a_case(), a_case(), a_case(restricted=True)
    Case.objects.filter(pk=closed.pk).update(closed_at=timezone.now())
    assert open_unrestricted({joined.pk, closed.pk, restricted.pk}) == {joined.pk}
