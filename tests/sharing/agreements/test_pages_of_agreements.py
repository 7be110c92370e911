"""The pages: who sees what, and that nothing is saved that was not shown."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from breakwater.access.models import Agency, User
from breakwater.access.policy import Role
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor, TeamKind
from breakwater.sharing.agreements import actions
from breakwater.sharing.agreements.models import AgreementReview, AgreementVersion
from breakwater.sharing.agreements.queries import agreements
from breakwater.sharing.rules import InfoKind, Purpose
from tests.sharing.agreements.agreed import DAY, agreed, between, terms

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]


def a_day(name: str, day: date) -> dict[str, str]:
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}  # fmt: skip  # noqa: E501


def typed(council: Agency, school: Agency, today: date, **changes: Any) -> dict[str, Any]:
    both = [str(council.pk), str(school.pk)]
    return {
        "name": "Schools and the hub",
        "gives": both,
        "receives": both,
        "kinds": [InfoKind.IDENTITY.value],
        "purposes": [Purpose.ENQUIRIES.value],
        "bases": ["ART6E"],
        "summary": "The paper is with <the governors>.",
        **a_day("effective_from", today),
        **a_day("review_by", today + 300 * DAY),
        "why": "Agreed at the board.",
        "after": "0",
    } | changes


def seen_on(answer: Any) -> str:
    """The mark of the preview that a page shows."""
    page = answer.content.decode()
    return page.partition('name="seen" value="')[2].partition('"')[0]


@pytest.fixture
def manager(ruth: User, signed_in: SignIn) -> Client:
    return signed_in(ruth)


@pytest.fixture
def made(keeper: Actor, council: Agency, school: Agency, today: date) -> int:
    return agreed(keeper, council, school, today=today)


def test_an_agreement_is_typed_looked_at_and_saved(
    manager: Client, council: Agency, school: Agency, today: date
) -> None:
    given = typed(council, school, today)
    preview = manager.post("/agreements/new", given)
    assert preview.status_code == 200
    assert "Nothing is saved yet" in preview.content.decode()
    assert "&lt;the governors&gt;" in preview.content.decode()
    assert not AgreementVersion.objects.exists()
    saved = manager.post("/agreements/new", given | {"seen": seen_on(preview)})
    (one,) = agreements()
    assert saved.headers["Location"] == f"/agreements/{one.id}"
    assert one.newest.terms.summary == "The paper is with <the governors>."
    page = manager.get(f"/agreements/{one.id}").content.decode()
    assert "Schools and the hub" in page
    assert "Agreed at the board." in page
    assert "UK GDPR Article 6(1)(e)" in page


def test_the_preview_sends_on_everything_that_was_typed(
    manager: Client, council: Agency, school: Agency, today: date
) -> None:
    given = typed(council, school, today)
    page = manager.post("/agreements/new", given).content.decode()
    for name, value in given.items():
        for one in value if isinstance(value, list) else [value]:
            sent = one.replace("<", "&lt;").replace(">", "&gt;")
            assert f'name="{name}" value="{sent}"' in page


def test_one_can_go_back_and_change_what_was_typed(
    manager: Client, council: Agency, school: Agency, today: date
) -> None:
    given = typed(council, school, today)
    seen = seen_on(manager.post("/agreements/new", given))
    again = manager.post("/agreements/new", given | {"seen": seen, "do": "back"})
    assert again.status_code == 200
    assert "See what it would change" in again.content.decode()
    assert "The paper is with" in again.content.decode()
    assert not AgreementVersion.objects.exists()


def test_what_was_not_shown_is_not_saved(
    manager: Client, council: Agency, school: Agency, today: date
) -> None:
    given = typed(council, school, today)
    seen = seen_on(manager.post("/agreements/new", given))
    other = manager.post("/agreements/new", given | {"seen": seen, "summary": "Another."})
    assert "not what you saw before" in other.content.decode()
    assert not AgreementVersion.objects.exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "Enter the agreement’s name"),
        ({"gives": []}, "Choose who gives"),
        ({"receives": ["999999"]}, "Choose who receives from the list"),
        ({"kinds": ["everything"]}, "Choose what may be shared from the list"),
        ({"purposes": []}, "Choose what it may be shared for"),
        ({"bases": []}, "Choose the lawful basis"),
        ({"bases": ["PART3"]}, "Part 3 is for police and probation"),
        ({"summary": ""}, "Enter what was agreed, in plain words"),
        ({"effective_from-year": "1999"}, "The day it begins must be today or in the future"),
        ({"review_by-year": "2090"}, "The next review must be within two years"),
        ({"review_by-day": "32"}, "The day of its next review must be a real date"),
        ({"why": ""}, "Enter why you make this version"),
    ],
)
def test_bad_input_names_its_field_and_loses_nothing(
    manager: Client, council: Agency, school: Agency, today: date, changes: Any, said: str
) -> None:
    answer = manager.post("/agreements/new", typed(council, school, today) | changes)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert said in page
    if "summary" not in changes:
        assert "The paper is with" in page
    assert not AgreementVersion.objects.exists()


def test_a_name_that_is_taken_is_said_before_the_preview(
    manager: Client, made: int, council: Agency, school: Agency, today: date
) -> None:
    answer = manager.post("/agreements/new", typed(council, school, today, name="Together"))
    assert answer.status_code == 422
    assert "There is an agreement of this name" in answer.content.decode()


def test_a_new_version_begins_with_the_old_and_shows_what_is_lost(
    manager: Client, made: int, council: Agency, school: Agency, today: date
) -> None:
    page = manager.get(f"/agreements/{made}/new").content.decode()
    assert "What protects a child." in page
    given = typed(council, school, today, after="1")
    answer = manager.post(f"/agreements/{made}/new", given)
    preview = answer.content.decode()
    assert "What would no longer be covered" in preview
    assert "St Aldhelm&#39;s" in preview
    assert "Attendance, behaviour and safeguarding records of a school" in preview
    saved = manager.post(f"/agreements/{made}/new", given | {"seen": seen_on(answer)})
    assert saved.status_code == 302
    assert [one.number for one in agreements(made)[0].versions] == [1, 2]
    history = manager.get(f"/agreements/{made}").content.decode()
    assert "no longer may be shared" in history
    assert "All of version 1" in history


def test_who_was_overtaken_keeps_what_was_typed_and_may_send_it_again(
    manager: Client, keeper: Actor, made: int, council: Agency, school: Agency, today: date
) -> None:
    given = typed(council, school, today, after="1")
    seen = seen_on(manager.post(f"/agreements/{made}/new", given))
    dates = {"effective_from": today, "review_by": today + 90 * DAY}
    between_them = terms(*between(council, school), summary="Meanwhile.", **dates)
    actions.make_version(keeper, made, between_them, "So.", after=1, today=today)
    answer = manager.post(f"/agreements/{made}/new", given | {"seen": seen})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Somebody else changed this agreement" in page
    assert "The paper is with" in page
    assert 'name="after" value="2"' in page
    assert agreements(made)[0].newest.number == 2


def test_an_end_is_looked_at_before_it_comes(manager: Client, made: int, today: date) -> None:
    given = {**a_day("on", today), "why": "It was a trial.", "after": "1"}
    answer = manager.post(f"/agreements/{made}/end", given)
    assert "It covers nothing any more" in answer.content.decode()
    assert "What would no longer be covered" in answer.content.decode()
    assert agreements(made)[0].newest.number == 1
    manager.post(f"/agreements/{made}/end", given | {"seen": seen_on(answer)})
    page = manager.get(f"/agreements/{made}").content.decode()
    assert "Ended" in page
    assert "It was a trial." in page
    assert "End this agreement" not in page


def test_a_review_is_noted_with_the_day_of_the_next(
    manager: Client, made: int, today: date
) -> None:
    given = {"note": "Nothing changed.", **a_day("review_by", today + 100 * DAY), "after": "1"}
    wrong = manager.post(f"/agreements/{made}/review", given | {"note": ""})
    assert (wrong.status_code, AgreementReview.objects.count()) == (422, 0)
    assert manager.post(f"/agreements/{made}/review", given).status_code == 302
    assert "Nothing changed." in manager.get(f"/agreements/{made}").content.decode()


@pytest.mark.parametrize("role", [Role.TRIAGE_WORKER, Role.PARTNER, Role.INSPECTOR])
def test_everybody_reads_agreements_and_only_the_manager_finds_how_to_change_them(
    staff: Callable[..., User], signed_in: SignIn, made: int, role: Role
) -> None:
    client = signed_in(staff(f"Somebody {role}", TeamKind.TRIAGE, role))
    assert "Together" in client.get("/agreements").content.decode()
    page = client.get(f"/agreements/{made}").content.decode()
    assert "What protects a child." in page
    assert "Where it is used" not in page
    assert "Make a new version" not in page
    for path in ("new", f"{made}/new", f"{made}/review", f"{made}/end"):
        assert client.get(f"/agreements/{path}").status_code == 404
        assert client.post(f"/agreements/{path}", {}).status_code == 404


@pytest.mark.parametrize("path", ["", "/new", "/review", "/end"])
def test_an_agreement_that_is_not_there_is_not_found(manager: Client, path: str) -> None:
    assert manager.get(f"/agreements/999999{path}").status_code == 404


def test_the_list_puts_what_is_overdue_first(
    manager: Client, keeper: Actor, council: Agency, school: Agency, today: date
) -> None:
    def since(name: str, days: int, review_in: int) -> int:
        began = today - days * DAY
        due = today + review_in * DAY
        return agreed(keeper, council, school, name=name, today=began, review_by=due)

    since("A in force", 10, 90)
    since("B overdue", 10, -1)
    since("C due soon", 10, 30)
    ended = since("D ended", 10, 90)
    actions.end_agreement(keeper, ended, today, "So.", after=1, today=today)
    page = manager.get("/agreements").content.decode()
    places = [page.index(name) for name in ("B overdue", "C due soon", "A in force", "D ended")]
    assert places == sorted(places)
    for tag in ("Review overdue", "Review due soon", "In force", "Ended"):
        assert f">{tag}<" in page


def test_reading_the_list_takes_as_many_statements_however_many_there_are(
    manager: Client, keeper: Actor, council: Agency, school: Agency, today: date,
    django_assert_max_num_queries,
) -> None:  # fmt: skip
    for number in range(4):
        agreed(keeper, council, school, name=f"Agreement {number}", today=today)
    with django_assert_max_num_queries(10):
        assert manager.get("/agreements").status_code == 200


def test_who_may_ask_whom_is_read_from_the_readers_own_side(
    manager: Client, keeper: Actor, council: Agency, school: Agency, police: Agency, today: date
) -> None:
    one_way = (*between(school, receives=False), *between(council, gives=False))
    agreed(keeper, parties=one_way, name="One way", today=today)
    page = manager.get("/agreements/who-may-ask").content.decode()
    by_partner, _, rest = page.partition("no agreement lets you tell them whom you ask about")
    assert "Attendance, behaviour and safeguarding records of a school" in by_partner
    assert ">Nothing</td>" in by_partner
    assert "Wessex Police: 01632 960301" in rest.partition("without an agreement")[2]
    _, _, by_agreement = rest.partition("By agreement")
    assert "One way" in by_agreement
    assert "Data Protection Act 2018, Schedule 1, paragraph 18" in by_agreement


def test_what_one_may_ask_and_tell_alike_is_said_once(
    manager: Client, keeper: Actor, council: Agency, school: Agency, today: date
) -> None:
    agreed(keeper, council, school, today=today)
    assert ">The same</td>" in manager.get("/agreements/who-may-ask").content.decode()


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.TRIAGE_WORKER, 200),
        (Role.PRACTITIONER, 200),
        (Role.TEAM_SUPERVISOR, 200),
        (Role.PARTNER, 404),
        (Role.INSPECTOR, 404),
        (Role.RECORDS_OFFICER, 404),
    ],
)
def test_who_works_with_cases_reads_who_may_ask_whom(
    staff: Callable[..., User], signed_in: SignIn, role: Role, status: int
) -> None:
    client = signed_in(staff(f"Somebody {role}", TeamKind.TRIAGE, role))
    assert client.get("/agreements/who-may-ask").status_code == status


def test_somebody_without_a_team_reads_agreements_too(
    ruth: User, signed_in: SignIn, made: int
) -> None:
    teamless = User.objects.create_user("eva", "Eva Novak", ruth.agency, None)
    assert actor_for(teamless).verbs == frozenset()
    assert signed_in(teamless).get(f"/agreements/{made}").status_code == 200
