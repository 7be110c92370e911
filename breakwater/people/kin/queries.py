"""Whom somebody named."""

from dataclasses import dataclass
from datetime import date

from breakwater.access.call import rows
from breakwater.access.rules import Actor, Kinship


@dataclass(frozen=True)
class KinFacts:
    id: int
    kinship: Kinship
    given: str
    family: str
    born: date


def kin_of(actor: Actor) -> list[KinFacts]:
    """Whom the actor named; nobody else reads it. 1 SQL statement."""
    return [
        KinFacts(pk, Kinship(kinship), given, family, born)
        for pk, kinship, given, family, born in rows("my_kin", actor.session, actor.user_id)
    ]
