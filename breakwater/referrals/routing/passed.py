"""A new worry about a child who is somebody's case already goes straight to that worker."""

from collections.abc import Sequence
from datetime import datetime

from breakwater.access import actions as access
from breakwater.access.queries import teams
from breakwater.access.rules import Relation
from breakwater.people.actions import sure_identities
from breakwater.people.queries import Found
from breakwater.people.rules import CHILD_ROLES, PersonAsTold, PersonRole
from breakwater.referrals import moves
from breakwater.referrals.models import Referral
from breakwater.referrals.routing.queries import Allocated, allocated
from breakwater.referrals.rules import Action, ItemKind

# Whose case tells that the household is known, where the child is not.
ADULTS_OF_THE_HOME = frozenset({PersonRole.PARENT, PersonRole.CARER})


def who_has(
    referral: Referral, joined: bool, people: Sequence[PersonAsTold], found: Sequence[Found]
) -> Allocated | None:
    """Return who is at work on the child's case, or else on the household's; None for nobody.

    Whoever says that a child is in danger now is heard by triage, whoever else has the case.
    2 SQL statements at most.
    """
    if referral.immediate_danger:
        return None
    if joined:
        return next(iter(allocated({referral.case_id})), None)
    children = [p for p in people if p.role in CHILD_ROLES]
    adults = [
        one for person, one in zip(people, found, strict=True) if person.role in ADULTS_OF_THE_HOME
    ]
    if not children or not adults:
        return None
    cases = {home.case_id for home in sure_identities(adults) if home}
    some = allocated(cases)
    # Two workers on one household: a person says whose it is.
    return some[0] if len(some) == 1 else None


def pass_on(referral: Referral, to: Allocated, at: datetime) -> None:
    """Put the referral on the worker's board with its clock; triage sees it and can take it back.

    Within the transaction that takes the referral in.
    """
    moves.step(referral, Action.PASS_ON, None, at)
    (team,) = teams({to.team_id})
    purpose = f"new worry about work under way: {team.kind}"
    access.give_grant(referral.case_id, team, Relation.ROUTED, purpose, at)
    moves.let_wait(referral, ItemKind.ALLOCATED, team.id, at, referral.due_at, to.worker_id)
    moves.notify(team.id, referral.pk, at)
