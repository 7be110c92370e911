"""Sessions: under the hash of their key, for a time, and gone when they end."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from breakwater.access.models import Session, User
from breakwater.access.sessions import SessionStore, hashed

pytestmark = pytest.mark.django_db


def shifted(browser: Any, **by: Any) -> None:
    Session.objects.filter(pk=browser.row.pk).update(**by)


def everything_stored() -> str:
    """All rows of all tables, as text."""
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        texts = []
        for name in names:
            cursor.execute(f'select t::text from "{name}" t')
            texts += [row[0] for row in cursor.fetchall()]
    return "\n".join(texts)


def test_no_table_holds_the_key_that_the_browser_holds(priya: User, browser: Any) -> None:
    browser.give_password()
    key = browser.cookies["session"].value
    assert browser.session.session_key == key
    assert browser.row.pk == hashed(key)
    assert key not in everything_stored()


def test_a_form_sent_before_one_confirms_who_one_is_does_not_leave_the_key_in_the_table(
    priya: User, browser: Any
) -> None:
    browser.force_login(priya)
    browser.post(reverse("mfa_activate_totp"), {"code": "123456"})
    content = SessionStore(browser.cookies["session"].value).load()
    assert browser.cookies["session"].value not in str(content)


def test_what_the_table_holds_opens_nothing(priya: User, browser: Any, another: Any) -> None:
    browser.give_password()
    another.cookies["session"] = browser.row.pk
    assert not another.is_in()


def test_a_row_says_whose_session_it_is_and_on_which_device(priya: User, browser: Any) -> None:
    agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
    browser.defaults["HTTP_USER_AGENT"] = agent
    browser.give_password()
    row = browser.row
    assert (row.user_id, row.device, row.may_work) == (priya.pk, "Firefox on Windows", True)
    assert "Gecko" not in everything_stored()


def test_nobody_at_the_keyboard_for_half_an_hour_is_signed_out(priya: User, browser: Any) -> None:
    browser.give_password()
    assert browser.row.idle_until - timezone.now() > timedelta(minutes=29)
    shifted(browser, idle_until=timezone.now() - timedelta(seconds=1))
    away = browser.get(reverse("roles"))
    assert away.headers["Location"].startswith(reverse("sign-in") + "?ended=1&next=")
    assert "You were signed out" in browser.get(away.headers["Location"]).content.decode()


def test_using_the_hub_keeps_one_signed_in(priya: User, browser: Any) -> None:
    browser.give_password()
    shifted(browser, idle_until=timezone.now() + timedelta(minutes=5))
    assert browser.is_in()
    assert browser.row.idle_until - timezone.now() > timedelta(minutes=29)


def test_a_session_is_touched_at_most_once_a_minute(priya: User, browser: Any) -> None:
    browser.give_password()
    browser.is_in()
    with CaptureQueriesContext(
        connection,
    ) as seen:
        browser.is_in()
    assert not [q for q in seen.captured_queries if q["sql"].startswith("UPDATE")]


def test_after_eight_hours_one_signs_in_again_however_busy(priya: User, browser: Any) -> None:
    browser.give_password()
    ends = browser.row.expire_date
    assert timedelta(hours=7, minutes=59) < ends - timezone.now() <= timedelta(hours=8)
    session = browser.session
    session["seen"] = 1
    session.save()
    session.cycle_key()
    session.save()
    assert Session.objects.get().expire_date == ends
    Session.objects.update(expire_date=timezone.now())
    assert SessionStore(session.session_key).load() == {}


def test_a_new_sign_in_gives_a_new_key_and_the_old_row_goes(priya: User, browser: Any) -> None:
    session = browser.session
    session["planted"] = 1
    session.save()
    browser.cookies["session"] = session.session_key
    browser.give_password()
    assert [row.user_id for row in Session.objects.all()] == [priya.pk]
    assert browser.row.pk != hashed(session.session_key)


def test_a_session_that_was_ended_meanwhile_does_not_come_back(priya: User, browser: Any) -> None:
    browser.give_password()
    session = browser.session
    session["half"] = "done"
    Session.objects.all().delete()
    with pytest.raises(UpdateError):
        session.save()
    assert not Session.objects.exists()


def test_what_is_over_is_forgotten(priya: User, browser: Any, another: Any) -> None:
    from breakwater.access.jobs import forget_what_is_over

    browser.give_password()
    another.give_password()
    shifted(browser, idle_until=timezone.now() - timedelta(seconds=1))
    forget_what_is_over(0)
    assert Session.objects.get().pk == another.row.pk


def test_the_old_table_of_usable_keys_is_gone() -> None:
    with connection.cursor() as cursor:
        assert "django_session" not in connection.introspection.table_names(cursor)
