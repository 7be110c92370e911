"""What covers a request or disclosure in the database, and what never does."""

from contextlib import suppress
from datetime import date
from itertools import permutations, product
from typing import Any

from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from breakwater.access.models import Agency
from breakwater.access.rules import Actor
from breakwater.sharing.agreements.actions import end_agreement, make_version, note_review
from breakwater.sharing.agreements.changes import flows
from breakwater.sharing.agreements.models import Agreement, AgreementParty, AgreementVersion
from breakwater.sharing.agreements.presenter import shown
from breakwater.sharing.agreements.queries import agreements, by_version, covering
from breakwater.sharing.agreements.rules import in_force
from breakwater.sharing.rules import Basis, InfoKind, Purpose
from tests.sharing.agreements.agreed import BASES, DAY, agreed, between, terms

ENQUIRIES, PLAN = Purpose.ENQUIRIES, Purpose.PLAN


def test_an_agreement_covers_what_it_says_and_nothing_else(
    keeper: Actor, council: Agency, school: Agency, today: date, django_assert_num_queries
) -> None:
    agreed(keeper, council, school, name="Schools", today=today)
    with django_assert_num_queries(1):
        found = covering(school.pk, council.pk, [InfoKind.SCHOOL], ENQUIRIES, today)
    assert found
    assert (found.name, found.version, set(found.bases)) == ("Schools", 1, BASES)
    assert found.review_by == today + 365 * DAY
    assert covering(school.pk, council.pk, [InfoKind.SCHOOL], PLAN, today) is None
    both = [InfoKind.SCHOOL, InfoKind.HEALTH]
    assert covering(school.pk, council.pk, both, ENQUIRIES, today) is None
    assert covering(school.pk, council.pk, [InfoKind.SCHOOL], ENQUIRIES, today - DAY) is None


def test_it_never_covers_what_no_party_gives_or_nobody_receives(
    keeper: Actor, council: Agency, school: Agency, police: Agency, today: date
) -> None:
    one_way = (*between(school, receives=False), *between(council, gives=False))
    agreed(keeper, parties=one_way, today=today)
    kinds = [InfoKind.IDENTITY]
    assert covering(school.pk, council.pk, kinds, ENQUIRIES, today)
    assert covering(council.pk, school.pk, kinds, ENQUIRIES, today) is None
    assert covering(school.pk, police.pk, kinds, ENQUIRIES, today) is None
    assert covering(police.pk, council.pk, kinds, ENQUIRIES, today) is None


def test_a_later_version_in_force_hides_the_earlier_and_a_planned_one_does_not(
    keeper: Actor, council: Agency, school: Agency, today: date
) -> None:
    pk = agreed(keeper, council, school, today=today)
    begins = today + 10 * DAY
    less = terms(
        *between(council, school),
        kinds=frozenset({InfoKind.IDENTITY}),
        effective_from=begins,
        review_by=begins + 90 * DAY,
    )
    make_version(keeper, pk, less, "Schools wish it so.", after=1, today=today)
    asked = ([InfoKind.SCHOOL], ENQUIRIES)
    assert covering(school.pk, council.pk, *asked, begins - DAY)
    assert covering(school.pk, council.pk, *asked, begins) is None
    now = covering(school.pk, council.pk, [InfoKind.IDENTITY], ENQUIRIES, begins)
    assert now
    assert now.version == 2


def test_an_ended_agreement_covers_nothing_and_is_still_shown_where_it_was_used(
    keeper: Actor, council: Agency, school: Agency, today: date, django_assert_num_queries
) -> None:
    pk = agreed(keeper, council, school, today=today)
    asked = ([InfoKind.SCHOOL], ENQUIRIES)
    used = covering(school.pk, council.pk, *asked, today)
    assert used
    end_agreement(keeper, pk, today + 3 * DAY, "It was a trial.", after=1, today=today)
    assert covering(school.pk, council.pk, *asked, today + 2 * DAY)
    assert covering(school.pk, council.pk, *asked, today + 3 * DAY) is None
    with django_assert_num_queries(1):
        assert by_version([used.id]) == {used.id: used}


def test_the_newest_of_two_that_cover_is_named(
    keeper: Actor, council: Agency, school: Agency, today: date
) -> None:
    agreed(keeper, council, school, name="Old", today=today)
    agreed(keeper, council, school, name="New", today=today + DAY)
    found = covering(school.pk, council.pk, [InfoKind.SCHOOL], ENQUIRIES, today + DAY)
    assert found
    assert found.name == "New"


def test_a_version_past_its_review_covers_and_is_shown_as_overdue(
    keeper: Actor, council: Agency, school: Agency, today: date
) -> None:
    pk = agreed(keeper, council, school, today=today, review_by=today + DAY)
    on = today + 2 * DAY
    found = covering(school.pk, council.pk, [InfoKind.SCHOOL], ENQUIRIES, on)
    assert found
    assert shown(found, on).overdue
    note_review(keeper, pk, "Looked at.", on + 60 * DAY, after=1, today=on)
    again = covering(school.pk, council.pk, [InfoKind.SCHOOL], ENQUIRIES, on)
    assert again
    assert again.review_by == on + 60 * DAY
    assert not shown(again, on).overdue
    assert [one.source for one in shown(again, on, [Basis.PARA18]).bases] == [
        "Data Protection Act 2018, Schedule 1, paragraph 18"
    ]


def test_a_school_is_offered_none_of_the_bases_of_the_police(
    keeper: Actor, council: Agency, police: Agency, school: Agency, today: date
) -> None:
    agreed(keeper, police, school, today=today, bases=BASES | {Basis.PART3})
    kinds = [InfoKind.IDENTITY]
    gives = covering(school.pk, police.pk, kinds, ENQUIRIES, today)
    assert gives
    assert set(gives.bases) == BASES
    given_by_police = covering(police.pk, school.pk, kinds, ENQUIRIES, today)
    assert given_by_police
    assert Basis.PART3 in given_by_police.bases


SOME = st.lists(st.tuples(st.integers(0, 2), st.booleans(), st.booleans()), max_size=3)
MADE = st.fixed_dictionaries(
    {
        "agreement": st.integers(0, 1),
        "begins": st.integers(0, 4),
        "lasts": st.none() | st.integers(0, 4),
        "parties": SOME,
        "kinds": st.sets(st.sampled_from([InfoKind.IDENTITY, InfoKind.SCHOOL]), min_size=1),
        "purposes": st.sets(st.sampled_from([ENQUIRIES, PLAN]), min_size=1),
    }
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(MADE, max_size=4), st.integers(0, 5))
def test_the_database_and_the_pure_rules_say_the_same(
    keeper: Actor, council: Agency, school: Agency, police: Agency, today: date, made, days
) -> None:
    """Whatever the history of the agreements: what covers is what some agreement lets flow."""
    everybody = [council, school, police]
    on = today + days * DAY
    with suppress(Undone), transaction.atomic():
        homes = [Agreement.objects.create(name=f"Agreement {number}") for number in range(2)]
        for one in made:
            _write(homes[one["agreement"]], one, everybody, today)
        standing = [now.terms for one in agreements() if (now := in_force(one.versions, on))]
        allowed = frozenset().union(*(flows(said) for said in standing))
        for giver, receiver in permutations(everybody, 2):
            for kind, purpose in product((InfoKind.IDENTITY, InfoKind.SCHOOL), (ENQUIRIES, PLAN)):
                found = covering(giver.pk, receiver.pk, [kind], purpose, on)
                assert bool(found) == ((giver.name, receiver.name, kind, purpose) in allowed)
        raise Undone


class Undone(Exception):
    """Rows that never change go with the transaction."""


def _write(agreement: Agreement, one: dict[str, Any], everybody: list[Agency], today: date) -> None:
    begins = today + one["begins"] * DAY
    row = AgreementVersion.objects.create(
        agreement=agreement,
        version=agreement.agreementversion_set.count() + 1,
        kinds=[kind.value for kind in one["kinds"]],
        purposes=[purpose.value for purpose in one["purposes"]],
        bases=["ART6E"],
        summary="So.",
        why="So.",
        effective_from=begins,
        ends_on=None if one["lasts"] is None else begins + one["lasts"] * DAY,
        review_by=today,
        made_at=timezone.now(),
    )
    AgreementParty.objects.bulk_create(
        AgreementParty(version=row, agency=everybody[number], gives=gives, receives=receives)
        for number, gives, receives in {party[0]: party for party in one["parties"]}.values()
        if gives or receives
    )
