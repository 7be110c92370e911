"""Something is shared, looked at as its receiver will, sent, read, recalled, and confirmed."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from breakwater.access.models import Agency, Membership, Team, User
from breakwater.access.policy import Role
from breakwater.access.queries import actor_of
from breakwater.access.rules import AgencyKind, TeamKind
from breakwater.referrals.models import Referral
from breakwater.site.demo_data import PASSWORD
from tests import browser
from tests.builders import a_person
from tests.journeys.hands import Mouse
from tests.journeys.hub import Hub
from tests.sharing.asking import an_agreement

pytestmark = pytest.mark.journey

WIDTHS = (1280, 320)
SURGERY, TEAM = "Fern Road Surgery", "Fern Road safeguarding"


@pytest.fixture(scope="module")
def surgery(hub: Hub) -> str:
    """A surgery with an agreement, and Dr Maya Stone who reads what it is told."""
    with hub.at_database():
        # The hub outlives this module: who is there already stays.
        if Agency.objects.filter(name=SURGERY).exists():
            return f"{SURGERY}: {TEAM}"
        agency = Agency.objects.create(name=SURGERY, kind=AgencyKind.HEALTH, contact="01632 960311")
        team = Team.objects.create(
            name="Fern Road safeguarding", kind=TeamKind.PARTNER, agency=agency
        )
        user = User.objects.create_user("stone", "Dr Maya Stone", agency, PASSWORD)
        Membership.objects.create(user=user, team=team, role=Role.PARTNER)
        home = actor_of("hill").agency_id
        an_agreement(home, agency.pk, name="Sharing with Fern Road Surgery")
    return f"{SURGERY}: {TEAM}"


def a_case(hub: Hub, given: str) -> int:
    brother = a_person("sibling", given="Jamie", family="Okonjo", born="2014-11-02")
    child = a_person(
        given=given, family="Bartholomew", born="2018-03-04",
        address="3 Mill Row", postcode="PR1 9ZZ", school="Regis Academy",
    )  # fmt: skip
    reference = hub.hand_in(child, brother)
    with hub.at_database():
        return Referral.objects.get(reference=reference).case_id


def check(page: Any, name: str) -> None:
    """The page breaks no rule of accessibility and fits its screen."""
    pictures = os.environ.get("PICTURES_OF_SHARING", "")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if pictures:
            page.screenshot(path=Path(pictures) / f"{name}-{width}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        assert browser.axe_violations(page) == [], name
    page.set_viewport_size({"width": 1280, "height": 900})


def fill(hands: Mouse, given: str) -> None:
    """What is always asked."""
    hands.tick("School: Regis Academy")
    hands.type("Your own summary (optional)", f"{given} often comes to school hungry.")
    hands.choose("Deciding what a child needs")
    hands.type("Why do they need it?", "She is seen there next week.")
    hands.choose("Asked and agreed")


def test_from_sharing_to_a_confirmed_recall(
    hub: Hub, visit: Callable[..., Any], surgery: str
) -> None:
    case = a_case(hub, "Wilhelmina")
    page = visit(f"/cases/{case}/told", "hill", bypass_csp=True)
    hands = Mouse(page)
    check(page, "told-nobody")
    hands.press("link", "Share something")
    check(page, "start")
    hands.press("button", "Continue")
    assert page.get_by_text("There is a problem").is_visible()
    check(page, "start-errors")
    hands.choose("Wilhelmina Bartholomew")
    page.get_by_label("With which team?").select_option(surgery)
    hands.press("button", "Continue")
    ticked = page.locator("input[type=checkbox]:checked")
    assert ticked.count() == 2  # her name and her birth date
    check(page, "parts")

    fill(hands, "Wilhelmina")
    hands.type("Note to whoever receives it (optional)", "Her brother Jamie is not to be told.")
    hands.press("button", "Look at it as they will")
    check(page, "parts-errors")
    assert "Jamie Okonjo" in page.locator(".govuk-error-summary").inner_text()
    assert page.get_by_label("Your own summary").input_value().startswith("Wilhelmina often")
    hands.type("Note to whoever receives it (optional)", "Please ring before you see her.")
    hands.press("button", "Look at it as they will")
    preview = page.locator(".bw-preview").inner_text()
    assert "Regis Academy" in preview
    assert "PR1 9ZZ" not in preview
    check(page, "preview")
    hands.press("button", "Send it")
    assert page.get_by_text("There is a problem").is_visible()
    check(page, "preview-errors")
    hands.press("button", "Change it")
    assert page.get_by_label("Your own summary").input_value().startswith("Wilhelmina often")
    hands.press("button", "Look at it as they will")
    hands.choose("Fern Road safeguarding")
    hands.press("button", "Send it")
    assert page.get_by_text("Shared with Fern Road safeguarding as DS-").is_visible()
    check(page, "told")

    theirs = visit("/alerts", "stone")
    at_surgery = Mouse(theirs)
    link = theirs.get_by_role("link", name="Information was shared with your team")
    link.first.click()
    received = theirs.locator("main").inner_text()
    for line in preview.splitlines()[1:]:
        assert line in received, line  # they read what was previewed, line for line

    page.reload()
    assert page.get_by_text("Dr Maya Stone").first.is_visible()  # that they have read it
    page.get_by_role("link", name="Take it back").click()
    check(page, "recall")
    hands.press("button", "Take it back")
    assert page.get_by_text("There is a problem").is_visible()
    hands.type("Why is it taken back?", "It was meant for another surgery.")
    hands.press("button", "Take it back")
    assert page.get_by_text("They may still go by a version").is_visible()
    check(page, "told-recalled")

    theirs.goto("/alerts")
    theirs.get_by_role("link", name="Information that was shared with your team").first.click()
    told = theirs.locator("main").inner_text()
    assert "It was meant for another surgery." in told
    assert "hungry" not in told
    at_surgery.press("button", "We have destroyed our copies")
    page.goto(f"/cases/{case}/told")
    assert not page.get_by_text("They may still go by a version").is_visible()


def test_a_wrong_fact_is_corrected_wherever_it_went(
    hub: Hub, visit: Callable[..., Any], surgery: str
) -> None:
    case = a_case(hub, "Bernadette")
    page = visit("", "hill", bypass_csp=True)
    hands = Mouse(page)
    for _ in range(2):
        page.goto(f"/cases/{case}/share")
        hands.choose("Bernadette Bartholomew")
        page.get_by_label("With which team?").select_option(surgery)
        hands.press("button", "Continue")
        fill(hands, "Bernadette")
        hands.press("button", "Look at it as they will")
        hands.choose("Fern Road safeguarding")
        hands.press("button", "Send it")
    page.get_by_role("link", name="Correct it").first.click()
    check(page, "correct")
    hands.type("School: Bernadette Bartholomew", "Beacon High School")
    hands.type("What was wrong?", "The school was another.")
    hands.press("button", "See who is corrected")
    assert page.get_by_text("2 disclosures of this case").is_visible()
    check(page, "correct-preview")
    hands.press("button", "Correct them all")
    assert page.get_by_text("Corrected: 2 disclosures.").is_visible()
    check(page, "told-corrected")


def test_what_no_agreement_covers_waits_for_a_supervisor(
    hub: Hub, visit: Callable[..., Any]
) -> None:
    with hub.at_database():
        agency = Agency.objects.create(name="Quarry Hostel", kind=AgencyKind.HOUSING)
        Team.objects.create(name="Quarry desk", kind=TeamKind.PARTNER, agency=agency)
    case = a_case(hub, "Clementine")
    page = visit(f"/cases/{case}/share", "hill", bypass_csp=True)
    hands = Mouse(page)
    hands.choose("Clementine Bartholomew")
    page.get_by_label("With which team?").select_option("Quarry Hostel: Quarry desk")
    hands.press("button", "Continue")
    fill(hands, "Clementine")
    hands.press("button", "Look at it as they will")
    assert "No agreement lets you share" in page.locator(".govuk-error-summary").inner_text()
    hands.type("Without an agreement: why share it all the same? (optional)", "They house her now.")
    for basis in ("A public task", "Substantial public interest", "Safeguarding of children"):
        hands.tick(basis)
    hands.press("button", "Look at it as they will")
    check(page, "preview-to-sign")
    hands.choose("Quarry desk")
    hands.press("button", "Ask a supervisor to sign")
    assert page.get_by_text("Waiting for a supervisor to sign").is_visible()
    signer = visit(f"/cases/{case}/told", "okafor", bypass_csp=True)
    signer.get_by_role("link", name="share with Quarry desk").click()
    check(signer, "sign")
    at = Mouse(signer)
    at.press("button", "Send your answer")
    assert signer.get_by_text("There is a problem").is_visible()
    at.choose("Yes: it leaves now")
    at.type("Why?", "It cannot wait for lawyers.")
    at.press("button", "Send your answer")
    assert signer.get_by_text("Signed: it has left.").is_visible()


def test_why_something_is_not_shared_stands_with_what_was(
    hub: Hub, visit: Callable[..., Any], surgery: str
) -> None:
    case = a_case(hub, "Philippa")
    page = visit(f"/cases/{case}/withhold", "hill", bypass_csp=True)
    hands = Mouse(page)
    hands.press("button", "Note it")
    check(page, "withhold-errors")
    page.get_by_label("Not shared with").select_option(surgery)
    hands.tick("The worry itself")
    hands.type("Why is it not shared?", "Somebody of the family works there.")
    hands.choose("Yes")
    hands.press("button", "Note it")
    assert page.get_by_text("Somebody of the family works there.").is_visible()
    check(page, "told-withheld")
