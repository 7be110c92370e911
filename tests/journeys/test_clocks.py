"""A manager sets a clock; everybody reads it, and what runs keeps its own."""

import os
from collections.abc import Callable
from typing import Any

import pytest

from breakwater.access.policy import Role
from breakwater.clocks.models import Clock
from tests import browser
from tests.builders import a_person
from tests.journeys.hub import Hub

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def manager(hub: Hub) -> str:
    hub.employ("kerr", "Ruth Kerr", Role.HUB_MANAGER)
    return "kerr"


def test_a_manager_sets_a_clock_and_what_runs_keeps_its_own(
    visit: Callable[..., Any], hub: Hub, manager: str
) -> None:
    before = hub.hand_in(a_person(given="Otto", family="Penn", born="2018-01-01"))
    page = visit("/clocks", manager)
    page.get_by_role("link", name="Tell the school").click()
    page.get_by_label("How long").fill("")
    page.get_by_label("hours, round the clock").check()
    page.get_by_role("button", name="Set the clock").click()
    assert page.get_by_role("alert").get_by_text("Enter how long").is_visible()
    page.get_by_label("How long").fill("12")
    page.get_by_label("Source").fill("Agreed with the schools")
    page.get_by_role("button", name="Set the clock").click()
    row = page.get_by_role("row").filter(has_text="ENCOMPASS")
    assert "12 hours" in row.inner_text()
    assert "before the next school day" in row.inner_text()
    assert "Agreed with the schools" in row.inner_text()
    with hub.at_database():
        clocks = Clock.objects.filter(subject__startswith="referral", definition__version=1)
        assert clocks.filter(code="DECIDE").exists()
    assert before


def test_the_pages_of_clocks_fit_a_phone_and_break_no_rule_of_accessibility(
    visit: Callable[..., Any], manager: str
) -> None:
    for path, button in (
        ("/clocks", ""),
        ("/clocks/DECIDE/change", ""),
        ("/clocks/DECIDE/change", "Set the clock"),
        ("/clocks/hours", ""),
        ("/clocks/hours", "Set the hours"),
        ("/clocks/school-breaks", ""),
        ("/clocks/school-breaks", "Add the break"),
    ):
        page = visit(path, manager, bypass_csp=True)
        if button:
            if "hours" not in path:
                page.locator("input[type=text]").first.fill("")
            else:
                page.get_by_label("Opens").fill("nine")
            page.get_by_role("button", name=button).click()
            page.wait_for_load_state()
        for width in (1280, 320):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert browser.axe_violations(page) == []
            if os.environ.get("LOOK"):
                name = f"{path.replace('/', '-')}-{bool(button)}-{width}.png"
                page.screenshot(path=f"{os.environ['LOOK']}/look{name}", full_page=True)
