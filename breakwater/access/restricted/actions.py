"""Restricting a case, naming who may see it, and lifting the restriction."""

from collections.abc import Collection

from breakwater.access import actions as access
from breakwater.access.call import value
from breakwater.access.policy import Verb
from breakwater.access.restricted import queries
from breakwater.access.restricted.queries import CaseAccess
from breakwater.access.restricted.rules import REFUSALS
from breakwater.access.rules import Actor, NotAllowed


def open_access_page(actor: Actor, case_id: int) -> CaseAccess:
    """Show who may see a case and why. Raise NotAllowed."""
    view = access.look(actor, case_id, subject=_subject(case_id), purpose="who may see the case")
    with view.reading():
        return queries.case_access(actor, case_id)


def restrict(actor: Actor, case_id: int, *, reason: str, people: Collection[int]) -> None:
    """Restrict a case to the actor, who guards it, and `people`. Raise NotAllowed.

    Glass that is broken on it closes.
    """
    with access.acting(actor, Verb.RESTRICT, case_id=case_id, subject=_subject(case_id)) as act:
        named = sorted(set(people))
        _check(value("restrict", actor.session, actor.user_id, case_id, reason, named))
        act.facts = {"done": "restrict", "named": named}


def name(actor: Actor, case_id: int, user_id: int, *, guarding: bool, reason: str) -> None:
    """Let somebody see a restricted case, or guard it with the others. Raise NotAllowed."""
    with access.acting(actor, Verb.RESTRICT, case_id=case_id, subject=_subject(case_id)) as act:
        _check(value("name_for", actor.session, actor.user_id, case_id, user_id, guarding, reason))
        act.facts = {"done": "name", "user": user_id, "guarding": guarding}


def take_off(actor: Actor, case_id: int, user_id: int, *, reason: str) -> None:
    """Take somebody off the list. Raise NotAllowed, also for the last who guards the case."""
    with access.acting(actor, Verb.RESTRICT, case_id=case_id, subject=_subject(case_id)) as act:
        _check(value("unname", actor.session, actor.user_id, case_id, user_id, reason))
        act.facts = {"done": "take off", "user": user_id}


def lift(actor: Actor, case_id: int, *, reason: str) -> None:
    """Lift the restriction: the teams see their case again. Raise NotAllowed."""
    with access.acting(actor, Verb.RESTRICT, case_id=case_id, subject=_subject(case_id)) as act:
        _check(value("lift_restriction", actor.session, actor.user_id, case_id, reason))
        act.facts = {"done": "lift"}


def _check(outcome: str) -> None:
    if outcome:
        raise NotAllowed(REFUSALS[outcome])


def _subject(case_id: int) -> str:
    return f"case:{case_id}"
