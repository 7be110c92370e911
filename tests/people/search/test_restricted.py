"""A search and restricted cases: only an entry for their guardian may depend on them."""

import pytest
from django.utils import timezone

from breakwater.access.models import Case, Grant
from breakwater.access.rules import Actor
from breakwater.audit.models import Entry
from breakwater.people.linkage import VERSION
from breakwater.people.models import Mention, Profile
from breakwater.people.search.actions import search
from breakwater.people.search.queries import MOST
from tests.builders import do_waiting_jobs

pytestmark = pytest.mark.django_db


def told_in(*, restricted: bool, actor: Actor | None = None) -> int:
    case = Case.objects.create(opened_at=timezone.now(), restricted=restricted)
    if actor:
        Grant.objects.create(
            case=case, team_id=next(iter(actor.team_ids)), relation="triages what comes in",
            purpose="a test", lawful_basis="DPA 2018 Part 3", starts=timezone.now(),
        )  # fmt: skip
    mention = Mention.objects.create(
        case=case, referral_id=case.pk, place=0, told_at=timezone.now(), told_by="A school",
        role="child", given="Amelia",
    )  # fmt: skip
    Profile.objects.create(
        mention=mention, version=VERSION, packed="", words=" amelia ", names=" amelia "
    )
    return case.pk


def test_many_restricted_matches_do_not_show_as_more_than_fit(triage: Actor) -> None:
    hidden = [told_in(restricted=True) for _ in range(MOST + 5)]
    hits = search(triage, "amelia", "triage")
    assert (hits.people, hits.ask, hits.more) == ([], [], False)
    do_waiting_jobs()
    assert Entry.objects.get(verb="asked_about_restricted").cases == hidden


def test_a_case_that_nobody_holds_is_not_taken_for_a_restricted_one(triage: Actor) -> None:
    told_in(restricted=False)
    hits = search(triage, "amelia", "triage")
    assert (hits.people, hits.ask) == ([], [])
    do_waiting_jobs()
    assert not Entry.objects.filter(verb="asked_about_restricted").exists()


def test_restricted_matches_push_no_line_of_whom_to_ask_away(triage: Actor) -> None:
    told_in(restricted=False, actor=triage)
    for _ in range(MOST + 5):
        told_in(restricted=True)
    assert len(search(triage, "amelia", "triage").people) == 1
