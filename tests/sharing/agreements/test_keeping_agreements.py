"""Making, versioning, reviewing and ending an agreement: who may, what stays, what is refused."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import DatabaseError, transaction

from breakwater.access.models import Agency, User
from breakwater.access.policy import Role
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor, NotAllowed, TeamKind
from breakwater.audit.models import Entry
from breakwater.referrals.moves import Overtaken, WrongInput
from breakwater.sharing.agreements import actions
from breakwater.sharing.agreements.models import (
    Agreement,
    AgreementParty,
    AgreementReview,
    AgreementVersion,
)
from breakwater.sharing.agreements.queries import agreements
from breakwater.sharing.agreements.rules import Standing, standing
from tests.sharing.agreements.agreed import DAY, agreed, between, terms


@pytest.fixture
def made(keeper: Actor, council: Agency, school: Agency, today: date) -> int:
    return agreed(keeper, council, school, today=today)


def newer(today: date, *agencies: Agency):
    dates = {"effective_from": today, "review_by": today + 200 * DAY}
    return terms(*between(*agencies), summary="Agreed anew.", **dates)


def test_an_agreement_is_made_with_its_first_version_and_an_entry(made: int) -> None:
    (one,) = agreements(made)
    assert (one.name, [version.number for version in one.versions]) == ("Together", [1])
    assert one.newest.made_by == "Ruth Kerr"
    assert [party.agency for party in one.newest.terms.parties] == [
        "St Aldhelm's",
        "Wessex Council",
    ]
    entry = Entry.objects.get(verb="manage_agreements")
    assert entry.subject == f"agreement:{made}"
    assert entry.facts == {"agreement": made, "version": 1}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.HUB_MANAGER])
def test_nobody_but_the_hubs_manager_keeps_agreements(
    staff: Callable[..., User], role: Role, made: int, today: date, council: Agency, school: Agency
) -> None:
    other = actor_for(staff(f"Somebody {role}", TeamKind.TRIAGE, role))
    said = newer(today, council, school)
    deeds = (
        lambda: actions.make_agreement(other, "Mine", said, "So.", today=today),
        lambda: actions.make_version(other, made, said, "So.", after=1, today=today),
        lambda: actions.end_agreement(other, made, today, "So.", after=1, today=today),
        lambda: actions.note_review(other, made, "So.", today + DAY, after=1, today=today),
    )
    for deed in deeds:
        with pytest.raises(NotAllowed):
            deed()
    tried = Entry.objects.filter(verb="manage_agreements", actor=other.ledger_name)
    assert [entry.allowed for entry in tried] == 4 * [False]
    assert AgreementVersion.objects.count() == 1


def test_a_new_version_stands_beside_the_old(
    keeper: Actor, made: int, council: Agency, school: Agency, today: date
) -> None:
    before = agreements(made)[0].newest
    said = newer(today, council, school)
    assert actions.make_version(keeper, made, said, "A year on.", after=1, today=today) == 2
    (one,) = agreements(made)
    assert one.versions[0] == before
    assert one.newest.terms.summary == "Agreed anew."


def test_who_saw_an_older_version_is_told_and_adds_nothing(
    keeper: Actor, made: int, council: Agency, school: Agency, today: date
) -> None:
    said = newer(today, council, school)
    actions.make_version(keeper, made, said, "First.", after=1, today=today)
    for deed in (
        lambda: actions.make_version(keeper, made, said, "Second.", after=1, today=today),
        lambda: actions.end_agreement(keeper, made, today, "So.", after=1, today=today),
        lambda: actions.note_review(keeper, made, "So.", today + DAY, after=1, today=today),
    ):
        with pytest.raises(Overtaken, match="Somebody else changed this agreement"):
            deed()
    assert AgreementVersion.objects.count() == 2
    assert not AgreementReview.objects.exists()


def test_a_name_is_used_once(
    keeper: Actor, made: int, council: Agency, school: Agency, today: date
) -> None:
    with pytest.raises(WrongInput) as refused:
        agreed(keeper, council, school, name=" Together ", today=today)
    assert refused.value.errors == [("name", actions.TAKEN)]
    assert Agreement.objects.count() == 1


def test_what_cannot_stand_is_not_kept(
    keeper: Actor, made: int, council: Agency, school: Agency, today: date
) -> None:
    with pytest.raises(WrongInput):
        agreed(keeper, council, name="Alone", today=today)
    with pytest.raises(WrongInput):
        actions.make_version(keeper, made, newer(today, council, school), " ", after=1, today=today)
    with pytest.raises(WrongInput):
        actions.end_agreement(keeper, made, today - DAY, "So.", after=1, today=today)
    with pytest.raises(WrongInput):
        actions.end_agreement(keeper, made, today, "", after=1, today=today)
    with pytest.raises(WrongInput):
        actions.note_review(keeper, made, "So.", today, after=1, today=today)
    with pytest.raises(WrongInput):
        actions.note_review(keeper, made, "", today + DAY, after=1, today=today)
    assert AgreementVersion.objects.count() == 1


def test_an_agreement_that_is_not_there_is_refused(
    keeper: Actor, council: Agency, school: Agency, today: date
) -> None:
    with pytest.raises(NotAllowed, match="no such agreement"):
        actions.make_version(
            keeper, 999, newer(today, council, school), "So.", after=1, today=today
        )


def test_an_end_is_a_version_that_covers_nothing_and_comes_once(
    keeper: Actor, made: int, today: date
) -> None:
    actions.end_agreement(keeper, made, today, "It was a trial.", after=1, today=today)
    (one,) = agreements(made)
    assert standing(one.versions, today) is Standing.ENDED
    assert one.newest.why == "It was a trial."
    with pytest.raises(NotAllowed, match="ended already"):
        actions.end_agreement(keeper, made, today, "Again.", after=2, today=today)
    with pytest.raises(NotAllowed, match="not in force"):
        actions.note_review(keeper, made, "So.", today + DAY, after=2, today=today)


def test_a_review_is_of_the_version_in_force_also_when_a_newer_is_planned(
    keeper: Actor, made: int, council: Agency, school: Agency, today: date
) -> None:
    planned = newer(today + 30 * DAY, council, school)
    actions.make_version(keeper, made, planned, "From next month.", after=1, today=today)
    actions.note_review(keeper, made, "Holds until then.", today + 90 * DAY, after=2, today=today)
    (one,) = agreements(made)
    assert [review.note for review in one.versions[0].reviews] == ["Holds until then."]
    assert one.versions[1].reviews == ()


def test_agreements_are_read_in_three_statements_however_many(
    keeper: Actor, council: Agency, school: Agency, today: date, django_assert_num_queries
) -> None:
    for number in range(3):
        agreed(keeper, council, school, name=f"Agreement {number}", today=today)
    with django_assert_num_queries(3):
        assert len(agreements()) == 3


@pytest.mark.parametrize("model", [AgreementVersion, AgreementParty, AgreementReview])
def test_no_row_of_an_agreement_ever_changes(
    keeper: Actor, made: int, today: date, model: type[AgreementVersion]
) -> None:
    actions.note_review(keeper, made, "Looked at.", today + 90 * DAY, after=1, today=today)
    field = {"AgreementVersion": "summary", "AgreementReview": "note"}.get(model.__name__, "gives")
    for deed in (
        lambda: model.objects.update(**{field: False if field == "gives" else "Another"}),
        lambda: model.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            deed()
