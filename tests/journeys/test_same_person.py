"""A triage worker answers what the identity engine asks: with a mouse, by keys, without scripts."""

from collections.abc import Callable
from typing import Any

import pytest

from breakwater.people.models import Review
from tests.journeys.hub import Hub

pytestmark = pytest.mark.journey
QUESTION = "Are these the same person?"


def last_answer(hub: Hub) -> str:
    with hub.at_database():
        return Review.objects.latest("pk").answer


@pytest.mark.parametrize("scripts", [True, False])
def test_a_question_is_answered_with_a_mouse_and_without_scripts(
    visit: Callable[..., Any], hub: Hub, scripts: bool
) -> None:
    _, question = hub.doubt()
    page = visit(f"/people/questions/{question}", "hill", java_script_enabled=scripts)
    assert page.get_by_role("heading", name=QUESTION).is_visible()
    page.get_by_label("Why (optional)").fill("Another family at that address.")
    page.get_by_role("button", name="Different people").click()
    page.get_by_text("Answered: different.").wait_for()
    assert last_answer(hub) == "different"


def test_single_keys_answer_once_they_are_turned_on_and_never_while_typing(
    visit: Callable[..., Any], hub: Hub
) -> None:
    _, question = hub.doubt()
    with hub.at_database():
        before = Review.objects.count()
    page = visit(f"/people/questions/{question}", "hill")
    page.keyboard.press("c")
    assert page.url.endswith(f"/{question}")
    page.get_by_role("button", name="Answer with single keys").press("Enter")
    page.get_by_label("Why (optional)").press_sequentially("scd")
    assert page.url.endswith(f"/{question}")
    page.get_by_role("button", name="Single keys are on").focus()
    page.keyboard.press("Control+c")
    with hub.at_database():
        assert Review.objects.count() == before
    page.keyboard.press("c")
    page.get_by_text("Answered: cannot tell.").wait_for()
    assert last_answer(hub) == "cannot tell"


def test_the_keyboard_alone_reaches_every_answer(visit: Callable[..., Any], hub: Hub) -> None:
    _, question = hub.doubt()
    page = visit(f"/people/questions/{question}", "hill")
    page.get_by_label("Why (optional)").focus()
    for wanted in ("Same person", "Different people", "Cannot tell"):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.innerText.trim()") == wanted
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # next, without an answer
    page.wait_for_url(lambda url: not url.endswith(f"/{question}"))


def test_somebody_is_found_by_a_part_of_a_name_and_it_stays_out_of_the_address(
    visit: Callable[..., Any], hub: Hub
) -> None:
    hub.doubt()
    page = visit("/people/find", "hill")
    page.get_by_label("Who are you looking for?").fill("hartley quay")
    page.get_by_label("To triage a referral").check()
    page.get_by_role("button", name="Find", exact=True).click()
    page.get_by_role("heading", name="Look again").wait_for()
    assert page.locator(".bw-work__title a", has_text="Amelia Hartley").first.is_visible()
    assert page.url.endswith("/people/find")
    page.locator(".bw-work__title a").first.click()
    page.get_by_role("heading", name="Links of a person").wait_for()
