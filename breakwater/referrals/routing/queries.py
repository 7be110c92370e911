"""Reads that routing needs."""

from collections.abc import Collection
from dataclasses import dataclass

from breakwater.access import call
from breakwater.access.queries import people_of


@dataclass(frozen=True)
class Allocated:
    """Who is at work on a case: ids."""

    case_id: int
    team_id: int
    worker_id: int


def allocated(case_ids: Collection[int]) -> list[Allocated]:
    """Who is at work on each of these cases, where somebody is. 1 SQL statement.

    Nobody of a restricted case: a new worry about it is triage's.
    """
    return [Allocated(*row) for row in call.rows("allocated", sorted(case_ids))]


def place_of_item(item_id: int) -> tuple[int, int] | None:
    """The (referral id, case id) of an item. 1 SQL statement. Shows nothing."""
    found = call.rows("item_place", item_id)
    return (found[0][0], found[0][1]) if found else None


def colleague_may(colleague: int, case_id: int) -> bool:
    """Whether a colleague may open a case, for one who holds it. 1 SQL statement."""
    return bool(call.value("colleague_may", colleague, case_id))


def colleagues(team_id: int) -> dict[int, str]:
    """Who can be given a team's items, by name. 1 SQL statement."""
    return people_of(team_id)
