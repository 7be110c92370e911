"""The showcase page in a real Chromium, under the strict policy of the site."""

import mimetypes
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders

from tests import browser
from tests.web.showcase import EveryField, filled, render

playwright = pytest.importorskip("playwright.sync_api")

POLICY = (
    "default-src 'none'; script-src 'nonce-test-nonce'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; require-trusted-types-for 'script'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
SITE = "http://showcase.test"


@pytest.fixture
def pages() -> dict[str, str]:
    wrong = filled(title="", colour="o", reason="x" * 300, **{"seen-month": ""})
    return {"/": render(form=EveryField()), "/wrong": render(form=EveryField(wrong))}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        try:
            running = browser.launch(started)
        except browser.NoBrowser as missing:
            if os.environ.get("CI"):
                raise
            pytest.skip(str(missing))
        yield running
        running.close()


@pytest.fixture
def visit(chromium: Any, pages: dict[str, str]) -> Iterator[Callable[..., Any]]:
    """Open a page of the showcase; what the browser complains about fails the test."""
    complaints: list[str] = []
    contexts = []

    def serve(route: Any) -> None:
        path = route.request.url.removeprefix(SITE).split("?")[0]
        static = path.startswith("/static/")
        file = finders.find(path.removeprefix("/static/")) if static else None
        if path in pages:
            headers = {"Content-Security-Policy": POLICY}
            route.fulfill(body=pages[path], content_type="text/html", headers=headers)
        elif file:
            route.fulfill(body=Path(file).read_bytes(), content_type=mimetypes.guess_type(file)[0])
        else:
            route.fulfill(status=404)

    def open_page(path: str = "/", width: int = 1280, **options: Any) -> Any:
        size = {"width": width, "height": 900}
        context = chromium.new_context(viewport=size, **options)
        contexts.append(context)
        context.route("**/*", serve)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(SITE + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("path", ["/", "/wrong"])
def test_nothing_breaks_accessibility_or_the_policy(visit, path, width):
    assert browser.axe_violations(visit(path, width, bypass_csp=True)) == []
    page = visit(path, width)
    assert "govuk-frontend-supported" in page.evaluate("document.body.className")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_narrow_screen_never_scrolls_sideways(visit, scripts):
    page = visit("/wrong", 320, java_script_enabled=scripts)
    widest = page.locator("html").bounding_box()["width"]
    if scripts:
        widest = page.evaluate("document.documentElement.scrollWidth")
    assert widest <= 320


def test_the_error_summary_has_the_focus_and_leads_to_the_field(visit):
    page = visit("/wrong")
    assert "govuk-error-summary" in page.evaluate("document.activeElement.className")
    page.get_by_role("link", name="Enter a title").click()
    assert page.evaluate("document.activeElement.id") == "id_title"
    page.get_by_role("link", name="Date last seen must include a month").click()
    assert page.evaluate("document.activeElement.id") == "id_seen-month"


def test_the_keyboard_reaches_everything_and_shows_where_it_is(visit):
    page = visit()
    # The success message has the focus; go back to where a page without one starts.
    page.locator(".govuk-skip-link").focus()
    seen = ["Skip to main content"]
    for _ in range(60):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.innerText || document.activeElement.id"))
        shown = "e => [e.outlineStyle, e.boxShadow, e.borderColor]"
        style = page.evaluate(f"({shown})(getComputedStyle(document.activeElement))")
        hidden_box = page.evaluate("document.activeElement.type in {radio: 1, checkbox: 1}")
        assert hidden_box or style[0] != "none" or style[1] != "none", seen[-1]
        if seen[-1] == "Cancel":
            break
    for wanted in ("Breakwater", "Sign out", "Search", "id_reason"):
        assert wanted in seen
    assert seen[-1] == "Cancel"


def test_the_counter_counts_and_a_choice_reveals_its_question(visit):
    page = visit()
    page.fill("#id_reason", "x" * 150)
    page.get_by_text("You have 50 characters remaining").first.wait_for()
    assert not page.locator("#id_other_colour").is_visible()
    page.get_by_label("Another colour").check()
    assert page.locator("#id_other_colour").is_visible()


def test_without_scripts_every_question_is_open(visit):
    page = visit(java_script_enabled=False)
    assert page.locator("#id_other_colour").is_visible()
    assert page.get_by_text("You can enter up to 200 characters").is_visible()
    assert page.get_by_role("link", name="Search").is_visible()
