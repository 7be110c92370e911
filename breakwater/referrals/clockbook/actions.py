"""Setting clocks, hub hours and school breaks, by somebody who may. Each raises NotAllowed and
WrongDefinition, which names the field."""

from collections.abc import Collection
from datetime import date, time

from breakwater.access.actions import acting
from breakwater.access.policy import Verb
from breakwater.access.rules import Actor
from breakwater.clocks import setting
from breakwater.clocks.setting import NewVersion


def change_clock(actor: Actor, code: str, new: NewVersion, *, after: int, today: date) -> int:
    """Add a version to a clock whose newest is `after`; return its number.

    Clocks that run keep theirs. Raise ChangedMeanwhile, too.
    """
    with acting(actor, Verb.SET_RULES, subject=f"clock:{code}") as act:
        version = setting.add_version(code, new, after=after, today=today)
        act.facts = {"clock": code, "version": version}
    return version


def set_hours(actor: Actor, weekdays: Collection[int], opens: time, closes: time) -> None:
    """Set when the hub works; clocks that start from now on count so."""
    with acting(actor, Verb.SET_RULES, subject="hub hours") as act:
        setting.set_hours(weekdays, opens, closes)
        act.facts = {"days": sorted(weekdays), "opens": str(opens), "closes": str(closes)}


def add_school_break(actor: Actor, area: str, first: date, last: date) -> None:
    with acting(actor, Verb.SET_RULES, subject="school break") as act:
        added = setting.add_school_break(area, first, last)
        act.facts = {"added": added, "first": str(first), "last": str(last)}


def remove_school_break(actor: Actor, break_id: int) -> bool:
    """Take a break away; return whether there was one."""
    with acting(actor, Verb.SET_RULES, subject="school break") as act:
        act.facts = {"removed": break_id}
        return setting.remove_school_break(break_id)
