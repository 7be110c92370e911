"""Counts of what rests on an agreement: only numbers, and of nothing that must not be known."""

from collections.abc import Callable
from datetime import date
from itertools import count

import pytest
from django.test import Client
from django.utils import timezone

from breakwater.access.models import Agency, Case, Exclusion, Team, User
from breakwater.access.policy import Role
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor, Conflict, TeamKind
from breakwater.sharing.agreements.queries import Uses, agreements, uses
from breakwater.sharing.disclosures.models import Disclosure
from breakwater.sharing.rules import ConsentAsked, InfoKind, Purpose, Sent
from tests.sharing.agreements.agreed import DAY, agreed

NUMBERS = count(1)


@pytest.fixture
def made(keeper: Actor, council: Agency, school: Agency, today: date) -> int:
    return agreed(keeper, council, school, today=today)


def shared(by: User, version: int, **case: bool) -> Case:
    """Something shared from a case of its own, resting on a version."""
    opened = Case.objects.create(opened_at=timezone.now(), **case)
    team, _ = Team.objects.get_or_create(
        name="Desk", defaults={"agency": by.agency, "kind": TeamKind.PARTNER}
    )
    Disclosure.objects.create(
        case=opened, reference=f"DS-{next(NUMBERS)}", team=team, agency=by.agency, key_id=1,
        words=b"", kinds=[InfoKind.IDENTITY], purpose=Purpose.ENQUIRIES, bases=["ART6E"],
        consent=ConsentAsked.SOUGHT, agreement_id=version, standing=Sent.SENT,
        keep_until=timezone.localdate() + DAY, sent_by=by, sent_at=timezone.now(),
    )  # fmt: skip
    return opened


def test_what_rests_on_a_version_is_counted(ruth: User, keeper: Actor, made: int) -> None:
    (one,) = agreements(made)
    shared(ruth, one.newest.id)
    shared(ruth, one.newest.id)
    assert uses(keeper, made) == {one.newest.id: Uses(requests=0, disclosures=2)}


def test_a_restricted_case_and_one_that_somebody_is_shut_out_of_are_not_counted(
    ruth: User, keeper: Actor, made: int
) -> None:
    (one,) = agreements(made)
    shared(ruth, one.newest.id, restricted=True)
    kin = shared(ruth, one.newest.id)
    Exclusion.objects.create(case=kin, user=ruth, why=Conflict.DECLARED)
    assert uses(keeper, made) == {one.newest.id: Uses(0, 0)}


def test_who_does_not_keep_agreements_learns_no_number(
    ruth: User, staff: Callable[..., User], made: int
) -> None:
    (one,) = agreements(made)
    shared(ruth, one.newest.id)
    for role in (Role.TRIAGE_SUPERVISOR, Role.PARTNER):
        other = actor_for(staff(f"Somebody {role}", TeamKind.TRIAGE, role))
        assert uses(other, made) == {}


def test_the_manager_reads_the_numbers_on_the_page(
    ruth: User, signed_in: Callable[[User], Client], made: int
) -> None:
    shared(ruth, agreements(made)[0].newest.id)
    page = signed_in(ruth).get(f"/agreements/{made}").content.decode()
    assert "0 requests, 1 disclosure" in page
