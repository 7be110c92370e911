"""Conditions of partners go where what they gave goes, and hold it back where they say so."""

from typing import Any

import pytest
from django.utils import timezone

from breakwater.access.policy import Role
from breakwater.access.rules import Actor, AgencyKind, TeamKind
from breakwater.referrals.models import Referral
from breakwater.referrals.moves import WrongInput
from breakwater.referrals.paper.actions import open_for_print
from breakwater.sharing import answers
from breakwater.sharing.disclosures.answers import answers_given
from breakwater.sharing.disclosures.queries import Condition, handling_of
from breakwater.sharing.requests.models import Request
from breakwater.sharing.rules import Handling, InfoKind, Reply
from tests.sharing.asking import a_partner, an_agreement, asked
from tests.sharing.telling import a_case, a_surgery, agreed, chosen, mention, shared

pytestmark = pytest.mark.django_db


def answered(triage: Actor, referral: Referral, *handling: Handling, **more: Any) -> str:
    """A school answered on these conditions; gives the key of the part that could leave."""
    request = asked(triage, reference=referral.reference)
    school = a_partner()
    answers.write(
        request,
        Reply.ANSWER,
        answers.Words(answers=("Her attendance is 61 %.",), **more),
        by=school.person,
        at=timezone.now(),
        handling=handling,
    )
    (given,) = answers_given(referral.case_id)
    return f"a{given.id}.0"


def share(triage: Actor, referral: Referral, to: Actor, key: str) -> Any:
    child = mention(referral, "Amelia")
    parts = frozenset({f"m{child}.name", key})
    return shared(triage, referral, to, chosen(child, parts=parts))


def refusals(triage: Actor, referral: Referral, to: Actor, key: str) -> dict[str, str]:
    with pytest.raises(WrongInput) as refusal:
        share(triage, referral, to, key)
    return dict(refusal.value.errors)


def test_what_must_not_be_passed_on_is_not_and_the_page_says_whom_to_ask(triage: Actor) -> None:
    referral, surgery = a_case(), a_surgery()
    agreed(triage, surgery)
    key = answered(triage, referral, Handling.NO_ONWARD)
    said = refusals(triage, referral, surgery, key)["answers"]
    assert "Ask St Aldhelm's Primary School first (01632 960200)" in said


def test_to_whoever_gave_it_it_may_go_back(triage: Actor) -> None:
    referral = a_case()
    key = answered(triage, referral, Handling.NO_ONWARD)
    assert share(triage, referral, a_partner(), key).handling == [Handling.NO_ONWARD]


def test_police_eyes_only_goes_to_police_alone(triage: Actor) -> None:
    referral, surgery = a_case(), a_surgery()
    police = a_partner(
        "Wessex Police", AgencyKind.POLICE, "DC Ada Cole", team_kind=TeamKind.CAIT,
        role=Role.PRACTITIONER,
    )  # fmt: skip
    agreed(triage, surgery, police)
    key = answered(triage, referral, Handling.POLICE_ONLY)
    assert "not police" in refusals(triage, referral, surgery, key)["answers"]
    assert share(triage, referral, police, key).handling == [Handling.POLICE_ONLY]


def test_do_not_tell_the_family_travels_along(triage: Actor) -> None:
    referral, surgery = a_case(), a_surgery()
    agreed(triage, surgery)
    key = answered(triage, referral, Handling.NOT_FAMILY)
    assert share(triage, referral, surgery, key).handling == [Handling.NOT_FAMILY]


def test_an_answer_is_of_all_kinds_that_were_asked(triage: Actor) -> None:
    referral, surgery = a_case(), a_surgery()
    an_agreement(triage.agency_id, surgery.agency_id, kinds=[InfoKind.IDENTITY])
    key = answered(triage, referral)
    said = refusals(triage, referral, surgery, key)["override_reason"]
    asked_kinds = Request.objects.get().kinds
    assert all(kind in said for kind in asked_kinds if kind != InfoKind.IDENTITY)


def test_the_conditions_in_force_are_shown_with_who_set_them(triage: Actor) -> None:
    referral = a_case()
    answered(triage, referral, Handling.NOT_FAMILY, Handling.POLICE_ONLY)
    school = "St Aldhelm's Primary School"
    assert handling_of(referral.case_id) == [
        Condition(Handling.NOT_FAMILY, school, school),
        Condition(Handling.POLICE_ONLY, school, school),
    ]


def test_a_printed_case_carries_them(triage: Actor) -> None:
    referral = a_case()
    answered(triage, referral, Handling.NOT_FAMILY)
    (panel,) = open_for_print(triage, referral.case_id).panels
    assert [one.handling for one in panel["conditions"]] == [Handling.NOT_FAMILY]
