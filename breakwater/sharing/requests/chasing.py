"""Asking after late answers: the worker's own deed, with no case open to it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from breakwater.access.call import rows, value
from breakwater.access.queries import partners_of
from breakwater.access.rules import AlertKind
from breakwater.audit.actions import record
from breakwater.clocks.days import Calendar
from breakwater.clocks.queries import calendar_for
from breakwater.clocks.rules import Unit
from breakwater.referrals.rules import subject_of
from breakwater.sharing import papers
from breakwater.sharing.requests import mailing, rules
from breakwater.sharing.requests.models import Reminder
from breakwater.sharing.rules import subject_of_request


@dataclass(frozen=True)
class Late:
    """A request whose answer is late: ids and times."""

    id: int
    case_id: int
    referral_id: int
    team_id: int
    reference: str
    by_phone: bool
    due_at: datetime
    # Of the reminders so far: how many, and when the last was made.
    number: int
    last_at: datetime | None
    asked_by: int
    asker_there: bool


def chase(now: datetime | None = None, limit: int = 1000) -> int:
    """Ask after each late answer, once a working day, even with two workers; return how many."""
    now = now or timezone.now()
    calendar = calendar_for([Unit.WORKING_HOUR])
    if not rules.is_in_hours(now, calendar):
        return 0
    with transaction.atomic():
        late = [Late(*row) for row in rows("late_requests", limit, rules.MOST_REMINDERS)]
        return sum(_ask_after(one, now, calendar) for one in late)


def _ask_after(one: Late, now: datetime, calendar: Calendar) -> bool:
    if rules.next_reminder(one.due_at, one.last_at, calendar) > now:
        return False
    number = one.number + 1
    reminder = Reminder.objects.create(request_id=one.id, number=number, made_at=now)
    reached = one.by_phone or _tell_team(one, reminder)
    ring = rules.is_to_ring(number, by_phone=one.by_phone, reached=reached)
    if ring:
        _tell_asker(one)
    record(
        "worker",
        "asked_after_request",
        cases=[one.case_id],
        subject=subject_of_request(one.id),
        facts={"number": number, "to_ring": ring},
    )
    return True


def _tell_team(one: Late, reminder: Reminder) -> bool:
    """Alert the team and write to its mailbox; whether there is anybody who hears of it."""
    subject = subject_of_request(one.id)
    kind = AlertKind.ASKED_FOR_INFORMATION
    people = papers.tell_team(kind, one.team_id, one.case_id, subject, one.reference)
    mailbox = any(team.mailbox for team in partners_of(None, {one.team_id}))
    if mailbox:
        mailing.mail_asked_team.defer(reminder_id=reminder.pk)
    return bool(people) or mailbox


def _tell_asker(one: Late) -> None:
    """Let whoever asked ring them; where they are gone, whoever does the work, and never nobody."""
    kind = AlertKind.CLOCK_MISSED
    if one.asker_there:
        subject = subject_of_request(one.id)
        papers.tell(kind, [one.asked_by], one.case_id, subject, one.reference)
    else:
        rungs, what = ["worker", "supervisor"], f"a partner's answer, {one.reference}"
        value("tell_of_clock", kind, rungs, subject_of(one.referral_id), what, one.case_id)
