"""Asking after recalls that nobody confirmed: the worker's own deed, with no case open to it."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from breakwater.access.call import rows, value
from breakwater.access.rules import AlertKind
from breakwater.audit.actions import record
from breakwater.clocks.rules import Unit, due_at
from breakwater.sharing import papers
from breakwater.sharing.disclosures.rules import REMIND_AFTER_WORKING_DAYS
from breakwater.sharing.rules import subject_of_disclosure


def chase(now: datetime | None = None, limit: int = 1000) -> int:
    """Remind each team once a working day until it confirms; return how many were reminded."""
    now = now or timezone.now()
    reminded = 0
    with transaction.atomic():
        for pk, case_id, team_id, reference, last_at in rows("unconfirmed_notices", limit):
            if due_at(last_at, REMIND_AFTER_WORKING_DAYS, Unit.WORKING_DAY) > now:
                continue
            subject = subject_of_disclosure(pk)
            people = papers.tell_team(AlertKind.TAKEN_BACK, team_id, case_id, subject, reference)
            value("notice_reminded", pk, now)
            record(
                "worker",
                "asked_to_confirm",
                cases=[case_id],
                subject=subject,
                facts={"people": people},
            )
            reminded += 1
    return reminded
