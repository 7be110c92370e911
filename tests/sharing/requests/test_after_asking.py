"""Signing, refusing to sign, withdrawing, and noting a call: who may, from where, what follows."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from breakwater.access.models import Alert, User
from breakwater.access.policy import Role
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor, AgencyKind, AlertKind, NotAllowed, Relation, TeamKind
from breakwater.audit.models import Entry
from breakwater.referrals.models import Referral
from breakwater.referrals.moves import WrongInput
from breakwater.referrals.rules import Rating
from breakwater.referrals.triage.enquiries import rate
from breakwater.sharing.disclosures.models import Disclosure
from breakwater.sharing.papers import answering
from breakwater.sharing.requests.after import note_call, refuse_to_sign, sign, withdraw
from breakwater.sharing.requests.models import Answer, Request
from breakwater.sharing.requests.queries import requests_of, waiting_for
from breakwater.sharing.requests.rules import Call
from breakwater.sharing.rules import (
    TRANSITIONS,
    Deed,
    Handling,
    Reply,
    Sent,
    Standing,
    next_standing,
)
from tests.builders import do_waiting_jobs, received
from tests.cases import granted
from tests.sharing.asking import a_partner, asked

pytestmark = pytest.mark.django_db
CALL = Call(said="Not seen since June.", by="Dr Lee, GP")
DEEDS: dict[Deed, Callable[[Actor, str], object]] = {
    Deed.SIGN: lambda actor, reference: sign(actor, reference, "Needed."),
    Deed.REFUSE_TO_SIGN: lambda actor, reference: refuse_to_sign(actor, reference, "Not needed."),
    Deed.WITHDRAW: lambda actor, reference: withdraw(actor, reference, "Asked in error."),
    Deed.NOTE_CALL: lambda actor, reference: note_call(actor, reference, CALL),
    Deed.SAY_NOTHING_KNOWN: lambda actor, reference: note_call(
        actor, reference, Call(said="", by="Dr Lee, GP", nothing_known=True)
    ),
}


def now(request: Request) -> Standing:
    request.refresh_from_db()
    return Standing(request.standing)


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("start", Standing)
def test_a_request_goes_only_along_the_table(
    triage: Actor, supervisor: Actor, start: Standing, deed: Deed
) -> None:
    request = asked(triage, agreed=False)
    Request.objects.filter(pk=request.pk).update(standing=start)
    ways = {(before, done): after for before, done, after in TRANSITIONS}
    if end := ways.get((start, deed)):
        DEEDS[deed](supervisor, request.reference)
        assert now(request) is end
    else:
        with pytest.raises(NotAllowed):
            DEEDS[deed](supervisor, request.reference)
        assert now(request) is start


def test_the_table_has_no_two_ways_for_one_deed() -> None:
    assert len({(before, deed) for before, deed, _ in TRANSITIONS}) == len(TRANSITIONS)
    for before, deed, after in TRANSITIONS:
        assert next_standing(before, deed) is after


def test_what_is_signed_is_sent(triage: Actor, supervisor: Actor) -> None:
    school = a_partner()
    request = asked(triage, school, agreed=False)
    done = sign(supervisor, request.reference, "The child may be at risk today.")
    assert done.reached
    assert now(request) is Standing.ASKED
    assert Disclosure.objects.get(request=request).standing == Sent.SENT
    alert = Alert.objects.get(kind=AlertKind.ASKED_FOR_INFORMATION)
    assert alert.recipient_id == school.user_id
    do_waiting_jobs()
    assert [one.to for one in mail.outbox if "/asked/" in one.body] == [["office@school.example"]]
    (shown,) = requests_of(request.case_id)
    assert shown.override is not None
    assert shown.override.signed
    assert shown.override.ruling == "The child may be at risk today."
    assert shown.override.by == supervisor.name


def test_whoever_asked_is_told_what_became_of_it(triage: Actor, supervisor: Actor) -> None:
    request = asked(triage, agreed=False)
    refuse_to_sign(supervisor, request.reference, "Ask the family first.")
    alert = Alert.objects.get(kind=AlertKind.RULED)
    assert alert.recipient_id == triage.user_id
    assert alert.subject == f"request:{request.pk}"


def test_what_is_not_signed_never_leaves(triage: Actor, supervisor: Actor) -> None:
    school = a_partner()
    request = asked(triage, school, agreed=False)
    refuse_to_sign(supervisor, request.reference, "Ask the family first.")
    assert now(request) is Standing.NOT_SIGNED
    assert Disclosure.objects.get(request=request).standing == Sent.NOT_SIGNED
    assert not Alert.objects.filter(kind=AlertKind.ASKED_FOR_INFORMATION).exists()
    with pytest.raises(NotAllowed), answering(school, "requests", request.pk):
        pass


def test_nobody_signs_what_they_asked_for(supervisor: Actor) -> None:
    request = asked(supervisor, agreed=False)
    with pytest.raises(NotAllowed, match="Somebody else signs"):
        sign(supervisor, request.reference, "I need it.")
    with pytest.raises(NotAllowed):
        refuse_to_sign(supervisor, request.reference, "I do not.")
    assert now(request) is Standing.TO_SIGN
    assert not Entry.objects.filter(verb="sign_override").latest("pk").allowed


def test_the_database_lets_nobody_sign_their_own(triage: Actor) -> None:
    request = asked(triage, agreed=False)
    override = request.override
    assert override is not None
    override.signed, override.ruled_by_id = True, triage.person
    override.ruled_at, override.ruling_reason = timezone.now(), b"x"
    with pytest.raises(IntegrityError), transaction.atomic():
        override.save()


def test_who_may_not_sign_is_refused(triage: Actor, colleague: Actor) -> None:
    request = asked(triage, agreed=False)
    with pytest.raises(NotAllowed, match="Your role may not"):
        sign(colleague, request.reference, "Needed.")


def test_a_supervisor_of_elsewhere_finds_no_such_request(
    triage: Actor, staff: Callable[..., User]
) -> None:
    request = asked(triage, agreed=False)
    other = actor_for(staff("Tom Okafor", TeamKind.EARLY_HELP, Role.TEAM_SUPERVISOR))
    for reference in (request.reference, "RQ-AAAA-BBBB-CCCC"):
        with pytest.raises(NotAllowed, match="You have no grant"):
            sign(other, reference, "Needed.")
    assert now(request) is Standing.TO_SIGN


@pytest.mark.parametrize("reason", ["", "  ", "x" * 5001])
@pytest.mark.parametrize("deed", [sign, refuse_to_sign, withdraw])
def test_each_needs_a_reason(
    triage: Actor, supervisor: Actor, deed: Callable[..., object], reason: str
) -> None:
    request = asked(triage, agreed=False)
    with pytest.raises(WrongInput) as wrong:
        deed(supervisor, request.reference, reason)
    assert wrong.value.errors[0][0] == "reason"
    assert now(request) is Standing.TO_SIGN


def test_time_spent_waiting_for_a_signature_is_not_the_partners(
    triage: Actor, supervisor: Actor
) -> None:
    request = asked(triage, agreed=False)
    later = timezone.now() + timedelta(days=4)
    sign(supervisor, request.reference, "Needed.", at=later)
    request.refresh_from_db()
    assert request.due_at == later + timedelta(hours=24)


def test_what_is_rated_blue_meanwhile_is_not_signed(triage: Actor, supervisor: Actor) -> None:
    request = asked(triage, agreed=False)
    version = Referral.objects.get(pk=request.referral_id).version
    rate(triage, request.referral.reference, Rating.BLUE, "For information.", version=version)
    with pytest.raises(NotAllowed, match="rated blue"):
        sign(supervisor, request.reference, "Needed.")
    assert now(request) is Standing.TO_SIGN


def test_what_waits_for_a_signature_is_listed_for_others_only(
    triage: Actor, supervisor: Actor, colleague: Actor
) -> None:
    request = asked(triage, agreed=False)
    own = asked(supervisor, agreed=False)
    assert waiting_for(supervisor) == [("requests", request.pk, request.case_id)]
    assert waiting_for(triage) == waiting_for(colleague) == []
    request.case.restricted = True
    request.case.save()
    assert waiting_for(supervisor) == []
    assert now(own) is Standing.TO_SIGN


def test_what_is_withdrawn_the_team_cannot_open(triage: Actor) -> None:
    school = a_partner()
    request = asked(triage, school)
    with answering(school, "requests", request.pk):
        pass
    withdraw(triage, request.reference, "The family moved away.")
    with pytest.raises(NotAllowed), answering(school, "requests", request.pk):
        pass
    (shown,) = requests_of(request.case_id)
    assert shown.withdrawn == "The family moved away."
    # What they had been told stays written down as told, and closes too.
    told = Disclosure.objects.get(request=request)
    assert told.standing == Sent.SENT
    with pytest.raises(NotAllowed), answering(school, "disclosures", told.pk):
        pass


def test_what_was_withdrawn_before_it_was_signed_was_never_told(
    triage: Actor, supervisor: Actor
) -> None:
    request = asked(triage, agreed=False)
    withdraw(triage, request.reference, "Asked in error.")
    assert Disclosure.objects.get(request=request).standing == Sent.NOT_SIGNED
    assert waiting_for(supervisor) == []


def test_a_call_is_an_answer_with_a_name_and_a_time(triage: Actor) -> None:
    request = asked(triage)
    note_call(triage, request.reference, CALL)
    (shown,) = requests_of(request.case_id)
    (answer,) = shown.answers
    assert answer.words is not None
    assert answer.words.answers == ("Not seen since June.",)
    assert answer.words.phone == "Dr Lee, GP"
    assert (answer.by, answer.by_phone, answer.reply) == (triage.name, True, Reply.ANSWER)
    assert b"June" not in bytes(Answer.objects.get().words)


def test_nothing_known_on_the_phone_is_an_answer_too(triage: Actor) -> None:
    request = asked(triage)
    note_call(triage, request.reference, Call(said="", by="Ms Roe", nothing_known=True))
    assert now(request) is Standing.NOTHING_KNOWN
    assert Answer.objects.get().reply == Reply.NOTHING_KNOWN


def test_whoever_asked_is_told_when_another_notes_the_call(triage: Actor, colleague: Actor) -> None:
    request = asked(triage)
    note_call(colleague, request.reference, CALL)
    assert Alert.objects.get(kind=AlertKind.ANSWERED).recipient_id == triage.user_id
    note_call(triage, request.reference, CALL)
    assert Alert.objects.filter(kind=AlertKind.ANSWERED).count() == 1


@pytest.mark.parametrize(
    ("call", "field"),
    [
        (Call(said="", by="Dr Lee"), "said"),
        (Call(said="x" * 5001, by="Dr Lee"), "said"),
        (Call(said="Seen.", by=" "), "by"),
        (Call(said="Seen.", by="x" * 301), "by"),
        (Call(said="Seen.", by="Dr Lee", handling=(Handling.POLICE_ONLY,)), "handling"),
    ],
)
def test_a_call_that_cannot_stand_names_its_field(triage: Actor, call: Call, field: str) -> None:
    request = asked(triage)
    with pytest.raises(WrongInput) as wrong:
        note_call(triage, request.reference, call)
    assert [name for name, _ in wrong.value.errors] == [field]
    assert not Answer.objects.exists()


def test_police_note_what_is_for_police_eyes_only(triage: Actor) -> None:
    constable = a_partner("County Police", AgencyKind.POLICE, "PC Day", team_kind=TeamKind.CAIT)
    request = asked(triage)
    granted(request.case_id, Relation.ROUTED, team_id=min(constable.team_ids))
    call = Call(said="Seen.", by="Dr Lee", handling=(Handling.POLICE_ONLY,))
    note_call(constable, request.reference, call)
    assert Answer.objects.get().handling == [Handling.POLICE_ONLY]


def test_of_a_case_that_one_may_not_see_there_is_no_request(
    triage: Actor, staff: Callable[..., User]
) -> None:
    request = asked(triage)
    other = actor_for(staff("Nia Brown", TeamKind.EARLY_HELP))
    for deed in (Deed.WITHDRAW, Deed.NOTE_CALL):
        for reference in (request.reference, "RQ-AAAA-BBBB-CCCC", received().reference):
            with pytest.raises(NotAllowed, match="You have no grant"):
                DEEDS[deed](other, reference)


def test_requests_of_a_case_cost_the_same_however_many(
    triage: Actor, django_assert_num_queries: Callable[..., object]
) -> None:
    request = asked(triage)
    note_call(triage, request.reference, CALL)
    with django_assert_num_queries(6):  # type: ignore[attr-defined]
        requests_of(request.case_id)
    asked(
        triage,
        a_partner("Harbour Road Surgery", AgencyKind.HEALTH, "Dr Lee"),
        reference=request.referral.reference,
    )
    with django_assert_num_queries(6):  # type: ignore[attr-defined]
        assert len(requests_of(request.case_id)) == 2
