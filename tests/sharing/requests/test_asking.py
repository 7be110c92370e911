"""Asking one partner or many: what is checked, what is written, what leaves."""

import pytest

from breakwater.access.rules import Actor
from breakwater.sharing.disclosures.models import Disclosure
from breakwater.sharing.rules import Standing
from tests.sharing.asking import a_partner, asked

pytestmark = pytest.mark.django_db


def test_a_team_that_an_agreement_covers_is_asked_at_once(triage: Actor) -> None:
    request = asked(triage, a_partner())
    assert request.standing == Standing.ASKED
    assert request.agreement is not None
    assert Disclosure.objects.get(request=request).fields.count() == 3


def test_without_an_agreement_it_waits_for_a_signature(triage: Actor) -> None:
    request = asked(triage, a_partner(), agreed=False)
    assert request.standing == Standing.TO_SIGN
    assert request.override is not None
