"""Setting a clock's definition anew, by somebody who may."""

from datetime import date

from breakwater.access.actions import acting
from breakwater.access.policy import Verb
from breakwater.access.rules import Actor
from breakwater.clocks.definitions import NewVersion, add_version


def change_clock(actor: Actor, code: str, new: NewVersion, *, after: int, today: date) -> int:
    """Add a version to a clock whose newest is `after`; return its number.

    Clocks that run keep theirs. Raise NotAllowed, WrongDefinition, ChangedMeanwhile.
    """
    with acting(actor, Verb.SET_RULES, subject=f"clock:{code}") as act:
        version = add_version(code, new, after=after, today=today)
        act.facts = {"clock": code, "version": version}
    return version
