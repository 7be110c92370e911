"""A page of a board is read from its index, in order, however much waits."""

import pytest
from django.db import connection

from breakwater.access.rules import Actor
from breakwater.referrals.models import Item
from tests.builders import received

pytestmark = pytest.mark.django_db

PLENTY = 5_000
# As door.of_team() asks, once planned with what is wanted.
PAGE = """
explain (costs off)
select b.id, b.referral_id, b.case_id from door.of_team(%s, 1, %s, '{}', null) b
order by b.urgent desc, b.due_at asc nulls last, b.id limit 50"""


@pytest.fixture
def many(triage: Actor) -> int:
    """So many items that a plan without the index would show, most of them done; gives the team."""
    received()
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute(
            "insert into referrals_item (referral_id, case_id, team_id, kind, since, due_at,"
            " urgent, done_at, restricted, categories, channel, rating)"
            " select i.referral_id, i.case_id, i.team_id, i.kind, now(),"
            "  now() + n * interval '1 second', n %% 50 = 0, now(),"
            "  false, '{}', '', ''"
            " from referrals_item i, generate_series(1, %s) n",
            [PLENTY],
        )
        cursor.execute("analyze referrals_item")
    return Item.objects.order_by("pk")[0].team_id


@pytest.mark.parametrize("wanted", ["{}", '{"unclaimed": true}', '{"rating": "red"}'])
def test_a_page_is_one_ordered_scan_of_the_boards_index(many: int, wanted: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(PAGE, [wanted, many])
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "item_on_board" in plan
    assert "Sort" not in plan
    assert "Seq Scan" not in plan
    # What nobody asks for falls out of the plan.
    assert ("rating" in plan) == ("rating" in wanted)
