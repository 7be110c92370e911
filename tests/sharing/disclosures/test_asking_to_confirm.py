"""A recall that nobody confirmed is asked after, once a working day, until somebody does."""

from datetime import UTC, datetime, timedelta

import pytest

from breakwater.access.rules import Actor, AlertKind
from breakwater.audit.models import Entry
from breakwater.sharing.disclosures import taking_back
from breakwater.sharing.disclosures.chasing import chase
from breakwater.sharing.disclosures.models import Disclosure
from tests.sharing.telling import a_case, a_surgery, agreed, alerts, shared

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 10, tzinfo=UTC)
FRIDAY = MONDAY + timedelta(days=4)


@pytest.fixture
def surgery(triage: Actor) -> Actor:
    one = a_surgery()
    agreed(triage, one)
    return one


def recalled(triage: Actor, surgery: Actor, at: datetime) -> Disclosure:
    row = shared(triage, a_case(), surgery)
    taking_back.recall(triage, row.reference, "Wrong.", at=at)
    return row


def reminders(surgery: Actor) -> int:
    """How often the surgery was told of a recall, after the first time."""
    return [kind for kind, _ in alerts(surgery)].count(AlertKind.TAKEN_BACK) - 1


def test_a_team_is_reminded_after_a_working_day_and_again_after_the_next(
    triage: Actor, surgery: Actor
) -> None:
    recalled(triage, surgery, MONDAY)
    assert chase(MONDAY + timedelta(hours=20)) == 0
    assert (chase(MONDAY + timedelta(days=1, hours=14)), reminders(surgery)) == (1, 1)
    assert chase(MONDAY + timedelta(days=1, hours=14)) == 0
    assert (chase(MONDAY + timedelta(days=3)), reminders(surgery)) == (1, 2)


def test_a_weekend_is_no_working_day(triage: Actor, surgery: Actor) -> None:
    recalled(triage, surgery, FRIDAY)
    assert chase(FRIDAY + timedelta(days=2)) == 0
    assert chase(FRIDAY + timedelta(days=4)) == 1


def test_who_confirmed_is_not_asked_any_more(triage: Actor, surgery: Actor) -> None:
    row = recalled(triage, surgery, MONDAY)
    Disclosure.objects.filter(pk=row.pk).update(
        confirmed_by=surgery.user_id, confirmed_at=MONDAY + timedelta(hours=1)
    )
    assert (chase(FRIDAY), reminders(surgery)) == (0, 0)


def test_what_stands_is_not_asked_after(triage: Actor, surgery: Actor) -> None:
    shared(triage, a_case(), surgery)
    assert chase(datetime(2099, 1, 1, tzinfo=UTC)) == 0


def test_the_ledger_says_that_somebody_was_reminded_of_which(triage: Actor, surgery: Actor) -> None:
    row = recalled(triage, surgery, MONDAY)
    chase(FRIDAY)
    entry = Entry.objects.get(verb="asked_to_confirm")
    assert (entry.actor, entry.subject) == ("worker", f"disclosure:{row.pk}")
    assert (entry.cases, entry.facts) == ([row.case_id], {"people": 1})
