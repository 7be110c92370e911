"""The chronology holds everything that the reader may see, in order of time, and no more."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from breakwater.access.models import Case, Team, User
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor, NotAllowed, TeamKind
from breakwater.audit.models import Entry
from breakwater.referrals.actions import receive_referral
from breakwater.referrals.chronology.actions import open_chronology
from breakwater.referrals.chronology.rules import Kind, Tie
from breakwater.referrals.models import Referral
from breakwater.referrals.routing.actions import take_on
from breakwater.referrals.rules import Level
from breakwater.referrals.triage.actions import decide
from tests.builders import a_person, a_submission, amelia, an_envelope, decided

pytestmark = pytest.mark.django_db

Staff = Callable[..., User]
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def told(*people: dict, days_ago: int = 0, **changes: object) -> str:
    at = NOW - timedelta(days=days_ago)
    told = a_submission(*people, sent_at=at.isoformat(), **changes)  # type: ignore[arg-type]
    return receive_referral(an_envelope(told, received_at=at)).reference


def same_girl(**changes: object) -> dict:
    """Amelia again, so told that the look-up asks whether it is her."""
    return amelia(**({"nhs_number": None, "family": "Hartly", "born": "2017"} | changes))


def routed(actor: Actor, reference: str, kind: TeamKind, days_ago: int = 0) -> str:
    team = Team.objects.get(kind=kind).pk
    at = NOW - timedelta(days=days_ago)
    decide(actor, reference, decided(Level.COMPLEX, team, reason="Again."), version=1, at=at)
    return reference


def test_all_referrals_decisions_and_steps_stand_in_order_of_time(
    triage: Actor, staff: Staff
) -> None:
    cait = actor_for(staff("Ana Reyes", TeamKind.CAIT))
    first = told(amelia(), days_ago=90, by="Mill Lane School")
    routed(triage, first, TeamKind.CAIT, days_ago=89)
    take_on(cait, first, at=NOW - timedelta(days=88))
    second = told(amelia(), days_ago=3, by="Harbour Road Surgery")
    shown = open_chronology(triage, second)[0]
    assert [(event.kind, event.who) for event in shown.events] == [
        (Kind.REFERRAL, "Mill Lane School"),
        (Kind.DECISION, "Priya Hill"),
        (Kind.STEP, "Ana Reyes"),
        (Kind.REFERRAL, "Harbour Road Surgery"),
        # Somebody has the case already: the new worry went straight to them.
        (Kind.STEP, "the hub"),
    ]
    assert [event.reference for event in shown.events] == [first, first, first, second, second]
    assert [event.this for event in shown.events] == [False, False, False, True, False]
    assert shown.events[1].what == "Police only, level 3"
    assert shown.events[1].text == "Again."
    assert shown.events[0].about == ("Amelia Hartley",)


def test_another_case_is_there_with_the_reason_why_surely_or_perhaps(triage: Actor) -> None:
    told(amelia(), days_ago=30)
    Case.objects.update(closed_at=timezone.now())
    told(same_girl(), days_ago=20)
    third = told(amelia(), days_ago=10)
    ties = [(event.tie, event.by_way_of) for event in open_chronology(triage, third)[0].events]
    assert ties == [
        (Tie.SURE, ("Amelia Hartley",)),
        (Tie.MAYBE, ("Amelia Hartley",)),
        (None, ()),
    ]


def test_a_siblings_worry_in_a_case_where_the_child_is_known_is_there_too(triage: Actor) -> None:
    jake = a_person(
        "sibling", given="Jake", family="Hartley", born="2015-01-02", postcode="PR1 4AB"
    )
    told(amelia(), jake, days_ago=30)
    told(jake | {"role": "child"}, days_ago=25)
    Case.objects.update(closed_at=timezone.now())
    last = told(amelia(), days_ago=1)
    events = open_chronology(triage, last)[0].events
    assert [event.about for event in events] == [
        ("Amelia Hartley", "Jake Hartley"), ("Jake Hartley",), ("Amelia Hartley",),
    ]  # fmt: skip
    assert {event.tie for event in events[:2]} == {Tie.SURE}


def test_a_case_without_a_grant_gives_one_line_of_whom_to_ask(triage: Actor, staff: Staff) -> None:
    cait = actor_for(staff("Ana Reyes", TeamKind.CAIT))
    staff("Nia Brown", TeamKind.EARLY_HELP)
    for days_ago in (30, 20):
        routed(triage, told(same_girl(), days_ago=days_ago), TeamKind.EARLY_HELP)
        Case.objects.update(closed_at=timezone.now())
    own = routed(triage, told(amelia()), TeamKind.CAIT)
    shown, _ = open_chronology(cait, own)
    assert {event.reference for event in shown.events} == {own}
    cases = set(Referral.objects.exclude(reference=own).values_list("case_id", flat=True))
    assert {who.case_id for who in shown.ask} == cases
    assert len(shown.ask) == len(cases)
    assert {who.agency for who in shown.ask} == {"Wessex Council"}


def test_a_restricted_case_leaves_nothing(triage: Actor) -> None:
    told(amelia(), days_ago=30)
    Case.objects.update(restricted=True)
    second = told(amelia(), days_ago=10)
    shown, rising = open_chronology(triage, second)
    assert {event.reference for event in shown.events} == {second}
    assert shown.ask == []
    assert rising.count == 1


def test_every_case_seen_is_in_the_ledger(triage: Actor) -> None:
    told(amelia(), days_ago=30)
    Case.objects.update(closed_at=timezone.now())
    second = told(amelia(), days_ago=10)
    open_chronology(triage, second)
    entries = Entry.objects.filter(verb="open_case", purpose__startswith="chronology")
    assert {case for cases in entries.values_list("cases", flat=True) for case in cases} == set(
        Case.objects.values_list("pk", flat=True)
    )


def test_it_costs_the_same_statements_however_much_there_is(triage: Actor, staff: Staff) -> None:
    staff("Ana Reyes", TeamKind.CAIT)

    def statements(reference: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            open_chronology(triage, reference)
        return len(captured)

    routed(triage, told(amelia(), days_ago=30), TeamKind.CAIT)
    one = statements(told(amelia(), days_ago=29))
    for days_ago in range(10, 22):
        routed(triage, told(amelia(), days_ago=days_ago), TeamKind.CAIT)
        Case.objects.update(closed_at=timezone.now())
        told(same_girl(), a_person("parent", given="Kelly", family="Hartley"), days_ago=days_ago)
    assert statements(told(amelia(), days_ago=1)) == one


def test_who_has_no_grant_is_told_as_if_there_were_none(triage: Actor, staff: Staff) -> None:
    early = actor_for(staff("Nia Brown", TeamKind.EARLY_HELP))
    said = set()
    for reference in (told(amelia()), "BW-0000-0000-0000"):
        with pytest.raises(NotAllowed) as refusal:
            open_chronology(early, reference)
        said.add(str(refusal.value))
    assert len(said) == 1


# -- the page -------------------------------------------------------------------------------------


@pytest.fixture
def hill(staff: Staff, signed_in: Callable[[User], Client]) -> Client:
    return signed_in(staff("Priya Hill"))


def page(client: Client, reference: str, **asked: str) -> str:
    answer = client.get(f"/referrals/{reference}/chronology", asked)
    assert answer.status_code == 200
    return answer.content.decode()


def lines(body: str) -> int:
    return body.count('<li class="bw-timeline__item">')


def test_the_page_is_narrowed_down_by_kind_without_scripts(hill: Client, staff: Staff) -> None:
    staff("Ana Reyes", TeamKind.CAIT)
    reference = told(amelia(), days_ago=30)
    routed(actor_for(User.objects.get(name="Priya Hill")), reference, TeamKind.CAIT)
    assert lines(page(hill, reference)) == 2
    assert lines(page(hill, reference, kind="decision")) == 1
    assert "1 line of what you asked for" in page(hill, reference, kind="worry")
    assert "Nothing here." in page(hill, reference, kind="document")


@pytest.mark.parametrize("asked", [{"kind": "\x00'>"}, {"order": "-- 1"}, {"kind": "worries"}])
def test_nonsense_in_the_address_shows_everything(hill: Client, asked: dict[str, str]) -> None:
    assert lines(page(hill, told(amelia()), **asked)) == 1


def test_the_newest_may_stand_first(hill: Client) -> None:
    told(amelia(), days_ago=30, by="Mill Lane School")
    last = told(amelia(), days_ago=1, by="Regis Academy")
    oldest, newest = page(hill, last), page(hill, last, order="newest first")
    assert oldest.index("Mill Lane School") < oldest.index("Regis Academy")
    assert newest.index("Regis Academy") < newest.index("Mill Lane School")


def test_not_yours_and_not_there_are_not_found(
    staff: Staff, signed_in: Callable[[User], Client]
) -> None:
    hill = signed_in(staff("Priya Hill"))
    reference = told(amelia())
    early = signed_in(staff("Nia Brown", TeamKind.EARLY_HELP))
    assert early.get(f"/referrals/{reference}/chronology").status_code == 404
    assert hill.get("/referrals/BW-0000-0000-0000/chronology").status_code == 404


def test_what_was_told_is_shown_as_text(hill: Client) -> None:
    evil = "<script>alert(1)</script>"
    body = page(hill, told(amelia(given=evil), concern={"narrative": evil}, by=evil))
    assert "<script>alert" not in body
    assert body.count("&lt;script&gt;alert(1)") >= 3
