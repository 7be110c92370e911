"""Who is told, what they read of it, and the e-mail that says only that something waits."""

from collections.abc import Callable

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from breakwater.access.actions import tell_guards
from breakwater.access.alerts import queries
from breakwater.access.alerts.actions import mark_seen
from breakwater.access.alerts.jobs import tell_by_mail
from breakwater.access.models import Alert, Exclusion, Grant, User
from breakwater.access.policy import Role
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor, AlertKind, Conflict, TeamKind
from tests.builders import do_waiting_jobs
from tests.cases import guarded_by

pytestmark = pytest.mark.django_db

Staff = Callable[..., User]


@pytest.fixture
def tom(staff: Staff) -> Actor:
    user = staff("Tom Ward", TeamKind.CAIT, Role.TEAM_SUPERVISOR)
    user.email = "tom.ward@hub.example"
    user.save()
    return actor_for(user)


@pytest.fixture
def nia(staff: Staff) -> Actor:
    return actor_for(staff("Nia Brown", TeamKind.EARLY_HELP))


def asked_about(case: int, by: Actor) -> None:
    tell_guards(AlertKind.ASKED, [case], by)


def test_an_alert_says_what_who_from_where_and_which_case(tom: Actor, nia: Actor) -> None:
    case = guarded_by(tom)
    asked_about(case, nia)
    (alert,) = queries.alerts_of(tom)
    assert (alert.kind, alert.about, alert.agency) == (
        AlertKind.ASKED,
        "Nia Brown",
        "Wessex Council",
    )
    assert (alert.cases, alert.seen, queries.unseen(tom)) == ([case], False, 1)


def test_nobody_reads_anothers_alerts(tom: Actor, nia: Actor) -> None:
    asked_about(guarded_by(tom), nia)
    assert (queries.alerts_of(nia), queries.unseen(nia)) == ([], 0)
    assert mark_seen(nia) == 0
    assert mark_seen(nia, Alert.objects.get().pk) == 0
    assert queries.unseen(tom) == 1


def test_seen_is_seen(tom: Actor, nia: Actor) -> None:
    asked_about(guarded_by(tom), nia)
    asked_about(guarded_by(tom), nia)
    assert mark_seen(tom, Alert.objects.latest("pk").pk) == 1
    assert (mark_seen(tom), queries.unseen(tom)) == (1, 0)


def test_a_case_closed_to_the_reader_meanwhile_is_not_named(tom: Actor, nia: Actor) -> None:
    case = guarded_by(tom)
    asked_about(case, nia)
    Grant.objects.all().delete()
    (alert,) = queries.alerts_of(tom)
    assert alert.cases == []


def test_who_came_into_conflict_meanwhile_reads_nothing_of_it(tom: Actor, nia: Actor) -> None:
    case = guarded_by(tom)
    asked_about(case, nia)
    Exclusion.objects.create(case_id=case, user_id=tom.user_id, why=Conflict.DECLARED)
    assert (queries.alerts_of(tom), queries.unseen(tom)) == ([], 0)


def test_an_e_mail_says_only_that_something_waits_once(tom: Actor, nia: Actor) -> None:
    asked_about(guarded_by(tom), nia)
    do_waiting_jobs()
    do_waiting_jobs()
    (sent,) = mail.outbox
    assert sent.to == ["tom.ward@hub.example"]
    for unsaid in ("Nia", "restricted", "case"):
        assert unsaid not in sent.body + sent.subject
    assert Alert.objects.get().sent_at is not None


def test_two_alerts_at_once_are_one_e_mail(tom: Actor, nia: Actor) -> None:
    for _ in range(2):
        asked_about(guarded_by(tom), nia)
    do_waiting_jobs()
    assert len(mail.outbox) == 1


def test_a_later_alert_is_another_e_mail(tom: Actor, nia: Actor) -> None:
    for _ in range(2):
        asked_about(guarded_by(tom), nia)
        do_waiting_jobs()
        ProcrastinateJob.objects.all().delete()
    assert len(mail.outbox) == 2


def test_who_has_no_address_brings_no_job(nia: Actor, staff: Staff) -> None:
    asked_about(guarded_by(actor_for(staff("No Mail", TeamKind.CAIT))), nia)
    assert not ProcrastinateJob.objects.exists()


def test_who_has_seen_it_gets_no_e_mail(tom: Actor, nia: Actor) -> None:
    asked_about(guarded_by(tom), nia)
    mark_seen(tom)
    do_waiting_jobs()
    assert mail.outbox == []


def test_who_came_into_conflict_meanwhile_gets_no_e_mail(tom: Actor, nia: Actor) -> None:
    case = guarded_by(tom)
    asked_about(case, nia)
    Exclusion.objects.create(case_id=case, user_id=tom.user_id, why=Conflict.DECLARED)
    do_waiting_jobs()
    assert mail.outbox == []


def test_an_e_mail_that_cannot_be_sent_is_tried_again(
    tom: Actor, nia: Actor, settings: object
) -> None:
    asked_about(guarded_by(tom), nia)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # type: ignore[attr-defined]
    with pytest.raises(OSError, match=r"."):
        tell_by_mail(recipient_id=tom.person)
    assert Alert.objects.get().sent_at is None
    assert tell_by_mail.retry_strategy is not None


def test_the_list_costs_one_statement_however_long(tom: Actor, nia: Actor) -> None:
    for _ in range(20):
        asked_about(guarded_by(tom), nia)
    with CaptureQueriesContext(connection) as captured:
        assert len(queries.alerts_of(tom)) == 20
    assert len(captured) == 1
