"""A board says what is left as the clock of each row counts it."""

from datetime import UTC, datetime

import pytest

from breakwater.access.rules import Actor
from breakwater.referrals.board.actions import open_board
from breakwater.referrals.board.queries import board, waiting
from breakwater.referrals.rules import Rating
from breakwater.referrals.triage.enquiries import rate, wait_for_more
from tests.builders import received

pytestmark = pytest.mark.django_db


def test_what_is_due_in_working_days_is_told_in_them(triage: Actor) -> None:
    reference = received().reference
    wait_for_more(triage, reference, "The school was asked.", version=1)
    (row,) = open_board(triage, {}, 1).rows
    assert row.left is not None
    assert "working day" in row.left.words


def test_what_is_due_in_hours_of_the_hub_is_told_in_them(triage: Actor) -> None:
    rate(triage, received().reference, Rating.RED, "Two sources say it.", version=1)
    (row,) = open_board(triage, {}, 1).rows
    assert row.left is not None
    assert "working" in row.left.words


def test_what_is_late_says_so(triage: Actor) -> None:
    received()
    late = datetime(2099, 1, 1, tzinfo=UTC)
    (row,) = board(triage, waiting(triage, {}, 1), late).rows
    assert row.left is not None
    assert row.left.words.startswith("missed")
