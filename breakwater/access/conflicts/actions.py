"""Declaring a conflict of interest, keeping somebody out, letting them in again."""

from breakwater.access import actions as access
from breakwater.access.call import value
from breakwater.access.conflicts import queries
from breakwater.access.policy import Verb
from breakwater.access.rules import Actor, NotAllowed

REFUSALS = {
    "refused": "Only a supervisor of this person who works on the case may do this; never "
    "the person themself.",
    "already": "This was done already. Load the page again to see how it stands.",
}


def ask_before_declaring(actor: Actor, case_id: int) -> list[str]:
    """Say whom the actor would hand the case over to. Raise NotAllowed."""
    view = access.look(
        actor, case_id, subject=f"case:{case_id}", purpose="before declaring a conflict"
    )
    with view.reading():
        return queries.hand_over_to(actor, case_id)


def declare(actor: Actor, case_id: int) -> list[str]:
    """Close a case to the actor, who knows the family; return whom to hand it over to.

    It closes at once, and supervisors are told. Raise NotAllowed.
    """
    with access.acting(actor, Verb.DECLARE_CONFLICT, case_id=case_id, subject=f"case:{case_id}"):
        people = queries.hand_over_to(actor, case_id)
        if not value("declare_conflict", actor.session, actor.user_id, case_id):
            raise NotAllowed(access.NO_GRANT)
    return people


def keep_out(actor: Actor, case_id: int, user_id: int, *, reason: str) -> None:
    """Keep one of the actor's own people out of a case. Raise NotAllowed."""
    with access.acting(actor, Verb.SUPERVISE, case_id=case_id, subject=f"case:{case_id}") as act:
        _check(value("keep_out", actor.session, actor.user_id, case_id, user_id, reason))
        act.facts = {"done": "keep out", "user": user_id}


def let_in(actor: Actor, case_id: int, user_id: int, *, reason: str) -> None:
    """Lift what keeps one of the actor's own people out of a case. Raise NotAllowed."""
    with access.acting(actor, Verb.SUPERVISE, case_id=case_id, subject=f"case:{case_id}") as act:
        _check(value("let_in", actor.session, actor.user_id, case_id, user_id, reason))
        act.facts = {"done": "let in", "user": user_id}


def _check(outcome: str) -> None:
    if outcome:
        raise NotAllowed(REFUSALS[outcome])
