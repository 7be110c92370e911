"""Cases as these tests speak of them."""

from django.utils import timezone

from breakwater.access.models import Team
from breakwater.access.queries import teams
from breakwater.access.rules import Actor
from breakwater.referrals import queries
from breakwater.referrals.models import Referral
from breakwater.referrals.moves import let_wait
from breakwater.referrals.rules import ItemKind, Level
from breakwater.referrals.triage.actions import decide
from tests.builders import decided


def case_of(reference: str) -> int:
    place = queries.place_of(reference)
    assert place is not None
    return place[1]


def no_further_action(triage: Actor, reference: str, reason: str = "Weighed; advice given.") -> int:
    """Triage decides that nothing more is needed; returns the case."""
    decide(triage, reference, decided(Level.UNIVERSAL, reason=reason), version=1)
    return case_of(reference)


def waits_again(case_id: int) -> None:
    """What was decided waits for triage again."""
    now = timezone.now()
    for referral in Referral.objects.filter(case=case_id):
        let_wait(referral, ItemKind.TRIAGE, Team.objects.get(kind="triage").pk, now, now)
        Referral.objects.filter(pk=referral.pk).update(state="waiting for a decision")


def routed(triage: Actor, reference: str, team: str) -> int:
    team_id = next(t.id for t in teams() if t.name == team)
    decide(triage, reference, decided(Level.ACUTE, team_id), version=1)
    return case_of(reference)
