"""What happens to what was typed when something is wrong, or somebody was faster."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.builders import a_person
from tests.journeys.hub import Hub

pytestmark = pytest.mark.journey

TYPED = "School and surgery both say it; mother asks for help.\nA second line, with “quotes” & <b>."


@pytest.fixture
def reference(hub: Hub) -> str:
    return hub.hand_in(a_person(given="Ada", family="Moor"), by="Regis Academy")


def summary(page: Any) -> Any:
    return page.locator(".govuk-error-summary")


def test_the_error_summary_names_the_fields_takes_the_focus_and_leads_there(
    visit: Callable[..., Any], reference: str
) -> None:
    page = visit(f"/referrals/{reference}/decide", "hill")
    page.get_by_role("button", name="Decide and route").click()
    assert page.title().startswith("Error: ")
    assert "govuk-error-summary" in page.evaluate("document.activeElement.className")
    links = summary(page).get_by_role("link")
    assert links.all_inner_texts() == [
        "Choose what is decided",
        "Choose a level of need",
        "Enter the reason for your decision",
    ]
    for place, field in enumerate(("outcome", "level", "reason")):
        links.nth(place).click()
        assert page.evaluate("document.activeElement.name") == field
        assert page.locator(f"#id_{field}-error").is_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_what_was_typed_is_kept_when_a_field_is_missing(
    visit: Callable[..., Any], reference: str, scripts: bool
) -> None:
    page = visit(f"/referrals/{reference}/decide", "hill", java_script_enabled=scripts)
    page.get_by_role("radio", name="Police only").check()
    page.get_by_role("radio", name="Level 3").check()
    page.get_by_label("Reason for your decision", exact=True).fill(TYPED)
    page.get_by_role("button", name="Decide and route").click()
    wrong = summary(page).get_by_role("link").all_inner_texts()
    assert wrong == ["Choose at least one team that acts"]
    assert page.get_by_role("radio", name="Police only").is_checked()
    assert page.get_by_role("radio", name="Level 3").is_checked()
    assert page.get_by_label("Reason for your decision", exact=True).input_value() == TYPED


def test_a_rule_of_triage_is_told_at_its_field(visit: Callable[..., Any], reference: str) -> None:
    page = visit(f"/referrals/{reference}/decide", "hill")
    page.get_by_role("radio", name="No further action").check()
    page.get_by_role("radio", name="Level 4").check()
    page.get_by_label("Reason for your decision", exact=True).fill(TYPED)
    page.get_by_role("button", name="Decide and route").click()
    told = page.locator("#id_outcome-error").inner_text()
    assert "Level 4 needs somebody who acts" in told
    assert page.get_by_label("Reason for your decision", exact=True).input_value() == TYPED


def test_the_second_of_two_workers_learns_who_was_faster_and_keeps_their_text(
    visit: Callable[..., Any], reference: str
) -> None:
    slow, fast = (visit(f"/referrals/{reference}/decide", who) for who in ("okafor", "hill"))
    for page, text in ((fast, "Decided first."), (slow, TYPED)):
        page.get_by_role("radio", name="Early help", exact=True).check()
        page.get_by_role("radio", name="Level 3").check()
        page.get_by_role("checkbox", name="Early help:").check()
        page.get_by_label("Reason for your decision", exact=True).fill(text)
    fast.get_by_role("button", name="Decide and route").click()
    fast.get_by_text("Decided by").wait_for()
    slow.get_by_role("button", name="Decide and route").click()
    told = summary(slow).inner_text()
    assert "Sgt Priya Hill was faster" in told
    assert "What you typed is kept below" in told
    assert slow.get_by_label("Reason for your decision", exact=True).input_value() == TYPED
    assert slow.get_by_role("checkbox", name="Early help:").is_checked()
    slow.goto(f"/referrals/{reference}")
    assert TYPED.splitlines()[0] not in slow.locator("main").inner_text()
    assert slow.get_by_text("Decided by").count() == 1


def test_a_reload_after_deciding_does_not_decide_twice(
    visit: Callable[..., Any], reference: str
) -> None:
    page = visit(f"/referrals/{reference}/decide", "hill")
    page.get_by_role("radio", name="No further action").check()
    page.get_by_role("radio", name="Level 2").check()
    page.get_by_label("Reason for your decision", exact=True).fill(TYPED)
    sent = []
    # Beside them the page says that it is open.
    page.on("request", lambda r: sent.append(r.method) if r.url.endswith("/decide") else None)
    page.get_by_role("button", name="Decide and route").click()
    page.get_by_text("Decided by", exact=True).wait_for()
    page.reload()
    assert sent.count("POST") == 1
    assert page.get_by_text("Decided by", exact=True).count() == 1
    assert page.locator(".govuk-notification-banner").count() == 0
    page.goto(f"/referrals/{reference}/decide")
    assert page.url.endswith(reference)


def test_deciding_again_from_the_page_before_is_refused(
    visit: Callable[..., Any], reference: str
) -> None:
    page = visit(f"/referrals/{reference}/decide", "hill")

    def decide() -> None:
        page.get_by_role("radio", name="No further action").check()
        page.get_by_role("radio", name="Level 2").check()
        page.get_by_label("Reason for your decision", exact=True).fill(TYPED)
        page.get_by_role("button", name="Decide and route").click()

    decide()
    page.get_by_text("Decided by").wait_for()
    page.go_back()
    # The page is not kept, so Back asks the hub anew, and the hub knows that it is decided.
    assert page.url.endswith(reference)
    assert page.get_by_text("Decided by", exact=True).count() == 1
