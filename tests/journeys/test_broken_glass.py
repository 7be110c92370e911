"""Emergencies, restricted cases and conflicts of interest, as people meet them in a browser."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from breakwater.referrals.models import Referral
from tests.builders import a_person
from tests.journeys.hands import Keyboard, Mouse
from tests.journeys.hub import Hub

pytestmark = pytest.mark.journey

WHY = "The hospital has her here and asks who looks after her."
ASKED = "Asked. If there is such a case, somebody will decide."
OPEN = "Open to you for an hour. Supervisors were told and will review it."


def case_of(hub: Hub, reference: str) -> int:
    with hub.at_database():
        return Referral.objects.get(reference=reference).case_id


def a_routed_case(hub: Hub, given: str) -> tuple[str, int]:
    """A child whose case is CAIT's work."""
    reference = hub.hand_in(a_person(given=given, family="Fenn", born="2015-02-03"))
    hub.decide(reference, "CAIT")
    return reference, case_of(hub, reference)


def restrict(visit: Callable[..., Any], case_id: int) -> None:
    page = visit(f"/cases/{case_id}/restrict", "ward")
    page.get_by_label("Why", exact=True).fill("A colleague of the team is family.")
    page.get_by_role("button", name="Restrict the case").click()
    page.get_by_text("Only the people named below").wait_for()


def ask(hands: Mouse, for_what: object) -> None:
    hands.type("Which case?", str(for_what))
    hands.choose("A child is in hospital or custody")
    hands.type("Why", WHY)
    hands.press("button", "Open for an hour")


def told_within_seconds(page: Any, words: str, who: str) -> None:
    """Load the alerts again until the worker was there."""
    for _ in range(40):
        page.goto("/alerts")
        line = page.locator(".bw-known__line", has_text=words).filter(has_text=who)
        if line.count():
            return
        page.wait_for_timeout(250)
    raise AssertionError(f"nobody was told: {words}")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_case_is_opened_in_an_emergency_and_reviewed(
    hub: Hub, visit: Callable[..., Any], scripts: bool
) -> None:
    reference, case_id = a_routed_case(hub, "Wilma" if scripts else "Wanda")
    page = visit("/emergency", "brown", java_script_enabled=scripts)
    ask(Mouse(page), reference)
    page.get_by_text(OPEN).wait_for()
    assert page.url.endswith(reference)

    ward = visit("/alerts", "ward", java_script_enabled=scripts)
    line = ward.locator(".bw-known__line").filter(has_text=f"case {case_id}").first
    assert "Nia Brown, Wessex Council" in line.inner_text()
    ward.goto("/supervision")
    ward.get_by_role("link", name=re.compile(f"^Case {case_id} ")).click()
    assert WHY in ward.locator("main").inner_text()
    ward.get_by_label("Yes, it was justified").check()
    ward.get_by_label("What you found").fill("The ward did ring, and her aunt came.")
    ward.get_by_role("button", name="Send the review").click()
    ward.get_by_text("Reviewed.").wait_for()
    assert ward.get_by_role("link", name=re.compile(f"^Case {case_id} ")).count() == 0
    ward.goto(f"/cases/{case_id}/who-may-see")
    shown = ward.locator("main").inner_text()
    for wanted in (WHY, "Justified", "DS Tom Ward reviewed it"):
        assert wanted in shown


def test_two_people_open_a_restricted_case_by_keyboard(hub: Hub, visit: Callable[..., Any]) -> None:
    reference, case_id = a_routed_case(hub, "Xenia")
    restrict(visit, case_id)
    page = visit("/emergency", "brown")
    ask(Keyboard(page), case_id)
    page.get_by_text(ASKED).wait_for()
    assert page.request.get(f"/referrals/{reference}").status == 404

    ward = visit("/", "ward")
    told_within_seconds(ward, "asks to open a restricted case", "Nia Brown")
    hands = Keyboard(ward)
    ward.goto("/supervision")
    ward.get_by_role("link", name=re.compile(f"^Case {case_id} ")).click()
    assert WHY in ward.locator("main").inner_text()
    hands.choose("Yes, open it for an hour")
    hands.type("Why", "I rang the ward myself: she is there.")
    hands.press("button", "Send your answer")
    ward.get_by_text("Agreed. The case is open to them").wait_for()

    told_within_seconds(page, "is open to you for an hour", "Tom Ward")
    page.goto("/emergency")
    page.get_by_role("link", name=str(case_id), exact=True).first.click()
    assert page.url.endswith(reference)


def test_asking_for_what_is_restricted_and_for_what_is_not_there_looks_the_same(
    hub: Hub, visit: Callable[..., Any]
) -> None:
    _, case_id = a_routed_case(hub, "Yara")
    restrict(visit, case_id)
    pages = []
    for each in (case_id, 77_777_777):
        page = visit("/emergency", "evans")
        ask(Mouse(page), each)
        pages.append(page.locator("main").inner_text().replace(str(each), "NUMBER"))
    first = re.sub(r"Asked [^,]*, [^,]*,|until [^.]* if", "", pages[0])
    second = re.sub(r"Asked [^,]*, [^,]*,|until [^.]* if", "", pages[1])
    assert first.count("NUMBER") == 1
    assert second.startswith(first.split("NUMBER")[0])


def test_who_guards_a_restricted_child_is_told_of_a_search_within_seconds(
    hub: Hub, visit: Callable[..., Any]
) -> None:
    _, case_id = a_routed_case(hub, "Zelda")
    restrict(visit, case_id)
    page = visit("/people/find", "evans")
    page.get_by_label("Who are you looking for?").fill("zelda fenn")
    page.get_by_label("To work on a case").check()
    page.get_by_role("button", name="Find", exact=True).click()
    page.get_by_text("Nobody in the cases open to you.").wait_for()
    assert "Known to others" not in page.content()
    ward = visit("/", "ward")
    told_within_seconds(ward, "asked about a restricted case", "Huw Evans")


def test_somebody_who_knows_the_family_says_so_and_loses_the_case(
    hub: Hub, visit: Callable[..., Any]
) -> None:
    reference, case_id = a_routed_case(hub, "Ursula")
    page = visit(f"/referrals/{reference}", "patel")
    page.get_by_role("link", name="I know this family").click()
    assert "DS Tom Ward (CAIT)" in page.locator("main").inner_text()
    page.get_by_role("button", name="I know this family: close the case to me").click()
    page.get_by_text(f"Case {case_id} is closed to you from now on.").wait_for()
    for path in (f"/referrals/{reference}", f"/cases/{case_id}"):
        assert page.request.get(path).status == 404
    page.goto("/board")
    assert reference not in page.content()

    ward = visit("/alerts", "ward")
    assert ward.locator(".bw-known__line", has_text="they know the family").count()
    ward.goto(f"/cases/{case_id}/who-may-see")
    ward.get_by_role("link", name="Let in again").click()
    ward.get_by_label("Why", exact=True).fill("She meant another family of that name.")
    ward.get_by_role("button", name="Let in again").click()
    ward.get_by_text("Let in again. They see").wait_for()
    assert page.request.get(f"/referrals/{reference}").status == 200


def test_somebody_names_their_family_and_the_case_closes(
    hub: Hub, visit: Callable[..., Any]
) -> None:
    reference, _ = a_routed_case(hub, "Tilda")
    page = visit("/conflicts", "lind")
    page.get_by_label("Child", exact=True).check()
    for label, text in (
        ("Given name", "Tilda"),
        ("Family name", "Fenn"),
        ("Day", "3"),
        ("Month", "2"),
        ("Year", "2015"),
    ):
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="Name them").click()
    page.get_by_text("Cases about them close to you").wait_for()
    assert "Tilda Fenn" in page.locator("main").inner_text()
    page.goto("/emergency")
    ask(Mouse(page), reference)
    page.get_by_text(ASKED).wait_for()
    page.goto("/conflicts")
    page.get_by_role("button", name=re.compile("^Take back.*Tilda Fenn")).click()
    page.get_by_text("stays closed").wait_for()


def test_a_search_again_and_again_shows_on_the_supervisors_page(
    hub: Hub, visit: Callable[..., Any]
) -> None:
    watched = visit("/people/find", "patel")
    other = hub.hand_in(a_person(given="Sabine", family="Fenn", born="2014-04-04"))
    hub.decide(other, "Early help")
    for _ in range(3):
        watched.goto("/people/find")
        watched.get_by_label("Who are you looking for?").fill("sabine fenn")
        watched.get_by_label("To work on a case").check()
        watched.get_by_role("button", name="Find", exact=True).click()
        watched.get_by_text("Known to others").wait_for()
    ward = visit("/", "ward")
    told_within_seconds(ward, "searches again and again", "Meera Patel")
    ward.goto("/supervision")
    assert "DC Meera Patel" in ward.locator("main").inner_text()
    assert "sabine" not in ward.content().lower()
