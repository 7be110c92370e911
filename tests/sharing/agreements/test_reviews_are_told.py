"""Who keeps the agreements is told of a review that comes near, and of one that was missed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from breakwater.access import call
from breakwater.access.alerts.queries import alerts_of
from breakwater.access.models import Agency, Alert, User
from breakwater.access.policy import Role
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor, AlertKind, TeamKind
from breakwater.sharing.agreements.actions import end_agreement, note_review, tell_of_reviews
from tests.builders import do_waiting_jobs
from tests.sharing.agreements.agreed import DAY, agreed


@pytest.fixture
def made(keeper: Actor, council: Agency, school: Agency, today: date) -> int:
    return agreed(keeper, council, school, today=today, review_by=today + 60 * DAY)


def kinds() -> list[str]:
    return list(Alert.objects.order_by("pk").values_list("kind", flat=True))


def test_nobody_is_told_while_the_review_is_far(made: int, today: date) -> None:
    assert tell_of_reviews(today + 29 * DAY) == 0
    assert kinds() == []


def test_the_manager_is_told_once_when_it_comes_near_and_once_when_it_is_overdue(
    made: int, today: date
) -> None:
    due = today + 60 * DAY
    told = [tell_of_reviews(due + days * DAY) for days in (-30, -29, 0, 1, 2)]
    assert told == [1, 0, 0, 1, 0]
    assert kinds() == [AlertKind.REVIEW_DUE, AlertKind.REVIEW_OVERDUE]


def test_a_review_that_was_noted_begins_the_count_anew(
    keeper: Actor, made: int, today: date
) -> None:
    due = today + 60 * DAY
    tell_of_reviews(due)
    note_review(keeper, made, "Holds.", due + 100 * DAY, after=1, today=due)
    assert tell_of_reviews(due + 1 * DAY) == 0
    assert tell_of_reviews(due + 70 * DAY) == 1
    assert kinds() == [AlertKind.REVIEW_DUE, AlertKind.REVIEW_DUE]


def test_who_becomes_manager_later_is_told_too_and_who_is_none_is_not(
    staff: Callable[..., User], made: int, today: date
) -> None:
    due = today + 60 * DAY
    tell_of_reviews(due)
    staff("Sam Supervisor", TeamKind.TRIAGE, Role.TRIAGE_SUPERVISOR)
    new = staff("New Manager", TeamKind.TRIAGE, Role.HUB_MANAGER)
    left = staff("Left Manager", TeamKind.TRIAGE, Role.HUB_MANAGER)
    User.objects.filter(pk=left.pk).update(is_active=False)
    assert tell_of_reviews(due) == 1
    assert Alert.objects.latest("pk").recipient == new


def test_nobody_is_told_of_an_agreement_that_has_ended(
    keeper: Actor, made: int, today: date
) -> None:
    end_agreement(keeper, made, today, "So.", after=1, today=today)
    assert tell_of_reviews(today + 90 * DAY) == 0


def test_the_alert_names_the_agreement_and_leads_to_it(
    ruth: User, signed_in: Callable[[User], Client], made: int, today: date
) -> None:
    tell_of_reviews(today + 90 * DAY)
    (alert,) = alerts_of(actor_for(ruth))
    assert (alert.kind, alert.what, alert.cases) == (AlertKind.REVIEW_OVERDUE, "Together", [])
    page = signed_in(ruth).get("/alerts").content.decode()
    assert "The review of an agreement on sharing is overdue: Together" in page
    assert f'href="/agreements/{made}"' in page


def test_the_e_mail_says_nothing_of_the_agreement(
    ruth: User, made: int, today: date, mailoutbox: list
) -> None:
    User.objects.filter(pk=ruth.pk).update(email="ruth@hub.example")
    tell_of_reviews(today + 90 * DAY)
    do_waiting_jobs()
    (mail,) = mailoutbox
    assert mail.to == ["ruth@hub.example"]
    assert "Together" not in mail.subject + mail.body


@contextmanager
def as_application() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("set role breakwater_app")
        yield
        cursor.execute("reset role")


def test_the_workers_own_login_may_tell_of_reviews(made: int, today: date) -> None:
    with as_application():
        assert tell_of_reviews(today + 90 * DAY) == 1
    assert kinds() == [AlertKind.REVIEW_OVERDUE]


def test_by_this_way_no_other_alert_is_written(made: int, today: date) -> None:
    with pytest.raises(DatabaseError, match="reviews only"), transaction.atomic():
        call.value("tell_of_review", AlertKind.GLASS_BROKEN, made, today)
    assert kinds() == []
