"""Naming oneself or one's family, and taking a name back."""

from datetime import date

from breakwater.access.actions import acting
from breakwater.access.call import value
from breakwater.access.policy import Verb
from breakwater.access.rules import Actor, Kinship, NotAllowed
from breakwater.people.search.rules import short_name

NO_NAME = "Enter a given name and a family name in letters"


class NoName(ValueError):
    """Nothing is left of a name that could be compared."""


def add(actor: Actor, kinship: Kinship, given: str, family: str, born: date) -> None:
    """Name somebody; cases about them, now and later, close to the actor. Raise NoName.

    The ledger says that somebody was named, not whom.
    """
    folded = short_name(given, family)
    if not folded:
        raise NoName(NO_NAME)
    with acting(actor, Verb.DECLARE_CONFLICT, subject="kin") as act:
        if not value("add_kin", actor.session, actor.user_id, kinship, given, family, born, folded):
            raise NotAllowed(f"Your role may not {Verb.DECLARE_CONFLICT}.")
        act.facts = {"done": "name kin"}


def remove(actor: Actor, kin_id: int) -> None:
    """Take a name back; what was closed stays closed until a supervisor lifts it."""
    with acting(actor, Verb.DECLARE_CONFLICT, subject="kin") as act:
        if not value("remove_kin", actor.session, actor.user_id, kin_id):
            raise NotAllowed("You named nobody like this.")
        act.facts = {"done": "take kin back"}
