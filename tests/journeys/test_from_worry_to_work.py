"""The main journey: a worry comes in, triage decides, a team takes it on."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.journeys.hands import Keyboard, Mouse, sign_in
from tests.journeys.hub import Hub

pytestmark = pytest.mark.journey

MOST_PAGES, MOST_ENTRIES = 3, 12
REASON = "The injury does not fit the account; the school's worry of this morning fits both."
WAYS: dict[str, tuple[type[Mouse], dict[str, Any]]] = {
    "with a mouse": (Mouse, {}),
    "by keyboard alone": (Keyboard, {}),
    "without scripts": (Mouse, {"java_script_enabled": False}),
}


@pytest.fixture(params=WAYS)
def hands(request: pytest.FixtureRequest, visit: Callable[..., Any]) -> Callable[[], Mouse]:
    kind, options = WAYS[request.param]
    return lambda: kind(visit("", **options))


def tilda(way: str) -> dict[str, Any]:
    """A child of this test alone, told of twice by two sources."""
    family = f"Fern{''.join(word[0] for word in way.split())}"
    told = {"family": family, "born": "2016-04-09", "postcode": "PR4 2DD"}
    return {"role": "child", "given": "Tilda", **told}


def test_a_worry_is_decided_and_the_team_takes_it_on(
    hub: Hub, hands: Callable[[], Mouse], request: pytest.FixtureRequest
) -> None:
    child = tilda(request.node.callspec.params["hands"])
    name = f"Tilda {child['family']}"
    hub.hand_in(child, by="Harbour Junior School", minutes_ago=120)
    reference = hub.hand_in(
        child,
        {"role": "parent", "given": "Piotr", "family": child["family"]},
        by="Port Regis General",
        concern={
            "category": "physical_abuse",
            "immediate_danger": True,
            "narrative": "Wrist fracture; the account given does not match the injury.",
        },
        minutes_ago=50,
    )

    triage = hands()
    sign_in(triage, "hill")
    page = triage.page
    rows = page.locator(".bw-work tbody tr")
    assert reference in rows.first.inner_text()
    assert rows.locator("time").count() == rows.count()

    triage.start_counting()
    triage.press("link", name)
    shown = page.locator("main").inner_text()
    for wanted in (
        reference,
        "Wrist fracture; the account given does not match the injury.",
        "immediate danger",
        name,
        f"Piotr {child['family']}",
        "Port Regis General",
        "Already known",
        "told by Harbour Junior School",
        "Act on immediate danger",
    ):
        assert wanted in shown
    triage.press("button", "Decide")
    triage.choose("Child protection enquiry")
    triage.choose("Level 4")
    triage.tick("CAIT")
    triage.type("Reason for your decision", REASON)
    triage.press("button", "Decide and route")
    assert triage.documents <= MOST_PAGES
    assert triage.entries <= MOST_ENTRIES
    shown = page.locator("main").inner_text()
    for wanted in ("Success", "With a team, not yet taken on", REASON, "Sgt Priya Hill"):
        assert wanted in shown
    triage.press("link", "Back to the board")
    # What is left of it on triage's board is to tell whoever reported it.
    for row in page.locator(".bw-work tbody tr", has_text=reference).all():
        assert "Feedback to give" in row.inner_text()
        assert "Immediate danger" not in row.inner_text()

    cait = hands()
    sign_in(cait, "patel")
    assert reference in cait.page.locator("main").inner_text()
    cait.press("link", name)
    assert REASON in cait.page.locator("main").inner_text()
    cait.press("button", "Take on this work")
    shown = cait.page.locator("main").inner_text()
    assert "A team is at work" in shown
    assert cait.page.get_by_role("button", name="Take on this work").count() == 0


def test_the_board_shows_danger_first_then_what_is_due_first(visit: Callable[..., Any]) -> None:
    page = visit("/board", "hill")
    rows = page.locator(".bw-work tbody tr").all()
    order = [
        ("Immediate danger" not in row.inner_text(), row.locator("time").get_attribute("datetime"))
        for row in rows
    ]
    assert len(order) > 10
    assert order == sorted(order)
    assert all("left" in r.inner_text() or "missed by" in r.inner_text() for r in rows)
