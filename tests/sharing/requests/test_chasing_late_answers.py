"""Late answers are asked after, once a working day, and whoever asked is told to ring."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.core import mail

from breakwater.access.models import Alert
from breakwater.access.rules import Actor, AlertKind
from breakwater.audit.models import Entry
from breakwater.clocks.days import USUAL, Calendar, HubHours
from breakwater.sharing.requests import chasing
from breakwater.sharing.requests.after import note_call, withdraw
from breakwater.sharing.requests.models import Reminder, Request
from breakwater.sharing.requests.queries import requests_of
from breakwater.sharing.requests.rules import (
    MOST_REMINDERS,
    RING_AT,
    Call,
    is_in_hours,
    is_to_ring,
    next_reminder,
)
from breakwater.sharing.rules import Standing
from tests.builders import do_waiting_jobs
from tests.sharing.asking import a_partner, asked, team_of

# February and March: no clock changes, the hub works from 9 to 17; Easter 2026 is on 5 April.
FRIDAY = datetime(2026, 2, 27, 15, 0, tzinfo=UTC)


def at(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("due", "first"),
    [
        (at(2, 11), at(2, 11)),  # a Monday at eleven
        (at(2, 3), at(2, 9)),  # at night: when the hub opens
        (at(2, 17), at(3, 9)),  # as it closes: tomorrow
        (at(6, 20), at(9, 9)),  # Friday evening: Monday
        (at(7, 11), at(9, 9)),  # Saturday: Monday
        (at(2, 19, month=4), at(7, 8, month=4)),  # the eve of Good Friday: the Tuesday after Easter
    ],
)
def test_the_first_is_at_the_deadline_or_when_the_hub_next_works(
    due: datetime, first: datetime
) -> None:
    assert next_reminder(due, None, USUAL) == first


@pytest.mark.parametrize(
    ("last", "following"),
    [
        (at(2, 11), at(3, 9)),
        (at(2, 9), at(3, 9)),
        (at(6, 16, 59), at(9, 9)),  # Friday: Monday
        (at(2, 16, month=4), at(7, 8, month=4)),  # over Easter, and summer time
    ],
)
def test_then_each_working_day_as_the_hub_opens(last: datetime, following: datetime) -> None:
    assert next_reminder(at(1, 0), last, USUAL) == following


def test_an_area_with_other_hours_is_asked_after_in_those() -> None:
    saturdays_do_not_count = Calendar(hours=(HubHours(2, time(12), time(14)),))
    assert next_reminder(at(2, 11), None, saturdays_do_not_count) == at(4, 12)
    assert next_reminder(at(2, 11), at(4, 12), saturdays_do_not_count) == at(11, 12)


@pytest.mark.parametrize(
    ("now", "works"),
    [
        (at(2, 9), True),
        (at(2, 16, 59), True),
        (at(2, 17), False),
        (at(2, 8, 59), False),
        (at(7, 11), False),
    ],
)
def test_nobody_is_asked_after_while_the_hub_is_closed(now: datetime, works: bool) -> None:
    assert is_in_hours(now, USUAL) is works


def test_the_asker_rings_after_the_second_and_now_and_then() -> None:
    ringing = {
        n for n in range(1, MOST_REMINDERS + 1) if is_to_ring(n, by_phone=False, reached=True)
    }
    assert ringing == RING_AT
    assert is_to_ring(1, by_phone=True, reached=True)
    assert is_to_ring(1, by_phone=False, reached=False)


@pytest.fixture
def late(triage: Actor) -> Request:
    """Asked on a Friday at three: due on Saturday, and first asked after on Monday."""
    request = asked(triage, a_partner(), at=FRIDAY)
    do_waiting_jobs()
    mail.outbox.clear()
    Alert.objects.all().delete()
    return request


pytestmark = pytest.mark.django_db


def numbers(request: Request) -> list[int]:
    return list(request.reminders.order_by("number").values_list("number", flat=True))


def letters() -> list[str]:
    return [one.to[0] for one in mail.outbox if "/asked/" in one.body]


def test_a_late_answer_is_asked_after_once_a_working_day(late: Request) -> None:
    assert late.due_at == FRIDAY + timedelta(days=1)
    assert chasing.chase(at(28, 16, month=2)) == 0  # Saturday
    assert chasing.chase(at(2, 8, 59)) == 0
    assert chasing.chase(at(2, 9)) == 1
    assert chasing.chase(at(2, 9, 5)) == 0
    assert chasing.chase(at(2, 16, 55)) == 0
    assert chasing.chase(at(3, 9)) == 1
    assert numbers(late) == [0, 1, 2]


def test_the_team_gets_a_mail_and_an_alert_with_no_content(late: Request) -> None:
    chasing.chase(at(2, 9))
    do_waiting_jobs()
    assert letters() == ["office@school.example"]
    assert "Amelia" not in mail.outbox[0].body
    assert Alert.objects.get().kind == AlertKind.ASKED_FOR_INFORMATION
    assert Reminder.objects.get(number=1).sent_at is not None


def test_after_the_second_the_asker_is_told_to_ring(late: Request, triage: Actor) -> None:
    chasing.chase(at(2, 9))
    assert not Alert.objects.filter(recipient=triage.user_id).exists()
    chasing.chase(at(3, 9))
    alert = Alert.objects.get(recipient=triage.user_id)
    assert (alert.kind, alert.subject) == (AlertKind.CLOCK_MISSED, f"request:{late.pk}")


def test_whoever_does_the_work_is_told_where_the_asker_is_gone(
    late: Request, triage: Actor, supervisor: Actor
) -> None:
    late.asked_by.is_active = False
    late.asked_by.save()
    chasing.chase(at(2, 9))
    chasing.chase(at(3, 9))
    alert = Alert.objects.get(kind=AlertKind.CLOCK_MISSED)
    assert alert.recipient_id == supervisor.user_id
    assert alert.subject == f"referral:{late.referral_id}"


def test_who_asks_to_be_rung_is_not_written_to_but_the_asker_is_told(
    late: Request, triage: Actor
) -> None:
    Request.objects.filter(pk=late.pk).update(standing=Standing.BY_PHONE)
    chasing.chase(at(2, 9))
    do_waiting_jobs()
    assert letters() == []
    assert Alert.objects.get().recipient_id == triage.user_id


def test_a_team_that_nobody_hears_of_is_rung_at_once(late: Request, triage: Actor) -> None:
    team = team_of(a_partner())
    team.mailbox = ""
    team.save()
    team.membership_set.all().delete()
    chasing.chase(at(2, 9))
    assert Alert.objects.get().recipient_id == triage.user_id
    (shown,) = requests_of(late.case_id)
    assert shown.reminders[-1].sent_at is None


def test_what_is_settled_or_withdrawn_is_not_asked_after(late: Request, triage: Actor) -> None:
    chasing.chase(at(2, 9))
    note_call(triage, late.reference, Call(said="Not seen.", by="Ms Roe"))
    assert chasing.chase(at(3, 9)) == 0
    Request.objects.filter(pk=late.pk).update(standing=Standing.ASKED)
    withdraw(triage, late.reference, "Moved away.")
    assert chasing.chase(at(4, 9)) == 0


def test_a_mail_of_what_is_answered_meanwhile_is_not_sent(late: Request, triage: Actor) -> None:
    chasing.chase(at(2, 9))
    note_call(triage, late.reference, Call(said="Not seen.", by="Ms Roe"))
    do_waiting_jobs()
    assert letters() == []


def test_what_waits_for_a_signature_is_not_asked_after(triage: Actor) -> None:
    asked(triage, agreed=False, at=FRIDAY)
    assert chasing.chase(at(2, 9)) == 0


def test_it_ends_some_time(late: Request) -> None:
    day = at(2, 9)
    for _ in range(40):
        chasing.chase(day)
        day += timedelta(days=1)
    assert numbers(late) == list(range(MOST_REMINDERS + 1))


def test_each_is_in_the_ledger_by_numbers(late: Request) -> None:
    chasing.chase(at(2, 9))
    entry = Entry.objects.get(verb="asked_after_request")
    assert entry.cases == [late.case_id]
    assert entry.facts == {"number": 1, "to_ring": False}
