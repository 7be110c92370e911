"""What leaves a case leaves field by field, covered, previewed, and with an entry."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from breakwater.access.models import Case, User
from breakwater.access.policy import Role
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor, AlertKind, NotAllowed, TeamKind
from breakwater.audit.models import Entry
from breakwater.referrals.moves import WrongInput
from breakwater.sharing.disclosures import actions, signing
from breakwater.sharing.disclosures.models import Disclosure, Field
from breakwater.sharing.disclosures.paper import paper
from breakwater.sharing.disclosures.rules import KEEP_MONTHS, usual_keep
from breakwater.sharing.requests.models import Override
from breakwater.sharing.rules import ConsentAsked, Handling, InfoKind, Purpose, Sent
from tests.builders import do_waiting_jobs
from tests.sharing.asking import BASES, an_agreement, team_of
from tests.sharing.telling import a_case, a_surgery, agreed, chosen, mention, shared

pytestmark = pytest.mark.django_db

Staff = Callable[..., User]


def wrong(deed: Callable[[], object]) -> dict[str, str]:
    with pytest.raises(WrongInput) as refusal:
        deed()
    return dict(refusal.value.errors)


def test_the_receiver_reads_what_was_chosen_and_nothing_beside_it(triage: Actor) -> None:
    surgery = a_surgery()
    agreed(triage, surgery)
    row = shared(triage, a_case(), surgery)
    seen = paper(row.pk)
    assert seen is not None
    assert [(line.label, line.value, line.whose) for line in seen.lines] == [
        ("Name", "Amelia Hartley", "Amelia Hartley"),
        ("Birth date", "14 May 2017", "Amelia Hartley"),
    ]
    assert (row.standing, row.kinds) == (Sent.SENT, [InfoKind.IDENTITY])


def test_what_left_is_sealed(triage: Actor) -> None:
    surgery = a_surgery()
    agreed(triage, surgery)
    shared(triage, a_case(), surgery)
    assert not any(b"Amelia" in bytes(field.words) for field in Field.objects.all())
