"""Somebody adds a document to a case and downloads it again, on any screen, with and without
scripts."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from breakwater.referrals.models import Referral
from tests import browser
from tests.attachments.documents import MP4, PDF, WHERE, told_where
from tests.clamd import EICAR
from tests.journeys.hub import Hub

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def address(hub: Hub, scanner_address: str) -> str:
    if not scanner_address:
        pytest.skip("no clamd: see tests/clamd.py")
    reference = hub.hand_in()
    with hub.at_database():
        case = Referral.objects.get(reference=reference).case_id
    return f"/cases/{case}/documents"


def add(page: Any, content: bytes, name: str) -> None:
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    page.get_by_label("Add a document").set_input_files(file)
    page.get_by_role("button", name="Add document").click()
    page.wait_for_load_state()


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("scripts", [True, False])
def test_a_picture_goes_in_and_comes_out_without_where_it_was_taken(
    visit: Callable[..., Any], address: str, width: int, scripts: bool
) -> None:
    page = visit(address, "hill", width, java_script_enabled=scripts)
    name = f"House {width} {scripts}.jpg"
    add(page, told_where(), name)
    assert page.get_by_text("The document is added.").is_visible()
    with page.expect_download() as downloading:
        page.get_by_role("link", name=name).click()
    download = downloading.value
    assert download.suggested_filename == name
    kept = download.path().read_bytes()
    assert not Image.open(BytesIO(kept)).getexif()
    assert WHERE not in kept


@pytest.mark.parametrize("scripts", [True, False])
def test_a_refusal_stands_at_the_field_and_on_top(
    visit: Callable[..., Any], address: str, scripts: bool
) -> None:
    page = visit(address, "hill", 320, java_script_enabled=scripts)
    for content, name, words in (
        (EICAR, "letter.txt", "holds a virus"),
        (MP4, "clip.mp4", "keeps no videos"),
        (PDF, "letter.docx", "does not end in .pdf"),
    ):
        add(page, content, name)
        assert page.get_by_role("link", name=words).is_visible()
        assert page.locator("#document-error, #id_document-error").get_by_text(words).is_visible()
        assert page.get_by_role("heading", name="There is a problem").is_visible()


@pytest.mark.parametrize("state", ["empty", "filled", "refused"])
def test_the_page_breaks_no_rule_of_accessibility_and_fits_its_screen(
    visit: Callable[..., Any], hub: Hub, address: str, state: str
) -> None:
    page = visit(address, "hill", bypass_csp=True)
    if state != "empty":
        add(page, PDF, "Minutes of the strategy discussion " + "n" * 60 + ".pdf")
    if state == "refused":
        add(page, MP4, "clip.mp4")
    assert page.locator("[style]").count() == 0
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert browser.axe_violations(page) == []
