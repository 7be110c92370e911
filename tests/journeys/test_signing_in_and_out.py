from collections.abc import Callable
from typing import Any

import pytest

from breakwater.site.demo_data import PASSWORD
from tests.journeys.hands import Mouse, sign_in

pytestmark = pytest.mark.journey


def test_a_wrong_name_and_a_wrong_password_give_the_same_one_error(
    visit: Callable[..., Any],
) -> None:
    told = []
    for username, password in (("hill", "not-the-password"), ("nobody", PASSWORD)):
        page = visit("/sign-in")
        sign_in(Mouse(page), username, password)
        problems = page.locator(".govuk-error-summary").get_by_role("link")
        assert "govuk-error-summary" in page.evaluate("document.activeElement.className")
        assert page.get_by_label("Username").input_value() == username
        assert page.get_by_label("Password", exact=True).input_value() == ""
        told.append(problems.all_inner_texts())
    assert told == [["Enter a username and password that belong together"]] * 2


def test_signing_in_leads_to_the_page_that_was_asked_for(visit: Callable[..., Any]) -> None:
    page = visit("/roles")
    assert "/sign-in?next=" in page.url
    page.get_by_label("Username").fill("hill")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    assert page.get_by_role("heading", name="Who may do what").is_visible()


def test_after_signing_out_the_back_button_shows_no_page(visit: Callable[..., Any]) -> None:
    page = visit("")
    hands = Mouse(page)
    sign_in(hands, "okafor")
    page.locator(".bw-work__title a").first.click()
    reference = page.url.rpartition("/")[2]
    assert page.request.get("/board").headers["cache-control"] == "no-store"
    old = page.context.storage_state()
    hands.press("button", "Sign out")
    assert page.url.endswith("/sign-in")
    page.go_back()
    assert page.get_by_role("button", name="Sign in").is_visible()
    assert reference not in page.locator("main").inner_text()

    # The old cookie opens nothing either: the session itself has ended.
    thief = visit("")
    thief.context.add_cookies(old["cookies"])
    thief.goto("/board")
    assert thief.get_by_role("button", name="Sign in").is_visible()
