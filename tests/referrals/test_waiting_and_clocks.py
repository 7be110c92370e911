"""What waits for information stands still, but for what law or safety lets nobody pause."""

import pytest

from breakwater.access.rules import Actor, NotAllowed
from breakwater.audit.models import Entry
from breakwater.clocks.models import Clock, ClockPause
from breakwater.referrals.models import Pause, Referral
from breakwater.referrals.rules import Rating
from breakwater.referrals.triage.enquiries import rate, wait_for_more
from tests.builders import amelia, received

pytestmark = pytest.mark.django_db


def rated(actor: Actor, rating: Rating) -> Referral:
    reference = received(amelia()).reference
    rate(actor, reference, rating, "Weighed with the partners.", version=1)
    return Referral.objects.get(reference=reference)


@pytest.mark.parametrize("rating", [Rating.AMBER, Rating.GREEN, Rating.BLUE])
def test_while_more_is_awaited_the_clocks_of_rating_and_decision_stand_still(
    triage: Actor, rating: Rating
) -> None:
    referral = rated(triage, rating)
    wait_for_more(triage, referral.reference, "The school was asked.", version=referral.version)
    paused = Clock.objects.filter(paused_at__isnull=False).values_list("code", flat=True)
    assert set(paused) == {"DECIDE", f"MASH_{rating.name}"}
    assert set(ClockPause.objects.values_list("paused_by", flat=True)) == {triage.ledger_name}


def test_what_is_rated_red_is_worked_to_the_end_and_does_not_wait(triage: Actor) -> None:
    referral = rated(triage, Rating.RED)
    with pytest.raises(NotAllowed, match=r"rated red” may not be paused.*Decide on what is known"):
        wait_for_more(triage, referral.reference, "The school was asked.", version=referral.version)
    assert not Pause.objects.exists()
    assert not Clock.objects.filter(paused_at__isnull=False).exists()
    assert Entry.objects.filter(verb="decide", allowed=False).count() == 1
