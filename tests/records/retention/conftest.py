"""Closed cases whose time is up, and clocks that tests may move."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from breakwater.access.rules import Actor
from breakwater.records.retention import actions
from tests.builders import received
from tests.records.a_case import no_further_action


def past(case_id: int) -> None:
    """Let the years that the case is kept go by."""
    _behind_the_triggers(
        "records_kept",
        "update records_kept set closed_on = '2000-01-01', review_on = '2006-01-01',"
        " free_on = '2006-01-01' where case_id = %s",
        case_id,
    )


def grace_over(case_id: int, by: timedelta = timedelta(days=90)) -> None:
    """Let days of the grace go by."""
    _behind_the_triggers(
        "records_keeporletgo",
        "update records_keeporletgo set confirmed_at = confirmed_at - %s,"
        " erase_from = erase_from - %s where case_id = %s",
        by,
        by,
        case_id,
    )


def _behind_the_triggers(table: str, statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        # Constraints that wait for the end of the transaction would forbid the next line.
        cursor.execute("set constraints all immediate")
        cursor.execute(f"alter table {table} disable trigger user")
        cursor.execute(statement, list(values))
        cursor.execute(f"alter table {table} enable trigger user")
        cursor.execute("set constraints all deferred")


@pytest.fixture
def due_case(triage: Actor) -> Callable[..., int]:
    """Make a closed case whose time is up: due_case(a_person(...)) gives its number."""

    def make(*people: dict[str, object], **told: object) -> int:
        case_id = no_further_action(triage, received(*people, **told).reference)
        actions.class_closed_cases()
        past(case_id)
        return case_id

    return make


@pytest.fixture
def let_go(
    due_case: Callable[..., int], officer: Actor, second_officer: Actor
) -> Callable[..., int]:
    """Make a case that two people let go and whose grace is over."""

    def make(*people: dict[str, object], **told: object) -> int:
        case_id = due_case(*people, **told)
        actions.let_go(officer, case_id, "Nothing came after it.")
        actions.confirm(second_officer, case_id)
        grace_over(case_id)
        return case_id

    return make
