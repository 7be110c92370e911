"""Asking one partner or many: what is checked, what is written, what leaves."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from breakwater.access.models import Alert
from breakwater.access.rules import Actor, AgencyKind, AlertKind, NotAllowed, Relation, TeamKind
from breakwater.audit.models import Entry
from breakwater.clocks.queries import next_due
from breakwater.referrals.models import Referral
from breakwater.referrals.moves import WrongInput
from breakwater.referrals.rules import Rating, subject_of
from breakwater.referrals.triage.enquiries import rate
from breakwater.sharing.disclosures.models import Disclosure
from breakwater.sharing.disclosures.paper import paper
from breakwater.sharing.requests.actions import ask
from breakwater.sharing.requests.models import Override, Reminder, Request
from breakwater.sharing.requests.queries import requests_of
from breakwater.sharing.requests.rules import Question
from breakwater.sharing.rules import (
    Basis,
    ConsentAsked,
    Handling,
    InfoKind,
    Purpose,
    Sent,
    Standing,
)
from tests.builders import a_person, amelia, do_waiting_jobs, received
from tests.cases import granted
from tests.sharing.asking import (
    BASES,
    a_partner,
    an_agreement,
    asked,
    asking,
    child_of,
    team_asked,
    team_of,
)

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def a_surgery() -> Actor:
    return a_partner("Harbour Road Surgery", AgencyKind.HEALTH, "Dr Lee", "desk@surgery.example")


def told_of(request: Request) -> dict[str, str]:
    shown = paper(Disclosure.objects.get(request=request).pk)
    assert shown is not None
    return {line.label: line.value for line in shown.lines}


def refused(asker: Actor, **changes: Any) -> list[tuple[str, str]]:
    """What is wrong, where an agreement covers the school; nothing of it may stay."""
    school, reference = a_partner(), received().reference
    an_agreement(asker.agency_id, school.agency_id)
    of_team = {k: changes.pop(k) for k in ("questions", "told") if k in changes}
    teams = [team_asked(school, asker, **of_team)]
    with pytest.raises(WrongInput) as wrong:
        ask(asker, reference, child_of(reference), teams, asking(**changes))
    assert not Request.objects.exists()
    assert not Disclosure.objects.exists()
    assert not Override.objects.exists()
    return wrong.value.errors


def test_a_team_that_an_agreement_covers_is_asked_at_once(triage: Actor) -> None:
    request = asked(triage, a_partner())
    assert request.standing == Standing.ASKED
    assert request.agreement is not None
    assert request.override is None


def test_it_is_told_the_least_by_which_it_knows_the_child(triage: Actor) -> None:
    reference = received(amelia(address="12 Quay Street", upn="H243278544154")).reference
    school = asked(triage, a_partner(), reference=reference)
    surgery = asked(
        triage, a_surgery(), reference=reference, told=("name", "born", "address", "nhs_number")
    )
    least = {"Name": "Amelia Hartley", "Birth date": "14 May 2017"}
    assert told_of(school) == least | {
        "Address": "12 Quay Street, PR1 4AB",
        "Unique pupil number": "H243278544154",
    }
    assert told_of(surgery) == least | {
        "Address": "12 Quay Street, PR1 4AB",
        "NHS number": "9990000018",
    }


def test_what_was_taken_away_does_not_leave(triage: Actor) -> None:
    request = asked(triage, a_partner(), told=("name",))
    assert told_of(request) == {"Name": "Amelia Hartley"}


def test_a_parent_is_told_of_only_when_ticked_and_is_marked(triage: Actor) -> None:
    mother = a_person("parent", given="Kelly", family="Hartley")
    reference = received(amelia(), mother).reference
    mention = child_of(reference) + 1
    request = asked(triage, reference=reference, told=("name", f"person:{mention}"))
    shown = paper(Disclosure.objects.get(request=request).pk)
    assert shown is not None
    assert [(line.value, line.third_party) for line in shown.lines] == [
        ("Amelia Hartley", False),
        ("Kelly Hartley", True),
    ]


def test_several_partners_are_asked_in_one_deed(triage: Actor) -> None:
    school, surgery = a_partner(), a_surgery()
    an_agreement(triage.agency_id, school.agency_id, surgery.agency_id)
    reference = received().reference
    teams = [team_asked(one, triage) for one in (school, surgery)]
    done = ask(triage, reference, child_of(reference), teams, asking())
    assert [one.standing for one in done] == [Standing.ASKED, Standing.ASKED]
    assert (
        Entry.objects.filter(verb="ask_partners", allowed=True, facts__has_key="teams").count() == 1
    )


def test_all_are_asked_or_none(triage: Actor) -> None:
    school, surgery = a_partner(), a_surgery()
    an_agreement(triage.agency_id, school.agency_id, surgery.agency_id)
    reference = received().reference
    teams = [team_asked(school, triage), team_asked(surgery, triage, questions=())]
    with pytest.raises(WrongInput):
        ask(triage, reference, child_of(reference), teams, asking())
    assert not Request.objects.exists()


def test_the_words_are_sealed(triage: Actor) -> None:
    request = asked(triage, necessity="To decide on Amelia.")
    assert b"Amelia" not in bytes(request.words)
    (shown,) = requests_of(request.case_id)
    assert shown.necessity == "To decide on Amelia."
    assert "How often has the child been absent" in shown.questions[0]


def test_the_team_is_told_that_something_waits_and_nothing_else(triage: Actor) -> None:
    school = a_partner()
    request = asked(triage, school)
    alert = Alert.objects.get(kind=AlertKind.ASKED_FOR_INFORMATION)
    assert alert.recipient_id == school.user_id
    assert (alert.subject, alert.what, alert.cases) == (
        f"request:{request.pk}",
        request.reference,
        [],
    )
    do_waiting_jobs()
    (letter,) = [one for one in mail.outbox if one.to == ["office@school.example"]]
    assert f"/asked/{request.reference}" in letter.body
    assert "Amelia" not in letter.body + letter.subject
    assert "neglect" not in letter.body + letter.subject


def test_the_mail_is_sent_once(triage: Actor) -> None:
    asked(triage)
    do_waiting_jobs()
    do_waiting_jobs()
    assert len([one for one in mail.outbox if one.to == ["office@school.example"]]) == 1
    assert Reminder.objects.get().sent_at is not None


def test_a_team_that_nobody_hears_of_is_said_so(triage: Actor) -> None:
    school = a_partner(mailbox="")
    team_of(school).membership_set.all().delete()
    an_agreement(triage.agency_id, school.agency_id)
    reference = received().reference
    (done,) = ask(triage, reference, child_of(reference), [team_asked(school, triage)], asking())
    assert not done.reached


def test_an_agreement_must_cover_both_ways(triage: Actor) -> None:
    school = a_partner()
    # The school may give attendance; nothing lets the council tell it who the child is.
    version = an_agreement(triage.agency_id)
    version.parties.create(agency_id=school.agency_id, gives=True, receives=False)
    reference = received().reference
    with pytest.raises(WrongInput) as wrong:
        ask(triage, reference, child_of(reference), [team_asked(school, triage)], asking())
    assert wrong.value.errors[0][0] == "without_agreement"


def test_an_agreement_covers_only_its_kinds_and_purposes(triage: Actor) -> None:
    school = a_partner()
    an_agreement(triage.agency_id, school.agency_id, kinds=[InfoKind.IDENTITY])
    an_agreement(triage.agency_id, school.agency_id, purposes=[Purpose.PLAN])
    reference = received().reference
    with pytest.raises(WrongInput) as wrong:
        ask(triage, reference, child_of(reference), [team_asked(school, triage)], asking())
    assert [field for field, _ in wrong.value.errors] == ["without_agreement"]


def test_an_agreement_that_is_over_covers_nothing(triage: Actor) -> None:
    school = a_partner()
    an_agreement(triage.agency_id, school.agency_id, ends_on=date(2021, 1, 1))
    reference = received().reference
    with pytest.raises(WrongInput) as wrong:
        ask(triage, reference, child_of(reference), [team_asked(school, triage)], asking())
    assert "St Aldhelm's Primary School" in wrong.value.errors[0][1]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"necessity": " "}, "necessity"),
        ({"necessity": "x" * 5001}, "necessity"),
        ({"bases": ()}, "bases"),
        ({"bases": (Basis.ART9G, Basis.PARA18)}, "bases"),
        ({"bases": (Basis.ART6E,)}, "bases"),
        ({"bases": (Basis.ART6E, Basis.ART9G)}, "bases"),
        ({"bases": (Basis.PART3,)}, "bases"),
        ({"consent": None}, "consent"),
        ({"consent": ConsentAsked.NOT_SOUGHT, "consent_reason": " "}, "consent_reason"),
        ({"consent": ConsentAsked.OVERRIDDEN, "consent_reason": ""}, "consent_reason"),
        ({"consent_reason": "x" * 5001}, "consent_reason"),
        ({"questions": ()}, "ask-"),
        ({"questions": (Question(InfoKind.SCHOOL, " "),)}, "ask-"),
        ({"questions": (Question(InfoKind.SCHOOL, "x" * 5001),)}, "ask-"),
        ({"questions": (Question(InfoKind.SCHOOL, "Why?"),) * 13}, "ask-"),
        ({"told": ()}, "tell-"),
        ({"told": ("person:0", "nonsense")}, "tell-"),
    ],
)
def test_what_cannot_stand_names_its_field_and_nothing_stays(
    triage: Actor, changes: dict[str, Any], field: str
) -> None:
    errors = refused(triage, **changes)
    assert errors
    assert all(name.startswith(field) for name, _ in errors)


def test_a_basis_that_the_agreement_does_not_name_is_refused(triage: Actor) -> None:
    (error,) = refused(triage, bases=(*BASES, Basis.S17))
    assert error[0] == "bases"
    assert "does not name Children Act 1989, section 17" in error[1]


def test_of_who_agreed_no_reason_is_asked(triage: Actor) -> None:
    request = asked(triage, consent=ConsentAsked.SOUGHT, consent_reason="")
    assert request.consent == ConsentAsked.SOUGHT


def test_nobody_chosen_is_refused(triage: Actor) -> None:
    reference = received().reference
    with pytest.raises(WrongInput) as wrong:
        ask(triage, reference, child_of(reference), [], asking())
    assert ("teams", "Choose at least one partner") in wrong.value.errors


def test_one_cannot_ask_ones_own_agency_nor_a_team_that_is_not_there(triage: Actor) -> None:
    reference = received().reference
    school = a_partner()
    for team_id in (min(triage.team_ids), 999_999):
        one = team_asked(school, triage, team_id=team_id)
        with pytest.raises(WrongInput) as wrong:
            ask(triage, reference, child_of(reference), [one], asking())
        assert wrong.value.errors == [("teams", "Choose partners from the list")]


def test_whom_it_is_about_is_of_the_referral(triage: Actor) -> None:
    school = a_partner()
    reference, other = (
        received().reference,
        received(a_person(given="Bo", family="Quist")).reference,
    )
    with pytest.raises(NotAllowed):
        ask(triage, reference, child_of(other), [team_asked(school, triage)], asking())


def test_nothing_is_asked_twice(triage: Actor) -> None:
    school = a_partner()
    first = asked(triage, school)
    reference = first.referral.reference
    with pytest.raises(WrongInput) as wrong:
        ask(triage, reference, child_of(reference), [team_asked(school, triage)], asking())
    assert "was asked all this already" in wrong.value.errors[0][1]
    assert Request.objects.count() == 1


def test_something_else_may_be_asked_while_an_answer_waits(triage: Actor) -> None:
    school = a_partner()
    reference = asked(triage, school).referral.reference
    one = team_asked(school, triage, questions=(Question(InfoKind.SCHOOL, "Who is her friend?"),))
    ask(triage, reference, child_of(reference), [one], asking())
    assert Request.objects.count() == 2


def test_a_case_that_one_may_not_see_is_no_case(triage: Actor) -> None:
    school = a_partner()
    teams = [team_asked(school, triage)]
    reference = received().reference
    mention = child_of(reference)
    with pytest.raises(NotAllowed) as of_none:
        ask(triage, "BW-0000-0000-0000", mention, teams, asking())
    Referral.objects.get(reference=reference).case.grant_set.all().delete()
    with pytest.raises(NotAllowed) as hidden:
        ask(triage, reference, mention, teams, asking())
    assert str(of_none.value) == str(hidden.value)


def test_a_role_without_the_verb_is_refused_in_the_ledger(triage: Actor) -> None:
    school = a_partner()
    reference = received().reference
    with pytest.raises(NotAllowed):
        ask(school, reference, child_of(reference), [team_asked(school, triage)], asking())
    entry = Entry.objects.filter(verb="ask_partners").latest("pk")
    assert not entry.allowed


def rated(triage: Actor, rating: Rating) -> str:
    reference = received().reference
    version = Referral.objects.get(reference=reference).version
    rate(triage, reference, rating, "Weighed.", version=version)
    return reference


@pytest.mark.parametrize("rating", [Rating.RED, Rating.AMBER, Rating.GREEN])
def test_the_answer_is_due_when_the_ratings_clock_ends(triage: Actor, rating: Rating) -> None:
    reference = rated(triage, rating)
    request = asked(triage, reference=reference)
    clock = next_due(subject_of(request.referral_id), (f"MASH_{rating.name}",))
    assert request.due_at == clock


def test_unrated_it_is_due_as_amber_from_now(triage: Actor) -> None:
    request = asked(triage, at=MONDAY)
    assert request.due_at == MONDAY + timedelta(hours=24)


def test_where_the_clock_is_over_the_partner_gets_its_time_from_now(triage: Actor) -> None:
    reference = rated(triage, Rating.AMBER)
    later = timezone.now() + timedelta(days=3)
    request = asked(triage, reference=reference, at=later)
    assert request.due_at == later + timedelta(hours=24)


def test_of_a_referral_rated_blue_nothing_is_asked(triage: Actor) -> None:
    reference = rated(triage, Rating.BLUE)
    with pytest.raises(NotAllowed, match="rated blue"):
        asked(triage, reference=reference)
    assert not Request.objects.exists()
    version = Referral.objects.get(reference=reference).version
    rate(triage, reference, Rating.GREEN, "On second thought.", version=version)
    assert asked(triage, reference=reference).standing == Standing.ASKED


def test_without_an_agreement_it_waits_and_nothing_leaves(triage: Actor, supervisor: Actor) -> None:
    request = asked(triage, a_partner(), agreed=False)
    assert request.standing == Standing.TO_SIGN
    assert request.override is not None
    assert Disclosure.objects.get(request=request).standing == Sent.TO_SIGN
    assert not Reminder.objects.exists()
    assert not Alert.objects.filter(kind=AlertKind.ASKED_FOR_INFORMATION).exists()
    do_waiting_jobs()
    assert not mail.outbox
    alert = Alert.objects.get(kind=AlertKind.TO_SIGN)
    assert alert.recipient_id == supervisor.user_id
    assert alert.subject == f"request:{request.pk}"


def test_without_an_agreement_a_reason_is_needed(triage: Actor) -> None:
    with pytest.raises(WrongInput) as wrong:
        asked(triage, agreed=False, without_agreement=" ")
    assert wrong.value.errors[0][0] == "without_agreement"
    assert not Request.objects.exists()


def test_of_two_partners_one_may_wait_while_the_other_is_asked(triage: Actor) -> None:
    school, surgery = a_partner(), a_surgery()
    an_agreement(triage.agency_id, school.agency_id)
    reference = received().reference
    teams = [team_asked(one, triage) for one in (school, surgery)]
    why = asking(without_agreement="The surgery has not signed yet.")
    done = ask(triage, reference, child_of(reference), teams, why)
    assert [one.standing for one in done] == [Standing.ASKED, Standing.TO_SIGN]


def test_handling_travels_with_what_is_told(triage: Actor) -> None:
    request = asked(triage, handling=(Handling.NOT_FAMILY,))
    assert request.handling == [Handling.NOT_FAMILY]
    assert Disclosure.objects.get(request=request).handling == [Handling.NOT_FAMILY]


def test_who_was_asked_and_told_stands_in_the_ledger_without_words(triage: Actor) -> None:
    asked(triage)
    entry = Entry.objects.filter(verb="ask_partners", facts__has_key="teams").get()
    assert "Amelia" not in str(entry.facts)


def test_police_ask_on_their_own_basis(triage: Actor) -> None:
    constable = a_partner("County Police", AgencyKind.POLICE, "PC Day", team_kind=TeamKind.CAIT)
    reference = received().reference
    case = Referral.objects.get(reference=reference).case
    granted(case.pk, Relation.ROUTED, team_id=min(constable.team_ids))
    school, theirs = a_partner(), (Basis.PART3, Basis.SCH8_4)
    an_agreement(constable.agency_id, school.agency_id, bases=(*BASES, *theirs))
    request = asked(constable, school, reference=reference, bases=theirs)
    assert request.standing == Standing.ASKED
