"""Mails to partners that were not sent, and what waits for a signature, are counted."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from breakwater.access.models import Case, Team
from breakwater.access.rules import Actor
from breakwater.sharing.requests.models import Reminder
from tests.sharing.asking import a_partner, asked

pytestmark = pytest.mark.django_db


def test_mails_to_partners_wait_only_where_there_is_a_mailbox(
    triage: Actor, manager: Actor, counted: Any
) -> None:
    asked(triage, a_partner())
    assert counted("request-mails").counted.number == 1
    Team.objects.update(mailbox="")
    assert counted("request-mails").counted.number == 0
    Team.objects.update(mailbox="office@school.example")
    Reminder.objects.update(sent_at=timezone.now())
    assert counted("request-mails").counted.number == 0


def test_what_nobody_signed_yet_waits(triage: Actor, manager: Actor, counted: Any) -> None:
    asked(triage, agreed=False)
    assert counted("to-sign").counted.number == 1


def test_late_answers_are_counted_from_when_they_were_due(
    triage: Actor, manager: Actor, counted: Any
) -> None:
    request = asked(triage)
    assert counted("late-answers").counted.number == 0
    later = request.due_at + timedelta(hours=3)
    late = counted("late-answers", now=later).counted
    assert (late.number, late.oldest) == (1, request.due_at)


def test_what_is_about_a_hidden_case_adds_nothing(
    triage: Actor, manager: Actor, counted: Any
) -> None:
    asked(triage, a_partner())
    asked(triage, a_partner("Harbour Road Surgery", person="Dr Lee"), agreed=False)
    job = ("jobs-waiting", "breakwater.sharing.requests.mailing.mail_asked_team")
    assert counted(*job).counted.number == 1
    Case.objects.update(restricted=True)
    assert [counted(*one).counted.number for one in (("request-mails",), ("to-sign",), job)] == [
        0,
        0,
        0,
    ]
