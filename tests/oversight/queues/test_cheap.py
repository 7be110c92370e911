"""What is done costs nothing: each count reads an index of what still waits."""

import pytest
from django.db import connection

from breakwater.referrals.models import Item, Referral
from tests.builders import received

pytestmark = pytest.mark.django_db

DONE = 5_000
# What is asked, as queues.sql asks it, and the index that answers.
ASKED = {
    "queue_of_items": "select team_id, kind, count(*), min(since) from referrals_item"
    " where done_at is null and case_id <> all('{7}') group by 1, 2",
    "queue_of_notices": "select min(n.made_at) from access_team t join referrals_notice n"
    " on n.team_id = t.id and n.sent_at is null where t.mailbox <> ''",
    "queue_of_clocks": "select code, count(*), min(due_at) from clocks_clock where met_at is null"
    " and stopped_at is null and paused_at is null and due_at < now()"
    " and coalesce(case_id, 0) <> all('{7}') group by code",
}


def run(statement: str, *values: object) -> list[tuple[str]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(values))
        return cursor.fetchall() if cursor.description else []


@pytest.fixture
def much_done(db: None) -> None:
    """One that waits among thousands that are done."""
    referral = Referral.objects.get(reference=received().reference)
    item = Item.objects.get(referral=referral)
    numbers = "from generate_series(1, %s)"
    run(
        "insert into referrals_item (referral_id, case_id, kind, team_id, since, urgent, done_at)"
        f" select %s, %s, 'work', %s, now(), false, now() {numbers}",
        referral.pk, referral.case_id, item.team_id, DONE,
    )  # fmt: skip
    run(
        "insert into referrals_notice (team_id, referral_id, made_at, sent_at)"
        f" select %s, %s, now(), now() {numbers}",
        item.team_id, referral.pk, DONE,
    )  # fmt: skip
    run(
        "insert into clocks_clock (definition_id, code, subject, case_id, started_at, due_at,"
        " warn_at, met_at, stopped_because) select c.definition_id, c.code, 'referral:' || -n,"
        " c.case_id, c.started_at, c.due_at, c.warn_at, now(), ''"
        f" {numbers} n, (select * from clocks_clock limit 1) c",
        DONE,
    )
    run("update access_team set mailbox = 'hub@hub.example' where id = %s", item.team_id)
    run("analyze referrals_item, referrals_notice, clocks_clock")


@pytest.mark.parametrize("index", ASKED)
def test_a_count_reads_the_index_of_what_waits(much_done: None, index: str) -> None:
    plan = "\n".join(line for (line,) in run(f"explain (costs off) {ASKED[index]}"))
    # Of clocks two indexes hold nothing but what runs: the planner takes the one or the other.
    runs = {"queue_of_clocks": "one_running_clock_of_a_kind"}
    assert index in plan or runs.get(index, index) in plan, plan
    assert "Seq Scan on referrals" not in plan
    assert "Seq Scan on clocks" not in plan
