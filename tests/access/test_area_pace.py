"""The area's pace is measured by a function of the door; the application only reads it."""

import psycopg
import pytest
from psycopg import errors

from tests.access.real_hub import RealHub


def test_the_worker_measures_the_pace_without_seeing_a_case(
    hub: RealHub, app: psycopg.Connection
) -> None:
    hub.case()
    app.execute("select door.measure_pace()")
    row = app.execute(
        "select children, worries, median, ninth from referrals_areapace order by day desc limit 1"
    ).fetchone()
    assert row is not None
    assert min(row) >= 1
    assert app.execute("select count(*) from people_mention").fetchone() == (0,)


@pytest.mark.parametrize(
    "statement",
    [
        "update referrals_areapace set ninth = 99",
        "delete from referrals_areapace",
        "insert into referrals_areapace (day, children, worries, median, ninth, measured_at)"
        " values (now(), 99, 99, 9, 9, now())",
    ],
)
def test_nobody_says_what_the_pace_is(app: psycopg.Connection, statement: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        app.execute(statement)
