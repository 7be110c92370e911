"""The records desk's pages."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from breakwater.access.models import Agency, Exclusion, User
from breakwater.access.rules import Actor, Conflict
from breakwater.records.models import Hold, KeepOrLetGo, Knob
from breakwater.records.retention import actions
from breakwater.records.retention.erasing import erase_what_was_let_go
from tests.builders import a_person, amelia

pytestmark = pytest.mark.django_db

MakeCase = Callable[..., int]
Desk = Callable[[Actor], Client]


@pytest.fixture
def at(signed_in: Callable[[User], Client]) -> Desk:
    return lambda actor: signed_in(User.objects.get(pk=actor.user_id))


def boxes(name: str, days: int) -> dict[str, Any]:
    day = timezone.localdate() + timedelta(days=days)
    return {f"{name}-day": day.day, f"{name}-month": day.month, f"{name}-year": day.year}


def test_the_desk_comes_in_at_retention_and_triage_at_its_board(
    at: Desk, officer: Actor, triage: Actor
) -> None:
    assert at(officer).get("/").url == "/retention"
    assert at(triage).get("/").url == "/board"
    page = at(officer).get("/retention").content.decode()
    assert "Nothing is due." in page
    assert ">Board<" not in page


def test_a_case_is_reviewed_let_go_confirmed_and_undone(
    at: Desk, due_case: MakeCase, officer: Actor, second_officer: Actor
) -> None:
    case_id = due_case()
    first, second = at(officer), at(second_officer)
    assert f"Case {case_id}" in first.get("/retention").content.decode()
    page = first.get(f"/retention/{case_id}").content.decode()
    for words in ("HUB_NFA", "Local agreement of the partnership", "1 referral"):
        assert words in page
    path = f"/retention/{case_id}"
    empty = first.post(path, {"what": "keep"})
    assert empty.status_code == 422
    for words in ("Enter the reason", "Enter the date of the next review"):
        assert words in empty.content.decode()
    told = {"what": "let-go", "reason": "Nothing came after it."}
    assert first.post(path, told).status_code == 302
    assert "You let it go. Somebody else must agree." in first.get(path).content.decode()
    assert first.post(f"{path}/confirm").status_code == 302
    assert KeepOrLetGo.objects.get().confirmed_by_id is None
    assert "Agree: let it go" in second.get(path).content.decode()
    second.post(f"{path}/confirm")
    assert KeepOrLetGo.objects.get().confirmed_by_id == second_officer.user_id
    assert first.post(f"{path}/undo", {"reason": ""}).status_code == 422
    assert first.post(f"{path}/undo", {"reason": "Somebody asked."}).status_code == 302
    assert "Undone by Imran Shah: Somebody asked." in second.get(path).content.decode()


def test_a_case_is_kept_to_a_day(at: Desk, due_case: MakeCase, officer: Actor) -> None:
    case_id, desk = due_case(), at(officer)
    told = {"what": "keep", "reason": "A brother's case is open.", **boxes("until", 300)}
    far = desk.post(f"/retention/{case_id}", told | boxes("until", 4000))
    assert "within 10 years" in far.content.decode()
    assert desk.post(f"/retention/{case_id}", told).status_code == 302
    assert f"Case {case_id}" not in desk.get("/retention").content.decode()


def test_a_refusal_of_the_database_is_said_on_the_page(
    at: Desk, due_case: MakeCase, officer: Actor
) -> None:
    case_id = due_case()
    hold_it(at(officer), {"scope": "every case"})
    answer = at(officer).post(f"/retention/{case_id}", {"what": "let-go", "reason": "Old."})
    assert answer.status_code == 422
    assert "A hold stops this: The Cole Inquiry" in answer.content.decode()


def hold_it(desk: Client, reach: dict[str, Any]) -> Any:
    told = {"name": "The Cole Inquiry", "reason": "Letter of today.", **boxes("asked_on", 0)}
    return desk.post("/retention/holds/new", told | reach)


@pytest.mark.parametrize(
    ("reach", "words"),
    [
        ({"scope": "every case"}, "Every case"),
        ({"scope": "cases with a category", "category": "neglect"}, "neglect"),
        ({"scope": "these cases", "cases": "12, 57"}, "12, 57"),
        ({"scope": "cases that an agency holds or held", "agency": "hub"}, "Safeguarding hub"),
    ],
)
def test_a_hold_is_placed_shown_and_lifted(
    at: Desk, officer: Actor, reach: dict[str, Any], words: str
) -> None:
    if "agency" in reach:
        reach = reach | {"agency": Agency.objects.get(name="Safeguarding hub").pk}
    desk = at(officer)
    assert hold_it(desk, reach).status_code == 302
    page = desk.get("/retention/holds").content.decode()
    assert "The Cole Inquiry" in page
    assert words in page
    hold = Hold.objects.get()
    lift = f"/retention/holds/{hold.pk}/lift"
    assert desk.post(lift, {"reason": ""}).status_code == 422
    assert desk.post(lift, {"reason": "The inquiry ended."}).status_code == 302
    assert "The inquiry ended." in desk.get("/retention/holds").content.decode()
    assert desk.get(lift).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({}, "what it reaches"),
        ({"scope": "these cases", "cases": "twelve"}, "must be whole numbers"),
        ({"scope": "these cases", "cases": ""}, "Enter the case numbers"),
        ({"scope": "cases with a category"}, "Choose a category"),
        ({"scope": "every case", **boxes("asked_on", 3)}, "today or in the past"),
    ],
)
def test_a_hold_that_reaches_nothing_is_refused(
    at: Desk, officer: Actor, wrong: dict[str, Any], words: str
) -> None:
    answer = hold_it(at(officer), wrong)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Hold.objects.exists()


def test_who_neither_reviews_nor_supervises_finds_no_such_pages(
    at: Desk, due_case: MakeCase, triage: Actor
) -> None:
    case_id, client = due_case(), at(triage)
    for path in ("", "/holds", "/holds/new", f"/{case_id}", f"/{case_id}/undo"):
        assert client.get(f"/retention{path}").status_code == 404
    assert client.post(f"/retention/{case_id}/confirm").status_code == 404
    assert not KeepOrLetGo.objects.exists()


def test_a_case_that_an_officer_is_shut_out_of_looks_like_none(
    at: Desk, due_case: MakeCase, officer: Actor
) -> None:
    case_id = due_case()
    Exclusion.objects.create(case_id=case_id, user_id=officer.user_id, why=Conflict.SAME_PERSON)
    client = at(officer)
    keep = {"what": "keep", "reason": "Asked for.", **boxes("until", 90)}
    told = keep, {"what": "let-go", "reason": "Nothing came after it."}
    for number in (case_id, case_id + 1000):
        assert client.get(f"/retention/{number}").status_code == 404
        assert [client.post(f"/retention/{number}", one).status_code for one in told] == [404, 404]
        assert client.post(f"/retention/{number}/confirm").status_code == 404
        assert client.post(f"/retention/{number}/undo", {"reason": "Kept."}).status_code == 404
        # Nor does the next page say why.
        assert "govuk-notification-banner" not in client.get("/retention").content.decode()
    assert not KeepOrLetGo.objects.exists()


def test_a_case_that_an_officer_is_shut_out_of_is_not_counted_elsewhere(
    at: Desk, due_case: MakeCase, officer: Actor
) -> None:
    case_id, other = due_case(amelia()), due_case(amelia())
    assert "In 1 other case" in at(officer).get(f"/retention/{case_id}").content.decode()
    Exclusion.objects.create(case_id=other, user_id=officer.user_id, why=Conflict.SAME_PERSON)
    assert "In no other case" in at(officer).get(f"/retention/{case_id}").content.decode()


def test_a_night_that_stopped_stands_on_the_page(
    at: Desk, let_go: MakeCase, officer: Actor
) -> None:
    Knob.objects.filter(code="MOST_A_NIGHT").update(value=1)
    for name in ("Wren", "Lark"):
        let_go(a_person(given=name, born="2001-02-03"))
    page = at(officer).get("/retention").content.decode()
    assert "More than the 1 that a night may erase" in page
    erase_what_was_let_go()
    page = at(officer).get("/retention").content.decode()
    assert "The last erasing was stopped, and nothing was erased: 2 cases were ready" in page


def test_the_list_costs_the_same_however_long_it_is(due_case: MakeCase, officer: Actor) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            actions.open_review(officer)
        return len(captured)

    due_case(a_person(given="Wren", born="2001-02-03"))
    few = statements()
    for name in ("Lark", "Robin", "Finch"):
        due_case(a_person(given=name, born="2001-02-03"))
    assert statements() == few
