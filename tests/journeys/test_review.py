"""Questions by keys that must not fire, the history's way back, and the drawing in any colours."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from breakwater.access.queries import actor_of
from breakwater.people.models import Link, Review
from breakwater.people.review import actions
from breakwater.people.rules import Answer, LinkStanding
from tests import browser
from tests.journeys.hub import Hub

pytestmark = pytest.mark.journey


@pytest.fixture
def answered(hub: Hub) -> int:
    """A mention that was joined and split off again; its history has something of everything."""
    _, question = hub.doubt()
    with hub.at_database():
        link = Link.objects.get(pk=question)
        hill = actor_of("hill")
        actions.answer(hill, question, Answer.SAME, "Her mother gave both names.")
        actions.split(hill, link.mention_id, "The school meant a cousin of that name.")
        return link.mention_id


def reviews(hub: Hub) -> int:
    with hub.at_database():
        return Review.objects.count()


@pytest.mark.parametrize("held", ["Shift", "Control", "Alt", "Meta"])
def test_a_key_with_a_modifier_answers_nothing(
    visit: Callable[..., Any], hub: Hub, held: str
) -> None:
    _, question = hub.doubt()
    before = reviews(hub)
    page = visit(f"/people/questions/{question}", "hill")
    page.get_by_role("button", name="Answer with single keys").click()
    page.locator("h1").click()
    for key in "sdc":
        page.keyboard.press(f"{held}+{key}")
    page.get_by_role("button", name="Single keys are on").wait_for()
    assert page.url.endswith(f"/{question}")
    assert reviews(hub) == before


def test_keys_stay_on_for_the_next_page_until_they_are_turned_off(
    visit: Callable[..., Any], hub: Hub
) -> None:
    _, question = hub.doubt()
    page = visit(f"/people/questions/{question}", "hill")
    page.get_by_role("button", name="Answer with single keys").click()
    page.reload()
    page.get_by_role("button", name="Single keys are on").click()
    page.locator("h1").click()
    before = reviews(hub)
    page.keyboard.press("c")
    page.reload()
    assert page.get_by_role("button", name="Answer with single keys").is_visible()
    assert reviews(hub) == before


def test_n_goes_on_without_an_answer(visit: Callable[..., Any], hub: Hub) -> None:
    hub.doubt()
    _, question = hub.doubt()
    before = reviews(hub)
    page = visit(f"/people/questions/{question}", "hill")
    page.get_by_role("button", name="Answer with single keys").click()
    page.keyboard.press("n")
    page.wait_for_url(re.compile(rf"/questions/(?!{question}$)\d+$"))
    assert reviews(hub) == before


@pytest.mark.parametrize("scripts", [True, False])
def test_what_was_split_is_joined_again_from_the_history(
    visit: Callable[..., Any], hub: Hub, answered: int, scripts: bool
) -> None:
    page = visit(f"/people/{answered}/history", "hill", java_script_enabled=scripts)
    shown = page.locator("main").inner_text()
    for wanted in ("Sgt Priya Hill", "a cousin of that name", "Said: different people"):
        assert wanted in shown
    page.get_by_role("link", name=re.compile("^Join again")).first.click()
    page.get_by_label("Why", exact=True).fill("No cousin: her aunt says it is her.")
    page.get_by_role("button", name="Join them").click()
    page.get_by_text("Joined.").wait_for()
    with hub.at_database():
        last = Review.objects.latest("pk")
        homes = Link.objects.filter(
            mention__in=[last.mention_id, last.against_id], standing=LinkStanding.LINKED
        )
        assert len(set(homes.values_list("identity", flat=True))) == 1


@pytest.mark.parametrize("width", [1280, 320])
def test_a_full_history_and_a_found_person_break_no_rule_of_accessibility(
    visit: Callable[..., Any], answered: int, width: int
) -> None:
    page = visit(f"/people/{answered}/history", "hill", width, bypass_csp=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert browser.axe_violations(page) == []
    page.goto("/people/find")
    page.get_by_label("Who are you looking for?").fill("hartl")
    page.get_by_label("To triage a referral").check()
    page.get_by_role("button", name="Find", exact=True).click()
    page.get_by_role("heading", name="Look again").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert browser.axe_violations(page) == []


@pytest.mark.parametrize("colours", ["dark", "light"])
def test_the_waterfall_is_drawn_in_the_colours_that_a_reader_chose(
    visit: Callable[..., Any], hub: Hub, colours: str
) -> None:
    _, question = hub.doubt()
    page = visit(
        f"/people/questions/{question}", "hill", forced_colors="active", color_scheme=colours
    )
    fills = page.evaluate(
        """() => ["for", "against", "sum", "label"].map(kind =>
          getComputedStyle(document.querySelector(`.bw-waterfall__${kind}`)).fill)"""
    )
    text, paper = ("rgb(255, 255, 255)", "rgb(0, 0, 0)")[:: 1 if colours == "dark" else -1]
    assert fills == [text, paper, text, text]
