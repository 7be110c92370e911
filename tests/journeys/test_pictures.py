"""The pictures of the documentation, taken from the running hub, so that they never age.

`make docs` takes them anew; every other run only looks whether they are there.
"""

import re
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.journey

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
TALLEST = 1000
# Each picture: how wide, and how to come to its page.
WIDTHS = {
    "board": 1280,
    "referral": 1280,
    "board-phone": 320,
    "same-person": 1280,
    "who-looked": 1280,
    "queues": 1280,
    "suggestion": 1280,
    "ask-partners": 1280,
    "asked": 1280,
}
# What stands elsewhere than on triage's board, and who sees it.
ELSEWHERE = {"queues": ("/queues", "kerr"), "same-person": ("/people/questions", "hill")}


@pytest.mark.parametrize("name", WIDTHS)
def test_the_picture_is_there(request: pytest.FixtureRequest, name: str) -> None:
    file = PICTURES / f"{name}.png"
    if request.config.getoption("--pictures", default=False):
        take(request.getfixturevalue("visit"), name, file)
    start = file.read_bytes()[:24]
    assert start[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", start[16:])
    assert width == WIDTHS[name]
    assert 500 < height <= TALLEST


def take(visit: Callable[..., Any], name: str, file: Path) -> None:
    width = WIDTHS[name]
    address, who = ELSEWHERE.get(name, ("/board", "hill"))
    page = visit(address, who, width)
    if name == "same-person":
        page.locator(".bw-work__title a").first.click()
        page.get_by_role("heading", name="Are these the same person?").wait_for()
    if name in ("referral", "who-looked", "suggestion", "ask-partners", "asked"):
        page.locator(".bw-work__title a", has_text="Amelia Hartley-Jones").last.click()
        page.get_by_role("heading", name="The worry").wait_for()
    if name == "who-looked":
        page.get_by_role("link", name="Who looked at this case").click()
        page.get_by_role("heading", name="Who looked", exact=True).wait_for()
    if name == "suggestion":
        page.get_by_role("button", name="Decide").click()
        page.get_by_text("Suggested: level").click()
    if name in ("ask-partners", "asked"):
        page.get_by_role("button", name="Ask partners").click()
    if name == "asked":
        page.get_by_role("button", name=re.compile("^Send to")).click()
        page = visit("/asked", "ortiz", width)
        page.locator("main a", has_text="RQ-").first.click()
    tall = min(TALLEST, page.evaluate("document.documentElement.scrollHeight"))
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(
        path=file, full_page=True, clip={"x": 0, "y": 0, "width": width, "height": tall}
    )
