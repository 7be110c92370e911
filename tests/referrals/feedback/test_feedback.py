"""Who reported a worry is told what was decided, within a working day, as far as lawful."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from breakwater.access.models import Case, Membership, Team, User
from breakwater.access.policy import Role
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor, NotAllowed, TeamKind
from breakwater.audit.models import Entry
from breakwater.clocks.models import Clock
from breakwater.clocks.queries import next_due
from breakwater.referrals.actions import open_referral
from breakwater.referrals.board.actions import open_board
from breakwater.referrals.feedback.actions import ask_for_feedback, give, set_template
from breakwater.referrals.feedback.models import Feedback, FeedbackTemplate
from breakwater.referrals.feedback.queries import tellings_of, templates
from breakwater.referrals.feedback.rules import (
    LONGEST_TEXT,
    Given,
    Way,
    can_be_told,
    check_given,
)
from breakwater.referrals.models import Decision, Item, Referral
from breakwater.referrals.moves import Overtaken, WrongInput
from breakwater.referrals.routing.actions import take_back
from breakwater.referrals.rules import ItemKind, Level, Outcome, State, subject_of
from breakwater.referrals.triage.actions import decide
from breakwater.referrals.triage.enquiries import UNTIL_DECIDED
from tests.builders import decided, do_waiting_jobs, received

pytestmark = pytest.mark.django_db

Staff = Callable[..., User]
SAID = Given(way=Way.PHONE, text="We decided that somebody visits the family. Thank you.")
NOT_SAID = Given(reason="It would warn the person of concern.")


def nothing_further(actor: Actor, reference: str, version: int = 1) -> int:
    return decide(actor, reference, decided(Level.UNIVERSAL), version=version)


def waiting() -> list[Item]:
    return list(Item.objects.filter(kind=ItemKind.FEEDBACK, done_at=None))


def clock() -> Clock:
    return Clock.objects.get(code="FEEDBACK")


def test_a_decision_lets_it_wait_on_triages_board_with_its_clock(triage: Actor) -> None:
    decision = nothing_further(triage, received().reference)
    (item,) = waiting()
    assert Team.objects.get(pk=item.team_id).kind == TeamKind.TRIAGE
    assert item.worker_id == triage.user_id
    assert (item.due_at, clock().subject) == (clock().due_at, f"feedback:{decision}")
    assert clock().met_at is None


def test_the_case_is_closed_though_feedback_waits(triage: Actor) -> None:
    nothing_further(triage, received().reference)
    assert Case.objects.get().closed_at is not None
    assert len(waiting()) == 1
    # And it is still open to who tells the reporter.
    open_referral(triage, Referral.objects.get().reference, "feedback")


def test_nobody_waits_for_an_anonymous_reporter(triage: Actor) -> None:
    nothing_further(triage, received(channel="anonymous", reporter=None).reference)
    assert (waiting(), Clock.objects.filter(code="FEEDBACK").count()) == ([], 0)


def test_who_wants_no_feedback_is_not_told(triage: Actor) -> None:
    reporter = {"name": "Helen Marsh", "agency": "School", "wants_feedback": False}
    nothing_further(triage, received(reporter=reporter).reference)
    assert waiting() == []


@pytest.mark.parametrize(
    ("reporter", "answer"),
    [
        (None, False),
        ({}, False),
        ({"role": "neighbour"}, False),
        ({"phone": "01632 960001"}, True),
        ({"email": "a@mail.example"}, True),
        ({"agency": "Harbour Road Surgery"}, True),
        ({"name": "Jo", "wants_feedback": True}, True),
        ({"name": "Jo", "wants_feedback": None}, True),
        ({"name": "Jo", "wants_feedback": False}, False),
    ],
)
def test_somebody_to_tell_is_whoever_can_be_reached_and_did_not_say_no(
    reporter: dict | None, answer: bool
) -> None:
    assert can_be_told(reporter) is answer


def test_what_was_said_is_kept_sealed_and_meets_the_clock(triage: Actor) -> None:
    reference = received().reference
    decision = nothing_further(triage, reference)
    give(triage, reference, SAID, decision_id=decision)
    row = Feedback.objects.get()
    assert b"visits" not in bytes(row.text or b"")
    (told,) = tellings_of(row.referral_id)
    assert (told.way, told.text, told.by) == (Way.PHONE, SAID.text, triage.name)
    assert (waiting(), clock().met_at) == ([], row.told_at)


def test_why_nobody_is_told_is_kept_sealed_and_meets_the_clock_too(triage: Actor) -> None:
    reference = received().reference
    decision = nothing_further(triage, reference)
    give(triage, reference, NOT_SAID, decision_id=decision)
    (told,) = tellings_of(Feedback.objects.get().referral_id)
    assert (told.way, told.text) == ("", NOT_SAID.reason)
    assert (waiting(), clock().met_at is not None) == ([], True)


def test_the_ledger_says_that_somebody_was_told_and_how_but_not_what(triage: Actor) -> None:
    reference = received().reference
    give(triage, reference, SAID, decision_id=nothing_further(triage, reference))
    entry = Entry.objects.get(verb="give_feedback")
    assert (entry.actor, entry.facts) == (triage.ledger_name, {"told": "by phone"})


def test_nothing_is_ever_sent_to_the_reporter(triage: Actor) -> None:
    reporter = {"name": "Helen Marsh", "email": "helen.marsh@school.example"}
    reference = received(reporter=reporter).reference
    give(triage, reference, SAID, decision_id=nothing_further(triage, reference))
    do_waiting_jobs()
    assert all("helen.marsh" not in to for letter in mail.outbox for to in letter.to)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (Given(), "reason"),
        (Given(reason=" "), "reason"),
        (Given(reason="x" * (LONGEST_TEXT + 1)), "reason"),
        (Given(way=Way.LETTER, text="\n"), "text"),
        (Given(way=Way.LETTER, text="x" * (LONGEST_TEXT + 1)), "text"),
    ],
)
def test_what_cannot_stand_names_its_field(given: Given, field: str) -> None:
    ((named, sentence),) = check_given(given)
    assert named == field
    assert sentence


def test_what_cannot_stand_is_refused_and_nothing_is_stored(triage: Actor) -> None:
    reference = received().reference
    decision = nothing_further(triage, reference)
    with pytest.raises(WrongInput):
        give(triage, reference, Given(), decision_id=decision)
    assert (Feedback.objects.count(), len(waiting())) == (0, 1)


def test_it_is_told_once(triage: Actor) -> None:
    reference = received().reference
    decision = nothing_further(triage, reference)
    give(triage, reference, SAID, decision_id=decision)
    with pytest.raises(Overtaken, match="meanwhile"):
        give(triage, reference, NOT_SAID, decision_id=decision)


def test_a_page_of_an_earlier_decision_is_refused(triage: Actor) -> None:
    reference = received().reference
    decision = nothing_further(triage, reference)
    with pytest.raises(Overtaken, match="decided anew"):
        give(triage, reference, SAID, decision_id=decision - 1)
    assert len(waiting()) == 1


def test_a_role_without_the_verb_is_refused_in_the_ledger(triage: Actor, staff: Staff) -> None:
    cait = actor_for(staff("Ana Reyes", TeamKind.CAIT))
    reference = received().reference
    decision = decide(triage, reference, decided(Level.COMPLEX, *cait.team_ids), version=1)
    with pytest.raises(NotAllowed, match="may not tell"):
        give(cait, reference, SAID, decision_id=decision)
    assert Entry.objects.filter(verb="give_feedback", allowed=False).count() == 1


def test_of_a_hidden_case_the_answer_is_that_of_none(triage: Actor) -> None:
    reference = received().reference
    decision = nothing_further(triage, reference)
    Case.objects.update(restricted=True)
    said = set()
    for called in (reference, "BW-0000-0000-0000"):
        with pytest.raises(NotAllowed) as refusal:
            give(triage, called, SAID, decision_id=decision)
        said.add(str(refusal.value))
    assert len(said) == 1


def test_what_waits_of_a_restricted_case_that_closed_counts_on_nobodys_board(
    triage: Actor,
) -> None:
    nothing_further(triage, received().reference)
    assert open_board(triage, {}, 1).total == 1
    Case.objects.update(restricted=True)
    assert open_board(triage, {}, 1).total == 0


def test_a_decision_that_is_undone_is_not_told(triage: Actor) -> None:
    reference = received().reference
    area = {"outcome": Outcome.OTHER_AREA, "area": "Westshire"}
    decide(triage, reference, decided(Level.COMPLEX, **area), version=1)
    assert len(waiting()) == 1
    take_back(triage, reference)
    assert (waiting(), clock().stopped_because) == ([], "decided_again")


def test_a_new_decision_waits_to_be_told_again(triage: Actor) -> None:
    reference = received().reference
    area = {"outcome": Outcome.OTHER_AREA, "area": "Westshire"}
    first = decide(triage, reference, decided(Level.COMPLEX, **area), version=1)
    give(triage, reference, SAID, decision_id=first)
    take_back(triage, reference)
    second = nothing_further(triage, reference, version=Referral.objects.get().version)
    (item,) = waiting()
    give(triage, reference, NOT_SAID, decision_id=second)
    told = tellings_of(item.referral_id)
    assert [one.decision_id for one in told] == [second, first]


def test_its_clock_is_no_clock_that_triage_waits_for(triage: Actor) -> None:
    reference = received().reference
    nothing_further(triage, reference)
    assert next_due(subject_of(Referral.objects.get().pk), UNTIL_DECIDED) is None


def test_it_waits_without_urgency_for_the_danger_was_decided_on(triage: Actor) -> None:
    reference = received(concern={"immediate_danger": True}).reference
    nothing_further(triage, reference)
    (item,) = waiting()
    assert (item.urgent, item.opened_at is not None) == (False, True)


def test_history_typed_in_later_keeps_its_own_times(triage: Actor) -> None:
    at = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)
    reference = received().reference
    decision = decide(triage, reference, decided(Level.UNIVERSAL), version=1, at=at)
    give(triage, reference, SAID, decision_id=decision, at=at + timedelta(hours=3))
    assert clock().met_at == at + timedelta(hours=3)
    assert clock().due_at == at + timedelta(days=1)


def test_who_decided_and_left_triage_since_leaves_it_to_the_team(triage: Actor) -> None:
    reference = received().reference
    decision = Decision.objects.get(pk=nothing_further(triage, reference))
    Membership.objects.update(ends=timezone.now())
    assert ask_for_feedback(Referral.objects.get(), decision, timezone.now())
    (item,) = waiting()
    assert item.worker_id is None


@pytest.mark.parametrize("change", ["update referrals_feedback set way = 'by letter'",
                                    "delete from referrals_feedback"])  # fmt: skip
def test_what_was_told_is_never_changed(triage: Actor, change: str) -> None:
    reference = received().reference
    give(triage, reference, SAID, decision_id=nothing_further(triage, reference))
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        connection.cursor().execute(change)


def test_told_without_a_way_or_a_reason_is_refused_by_the_database(triage: Actor) -> None:
    reference = received().reference
    decision = nothing_further(triage, reference)
    referral = Referral.objects.get()
    with pytest.raises(IntegrityError, match="told_or_withheld"), transaction.atomic():
        Feedback.objects.create(
            referral=referral, decision_id=decision, told_by_id=triage.user_id,
            told_at=referral.received_at,
        )  # fmt: skip


def test_every_outcome_has_its_usual_words_and_they_name_nobody() -> None:
    usual = templates()
    assert set(usual) == set(Outcome)
    for template in usual.values():
        assert (template.version, template.by) == (1, "")
        assert not {"{", "}", "[", "Amelia", "Hartley"} & set(template.text.split())
        assert "ring 999" in template.text


def test_the_usual_words_are_changed_as_a_new_version(triage: Actor, staff: Staff) -> None:
    manager = actor_for(staff("Moira Lee", role=Role.HUB_MANAGER))
    set_template(manager, Outcome.EARLY_HELP, "We offer help.", version=1)
    usual = templates()[Outcome.EARLY_HELP]
    assert (usual.version, usual.text, usual.by) == (2, "We offer help.", "Moira Lee")
    assert FeedbackTemplate.objects.filter(outcome=Outcome.EARLY_HELP).count() == 2
    assert Entry.objects.get(verb="set_rules").facts == {"version": 2}


def test_two_who_change_the_words_at_once_do_not_overwrite_each_other(staff: Staff) -> None:
    manager = actor_for(staff("Moira Lee", role=Role.HUB_MANAGER))
    set_template(manager, Outcome.EARLY_HELP, "We offer help.", version=1)
    with pytest.raises(Overtaken, match="Somebody else"):
        set_template(manager, Outcome.EARLY_HELP, "We offer nothing.", version=1)


@pytest.mark.parametrize("text", ["", " \n", "x" * (LONGEST_TEXT + 1)])
def test_usual_words_that_say_nothing_or_too_much_are_refused(staff: Staff, text: str) -> None:
    manager = actor_for(staff("Moira Lee", role=Role.HUB_MANAGER))
    with pytest.raises(WrongInput):
        set_template(manager, Outcome.EARLY_HELP, text, version=1)


def test_who_may_not_set_rules_does_not_change_the_words(triage: Actor) -> None:
    with pytest.raises(NotAllowed, match="may not set"):
        set_template(triage, Outcome.EARLY_HELP, "No.", version=1)


def test_usual_words_are_never_changed_in_place() -> None:
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        FeedbackTemplate.objects.update(text="Other.")


def test_a_referral_that_ended_is_told_of_like_any_other(triage: Actor) -> None:
    reference = received().reference
    decision = nothing_further(triage, reference)
    assert Referral.objects.get().state == State.CLOSED
    give(triage, reference, SAID, decision_id=decision)
    assert Case.objects.get().closed_at is not None
