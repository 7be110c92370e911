"""A case is printed: each page says whose it is, and nothing of the hub's furniture is on it."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from breakwater.referrals.models import Referral
from tests.builders import a_person
from tests.journeys.hub import Hub

pytestmark = pytest.mark.journey

PAGES_OF_A_PDF = re.compile(rb"/Type\s*/Page\b(?!s)")
ON_SCREEN_ONLY = (".bw-bar__button", ".govuk-back-link", ".bw-paper__hint", ".govuk-skip-link")


def test_a_case_is_printed_with_its_head_and_a_page_for_each_referral(
    hub: Hub, visit: Callable[..., Any], tmp_path: Any
) -> None:
    child = a_person(given="Robin", family="Paper", born="2015-05-06", nhs_number="9990000026")
    first = hub.hand_in(child, concern={"narrative": "Often alone after school. " * 60})
    hub.decide(first, "CAIT")
    hub.hand_in(child, by="Beacon High School")
    with hub.at_database():
        case = Referral.objects.get(reference=first).case_id
    page = visit(f"/cases/{case}/print", "hill")
    assert page.locator(".bw-paper__head").inner_text().startswith(f"Case {case}")
    page.emulate_media(media="print")
    for part in ON_SCREEN_ONLY:
        assert not page.locator(part).first.is_visible(), part
    head = page.locator(".bw-paper__head")
    assert head.evaluate("it => getComputedStyle(it).display") == "table-header-group"
    pdf = page.pdf(prefer_css_page_size=True, format="A4")
    (tmp_path / "case.pdf").write_bytes(pdf)
    assert pdf.startswith(b"%PDF")
    assert len(PAGES_OF_A_PDF.findall(pdf)) >= 2
