"""Who is alerted to a queue that has waited too long, and that it is said once a day."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from breakwater.access.models import Alert, Case, Exclusion, Membership, User
from breakwater.access.policy import Role
from breakwater.access.rules import Actor, AlertKind, Conflict, Relation, TeamKind
from breakwater.oversight.models import Paged
from breakwater.oversight.queues import jobs, rules
from breakwater.oversight.queues.actions import page_stale_queues
from breakwater.referrals.models import Item, Referral
from tests.builders import do_waiting_jobs, received
from tests.cases import granted, told

pytestmark = pytest.mark.django_db

Staff = Callable[..., User]
DAY = timedelta(days=1)


@pytest.fixture
def now(db: None) -> datetime:
    return timezone.now()


def page(now: datetime, without: tuple[str, ...] = ("worker", "jobs-waiting")) -> set[str]:
    """Whom the worker alerts, by name: of what the tests are not about nothing is told."""
    before = set(Alert.objects.values_list("pk", flat=True))
    with pytest.MonkeyPatch.context() as patch:
        fewer = {code: hours for code, hours in rules.limits().items() if code not in without}
        patch.setattr(rules, "limits", lambda: fewer)
        page_stale_queues(now)
    new = Alert.objects.exclude(pk__in=before).filter(kind=AlertKind.QUEUE_STALE)
    return set(new.values_list("recipient__name", flat=True))


def waits_since(ago: timedelta) -> Referral:
    referral = Referral.objects.get(reference=received().reference)
    Item.objects.filter(referral=referral).update(since=timezone.now() - ago)
    return referral


def test_a_queue_that_is_young_is_told_to_nobody(manager: Actor, now: datetime) -> None:
    waits_since(timedelta(hours=23))
    assert page(now) == set()


def test_managers_are_told_once_a_day_and_nobody_else(
    staff: Staff, manager: Actor, now: datetime
) -> None:
    staff("Priya Hill")
    staff("Ian Okafor", TeamKind.TRIAGE, Role.TRIAGE_SUPERVISOR)
    waits_since(timedelta(hours=25))
    without = ("worker", "jobs-waiting", "missed")
    assert page(now, without) == {"Ruth Kerr"}
    assert page(now + timedelta(minutes=1), without) == set()
    assert page(now + DAY, without) == {"Ruth Kerr"}
    assert Paged.objects.count() == 2


def test_a_second_queue_on_the_same_day_is_told_too(manager: Actor, now: datetime) -> None:
    without = ("worker", "jobs-waiting", "missed")
    waits_since(timedelta(hours=25))
    assert page(now, without) == {"Ruth Kerr"}
    assert page(now, ("worker", "missed")) == set(), "the job waits for less than an hour"
    assert page(now + timedelta(hours=2), ("worker", "missed")) == {"Ruth Kerr"}


def test_who_is_told_longer_ago_than_a_week_is_forgotten(manager: Actor, now: datetime) -> None:
    waits_since(timedelta(hours=25))
    page(now)
    page(now + 30 * DAY)
    assert Paged.objects.filter(on_day__lt=(now + 20 * DAY).date()).count() == 0


def test_the_mail_says_that_something_waits_and_nothing_else(manager: Actor, now: datetime) -> None:
    User.objects.filter(pk=manager.user_id).update(email="ruth.kerr@hub.example")
    referral = waits_since(timedelta(hours=25))
    page(now)
    do_waiting_jobs()
    (sent,) = [one for one in mail.outbox if one.to == ["ruth.kerr@hub.example"]]
    assert "Something new waits for you" in sent.body
    for word in ("queue", "triage", referral.reference, "worry"):
        assert word not in (sent.subject + sent.body).lower()


def test_where_there_is_no_manager_who_supervises_triage_is_told(
    staff: Staff, now: datetime
) -> None:
    staff("Ian Okafor", TeamKind.TRIAGE, Role.TRIAGE_SUPERVISOR)
    staff("Priya Hill")
    waits_since(timedelta(hours=25))
    assert page(now) == {"Ian Okafor"}


def test_of_a_restricted_case_its_guardian_is_told_and_no_manager(
    staff: Staff, manager: Actor, now: datetime
) -> None:
    guard = staff("Lea Quist", TeamKind.CAIT, Role.TEAM_SUPERVISOR)
    named = staff("Nia Brown", TeamKind.CAIT)
    referral = waits_since(timedelta(hours=25))
    Case.objects.filter(pk=referral.case_id).update(restricted=True)
    granted(referral.case_id, Relation.GUARDS, user_id=guard.pk)
    granted(referral.case_id, Relation.NAMED, user_id=named.pk)
    assert page(now) == {"Lea Quist"}
    assert page(now) == set()
    # A guardian who left guards nothing: whoever is named is told.
    User.objects.filter(pk=guard.pk).update(is_active=False)
    assert page(now) == {"Nia Brown"}


def test_what_nobody_sees_is_told_at_once_also_of_a_restricted_case(
    staff: Staff, manager: Actor, now: datetime
) -> None:
    referral = waits_since(timedelta(0))
    assert page(now) == set()
    Case.objects.filter(pk=referral.case_id).update(restricted=True)
    assert page(now) == {"Ruth Kerr"}


def test_what_nobody_sees_and_every_manager_is_shut_out_of_a_supervisor_is_told(
    staff: Staff, manager: Actor, now: datetime
) -> None:
    staff("Tom Ward", TeamKind.CAIT, Role.TEAM_SUPERVISOR)
    referral = waits_since(timedelta(0))
    Exclusion.objects.create(
        case_id=referral.case_id, user_id=manager.person, why=Conflict.SAME_PERSON
    )
    assert page(now) == {"Tom Ward"}


def test_who_left_is_told_nothing(staff: Staff, manager: Actor, now: datetime) -> None:
    other = staff("Amy Vale", TeamKind.TRIAGE, Role.HUB_MANAGER)
    Membership.objects.filter(user=other).update(ends=timezone.now())
    waits_since(timedelta(hours=25))
    assert page(now) == {"Ruth Kerr"}


def test_the_hourly_job_tells(manager: Actor) -> None:
    waits_since(timedelta(hours=25))
    jobs.page_stale_queues(0)
    assert told(AlertKind.QUEUE_STALE) == {"Ruth Kerr"}
