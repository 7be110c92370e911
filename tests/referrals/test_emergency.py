"""The pages of an emergency: from a line of whom to ask to the case, or to the same few words."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from breakwater.access.models import Case, Exclusion, Glass, User
from breakwater.access.policy import Role
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor, AlertKind, Conflict, Relation, TeamKind
from breakwater.people.queries import mention_ids_of
from breakwater.people.search.actions import search
from breakwater.referrals.actions import open_referral
from breakwater.referrals.board.actions import open_board
from breakwater.referrals.emergency.rules import called
from breakwater.referrals.models import Referral
from breakwater.referrals.routing.actions import take_on
from breakwater.referrals.rules import Level
from breakwater.referrals.triage.actions import decide
from tests.builders import amelia, decided, do_waiting_jobs, received
from tests.cases import WHY, granted, sees, told

pytestmark = pytest.mark.django_db

Staff = Callable[..., User]
SignIn = Callable[[User], Client]
SAID = "Asked. If there is such a case, somebody will decide."


@pytest.fixture
def nia(staff: Staff) -> User:
    return staff("Nia Brown", TeamKind.EARLY_HELP)


@pytest.fixture
def reference() -> str:
    return received(amelia()).reference


def case_of(reference: str) -> int:
    return Referral.objects.get(reference=reference).case_id


def ask(client: Client, for_what: str, **changes: str) -> object:
    told = {"called": for_what, "purpose": "a child is missing", "reason": WHY} | changes
    return client.post(reverse("emergency"), told)


@pytest.mark.parametrize("by", ["number", "reference", "reference, badly written"])
def test_the_case_opens_and_its_referral_is_shown(
    nia: User, signed_in: SignIn, reference: str, by: str
) -> None:
    client = signed_in(nia)
    typed = {"number": str(case_of(reference)), "reference": reference}
    ugly = f" {reference.lower().replace('-', ' ')} "
    response = ask(client, typed.get(by, ugly))
    assert response.headers["Location"] == reverse("case", args=[case_of(reference)])  # type: ignore[attr-defined]
    shown = client.get(reverse("case", args=[case_of(reference)]), follow=True)
    assert shown.redirect_chain[-1][0] == reverse("referral", args=[reference])
    assert "Amelia Hartley" in shown.content.decode()


def test_what_is_not_to_be_told_apart_gives_the_same_page(
    nia: User, signed_in: SignIn, reference: str
) -> None:
    client = signed_in(nia)
    restricted, shut = (
        case_of(reference),
        case_of(received(amelia(given="Bo", born="2016")).reference),
    )
    Case.objects.filter(pk=restricted).update(restricted=True)
    Exclusion.objects.create(case_id=shut, user=nia, why=Conflict.DECLARED)
    pages = []
    for typed in (str(restricted), reference, str(shut), "424242", "BW-0000-0000-0000"):
        response = ask(client, typed)
        assert (response.status_code, response.headers["Location"]) == (302, reverse("emergency"))  # type: ignore[attr-defined]
        page = client.get(reverse("emergency")).content.decode()
        assert SAID in page
        pages.append(re.sub(r'nonce="[^"]*"|value="[0-9A-Za-z]{64}"', "", page))
    lines = [len(re.findall(r"waits until", page)) for page in pages]
    assert lines == [1, 2, 3, 4, 5]
    answers = [SAID in page and "Error" not in page for page in pages]
    assert all(answers)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("called", ""),
        ("called", "Amelia Hartley"),
        ("called", "12; drop table"),
        ("called", "1" * 30),
        ("purpose", "curiosity"),
        ("reason", "now"),
        ("reason", ""),
    ],
)
def test_nonsense_is_refused_at_its_field_and_nothing_stays(
    nia: User, signed_in: SignIn, reference: str, field: str, value: str
) -> None:
    response = ask(signed_in(nia), reference, **{field: value})
    assert response.status_code == 422  # type: ignore[attr-defined]
    assert f'href="#id_{field}' in response.content.decode()  # type: ignore[attr-defined]
    assert "There is a problem" in response.content.decode()  # type: ignore[attr-defined]
    assert not Glass.objects.exists()


@given(st.text(max_size=40))
def test_only_numbers_and_references_are_taken(typed: str) -> None:
    meant = called(typed)
    assert meant == "" or re.fullmatch(r"[0-9]{1,15}|BW(-[0-9A-Z]{4}){3}", meant)
    assert called(meant) == meant


def test_without_the_verb_the_page_is_not_there(staff: Staff, signed_in: SignIn) -> None:
    client = signed_in(staff("Ivy Stone", TeamKind.CSE, Role.INSPECTOR))
    assert client.get(reverse("emergency")).status_code == 404
    assert ask(client, "1").status_code == 404  # type: ignore[attr-defined]


def test_what_was_typed_is_in_no_address(nia: User, signed_in: SignIn, reference: str) -> None:
    page = signed_in(nia).get(reverse("emergency") + "?case=<script>Amelia").content.decode()
    assert "Amelia" not in page
    assert "<script>A" not in page


def test_a_line_of_whom_to_ask_leads_to_the_page_with_the_number(
    staff: Staff, signed_in: SignIn, reference: str
) -> None:
    other = received(amelia(nhs_number=None, family="Hartly", born="2017")).reference
    user = staff("Meera Patel", TeamKind.CAIT)
    team = actor_for(user).team_ids
    granted(case_of(other), Relation.ROUTED, team_id=next(iter(team)))
    page = signed_in(user).get(reverse("referral", args=[other])).content.decode()
    assert f'href="{reverse("emergency")}?case={case_of(reference)}"' in page
    form = signed_in(user).get(f"{reverse('emergency')}?case={case_of(reference)}")
    assert f'value="{case_of(reference)}"' in form.content.decode()


def test_a_case_of_several_referrals_lists_them_and_nobody_elses(
    nia: User, signed_in: SignIn, reference: str
) -> None:
    second = received(amelia(), by="Harbour Road Surgery").reference
    assert case_of(second) == case_of(reference)
    client = signed_in(nia)
    assert client.get(reverse("case", args=[case_of(reference)])).status_code == 404
    ask(client, reference)
    page = client.get(reverse("case", args=[case_of(reference)])).content.decode()
    assert reference in page
    assert second in page


def test_who_took_the_work_on_is_told(
    nia: User, signed_in: SignIn, staff: Staff, triage: Actor
) -> None:
    reference = received(amelia()).reference
    meera = actor_for(staff("Meera Patel", TeamKind.CAIT))
    decide(triage, reference, decided(Level.ACUTE, *meera.team_ids), version=1)
    take_on(meera, reference)
    ask(signed_in(nia), reference)
    assert "Meera Patel" in told(AlertKind.GLASS_BROKEN)


# -- a person who is shut out -----------------------------------------------------------------


def test_who_is_shut_out_meets_the_case_nowhere(
    staff: Staff, signed_in: SignIn, reference: str
) -> None:
    user = staff("Priya Hill")
    priya = actor_for(user)
    second = received(amelia(nhs_number=None, family="Hartly", born="2017")).reference
    assert len(open_board(priya, {}, 1).rows) == 2
    Exclusion.objects.create(case_id=case_of(reference), user=user, why=Conflict.FAMILY)

    board = open_board(priya, {}, 1)
    assert ([row.reference for row in board.rows], board.total) == ([second], 1)
    assert [row.known for row in board.rows] == [0]
    hits = search(priya, "9990000018", "triage")
    assert (hits.people, hits.ask, hits.more) == ([], [], False)
    assert open_referral(priya, second, "triage").people[0].known == []
    client = signed_in(user)
    mention = Referral.objects.get(reference=reference)
    for route, about in (
        ("referral", reference),
        ("decide", reference),
        ("case", case_of(reference)),
        ("who-may-see", case_of(reference)),
        ("declare-conflict", case_of(reference)),
    ):
        assert client.get(reverse(route, args=[about])).status_code == 404, route
    questions = client.get(reverse("questions")).content.decode()
    assert str(case_of(reference)) not in re.findall(r"case (\d+)", questions)
    for pk in mention_ids_of(mention.pk):
        assert client.get(reverse("person-history", args=[pk])).status_code == 404
    ask(client, reference)
    do_waiting_jobs()
    assert not sees(priya, case_of(reference))
