from datetime import timedelta

import pytest
from django.utils import timezone

from breakwater.access.models import User
from breakwater.referrals.actions import receive_referral
from breakwater.referrals.models import Item, Referral
from breakwater.referrals.rules import ItemKind, Rating, State
from breakwater.sharing.models import Disclosure, Request
from breakwater.sharing.rules import Standing
from breakwater.site.demo_data import NotADemoDatabase, make_once, make_teams, staffed
from breakwater.site.demo_history import Waiting
from breakwater.site.demo_standings import STANDINGS, make_standings
from tests.builders import a_person, a_submission, an_envelope, received

pytestmark = pytest.mark.django_db


def test_the_demo_keeps_out_of_a_database_that_somebody_works_with() -> None:
    received()
    with pytest.raises(NotADemoDatabase, match="name an empty one"):
        make_once(own_database=False)
    assert not User.objects.exists()


def test_the_evening_of_the_demo_has_every_standing() -> None:
    hub = staffed(make_teams())
    waiting = []
    for number in range(len(STANDINGS) + 1):
        received_at = timezone.now() - timedelta(hours=26 - number)
        told = a_submission(a_person(given=f"Child{number}", family=f"Family{number}"))
        reference = receive_referral(an_envelope(told, received_at=received_at)).reference
        waiting.append(Waiting(reference, received_at))
    make_standings(hub, waiting)
    open_items = Item.objects.filter(done_at=None)
    assert set(open_items.values_list("kind", flat=True)) == {
        ItemKind.TRIAGE,
        ItemKind.WORK,
        ItemKind.REFUSAL,
        ItemKind.FEEDBACK,
        ItemKind.CHALLENGE,
        ItemKind.TRANSFER,
    }
    states = set(Referral.objects.values_list("state", flat=True))
    assert {State.ENQUIRIES, State.MORE_INFO, State.ROUTED, State.AT_WORK} <= states
    assert set(open_items.exclude(rating="").values_list("rating", flat=True)) == {
        Rating.RED,
        Rating.AMBER,
    }
    claimed = open_items.filter(kind=ItemKind.TRIAGE).exclude(worker=None)
    assert set(claimed.values_list("worker__username", flat=True)) == {"hill", "doyle"}
    assert set(Request.objects.values_list("standing", flat=True)) == {
        Standing.ANSWERED,
        Standing.NOTHING_KNOWN,
        Standing.ASKED,
        Standing.TO_SIGN,
    }
    assert Disclosure.objects.filter(request=None, read_by__username="boyd").count() == 1
