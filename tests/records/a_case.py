"""Cases as these tests speak of them."""

from breakwater.access.queries import teams
from breakwater.access.rules import Actor
from breakwater.referrals import actions, queries
from breakwater.referrals.rules import Level


def case_of(reference: str) -> int:
    place = queries.place_of(reference)
    assert place is not None
    return place[1]


def no_further_action(triage: Actor, reference: str, reason: str = "Weighed; advice given.") -> int:
    """Triage decides that nothing more is needed; returns the case."""
    actions.decide(triage, reference, version=1, level=Level.UNIVERSAL, team_id=None, reason=reason)
    return case_of(reference)


def routed(triage: Actor, reference: str, team: str) -> int:
    team_id = next(t.id for t in teams() if t.name == team)
    actions.decide(
        triage, reference, version=1, level=Level.ACUTE, team_id=team_id, reason="Weighed."
    )
    return case_of(reference)
