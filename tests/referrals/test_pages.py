import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from breakwater.access.models import Case, Team, User
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor, NotAllowed, TeamKind
from breakwater.audit.models import Entry
from breakwater.clocks.models import Clock
from breakwater.referrals.actions import open_referral
from breakwater.referrals.board.actions import open_board
from breakwater.referrals.models import Referral
from breakwater.referrals.routing.actions import take_on
from breakwater.referrals.rules import ItemKind, Level
from breakwater.referrals.triage.actions import decide
from tests.builders import a_person, amelia, decided, received

pytestmark = pytest.mark.django_db

Staff = Callable[..., User]


def routed(actor: Actor, kind: TeamKind, *people: dict, **changes: object) -> str:
    reference = received(*people, **changes).reference
    team = Team.objects.get(kind=kind).pk
    decide(actor, reference, decided(Level.COMPLEX, team, reason="Repeated."), version=1)
    return reference


def same_girl(**changes: object) -> dict:
    """Amelia again, so told that the look-up asks whether it is her."""
    return amelia(**({"nhs_number": None, "family": "Hartly", "born": "2017"} | changes))


def test_the_board_shows_danger_first_then_what_is_due_first(triage: Actor) -> None:
    usual = received(amelia())
    later = received(a_person(given="Noah", family="Reed"))
    danger = received(a_person(given="Lily", family="Shaw"), concern={"immediate_danger": True})
    shown = [row.reference for row in open_board(triage, {}, 1).rows]
    assert shown == [danger.reference, usual.reference, later.reference]


def test_every_row_of_the_board_has_a_running_clock(triage: Actor, staff: Staff) -> None:
    received()
    cait = actor_for(staff("Ana Reyes", TeamKind.CAIT))
    routed(triage, TeamKind.CAIT, a_person(given="Noah", family="Reed"))
    rows = open_board(triage, {}, 1).rows + open_board(cait, {}, 1).rows
    codes = ("DECIDE", "FEEDBACK", "TAKE_ON")
    due = {code: Clock.objects.get(code=code, met_at=None).due_at for code in codes}
    assert [row.due_at for row in rows] == [due[code] for code in codes]


def test_the_board_costs_the_same_statements_however_many_rows(triage: Actor) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            open_board(triage, {}, 1)
        return len(captured)

    received()
    one = statements()
    for number in range(20):
        received(a_person(given=f"Child{number}", family="Reed"), amelia())
    assert statements() == one


def test_the_board_goes_on_on_further_pages(triage: Actor) -> None:
    for number in range(51):
        received(a_person(given=f"Child{number}", family="Reed"))
    first, second = open_board(triage, {}, 1), open_board(triage, {}, 2)
    assert (len(first.rows), len(second.rows), first.pages, first.total) == (50, 1, 2, 51)
    assert open_board(triage, {}, 99).page == 2


def test_a_team_sees_its_own_work_and_no_other(triage: Actor, staff: Staff) -> None:
    cait = actor_for(staff("Ana Reyes", TeamKind.CAIT))
    early = actor_for(staff("Nia Brown", TeamKind.EARLY_HELP))
    reference = routed(triage, TeamKind.CAIT)
    assert [row.reference for row in open_board(cait, {}, 1).rows] == [reference]
    assert open_board(early, {}, 1).rows == []
    # Of what it decided, triage still owes whoever reported it an answer, and nothing else.
    assert [row.kind for row in open_board(triage, {}, 1).rows] == [ItemKind.FEEDBACK]


def test_work_that_is_taken_on_stays_on_the_teams_board(triage: Actor, staff: Staff) -> None:
    cait = actor_for(staff("Ana Reyes", TeamKind.CAIT))
    reference = routed(triage, TeamKind.CAIT)
    take_on(cait, reference)
    assert [row.reference for row in open_board(cait, {}, 1).rows] == [reference]


def test_what_the_board_showed_is_one_ledger_entry(triage: Actor) -> None:
    received()
    open_board(triage, {}, 1)
    entry = Entry.objects.get(verb="see_board")
    assert entry.cases == list(Referral.objects.values_list("case_id", flat=True))


def test_opening_a_referral_is_a_ledger_entry_for_each_case_seen(triage: Actor) -> None:
    received(amelia())
    second = received(same_girl()).reference
    open_referral(triage, second, "triage")
    seen = Entry.objects.filter(verb="open_case", actor=triage.ledger_name)
    assert {case for cases in seen.values_list("cases", flat=True) for case in cases} == set(
        Referral.objects.values_list("case_id", flat=True)
    )


def test_one_page_shows_the_worry_the_people_and_what_is_known_by_whom(triage: Actor) -> None:
    received(amelia(), by="Harbour Road Surgery")
    page = open_referral(triage, received(same_girl()).reference, "triage")
    (person,) = page.people
    (known,) = person.known
    assert page.narrative == "Often hungry at school since half term."
    assert (known.told_by, known.sure) == ("Harbour Road Surgery", False)
    assert dict(known.evidence)["birth date"] == "year or age fits"


def test_an_earlier_referral_shows_what_came_later_too(triage: Actor) -> None:
    first = received(amelia()).reference
    received(same_girl(), by="Harbour Road Surgery")
    page = open_referral(triage, first, "triage")
    assert [known.told_by for known in page.people[0].known] == ["Harbour Road Surgery"]


def test_without_a_grant_only_agency_and_whom_to_ask_are_shown(triage: Actor, staff: Staff) -> None:
    cait = actor_for(staff("Ana Reyes", TeamKind.CAIT))
    staff("Nia Brown", TeamKind.EARLY_HELP)
    routed(triage, TeamKind.EARLY_HELP, amelia(), by="Harbour Road Surgery")
    page = open_referral(cait, routed(triage, TeamKind.CAIT, same_girl()), "work")
    (known,) = page.people[0].known
    assert (known.person, known.referral, known.told_by) == (None, None, "")
    assert known.ask is not None
    assert (known.ask.agency, known.ask.contact) == ("Wessex Council", "01632 960100")


def test_a_restricted_case_looks_like_no_match(triage: Actor) -> None:
    received(amelia())
    Case.objects.update(restricted=True)
    second = received(same_girl()).reference
    page = open_referral(triage, second, "triage")
    assert page.people[0].known == []
    assert [row.known for row in open_board(triage, {}, 1).rows] == [0]


def test_the_page_costs_the_same_statements_however_much_is_known(triage: Actor) -> None:
    def statements(reference: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            open_referral(triage, reference, "triage")
        return len(captured)

    received(amelia())
    one = statements(received(same_girl()).reference)
    received(same_girl(born="2017-05"))
    received(same_girl(given="Amalia"))
    many = received(same_girl(), a_person("parent", given="Kelly", family="Hartley")).reference
    assert statements(many) == one


def test_not_yours_and_not_there_are_the_same_answer(
    triage: Actor, staff: Staff, signed_in: Callable[[User], Client]
) -> None:
    early = staff("Nia Brown", TeamKind.EARLY_HELP)
    staff("Ana Reyes", TeamKind.CAIT)
    client = signed_in(early)
    there = client.get(f"/referrals/{routed(triage, TeamKind.CAIT)}")
    nowhere = client.get("/referrals/BW-0000-0000-0000")
    assert there.status_code == nowhere.status_code == 404
    own_to_each = r'nonce="[^"]+"|[0-9a-f]{32}|name="csrfmiddlewaretoken" value="[^"]+"'
    bodies = [re.sub(own_to_each, "", answer.content.decode()) for answer in (there, nowhere)]
    assert bodies[0] == bodies[1]
    assert Entry.objects.filter(verb="open_case", allowed=False).count() == 2


def test_somebody_without_a_team_is_told_so(
    signed_in: Callable[[User], Client], staff: Staff
) -> None:
    user = staff("Jo Park")
    user.membership_set.all().delete()
    answer = signed_in(user).get("/board")
    assert answer.status_code == 403
    assert "not in a team yet" in answer.content.decode()


def test_a_person_without_a_role_opens_nothing(triage: Actor) -> None:
    nobody = Actor(ledger_name="user:0", name="Nobody", user_id=0)
    with pytest.raises(NotAllowed):
        open_referral(nobody, received().reference, "curiosity")
    with pytest.raises(NotAllowed):
        open_board(nobody, {}, 1)


def test_markup_in_a_narrative_is_shown_as_text(
    staff: Staff, signed_in: Callable[[User], Client]
) -> None:
    evil = "<script>alert(1)</script> {{ 7 * 7 }}"
    reference = received(amelia(given=evil), concern={"narrative": evil}).reference
    page = signed_in(staff("Priya Hill")).get(f"/referrals/{reference}").content.decode()
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt; {{ 7 * 7 }}") >= 3
