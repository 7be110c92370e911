"""Twin worlds: pages beside a restricted case are those of a world without it, byte for byte."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from breakwater.access.models import User
from breakwater.access.policy import Role
from breakwater.access.queries import actor_for
from breakwater.access.restricted.actions import restrict
from breakwater.access.rules import AlertKind, TeamKind
from breakwater.referrals.models import Referral
from tests.builders import amelia, do_waiting_jobs, received
from tests.cases import told

pytestmark = pytest.mark.django_db

OF_THE_REQUEST = re.compile(r'[0-9a-f]{32}|nonce="[^"]*"|value="[0-9A-Za-z]{64}"')
DOUBTFUL = {"nhs_number": None, "family": "Hartly", "born": "2017"}


def test_no_byte_and_no_statement_differs(
    staff: Callable[..., User], signed_in: Callable[[User], Client]
) -> None:
    guardian = actor_for(staff("Grace Okafor", TeamKind.TRIAGE, Role.TRIAGE_SUPERVISOR))
    client = signed_in(staff("Priya Hill"))
    here = received(amelia(**DOUBTFUL)).reference

    def world() -> list[tuple[str, int]]:
        pages = []
        for route, about in (("referral", [here]), ("board", []), ("questions", [])):
            with CaptureQueriesContext(connection) as captured:
                page = client.get(reverse(route, args=about))
            pages.append((OF_THE_REQUEST.sub("", page.content.decode()), len(captured)))
        for typed in ("amelia", "9990000018"):
            with CaptureQueriesContext(connection) as captured:
                page = client.post(reverse("find-a-person"), {"who": typed, "purpose": "triage"})
            pages.append((OF_THE_REQUEST.sub("", page.content.decode()), len(captured)))
        return pages

    without = world()
    sealed = received(amelia()).reference
    case = Referral.objects.get(reference=sealed).case_id
    assert world() != without, "what is known beside it must show while it is not restricted"
    restrict(guardian, case, reason="A colleague's family.", people=[])
    assert world() == without
    assert not told(AlertKind.ASKED)
    do_waiting_jobs()
    assert told(AlertKind.ASKED) == {"Grace Okafor"}


def test_who_is_named_reads_on_the_page_that_it_is_restricted(
    staff: Callable[..., User], signed_in: Callable[[User], Client]
) -> None:
    grace = staff("Grace Okafor", TeamKind.TRIAGE, Role.TRIAGE_SUPERVISOR)
    reference = received(amelia()).reference
    page = reverse("referral", args=[reference])
    assert "Restricted:" not in signed_in(grace).get(page).content.decode()
    case = Referral.objects.get(reference=reference).case_id
    restrict(actor_for(grace), case, reason="A colleague's family.", people=[])
    assert "Restricted:" in signed_in(grace).get(page).content.decode()


def test_a_new_worry_about_somebody_in_it_tells_the_guardian_and_opens_its_own_case(
    staff: Callable[..., User],
) -> None:
    guardian = actor_for(staff("Grace Okafor", TeamKind.TRIAGE, Role.TRIAGE_SUPERVISOR))
    case = Referral.objects.get(reference=received(amelia()).reference).case_id
    restrict(guardian, case, reason="A colleague's family.", people=[])
    second = received(amelia(), by="Harbour Road Surgery").reference
    assert Referral.objects.get(reference=second).case_id != case
    assert told(AlertKind.TOLD) == {"Grace Okafor"}
