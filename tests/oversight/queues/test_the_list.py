"""The list of queues is complete: a kind, a team, a task or a table that is new is noticed."""

import re
from pathlib import Path

import pytest
from django.db import connection
from procrastinate.contrib.django import app

from breakwater.access.rules import CASEWORK_TEAMS, TeamKind
from breakwater.oversight.queues import rules
from breakwater.referrals.rules import ItemKind

# A moment at which something was sent or told; null: not yet.
SENT = "sent_at|told_at|delivered_at|mailed_at"
# Never null: when something came in, or was put into words.
NO_QUEUE = {
    ("people_mention", "told_at"),
    ("referrals_referral", "sent_at"),
    # Made when somebody is told; what has yet to be told is an item.
    ("referrals_feedback", "told_at"),
    # When it was shared, or put up to be signed.
    ("sharing_disclosure", "sent_at"),
}


def test_every_kind_of_item_has_its_queue_and_hours() -> None:
    assert set(rules.ITEMS) == set(ItemKind)
    assert all(queue.hours and queue.teams for queue in rules.ITEMS.values())


def test_every_kind_of_team_has_queues_or_a_reason_why_not() -> None:
    with_items = frozenset().union(*(queue.teams for queue in rules.ITEMS.values()))
    assert with_items | rules.NO_ITEMS.keys() == set(TeamKind)
    assert not with_items & rules.NO_ITEMS.keys()
    assert set(rules.NO_ITEMS.values()) <= {queue.code for queue in rules.QUEUES}


def test_every_task_of_the_worker_has_its_queue() -> None:
    assert {task.name for task in app.tasks.values()} == set(rules.TASKS)


def test_a_task_is_told_of_a_case_only_by_what_the_count_goes_by() -> None:
    """Else a job about a case that its reader must not know of would be counted."""
    known = {
        # Leads to the case: see queues.sql.
        *("referral_id", "notice_id", "recipient_id", "reminder_id"),
        # Deferred alike, whatever there is: by every search, every asking; by the clock.
        *("agency_id", "user_id", "cases", "sought", "glass_id", "timestamp"),
        *("max_hours", "queue", "remove_failed", "remove_cancelled", "remove_aborted", "context"),
    }
    for task in app.tasks.values():
        names = task.func.__code__.co_varnames[: task.func.__code__.co_argcount]
        keywords = task.func.__code__.co_varnames[task.func.__code__.co_argcount :][
            : task.func.__code__.co_kwonlyargcount
        ]
        assert {*names, *keywords} <= known, f"{task.name}: is it about a case? See queues.sql"


@pytest.mark.django_db
def test_every_table_that_holds_unsent_things_has_its_queue() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select table_name, column_name from information_schema.columns"
            " where table_schema = 'public' and column_name ~ %s",
            [f"^({SENT})$"],
        )
        tables = {(table, column) for table, column in cursor.fetchall()}
    views = {("people_place", "told_at")}
    assert tables - views - NO_QUEUE == set(rules.UNSENT)
    assert set(rules.UNSENT.values()) <= {queue.code for queue in rules.QUEUES}


@pytest.mark.django_db
def test_what_has_no_queue_is_always_sent() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select table_name, column_name from information_schema.columns"
            " where table_schema = 'public' and column_name ~ %s and is_nullable = 'NO'",
            [f"^({SENT})$"],
        )
        assert set(cursor.fetchall()) == NO_QUEUE


def test_every_empty_queue_is_expected_once() -> None:
    teams = list(enumerate(TeamKind, 1))
    every = rules.expected(teams)
    assert len(every) == len(set(every))
    kinds = {(code, team) for code, _, team in every if team}
    for team, kind in teams:
        assert (("item", team) in kinds) is (kind not in rules.NO_ITEMS)
        assert (("under-way", team) in kinds) is (kind in CASEWORK_TEAMS)


def test_the_database_counts_no_queue_that_the_list_does_not_know() -> None:
    text = Path(rules.__file__).with_name("queues.sql").read_text(encoding="utf-8")
    of_sql = set(re.findall(r"(?:select|then|else)\s+'([a-z-]+)'(?=,|\s+end|\s+else)", text))
    fixed = {queue.code for queue in rules.QUEUES}
    jobs = {rules.JOBS_WAITING.code, rules.JOBS_FAILED.code}
    assert of_sql == fixed | jobs | {"item", rules.UNDER_WAY.code, rules.MISSED.code}
