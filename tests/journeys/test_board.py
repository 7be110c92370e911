"""Two workers at one board: what is new, who has it open, single keys; and without scripts."""

from collections.abc import Callable
from typing import Any

import pytest

from breakwater.referrals.models import Item
from tests.builders import a_person
from tests.journeys.hub import Hub

pytestmark = pytest.mark.journey
# As if the time had passed: the pages ask at once, again and again.
HURRY = """
const slowly = window.setInterval;
window.setInterval = (what, often) => slowly(what, Math.min(often, 300));
"""


def test_what_is_new_is_offered_and_nothing_moves_until_it_is_wanted(
    visit: Callable[..., Any], hub: Hub
) -> None:
    hub.hand_in(a_person(given="Rosa", family="Quill"))
    page = visit("/board", "hill")
    page.add_init_script(HURRY)
    page.reload()
    rows = page.locator(".bw-work tbody tr")
    before = rows.count()
    page.get_by_role("link", name="Rosa Quill").first.focus()
    later = hub.hand_in(a_person(given="Emil", family="Quill"))
    button = page.get_by_role("button", name="1 new: show it")
    button.wait_for()
    assert rows.count() == before
    assert page.evaluate("document.activeElement.textContent.trim()") == "Rosa Quill"
    button.click()
    page.get_by_text(later, exact=True).wait_for()
    assert page.evaluate("document.activeElement.id") == "board-list"
    assert not button.is_visible()


def test_a_second_worker_is_told_who_has_it_open_until_they_leave(
    visit: Callable[..., Any], hub: Hub
) -> None:
    reference = hub.hand_in(a_person(given="Ivo", family="Marsh"))
    first = visit(f"/referrals/{reference}", "hill")
    second = visit(f"/referrals/{reference}/decide", "okafor")
    second.add_init_script(HURRY)
    second.reload()
    line = second.locator("#presence")
    assert "has this open since" in line.inner_text()
    first.wait_for_load_state("networkidle")  # the page has said that it is open
    first.goto("/board")
    line.wait_for(state="hidden")
    assert line.text_content() == ""


def test_single_keys_walk_open_and_go_and_claim_only_once_they_may(
    visit: Callable[..., Any], hub: Hub
) -> None:
    hub.hand_in(a_person(given="Tara", family="Finch"))
    page = visit("/board", "hill")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    first = page.locator(".bw-work tbody tr").first
    assert first.locator("a:focus").count() == 1
    page.keyboard.press("c")
    page.wait_for_timeout(300)
    assert page.url.endswith("/board")  # keys that do things are off as long as nobody chose
    page.keyboard.press("Shift+?")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    dialog.wait_for()
    assert "Next row of a list" in dialog.inner_text()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url("**/referrals/*")
    page.keyboard.press("d")
    page.wait_for_url("**/decide")
    page.get_by_label("Reason for your decision").press_sequentially("b/jk?")
    assert page.get_by_label("Reason for your decision").input_value() == "b/jk?"
    page.locator("h1").click()
    page.keyboard.press("/")
    page.wait_for_url("**/people/find")


def test_keys_that_do_things_claim_and_the_switch_turns_all_off(
    visit: Callable[..., Any], hub: Hub
) -> None:
    reference = hub.hand_in(a_person(given="Nell", family="Finch"))
    page = visit("/shortcuts", "hill")
    page.get_by_label("Move, and do things").check()
    page.goto("/board?whose=nobody")
    row = page.locator("tr", has_text=reference)
    row.locator(".bw-work__title a").focus()
    page.keyboard.press("c")
    page.get_by_text("You have claimed it.").wait_for()
    assert "whose=nobody" in page.url
    with hub.at_database():
        assert Item.objects.get(referral__reference=reference).worker.username == "hill"
    page.goto("/shortcuts")
    page.get_by_label("Nothing: single keys are off").check()
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("b")
    page.wait_for_timeout(300)
    assert page.url.endswith("/shortcuts")


def test_without_scripts_a_board_is_narrowed_kept_and_claimed_from(
    visit: Callable[..., Any], hub: Hub
) -> None:
    reference = hub.hand_in(
        a_person(given="Lea", family="Finch"), concern={"category": "young_carer"}
    )
    page = visit("/board", "hill", java_script_enabled=False)
    page.get_by_text("Narrow this board").click()
    page.get_by_label("Worry about").select_option("Young carer")
    page.get_by_role("button", name="Show", exact=True).click()
    assert page.locator(".bw-work tbody tr").count() == 1
    page.get_by_role("link", name="Save this filter").click()
    page.get_by_label("Name of this filter").fill("Young carers")
    page.get_by_role("button", name="Save", exact=True).click()
    assert page.locator(".bw-tabs a[aria-current=page]").inner_text() == "Young carers"
    page.get_by_role("button", name="Claim").click()
    assert page.get_by_text("You have claimed it.").is_visible()
    assert reference in page.locator(".bw-work").inner_text()
    page.get_by_role("button", name="Delete the filter").click()
    assert page.get_by_role("link", name="Young carers").count() == 0
