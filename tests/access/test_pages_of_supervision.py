"""Pages of alerts, supervision, restriction and conflicts: who reaches them, what they say."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from breakwater.access.models import Alert, Case, Exclusion, GlassReview, User
from breakwater.access.policy import Role
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor, Conflict, TeamKind
from breakwater.clocks.models import Clock
from tests.cases import WHY, a_case, broken, guarded_by, last_glass, sees

pytestmark = pytest.mark.django_db

Staff = Callable[..., User]
SignIn = Callable[[User], Client]
LONG = "Nobody at work may see that it is her family."


@pytest.fixture
def tom_himself(staff: Staff) -> User:
    return staff("Tom Ward", TeamKind.CAIT, Role.TEAM_SUPERVISOR)


@pytest.fixture
def tom(tom_himself: User) -> Actor:
    return actor_for(tom_himself)


@pytest.fixture
def nia(staff: Staff) -> Actor:
    return actor_for(staff("Nia Brown", TeamKind.EARLY_HELP))


@pytest.fixture
def client(tom_himself: User, signed_in: SignIn) -> Client:
    return signed_in(tom_himself)


def test_every_page_of_supervision_is_missing_without_the_verb(
    staff: Staff, signed_in: SignIn, tom: Actor, nia: Actor
) -> None:
    user = staff("Meera Patel", TeamKind.CAIT)
    stranger, case = signed_in(user), a_case(of=tom)
    broken(nia, case)
    numbered = [last_glass()]
    for route, args in (
        ("supervision", []),
        ("review-glass", numbered),
        ("answer-glass", numbered),
        ("restrict", [case]),
        ("name-for-case", [case]),
        ("take-off", [case, user.pk]),
        ("lift-restriction", [case]),
        ("keep-out", [case]),
        ("let-in", [case, user.pk]),
    ):
        assert stranger.get(reverse(route, args=args)).status_code == 404, route
        assert stranger.post(reverse(route, args=args), {}).status_code == 404, route


def test_the_number_unseen_stands_in_the_navigation_until_all_are_seen(
    client: Client, tom: Actor, nia: Actor
) -> None:
    broken(nia, a_case(of=tom))
    assert "Alerts (1)" in client.get(reverse("alerts")).content.decode()
    page = client.post(reverse("alerts-seen"), follow=True).content.decode()
    assert "Marked as seen: 1." in page
    assert "Alerts (" not in page
    assert Alert.objects.get().seen_at is not None


def test_alerts_are_marked_by_post_alone(client: Client) -> None:
    assert client.get(reverse("alerts-seen")).status_code == 405


def test_what_is_overdue_is_red(client: Client, tom: Actor, nia: Actor) -> None:
    broken(nia, a_case(of=tom))
    ago = timedelta(days=4)
    clock = Clock.objects.get()
    Clock.objects.update(started_at=clock.started_at - ago, due_at=clock.due_at - ago)
    page = client.get(reverse("supervision")).content.decode()
    assert "govuk-tag--red" in page
    assert "missed by" in page


def test_the_supervisors_page_says_what_the_rate_means(
    client: Client, tom: Actor, nia: Actor
) -> None:
    page = client.get(reverse("supervision")).content.decode()
    assert "If this grows, grants arrive too late" in page


def test_the_supervisors_page_costs_the_same_however_much_waits(
    client: Client, tom: Actor, nia: Actor
) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("supervision")).status_code == 200
        return len(captured)

    broken(nia, a_case(of=tom))
    before = statements()
    for _ in range(10):
        broken(nia, a_case(of=tom))
        broken(nia, guarded_by(tom))
    assert statements() == before


def test_who_may_see_costs_the_same_however_many(client: Client, tom: Actor, staff: Staff) -> None:
    def statements(case: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("who-may-see", args=[case])).status_code == 200
        return len(captured)

    few, many = a_case(of=tom), a_case(of=tom)
    for number in range(10):
        broken(actor_for(staff(f"Jo Park {number}", TeamKind.EARLY_HELP)), many)
    assert statements(many) == statements(few)


@pytest.mark.parametrize(
    "told", [{"reason": ""}, {"reason": "fine"}, {"verdict": "maybe", "reason": WHY}]
)
def test_a_review_that_says_too_little_stays_on_the_page(
    client: Client, tom: Actor, nia: Actor, told: dict[str, str]
) -> None:
    broken(nia, a_case(of=tom))
    answer = client.post(reverse("review-glass", args=[last_glass()]), told)
    assert answer.status_code == 422
    assert WHY in answer.content.decode()
    assert not GlassReview.objects.exists()


def test_a_case_is_restricted_named_for_and_lifted_by_its_pages(
    client: Client, tom: Actor, staff: Staff
) -> None:
    jo = actor_for(staff("Jo Park", TeamKind.CAIT))
    case = a_case(of=tom)
    for route, args, told in (
        ("restrict", [case], {}),
        ("name-for-case", [case], {"person": jo.person}),
        ("take-off", [case, jo.person], {}),
        ("lift-restriction", [case], {}),
    ):
        answer = client.post(reverse(route, args=args), told | {"reason": LONG})
        assert (answer.status_code, answer.headers.get("Location")) == (
            302,
            reverse("who-may-see", args=[case]),
        ), route
        assert sees(jo, case) == (route in ("name-for-case", "lift-restriction")), route
    assert LONG in client.get(reverse("who-may-see", args=[case])).content.decode()


@pytest.mark.parametrize(
    ("route", "told"),
    [
        ("restrict", {"reason": ""}),
        ("restrict", {"reason": "short"}),
        ("restrict", {"reason": LONG, "people": ["99999"]}),
        ("name-for-case", {"reason": LONG}),
        ("name-for-case", {"reason": LONG, "person": "99999"}),
        ("keep-out", {"reason": LONG, "person": "x"}),
    ],
)
def test_nonsense_decides_nothing(
    client: Client, tom: Actor, route: str, told: dict[str, object]
) -> None:
    case = a_case(of=tom)
    answer = client.post(reverse(route, args=[case]), told)
    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode()
    assert not Case.objects.get(pk=case).restricted


def test_a_refusal_of_the_door_shows_on_the_form(client: Client, tom: Actor) -> None:
    case = guarded_by(tom)
    answer = client.post(reverse("take-off", args=[case, tom.person]), {"reason": LONG})
    assert answer.status_code == 422
    assert "Somebody must guard a restricted case" in answer.content.decode()


def test_a_form_about_somebody_who_is_not_on_the_list_is_not_there(
    client: Client, tom: Actor, nia: Actor
) -> None:
    case = guarded_by(tom)
    for route in ("take-off", "let-in"):
        assert client.get(reverse(route, args=[case, nia.person])).status_code == 404


def test_declaring_warns_first_and_changes_nothing_until_it_is_said(
    tom: Actor, staff: Staff, signed_in: SignIn
) -> None:
    user = staff("Meera Patel", TeamKind.CAIT)
    case = a_case(of=tom)
    mine = signed_in(user)
    page = mine.get(reverse("declare-conflict", args=[case])).content.decode()
    assert "closes to you at once" in page
    assert "Tom Ward" in page
    assert sees(actor_for(user), case)
    said = mine.post(reverse("declare-conflict", args=[case]), follow=True).content.decode()
    assert "Tell one of these now, so that somebody takes over: Tom Ward" in said
    assert Exclusion.objects.get().why == Conflict.DECLARED


def test_nobody_without_the_role_declares_family(signed_in: SignIn, staff: Staff) -> None:
    user = staff("No Team")
    user.membership_set.all().delete()
    assert signed_in(user).get(reverse("conflicts")).status_code == 404


@pytest.mark.parametrize(
    "told",
    [
        {"kinship": "", "given": "", "family": "", "born-day": "", "born-month": ""},
        {"kinship": "enemy"},
        {"given": "", "family": ""},
        {"family": "!!"},
        {"born-year": "3017"},
        {"born-month": "13"},
    ],
)
def test_family_named_with_nonsense_is_refused(client: Client, told: dict[str, str]) -> None:
    whole = {
        "kinship": "child",
        "given": "Amelia",
        "family": "Hartley",
        "born-day": "14",
        "born-month": "5",
        "born-year": "2017",
    }
    assert client.post(reverse("conflicts"), whole | told).status_code == 422
