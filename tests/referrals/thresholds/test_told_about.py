"""What a referral and what is known beside it tell, as far as the reader may see it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from breakwater.access.models import Case
from breakwater.referrals.models import Referral
from breakwater.referrals.queries import cases_of, known_of
from breakwater.referrals.thresholds.queries import told_about
from breakwater.referrals.thresholds.rules import RuleKind
from breakwater.referrals.thresholds.ruleset import default
from breakwater.referrals.thresholds.telling import Found, Told, facts_of
from tests.builders import a_person, amelia, received

pytestmark = pytest.mark.django_db


def told(reference: str, hidden: frozenset[int] = frozenset()) -> Told:
    referral = Referral.objects.get(reference=reference)
    known = known_of(referral.pk)
    return told_about(referral.pk, known, cases_of(known) - hidden)


def found(reference: str) -> Found:
    return facts_of(told(reference), default(RuleKind.THRESHOLD).words)


def of_amelia(days_ago: int, **changes: Any) -> str:
    sent_at = timezone.now() - timedelta(days=days_ago)
    return received(amelia(**changes), sent_at=sent_at.isoformat()).reference


def test_the_referral_is_read_with_its_people_and_who_reports(triage: object) -> None:
    reference = received(
        amelia(),
        a_person("sibling", given="Jake", family="Hartley", age=2),
        concern={"also": ["domestic_abuse"], "seen_child": False, "consent": "refused"},
        channel="professional",
    ).reference
    facts = found(reference).facts
    assert (facts.category, facts.also) == ("neglect", ("domestic_abuse",))
    assert (facts.channel, facts.reporter) == ("professional", "education")
    assert (facts.youngest_age, facts.other_children) == (2, 1)
    assert (facts.immediate_danger, facts.seen_child, facts.consent) == (False, False, "refused")
    assert (facts.domestic_abuse, facts.restricted, facts.known_plan) == (True, False, None)


def test_earlier_referrals_about_the_child_within_12_months_are_counted(triage: object) -> None:
    of_amelia(400)
    of_amelia(300)
    of_amelia(10)
    last = of_amelia(0)
    assert found(last).facts.repeats == 2


def test_referrals_about_a_parent_alone_are_not_counted(triage: object) -> None:
    rosa = a_person("parent", given="Rosa", family="Hartley", born="1988-08-08", postcode="PR1 4AB")
    received(rosa)
    assert found(received(amelia(), rosa).reference).facts.repeats == 0


def test_one_that_may_be_about_the_child_is_told_apart(triage: object) -> None:
    of_amelia(30, nhs_number=None, family="Hartly", born="2017")
    last = found(of_amelia(0))
    assert last.facts.repeats == 0
    assert "1 more referral within 12 months may be about the same child" in last.checks[0]


def test_nobody_named_is_nobody_to_count_by(triage: object) -> None:
    nobody = received(a_person("suspect", handle="lark"), channel="online_report").reference
    assert found(nobody).facts.repeats is None


def test_what_stands_in_a_case_that_the_reader_may_not_see_does_not_count(triage: object) -> None:
    first = of_amelia(30)
    case = Referral.objects.get(reference=first).case_id
    Case.objects.filter(pk=case).update(restricted=True)
    last = of_amelia(0)
    assert Referral.objects.get(reference=last).case_id != case
    assert told(last).repeats == 1
    assert told(last, hidden=frozenset({case})).repeats == 0


def test_that_the_own_case_is_restricted_is_known(triage: object) -> None:
    reference = of_amelia(0)
    Case.objects.update(restricted=True)
    assert found(reference).facts.restricted is True


def test_it_costs_the_same_statements_however_many_people(triage: object) -> None:
    def statements(reference: str) -> int:
        referral = Referral.objects.get(reference=reference)
        known = known_of(referral.pk)
        with CaptureQueriesContext(connection) as captured:
            told_about(referral.pk, known, cases_of(known))
        return len(captured)

    one = received(amelia()).reference
    many = received(amelia(), *(a_person(given=f"C{n}", family="Reed") for n in range(20)))
    assert statements(one) == statements(many.reference) == 4
