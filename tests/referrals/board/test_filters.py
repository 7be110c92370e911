"""A board narrowed by its address shows what fits, and tells of nothing that is hidden."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from breakwater.access.models import Case, Exclusion, Grant, Team, User
from breakwater.access.policy import Role
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor, Conflict, LawfulBasis, Relation, TeamKind
from breakwater.referrals.board import queries, rules
from breakwater.referrals.board.actions import open_board
from breakwater.referrals.models import Item, Referral
from breakwater.referrals.routing.actions import hand_over, take_back, take_on
from breakwater.referrals.rules import Level, Rating
from breakwater.referrals.triage.actions import decide
from breakwater.referrals.triage.enquiries import rate
from tests.builders import a_person, amelia, decided, received

pytestmark = pytest.mark.django_db

Staff = Callable[..., User]


def shown(actor: Actor, **codes: str) -> list[str]:
    return [row.reference for row in open_board(actor, codes, 1).rows]


def about(name: str, **told: Any) -> str:
    return received(a_person(given=name, family="Reed"), **told).reference


def item_of(reference: str) -> Item:
    return Item.objects.get(referral__reference=reference, done_at=None)


def to_team(actor: Actor, reference: str, kind: TeamKind) -> None:
    team = Team.objects.get(kind=kind).pk
    decide(actor, reference, decided(Level.COMPLEX, team), version=1)


@pytest.mark.parametrize(
    ("codes", "told"),
    [
        ({"category": "missing"}, {"concern": {"category": "missing"}}),
        ({"category": "fgm"}, {"concern": {"also": ["fgm"]}}),
        ({"channel": "call_101"}, {"channel": "call_101"}),
        ({"urgency": "danger"}, {"concern": {"immediate_danger": True}}),
    ],
)
def test_a_board_shows_only_what_it_is_narrowed_to(
    triage: Actor, codes: dict[str, str], told: dict[str, Any]
) -> None:
    about("Noah")
    fits = about("Lily", **told)
    assert shown(triage, **codes) == [fits]
    assert open_board(triage, codes, 1).total == 1


def test_a_board_is_narrowed_to_what_is_late_or_due_today(triage: Actor) -> None:
    late, today, later = (about(name) for name in ("Noah", "Lily", "Zara"))
    now = timezone.now()
    for reference, due_at in (
        (late, now - timedelta(hours=30)),
        (today, timezone.localtime(now).replace(hour=23, minute=59, second=59)),
        (later, now + timedelta(days=3)),
    ):
        Item.objects.filter(referral__reference=reference).update(due_at=due_at)
    assert shown(triage, urgency="late") == [late]
    assert shown(triage, urgency="today") == [late, today]


def test_a_board_is_narrowed_to_a_rating_and_follows_when_it_changes(triage: Actor) -> None:
    about("Noah")
    rated = about("Lily")
    rate(triage, rated, Rating.AMBER, "Serious.", version=1)
    assert shown(triage, rating="amber") == [rated]
    rate(triage, rated, Rating.GREEN, "Less serious than it seemed.", version=2)
    assert (shown(triage, rating="amber"), shown(triage, rating="green")) == ([], [rated])


def test_a_board_is_narrowed_to_mine_nobodys_and_a_colleagues(triage: Actor, staff: Staff) -> None:
    colleague = actor_for(staff("Sam Ward"))
    mine, theirs, nobodys = (about(name) for name in ("Noah", "Lily", "Zara"))
    for actor, reference in ((triage, mine), (colleague, theirs)):
        hand_over(actor, item_of(reference).pk, to_worker=actor.user_id, note="", seen_worker=None)
    assert shown(triage, whose="mine") == [mine]
    assert shown(triage, whose=str(colleague.user_id)) == [theirs]
    assert shown(triage, whose="nobody") == [nobodys]


def test_a_board_is_narrowed_to_one_of_ones_teams_and_to_a_kind(
    triage: Actor, staff: Staff
) -> None:
    cait, early = (
        actor_for(staff(name, kind))
        for name, kind in (("Ana Reyes", TeamKind.CAIT), ("Nia Brown", TeamKind.EARLY_HELP))
    )
    user = User.objects.get(pk=cait.user_id)
    user.membership_set.create(team_id=next(iter(early.team_ids)), role=Role.PRACTITIONER)
    both = actor_for(user)
    first, second = about("Noah"), about("Lily")
    to_team(triage, first, TeamKind.CAIT)
    to_team(triage, second, TeamKind.EARLY_HELP)
    assert shown(both) == [first, second]
    assert shown(both, team=str(next(iter(cait.team_ids)))) == [first]
    assert shown(both, kind="refusal") == []
    # A team that is not one's own shows nothing.
    assert shown(early, team=str(next(iter(cait.team_ids)))) == []


def test_several_teams_boards_are_one_list_in_order(triage: Actor, staff: Staff) -> None:
    cait = actor_for(staff("Ana Reyes", TeamKind.CAIT))
    user = User.objects.get(pk=triage.user_id)
    user.membership_set.create(team_id=next(iter(cait.team_ids)), role=Role.PRACTITIONER)
    both = actor_for(user)
    references = [about(f"Child{number}") for number in range(6)]
    for reference in references[::2]:
        to_team(triage, reference, TeamKind.CAIT)
    # What else a decision leaves to do for triage is no matter here.
    Item.objects.filter(kind="feedback to give").update(done_at=timezone.now())
    now = timezone.now()
    for number, reference in enumerate(references):
        open_items = Item.objects.filter(referral__reference=reference, done_at=None)
        open_items.update(due_at=now + timedelta(hours=number))
    assert shown(both) == references


# -- what is hidden ---------------------------------------------------------------------------

EVERY_FILTER: list[dict[str, str]] = [
    {},
    {"category": "neglect"},
    {"channel": "professional"},
    {"whose": "nobody"},
    {"urgency": "today"},
    {"kind": "triage"},
    {"rating": "red"},
]


@pytest.mark.parametrize("codes", EVERY_FILTER)
def test_no_filter_tells_of_a_case_that_was_restricted(
    triage: Actor, codes: dict[str, str]
) -> None:
    reference = about("Lily")
    Item.objects.update(due_at=timezone.now())
    rate(triage, reference, Rating.RED, "Serious.", version=1)
    assert open_board(triage, codes, 1).total == 1
    Case.objects.update(restricted=True)
    board = open_board(triage, codes, 1)
    assert (board.rows, board.total, board.news.newest) == ([], 0, 0)
    assert board.news.mark == queries.news(triage, {"rating": "blue"}).mark


def test_a_new_worry_in_a_restricted_case_is_hidden_from_its_first_moment(triage: Actor) -> None:
    first = Referral.objects.get(reference=received(amelia()).reference)
    Case.objects.update(restricted=True)
    item = item_of(first.reference)
    Item.objects.create(
        referral=first,
        case_id=first.case_id,
        team_id=item.team_id,
        kind="feedback to give",
        since=item.since,
        restricted=False,  # what somebody says of it: the database knows better
    )
    assert shown(triage) == []
    assert set(Item.objects.values_list("restricted", flat=True)) == {True}


def test_whoever_is_named_for_a_restricted_case_sees_it_narrowed_too(
    triage: Actor, staff: Staff
) -> None:
    reference = about("Lily")
    case = Case.objects.get()
    Case.objects.update(restricted=True)
    Grant.objects.create(
        case=case, user_id=triage.user_id, relation=Relation.NAMED, purpose="work",
        lawful_basis=LawfulBasis.PUBLIC_TASK, starts=timezone.now() - timedelta(minutes=1),
    )  # fmt: skip
    assert shown(triage) == shown(triage, category="neglect") == [reference]
    assert shown(triage, category="missing") == []
    assert shown(actor_for(staff("Sam Ward"))) == []


def test_who_is_shut_out_of_a_case_does_not_count_it(triage: Actor) -> None:
    about("Lily")
    Exclusion.objects.create(case=Case.objects.get(), user_id=triage.user_id, why=Conflict.FAMILY)
    assert open_board(triage, {}, 1).total == 0


# -- what went straight to a worker -----------------------------------------------------------


@pytest.fixture
def meera(staff: Staff) -> Actor:
    return actor_for(staff("Meera Patel", TeamKind.CAIT))


@pytest.fixture
def passed_on(triage: Actor, meera: Actor) -> str:
    """A second worry about a child whose case Meera works on: it went straight to her."""
    first = received(amelia()).reference
    to_team(triage, first, TeamKind.CAIT)
    take_on(meera, first)
    return received(amelia()).reference


def test_triage_sees_what_went_straight_to_a_worker_and_takes_it_back(
    triage: Actor, meera: Actor, passed_on: str
) -> None:
    assert shown(triage, kind="triage") == []
    (row,) = open_board(triage, {"went": "straight"}, 1).rows
    assert (row.reference, row.worker) == (passed_on, "Meera Patel")
    assert shown(meera, went="straight") == []  # she is not of triage: it is on her own board
    assert passed_on in shown(meera)
    take_back(triage, passed_on)
    assert shown(triage, kind="triage") == [passed_on]
    assert shown(triage, went="straight") == []


@pytest.mark.parametrize("why", ["restricted", "shut out", "no grant"])
def test_what_went_straight_in_a_case_that_triage_may_not_see_is_not_there(
    triage: Actor, passed_on: str, why: str
) -> None:
    case = Referral.objects.get(reference=passed_on).case
    if why == "restricted":
        Case.objects.update(restricted=True)
    elif why == "shut out":
        Exclusion.objects.create(case=case, user_id=triage.user_id, why=Conflict.FAMILY)
    else:
        Grant.objects.filter(case=case, team__kind=TeamKind.TRIAGE).update(ends=timezone.now())
    board = open_board(triage, {"went": "straight"}, 1)
    assert (board.rows, board.total) == ([], 0)


# -- the page ---------------------------------------------------------------------------------


@pytest.fixture
def client(staff: Staff, signed_in: Callable[[User], Client]) -> Client:
    return signed_in(staff("Priya Hill"))


def test_the_page_is_narrowed_by_its_address(client: Client) -> None:
    about("Noah")
    fits = about("Lily", concern={"category": "missing"})
    page = client.get("/board?category=missing").content.decode()
    assert fits in page
    assert "Noah" not in page


def test_a_code_that_is_none_is_said_at_its_field_and_the_rest_stands(client: Client) -> None:
    reference = about("Noah")
    answer = client.get("/board?category=weather&urgency=today&page=x")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "There is a problem" in page
    assert "#id_category" in page
    assert reference in page or "Nothing waits here" in page


def test_the_board_takes_the_same_statements_whatever_it_shows(client: Client) -> None:
    def statements(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        return len(captured)

    client.get("/board")
    about("Noah")
    few = statements("/board?whose=nobody")
    for number in range(60):
        about(f"Child{number}")
    assert statements("/board") == statements("/board?page=2") == few
    assert statements("/board?page=99&category=neglect") == few


def test_a_page_of_a_narrowed_board_leads_to_the_next_as_narrowed(client: Client) -> None:
    for number in range(51):
        about(f"Child{number}")
    page = client.get("/board?whose=nobody").content.decode()
    assert 'href="/board?whose=nobody&amp;page=2"' in page


def test_codes_of_an_address_are_known_or_left_out() -> None:
    given = {"whose": "17", "team": "x", "kind": "triage", "urgency": "soon", "name": "Amelia"}
    assert rules.known_codes(given) == {"kind": "triage", "whose": "17"}
    assert rules.in_door_terms({"whose": "17", "urgency": "late"}) == {
        "worker": "17",
        "due": "late",
    }
