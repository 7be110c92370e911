"""Who keeps the agreements changes one, having seen what that means; a worker reads what stands."""

from collections.abc import Callable
from typing import Any

import pytest

from breakwater.site.demo_sharing import NEIGHBOUR, SCHOOL
from tests import browser
from tests.journeys.hands import Keyboard

pytestmark = pytest.mark.journey

SCHOOLS = "Schools and the hub"


def fill_in_a_day(page: Any, question: str, day: str, month: str, year: str) -> None:
    group = page.get_by_role("group", name=question)
    for box, value in (("Day", day), ("Month", month), ("Year", year)):
        group.get_by_label(box).fill(value)


def fits_and_is_accessible(page: Any) -> None:
    page.wait_for_load_state()
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert browser.axe_violations(page) == []


def test_a_version_is_made_without_scripts_once_its_maker_saw_what_is_lost(
    visit: Callable[..., Any],
) -> None:
    page = visit("/agreements", "kerr", 320, java_script_enabled=False)
    page.get_by_role("link", name=SCHOOLS).click()
    assert "Review due soon" in page.inner_text("main")
    page.get_by_role("button", name="Make a new version").click()
    page.get_by_role("checkbox", name="Missing episodes").uncheck()
    page.get_by_label("Why", exact=True).fill("Schools no longer keep these.")
    page.get_by_role("button", name="See what it would change").click()
    shown = page.inner_text("main")
    assert "Nothing is saved yet." in shown
    assert "Missing episodes: no longer may be shared" in shown
    assert SCHOOL in shown.partition("What would no longer be covered")[2]
    page.get_by_role("button", name="Change what you entered").click()
    assert page.get_by_label("Why", exact=True).input_value() == "Schools no longer keep these."
    page.get_by_role("button", name="See what it would change").click()
    page.get_by_role("button", name="Save this version").click()
    saved = page.inner_text("main")
    assert "Saved. What was shared before stays as it was." in saved
    assert "Schools no longer keep these." in saved
    assert "All of version 1" in saved


def test_a_review_is_noted_and_an_agreement_is_made_and_ended(visit: Callable[..., Any]) -> None:
    page = visit("/agreements", "kerr", bypass_csp=True)
    fits_and_is_accessible(page)
    page.get_by_role("link", name="Surgeries and the hub").click()
    assert "is shown as overdue wherever something rests on it" in page.inner_text("main")
    fits_and_is_accessible(page)
    page.get_by_role("button", name="Note a review").click()
    page.get_by_role("button", name="Note the review").click()
    fits_and_is_accessible(page)
    year = str(int(page.evaluate("new Date().getFullYear()")) + 1)
    page.get_by_label("What you looked at, and with whom").fill("Nothing changed.")
    fill_in_a_day(page, "To be reviewed next by", "1", "6", year)
    page.get_by_role("button", name="Note the review").click()
    assert "Review overdue" not in page.inner_text("main")

    page.goto("/agreements/new")
    page.get_by_role("button", name="See what it would change").click()
    fits_and_is_accessible(page)
    page.get_by_label("Name of the agreement").fill("Two councils")
    for question in ("Who gives", "Who receives"):
        group = page.get_by_role("group", name=question)
        for agency in ("Safeguarding hub", NEIGHBOUR):
            group.get_by_role("checkbox", name=agency).check()
    for words in ("Social care involvement", "Carrying out a plan for a child"):
        page.get_by_role("checkbox", name=words).check()
    for basis in ("A public task laid down in law", "Substantial public interest",
                  "Safeguarding of children and of individuals at risk"):  # fmt: skip
        page.get_by_role("checkbox", name=basis).check()
    page.get_by_label("What was agreed, in plain words").fill("Children who move between us.")
    fill_in_a_day(page, "To be reviewed by", "1", "6", year)
    page.get_by_label("Why", exact=True).fill("Children move.")
    page.get_by_role("button", name="See what it would change").click()
    fits_and_is_accessible(page)
    page.get_by_role("button", name="Save this version").click()
    page.get_by_role("link", name="End this agreement").click()
    page.get_by_label("Why it ends").fill("It was tried out.")
    page.get_by_role("button", name="See what it would change").click()
    assert NEIGHBOUR in page.inner_text("main")
    fits_and_is_accessible(page)
    page.get_by_role("button", name="End it").click()
    assert "nothing new can rest on it" in page.inner_text("main")
    fits_and_is_accessible(page)


def test_a_worker_finds_by_keyboard_who_may_be_asked_for_what(visit: Callable[..., Any]) -> None:
    hands = Keyboard(visit("/board", "hill"))
    hands.press("link", "Who may ask whom for what")
    shown = hands.page.inner_text("main")
    assert f"{NEIGHBOUR}: duty social worker" in shown
    hands.press("link", "Homes and the hub")
    assert "Tenancy and housing" in hands.page.inner_text("main")
    assert "Make a new version" not in hands.page.inner_text("main")


def test_the_page_of_who_may_ask_whom_breaks_no_rule_of_accessibility(
    visit: Callable[..., Any],
) -> None:
    for who in ("hill", "patel"):
        fits_and_is_accessible(visit("/agreements/who-may-ask", who, bypass_csp=True))


def test_a_partner_reads_the_agreements_it_is_in(visit: Callable[..., Any]) -> None:
    page = visit("/agreements", "marsh")
    page.get_by_role("link", name=SCHOOLS).click()
    assert SCHOOL in page.inner_text("main")
    assert "Where it is used" not in page.inner_text("main")
