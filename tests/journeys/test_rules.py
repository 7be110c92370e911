"""A supervisor changes a rule: reads it, changes it, sees what that would change, saves it."""

from collections.abc import Callable
from typing import Any

import pytest

from tests import browser

pytestmark = pytest.mark.journey


def test_a_rule_is_changed_without_scripts_and_is_in_force(visit: Callable[..., Any]) -> None:
    page = visit("/thresholds", "okafor", 320, java_script_enabled=False)
    page.get_by_role("button", name="Change the rules").click()
    page.get_by_role("link", name="It came by 999").click()
    page.get_by_label("Raises to at least level 4").check()
    page.get_by_role("button", name="Keep this rule").click()
    assert "at least level 3, now at least level 4" in page.inner_text("main")
    page.get_by_role("button", name="See what it would change").click()
    page.get_by_label("Why you change the rules").fill("Agreed by the partnership on 3 November.")
    page.get_by_role("button", name="Save as version 2").click()
    assert "Saved: version 2 is in force." in page.inner_text("main")
    assert "Agreed by the partnership on 3 November." in page.inner_text("main")


def test_a_preview_breaks_no_rule_of_accessibility_and_fits_its_screen(
    visit: Callable[..., Any],
) -> None:
    page = visit("/thresholds/change/set", "okafor", bypass_csp=True)
    page.get_by_label("Neglect", exact=True).select_option("4")
    page.get_by_role("button", name="Keep this").click()
    for path in ("/thresholds/change", "/thresholds/preview"):
        page.goto(path)
        for width in (1280, 320):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert browser.axe_violations(page) == []
    page.goto("/thresholds/change")
    page.get_by_role("button", name="Throw these changes away").click()
    assert "Thrown away" in page.inner_text("main")
