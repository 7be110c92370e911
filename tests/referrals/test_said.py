"""What was said on the way stands in the chronology, on paper and in an export; none in replay."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from breakwater.access.models import User
from breakwater.access.rules import Actor, TeamKind
from breakwater.records.subjectaccess.items import items_of
from breakwater.records.subjectaccess.rules import Whose
from breakwater.referrals.case_file import case_file
from breakwater.referrals.challenge.actions import challenge, rule
from breakwater.referrals.challenge.models import Challenge
from breakwater.referrals.challenge.rules import Challenged, Move, Ruled
from breakwater.referrals.chronology.actions import open_chronology
from breakwater.referrals.feedback.actions import give
from breakwater.referrals.feedback.rules import Given, Way
from breakwater.referrals.models import Decision, Item
from breakwater.referrals.replay.queries import _cut
from breakwater.referrals.routing.actions import hand_over, refuse, settle
from breakwater.referrals.rules import Level
from breakwater.referrals.said import said_of
from breakwater.referrals.triage.actions import decide
from tests.builders import amelia, decided, received
from tests.referrals.waiting import now_at, routed, team_of

pytestmark = pytest.mark.django_db

TOLD = "Told that CAIT looks into it."
CHALLENGED, ANSWERED = "The school sees more.", "What the school sees was weighed."
REFUSED, KEPT, NOTE = "No police matter.", "It is one.", "School rung, no answer."
WORDS = (TOLD, CHALLENGED, ANSWERED, NOTE, REFUSED, KEPT)


@pytest.fixture
def reference(triage: Actor, cait: Actor, head_of_cait: Actor, manager: Actor) -> str:
    """A referral of which everything was said that can be."""
    reference = received(amelia()).reference
    decide(triage, reference, decided(Level.COMPLEX, team_of(TeamKind.CAIT)), version=1)
    decision = Decision.objects.get().pk
    start = timezone.now()
    give(triage, reference, Given(Way.PHONE, TOLD), decision_id=decision, at=start)
    partner = Challenged(CHALLENGED, "Olu Grant", "Mill Lane School", for_another=True)
    at = start + timedelta(minutes=1)
    one = challenge(triage, reference, partner, decision_id=decision, at=at)
    rule(manager, reference, one, Ruled(Move.STAND, ANSWERED), version=1, at=at)
    item = Item.objects.get(team__kind=TeamKind.CAIT, done_at=None)
    # Claimed without a note: the note is the second of the item.
    hand_over(cait, item.pk, to_worker=cait.user_id, note="", seen_worker=None, at=at)
    hand_over(
        cait, item.pk, to_worker=head_of_cait.user_id, note=NOTE, seen_worker=cait.user_id,
        at=start + timedelta(minutes=2),
    )  # fmt: skip
    refuse(cait, reference, REFUSED, at=start + timedelta(minutes=3))
    settle(head_of_cait, reference, keep=True, reason=KEPT, at=start + timedelta(minutes=4))
    return reference


def test_the_chronology_has_a_line_of_each_and_none_twice(triage: Actor, reference: str) -> None:
    events = open_chronology(triage, reference)[0].events
    said = [(event.who, event.text) for event in events if event.text in WORDS]
    assert said == [
        ("Priya Hill", TOLD),
        ("Olu Grant, Mill Lane School", CHALLENGED),
        ("Mia Lund", ANSWERED),
        ("Ana Reyes", NOTE),
        ("Ana Reyes", REFUSED),
        ("Insp Jo Ward", KEPT),
    ]
    whats = [event.what for event in events]
    assert len([what for what in whats if "refus" in what]) == 2
    assert "to Insp Jo Ward" in [event.state for event in events]


def test_each_is_on_paper_once(reference: str, signed_in: Callable[[User], Client]) -> None:
    hill = signed_in(User.objects.get(name="Priya Hill"))
    body = hill.get(f"/cases/{now_at(reference).case_id}/print").content.decode()
    for words in WORDS:
        assert body.count(words) == 1, words
    assert "by Olu Grant, Mill Lane School" in body
    assert "Hand over the work, by Ana Reyes, to Insp Jo Ward" in body


def test_each_is_in_the_export_once_and_staff_and_partners_are_not_the_persons(
    reference: str,
) -> None:
    items = items_of(case_file(now_at(reference).case_id), set(), [], {})
    for words in WORDS:
        assert [item.text for item in items].count(words) == 1, words
    whose = {item.text: item.whose for item in items if ".t" in item.key}
    assert whose[TOLD] is Whose.CASE
    assert whose["Olu Grant"] is Whose.OTHER
    assert whose["Mia Lund"] is Whose.STAFF


def test_replay_of_the_decision_has_nothing_of_what_was_said_later(reference: str) -> None:
    (told,) = case_file(now_at(reference).case_id)
    assert len(told.said) == len(WORDS)
    assert _cut(told, told.progress.decisions[0].at, 1).said == []
    between = _cut(told, told.said[3].at)
    assert [line.text for line in between.said] == [TOLD, CHALLENGED, ANSWERED]


def test_it_costs_the_same_statements_however_much_was_said(
    reference: str, triage: Actor, early: Actor
) -> None:
    def statements(*ids: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            said_of(ids)
        return len(captured)

    another = now_at(routed(triage, TeamKind.EARLY_HELP)).pk
    one = Challenge.objects.get().referral_id
    assert statements(one) == statements(one, another) == 5
