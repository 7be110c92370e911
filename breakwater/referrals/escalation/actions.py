"""Telling people of deadlines."""

from django.db import transaction

from breakwater.access.call import value
from breakwater.access.rules import AlertKind
from breakwater.audit.actions import record
from breakwater.clocks.actions import Untold, mark_told, untold
from breakwater.clocks.rules import Told

KINDS = {Told.WARN: AlertKind.CLOCK_WARNED, Told.MISS: AlertKind.CLOCK_MISSED}


def tell_of_clocks(limit: int = 1000) -> int:
    """Tell whoever must know of a clock, once, even with two workers; return how many clocks.

    Takes `limit` at a time, a transaction each, until nothing is left. What nobody is there to be
    told of waits, is tried again, and stands in nobody's way.
    """
    told, last = _tell_some(limit, None)
    while last is not None:
        more, last = _tell_some(limit, last)
        told += more
    return told


@transaction.atomic
def _tell_some(limit: int, after: Untold | None) -> tuple[int, Untold | None]:
    """Tell of the next few; return of how many, and the last of them, None when none was left."""
    some = untold(limit, after)
    done, told = [], 0
    for one in some:
        # A warning of what was met or stopped meanwhile helps nobody.
        stale = one.kind is Told.WARN and one.over
        if stale or _tell(one):
            done.append(one.id)
            told += not stale
    mark_told(done)
    return told, some[-1] if some else None


def _tell(one: Untold) -> int:
    """Alert everybody whom it concerns and who may see the case; return how many they are."""
    people = int(
        value("tell_of_clock", KINDS[one.kind], list(one.to), one.subject, one.name, one.case_id)
    )
    if people:
        record(
            "worker",
            "told_of_clock",
            cases=[one.case_id] if one.case_id else [],
            subject=one.subject,
            facts={"clock": one.code, "kind": one.kind, "people": people},
        )
    return people
