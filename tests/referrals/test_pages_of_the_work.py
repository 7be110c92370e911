"""The pages of triage and routing: who may, what is wrong at which field, nothing typed lost."""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from breakwater.access.models import User
from breakwater.access.rules import Actor, TeamKind
from breakwater.referrals.models import Step
from breakwater.referrals.routing.actions import refuse as refusing
from breakwater.referrals.routing.actions import take_on
from breakwater.referrals.rules import ItemKind, Level, Outcome, Rating, State
from breakwater.referrals.triage.actions import decide
from breakwater.referrals.triage.enquiries import rate, wait_for_more
from tests.builders import a_person, decided
from tests.referrals.waiting import (
    a_referral,
    clock,
    item_of,
    now_at,
    routed,
    team_of,
    version_of,
    waiting,
)

pytestmark = pytest.mark.django_db

LONG = "x" * 5001
TYPED = "The school & the surgery <both> say it."
TRIAGE, CAIT = TeamKind.TRIAGE, TeamKind.CAIT


@dataclass
class People:
    """Who visits: a client each, by a short name."""

    actors: dict[str, Actor]
    clients: dict[str, Client] = field(default_factory=dict)

    def get(self, who: str, path: str) -> HttpResponse:
        return self.clients[who].get(path)

    def post(self, who: str, path: str, body: dict[str, Any]) -> HttpResponse:
        return self.clients[who].post(path, body)


@pytest.fixture
def people(
    triage: Actor,
    manager: Actor,
    cait: Actor,
    head_of_cait: Actor,
    early: Actor,
    signed_in: Callable[[User], Client],
) -> People:
    actors = {
        "triage": triage, "manager": manager, "cait": cait, "head": head_of_cait, "early": early,
    }  # fmt: skip
    clients = {n: signed_in(User.objects.get(pk=a.user_id)) for n, a in actors.items()}
    return People(actors, clients)


def new(people: People) -> str:
    return a_referral()


def paused(people: People) -> str:
    reference = a_referral()
    wait_for_more(people.actors["triage"], reference, "The school.", version=1)
    return reference


def with_cait(people: People) -> str:
    return routed(people.actors["triage"], CAIT, level=Level.ACUTE)


def refused(people: People) -> str:
    reference = with_cait(people)
    refusing(people.actors["cait"], reference, "Not ours.")
    return reference


def moving(people: People) -> str:
    reference = a_referral()
    given = decided(Level.COMPLEX, outcome=Outcome.OTHER_AREA, area="Northmoor")
    decide(people.actors["triage"], reference, given, version=1)
    return reference


def address(page: str, reference: str) -> str:
    if page == "hand-over":
        return f"/items/{item_of(reference).pk}/hand-over"
    return f"/referrals/{reference}/{page}"


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


def wrong_fields(answer: HttpResponse) -> dict[str, str]:
    """What is said at which field."""
    found = re.findall(r'id="id_(\w+)-error"[^>]*>(.*?)</p>', text(answer), re.S)
    words = {
        name: re.sub(r"<span[^>]*>.*?</span>|<[^>]+>", "", said).strip() for name, said in found
    }
    return {name: html.unescape(said) for name, said in words.items()}


# page: the referral it needs, who gets it, what is posted there by them.
PAGES: dict[str, tuple[Callable[[People], str], str, dict[str, Any]]] = {
    "decide": (new, "triage", {
        "version": "1", "outcome": "no_further_action", "level": "1", "reason": TYPED,
    }),
    "rate": (new, "triage", {"version": "1", "rating": "amber", "reason": TYPED}),
    "wait": (new, "triage", {"version": "1", "reason": TYPED}),
    "refuse": (with_cait, "cait", {"reason": TYPED}),
    "settle": (refused, "head", {"keep": "keep", "reason": TYPED}),
    "hand-over": (new, "triage", {"seen": "", "to_worker": "team", "note": TYPED}),
}  # fmt: skip
ELSEWHERE = {
    "decide": ({"cait": 404, "early": 404}, new),
    "rate": ({"cait": 404, "early": 404}, new),
    "wait": ({"cait": 404, "early": 404}, new),
    "refuse": ({"triage": 302, "early": 404}, with_cait),
    "settle": ({"cait": 302, "triage": 302, "early": 404}, refused),
    "strategy": ({"triage": 302, "early": 404}, with_cait),
    "hand-over": ({"cait": 404, "early": 404}, new),
}


@pytest.mark.parametrize("page", PAGES)
def test_who_may_gets_the_page_with_the_worry_on_it(people: People, page: str) -> None:
    make, who, _ = PAGES[page]
    answer = people.get(who, address(page, make(people)))
    assert answer.status_code == 200
    assert "Often hungry at school" in text(answer)


def test_who_settles_a_refusal_reads_why_it_was_refused(people: People) -> None:
    assert "Not ours." in text(people.get("head", address("settle", refused(people))))


@pytest.mark.parametrize("page", ELSEWHERE)
def test_who_may_not_gets_no_form(people: People, page: str) -> None:
    wanted, make = ELSEWHERE[page]
    path = address(page, make(people))
    assert {who: people.get(who, path).status_code for who in wanted} == wanted


@pytest.mark.parametrize("page", PAGES)
def test_a_post_does_it_and_says_so(people: People, page: str) -> None:
    make, who, body = PAGES[page]
    reference = make(people)
    before = version_of(reference)
    answer = people.post(who, address(page, reference), body)
    assert answer.status_code == 302
    shown = text(people.get(who, answer["Location"]))
    assert "Success" in shown
    assert version_of(reference) == before + (page != "hand-over")


@pytest.mark.parametrize("page", PAGES)
def test_what_one_may_not_do_is_not_done_by_a_post_either(people: People, page: str) -> None:
    make, _, body = PAGES[page]
    reference = make(people)
    version, kept = version_of(reference), waiting(reference)
    assert people.post("early", address(page, reference), body).status_code == 404
    assert (version_of(reference), waiting(reference)) == (version, kept)


@pytest.mark.parametrize("page", PAGES)
def test_looking_changes_nothing(people: People, page: str) -> None:
    make, who, _ = PAGES[page]
    reference = make(people)
    steps = Step.objects.count()
    people.get(who, address(page, reference))
    assert Step.objects.count() == steps


@pytest.mark.parametrize("page", ["go-on", "moved", "take-on", "take-back"])
def test_a_button_does_nothing_by_a_link(people: People, page: str) -> None:
    assert people.get("triage", address(page, new(people))).status_code == 405


DECIDED = PAGES["decide"][2]
WRONG: list[tuple[str, dict[str, Any], dict[str, str]]] = [
    ("decide", {"reason": TYPED}, {
        "outcome": "Choose what is decided", "level": "Choose a level of need",
    }),
    ("decide", DECIDED | {"reason": ""}, {"reason": "Enter the reason for your decision"}),
    ("decide", DECIDED | {"outcome": "child_in_need"}, {
        "level": "Child in need (section 17) goes with level 3 or higher: change one of the two",
        "teams": "Choose at least one team that acts",
    }),
    ("decide", DECIDED | {"outcome": "other_area"}, {"area": "Enter which area takes it"}),
    ("decide", DECIDED | {"consent": "refused"}, {
        "consent_reason": "Enter why you go on without consent",
    }),
    ("decide", DECIDED | {"level": "4"}, {
        "outcome": "Level 4 needs somebody who acts: choose another outcome",
    }),
    ("decide", DECIDED | {"teams": ["987654"]}, {"teams": "Choose who acts next from the list"}),
    ("decide", DECIDED | {"lead": "987654"}, {"lead": "Choose which leads from the list"}),
    ("decide", DECIDED | {"agreed_by": "x" * 301}, {
        "agreed_by": "Who else agreed must be 300 characters or fewer",
    }),
    ("rate", {"version": "1", "reason": TYPED}, {"rating": "Choose a rating"}),
    ("rate", {"version": "1", "rating": "pink", "reason": TYPED}, {
        "rating": "Choose a rating from the list",
    }),
    ("rate", {"version": "1", "rating": "red"}, {"reason": "Enter why you rate it so"}),
    ("wait", {"version": "1"}, {"reason": "Enter what is missing and who was asked"}),
    ("refuse", {}, {"reason": "Enter why the team refuses the work"}),
    ("settle", {"reason": TYPED}, {"keep": "Choose what happens with the work"}),
    ("settle", {"keep": "back"}, {"reason": "Enter why you settle it so"}),
    ("hand-over", {"note": TYPED}, {"to_worker": "Choose whom to hand it to"}),
    ("hand-over", {"to_worker": "987654"}, {
        "to_worker": "Choose whom to hand it to from the list",
    }),
]  # fmt: skip


@pytest.mark.parametrize(("page", "body", "wrong"), WRONG)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(
    people: People, page: str, body: dict[str, Any], wrong: dict[str, str]
) -> None:
    make, who, _ = PAGES[page]
    reference = make(people)
    version = version_of(reference)
    answer = people.post(who, address(page, reference), body)
    assert answer.status_code == 422
    assert wrong_fields(answer) == wrong
    if TYPED in body.values():
        assert html.escape(TYPED) in text(answer)
    assert version_of(reference) == version


@pytest.mark.parametrize("page", [p for p in PAGES if p not in ("hand-over",)])
def test_a_text_that_is_too_long_is_kept_and_its_field_says_so(people: People, page: str) -> None:
    make, who, body = PAGES[page]
    answer = people.post(who, address(page, make(people)), body | {"reason": LONG})
    assert list(wrong_fields(answer)) == ["reason"]
    assert LONG in text(answer)


def test_a_colleague_is_given_it_with_a_note_or_not_at_all(people: People) -> None:
    reference = new(people)
    manager = people.actors["manager"].user_id
    body = {"seen": "", "to_worker": str(manager), "note": ""}
    answer = people.post("triage", address("hand-over", reference), body)
    assert wrong_fields(answer) == {"note": "Enter a note for your colleague"}
    assert f'value="{manager}" selected' in text(answer)
    people.post("triage", address("hand-over", reference), body | {"note": TYPED})
    assert waiting(reference) == {(ItemKind.TRIAGE, TRIAGE, "Mia Lund")}


@pytest.mark.parametrize("page", ["rate", "wait", "decide"])
def test_whoever_was_overtaken_learns_by_whom_and_may_send_it_again(
    people: People, page: str
) -> None:
    reference = new(people)
    path, body = address(page, reference), PAGES[page][2]
    rate(people.actors["manager"], reference, Rating.GREEN, "Not urgent.", version=1)
    answer = people.post("triage", path, body)
    assert answer.status_code == 422
    assert "Mia Lund was faster: rate and ask partners" in text(answer)
    assert "What you typed is kept below" in text(answer)
    assert html.escape(TYPED) in text(answer)
    assert now_at(reference).state == State.ENQUIRIES
    (version,) = re.findall(r'name="version" value="(\d+)"', text(answer))
    assert people.post("triage", path, body | {"version": version}).status_code == 302


def test_whoever_hands_over_what_was_claimed_meanwhile_learns_so(people: People) -> None:
    reference = new(people)
    path = address("hand-over", reference)
    manager = str(people.actors["manager"].user_id)
    people.post("manager", path, {"seen": "", "to_worker": manager})
    body = PAGES["hand-over"][2] | {"to_worker": str(people.actors["triage"].user_id)}
    answer = people.post("triage", path, body)
    assert answer.status_code == 422
    assert "Somebody else took or gave it meanwhile" in text(answer)
    assert html.escape(TYPED) in text(answer)
    assert f'name="seen" value="{manager}"' in text(answer)


def test_what_is_decided_meanwhile_is_not_decided_twice(people: People) -> None:
    reference = new(people)
    decide(people.actors["manager"], reference, decided(Level.UNIVERSAL), version=1)
    answer = people.post("triage", address("decide", reference), DECIDED)
    assert "Mia Lund was faster" in text(answer)
    assert now_at(reference).decision_set.count() == 1


def test_a_form_that_may_not_be_used_any_more_leads_back(people: People) -> None:
    reference = with_cait(people)
    for who, page in (("triage", "decide"), ("triage", "rate"), ("triage", "wait")):
        answer = people.get(who, address(page, reference))
        assert (answer.status_code, answer["Location"]) == (302, f"/referrals/{reference}")


def test_one_of_several_teams_leads_or_the_field_says_so(people: People) -> None:
    reference = new(people)
    both = [str(team_of(CAIT)), str(team_of(TeamKind.EARLY_HELP))]
    body = DECIDED | {"outcome": "child_in_need", "level": "3", "teams": both}
    answer = people.post("triage", address("decide", reference), body)
    assert wrong_fields(answer) == {"lead": "Choose which of the teams leads"}
    assert text(answer).count(" checked") >= 4
    people.post("triage", address("decide", reference), body | {"lead": both[1]})
    assert now_at(reference).route_set.get(leads=True).team_id == int(both[1])


def test_one_team_alone_leads_without_being_asked(people: People) -> None:
    reference = new(people)
    team = str(team_of(CAIT))
    body = DECIDED | {"outcome": "child_in_need", "level": "3", "teams": [team, team]}
    people.post("triage", address("decide", reference), body)
    assert now_at(reference).route_set.get().leads


def test_the_button_of_a_pause_lets_the_clock_run(people: People) -> None:
    reference = paused(people)
    assert "Go on: the information is here" in text(people.get("triage", f"/referrals/{reference}"))
    people.post("triage", address("go-on", reference), {"version": "2"})
    assert now_at(reference).state == State.RECEIVED


@pytest.mark.parametrize("version", ["", "1", "x", "9" * 30])
def test_a_button_of_an_older_page_does_nothing_and_says_so(people: People, version: str) -> None:
    reference = paused(people)
    answer = people.post("triage", address("go-on", reference), {"version": version})
    shown = text(people.get("triage", answer["Location"]))
    assert "was faster" in shown or "Open the referral again" in shown
    assert now_at(reference).state == State.MORE_INFO


def test_the_button_of_a_transfer_ends_it(people: People) -> None:
    reference = moving(people)
    assert "The other area has it" in text(people.get("triage", f"/referrals/{reference}"))
    people.post("triage", address("moved", reference), {"version": "2"})
    assert now_at(reference).state == State.MOVED


def test_the_button_of_a_team_takes_the_work_on(people: People) -> None:
    reference = with_cait(people)
    assert "Take on this work" in text(people.get("cait", f"/referrals/{reference}"))
    assert "Take on this work" not in text(people.get("triage", f"/referrals/{reference}"))
    people.post("cait", address("take-on", reference), {})
    assert waiting(reference) == {(ItemKind.WORK, CAIT, "Ana Reyes")}


def day(at: Any) -> dict[str, str]:
    on = timezone.localtime(at)
    return {
        "held_on-day": str(on.day),
        "held_on-month": str(on.month),
        "held_on-year": str(on.year),
    }


def test_a_strategy_discussion_is_noted_with_its_time(people: People) -> None:
    reference = with_cait(people)
    take_on(people.actors["cait"], reference)
    now = timezone.localtime()
    path = address("strategy", reference)
    assert people.get("cait", path).status_code == 200
    body = day(now) | {"held_at": now.strftime("%H:%M")}
    assert people.post("cait", path, body).status_code == 302
    held_at = now.replace(second=0, microsecond=0)
    assert clock(reference, "STRATEGY").met_at == held_at
    assert people.get("cait", path).status_code == 302


@pytest.mark.parametrize("held_at", ["", "25:00", "half past", "14.30", "1430x", "14:30Z"])
def test_a_time_that_is_none_is_said_at_its_field(people: People, held_at: str) -> None:
    reference = with_cait(people)
    yesterday = timezone.now() - timedelta(days=1)
    body = day(yesterday) | {"held_at": held_at}
    answer = people.post("cait", address("strategy", reference), body)
    assert answer.status_code == 422
    assert list(wrong_fields(answer)) == ["held_at"]
    assert clock(reference, "STRATEGY").met_at is None


def test_a_time_before_the_decision_is_said_at_its_field(people: People) -> None:
    reference = with_cait(people)
    body = day(timezone.now() - timedelta(days=2)) | {"held_at": "09:30"}
    answer = people.post("cait", address("strategy", reference), body)
    assert wrong_fields(answer) == {"held_at": "The discussion cannot be before the decision"}


@pytest.mark.parametrize("page", ["decide", "rate", "wait", "hand-over"])
def test_a_page_costs_the_same_statements_however_much_was_done(people: People, page: str) -> None:
    def statements(path: str) -> int:
        people.get("triage", path)
        with CaptureQueriesContext(connection) as captured:
            assert people.get("triage", path).status_code == 200
        return len(captured)

    quiet, busy = a_referral(), a_referral(a_person(given="Noah", family="Reed"))
    # The first words that are sealed cost their key; more of them cost nothing more.
    rate(people.actors["triage"], quiet, Rating.GREEN, "So far.", version=1)
    one = statements(address(page, quiet))
    for number, rating in enumerate((Rating.GREEN, Rating.AMBER, Rating.BLUE)):
        rate(people.actors["triage"], busy, rating, "So far.", version=1 + number)
    assert statements(address(page, busy)) == one
