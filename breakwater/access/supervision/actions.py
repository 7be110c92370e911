"""Raising a flag about unusual searches."""

from breakwater.access.call import value
from breakwater.access.supervision.rules import DAYS, TIMES


def flag_searches(user_id: int, sought: str) -> bool:
    """Tell the searcher's supervisors, once, when the same was sought too often. 1 SQL statement.

    `sought` is the pseudonym in the ledger entries of searches that found only others' work.
    """
    return bool(value("flag_searches", user_id, sought, TIMES, DAYS))
