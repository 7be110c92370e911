"""Somebody of a school who was never shown the hub: from the link in a mail to a sent answer."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from breakwater.access.models import Team, User
from breakwater.access.queries import actor_of
from breakwater.access.rules import Actor
from breakwater.referrals.models import Referral
from breakwater.sharing.models import Answer, Disclosure, Request
from breakwater.sharing.portal.actions import answer
from breakwater.sharing.rules import Handling, Reply, Sent, Standing
from breakwater.site.demo_data import PASSWORD
from tests import browser
from tests.access.signin.conftest import code_of
from tests.attachments.documents import PDF
from tests.builders import a_person
from tests.journeys.hands import Keyboard, Mouse
from tests.journeys.hub import Hub
from tests.journeys.test_second_factors import set_up_app
from tests.sharing import asking
from tests.sharing.portal import partners

pytestmark = pytest.mark.journey

SCHOOL, LEAD = "Quay Street Primary School", "joan.marsh"
numbers = itertools.count(1)


def a_child() -> dict[str, Any]:
    """Another child each time: what is told of one joins no other's case."""
    number = next(numbers)
    family = f"Quarry{chr(97 + number % 26) * 4}{chr(97 + number // 26) * 4}"
    born = f"{2009 + number % 8}-{1 + number % 12:02}-{1 + number % 27:02}"
    return a_person(given="Nell", family=family, born=born)


def of_the_school(person: str = "Joan Marsh") -> Actor:
    """Somebody of the school's team, with the demo's password. Inside hub.at_database()."""
    partner = asking.a_partner(SCHOOL, person=person, mailbox="")
    user = User.objects.get(pk=partner.user_id)
    if not user.has_usable_password():
        user.set_password(PASSWORD)
        user.save()
    return partner


@pytest.fixture
def new_request(hub: Hub) -> Callable[..., str]:
    """Triage asks the school about a child; returns the request's reference."""

    def make(person: str = "Joan Marsh", **why: Any) -> str:
        reference = hub.hand_in(a_child())
        with hub.at_database():
            made = asking.asked(actor_of("hill"), of_the_school(person), reference=reference, **why)
            return made.reference

    return make


@pytest.fixture
def new_disclosure(hub: Hub) -> Callable[..., str]:
    """Triage tells the school something; returns its reference. `back`: and takes it back."""

    def make(back: Sent | None = None) -> str:
        received = hub.hand_in(a_child())
        with hub.at_database():
            team = Team.objects.get(pk=min(of_the_school().team_ids))
            referral = Referral.objects.get(reference=received)
            told = partners.a_disclosure(team, User.objects.get(username="hill"), referral=referral)
            if back:
                partners.take_back(told, back)
            return told.reference

    return make


def standing_of(hub: Hub, reference: str) -> str:
    with hub.at_database():
        return Request.objects.get(reference=reference).standing


def sign_in_here(hands: Mouse, username: str = LEAD) -> None:
    hands.type("Username", username)
    hands.type("Password", PASSWORD)
    hands.press("button", "Sign in")


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("width", [1280, 320])
def test_from_the_link_in_the_mail_to_a_sent_answer_with_a_document(
    visit: Callable[..., Any], hub: Hub, new_request: Callable[..., str], scanner_address: str,
    scripts: bool, width: int,
) -> None:  # fmt: skip
    if not scanner_address:
        pytest.skip("no clamd: see tests/clamd.py")
    reference = new_request()
    page = visit(f"/asked/{reference}", width=width, java_script_enabled=scripts)
    hands = Mouse(page)
    sign_in_here(hands)
    assert page.url == f"{hub.address}/asked/{reference}"
    assert page.get_by_text("Nell Quarry").first.is_visible()
    page.get_by_role("button", name="Answer the questions").click()
    page.locator("textarea").first.fill("On roll since September 2022.")
    page.get_by_label("Add a document").set_input_files(
        {"name": "Attendance.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    page.get_by_role("checkbox", name="Do not tell the family").check()
    hands.press("button", "Continue")
    assert page.get_by_text("Attendance.pdf").first.is_visible()
    hands.press("button", "Send the answer")
    assert page.get_by_role("heading", name="Received").is_visible()
    assert page.get_by_text("You answered. Joan Marsh,").is_visible()
    assert standing_of(hub, reference) == Standing.ANSWERED
    with hub.at_database():
        given = Answer.objects.get(request__reference=reference)
        case = given.case_id
        assert given.handling == [Handling.NOT_FAMILY]
    # The file is one of the case, and the school has no way to it.
    hill = visit(f"/cases/{case}/documents", "hill")
    with hill.expect_download() as downloading:
        hill.get_by_role("link", name="Attendance.pdf").first.click()
    assert downloading.value.path().read_bytes() == PDF
    assert page.goto(f"/cases/{case}/documents").status == 404


@pytest.mark.parametrize("hand", [Mouse, Keyboard])
def test_a_nil_return_takes_three_clicks_from_the_list(
    visit: Callable[..., Any], hub: Hub, new_request: Callable[..., str], hand: type[Mouse]
) -> None:
    reference = new_request()
    page = visit("/", LEAD)
    assert page.url == f"{hub.address}/asked"
    assert page.get_by_role("link", name="Board").count() == 0
    hands = hand(page)
    page.locator("a", has_text=reference).focus()
    page.keyboard.press("Enter") if hand is Keyboard else page.locator(
        "a", has_text=reference
    ).click()
    page.wait_for_url(f"**/asked/{reference}")
    hands.press("button", "We know nothing")
    hands.press("button", "Send: we know nothing")
    assert page.get_by_role("heading", name="Received").is_visible()
    assert page.get_by_text("You said that you know nothing. Joan Marsh,").is_visible()
    assert standing_of(hub, reference) == Standing.NOTHING_KNOWN


def test_with_the_keyboard_alone_somebody_answers_and_asks_to_be_rung(
    visit: Callable[..., Any], hub: Hub, new_request: Callable[..., str]
) -> None:
    reference = new_request()
    page = visit(f"/asked/{reference}", LEAD)
    hands = Keyboard(page)
    question = page.locator("main ol li").first.inner_text()
    hands.press("button", "Answer the questions")
    hands.type(question, "Attends well. Her mother collects her.")
    hands.press("button", "Continue")
    assert page.get_by_text("It seems to speak of somebody else").is_visible()
    hands.press("link", "Mark that it speaks of somebody else")
    hands.tick("My answer also speaks of somebody else")
    hands.press("button", "Continue")
    hands.press("button", "Send the answer")
    assert standing_of(hub, reference) == Standing.ANSWERED
    page.goto(f"/asked/{reference}/by-phone")
    hands.type("Phone number", "01632 960555")
    hands.press("button", "Send: ring me")
    assert standing_of(hub, reference) == Standing.BY_PHONE


def test_a_half_filled_answer_is_found_again_on_another_day(
    visit: Callable[..., Any], hub: Hub, new_request: Callable[..., str]
) -> None:
    reference = new_request()
    page = visit(f"/asked/{reference}/answer", LEAD)
    page.locator("textarea").first.fill("On roll since September 2022.")
    Mouse(page).press("button", "Save and come back later")
    assert page.get_by_text("It is not sent").is_visible()
    assert standing_of(hub, reference) == Standing.ASKED
    again = visit(f"/asked/{reference}/answer", LEAD)
    assert again.locator("textarea").first.input_value() == "On roll since September 2022."


def test_the_link_holds_through_the_second_factor(
    visit: Callable[..., Any], hub: Hub, new_request: Callable[..., str]
) -> None:
    reference = new_request("Robin Lowe")
    page = visit(f"/asked/{reference}")
    hands = Mouse(page)
    sign_in_here(hands, "robin.lowe")
    secret = set_up_app(hands, "Robin Lowe")
    hands.press("button", "Sign out")
    page.goto(f"/asked/{reference}")
    sign_in_here(hands, "robin.lowe")
    assert page.get_by_role("heading", name="Show that it is you").is_visible()
    hands.type("Code", code_of(secret, 1))
    hands.press("button", "Continue")
    assert page.url == f"{hub.address}/asked/{reference}"
    assert page.get_by_text("Nell Quarry").first.is_visible()


def test_somebody_whom_a_colleague_overtook_loses_nothing(
    visit: Callable[..., Any], hub: Hub, new_request: Callable[..., str]
) -> None:
    reference = new_request()
    page = visit(f"/asked/{reference}/decline", LEAD, bypass_csp=True)
    with hub.at_database():
        answer(of_the_school("Bob Teller"), reference, Reply.NOTHING_KNOWN)
    hands = Mouse(page)
    hands.type("Why can you not answer?", "Our records are with another school.")
    hands.press("button", "Send: we cannot answer")
    assert page.get_by_role("heading", name="What was replied meanwhile").is_visible()
    looked_at(page)
    hands.press("button", "Send: we cannot answer")
    assert page.get_by_role("heading", name="Received").is_visible()
    with hub.at_database():
        assert Answer.objects.filter(request__reference=reference).count() == 2


def test_what_was_taken_back_is_confirmed(
    visit: Callable[..., Any], hub: Hub, new_disclosure: Callable[..., str]
) -> None:
    reference = new_disclosure(Sent.RECALLED)
    page = visit("/asked", LEAD)
    page.locator("a", has_text=reference).click()
    assert page.get_by_text("Somebody else's.").is_visible()
    assert "Amelia" not in page.content()
    Mouse(page).press("button", "We have destroyed our copies")
    assert page.get_by_text("You confirmed", exact=True).is_visible()
    with hub.at_database():
        assert Disclosure.objects.get(reference=reference).confirmed_by.name == "Joan Marsh"


def test_what_was_shared_is_read_and_the_look_noted(
    visit: Callable[..., Any], hub: Hub, new_disclosure: Callable[..., str]
) -> None:
    reference = new_disclosure()
    page = visit(f"/shared/{reference}", LEAD)
    assert page.get_by_text("Ring me first.").is_visible()
    assert page.get_by_text("14 May 2017").is_visible()
    with hub.at_database():
        assert Disclosure.objects.get(reference=reference).read_by.name == "Joan Marsh"


# -- what holds for each of the pages ------------------------------------------------------------


def looked_at(page: Any) -> None:
    assert page.locator("[style]").count() == 0
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
        assert browser.axe_violations(page) == [], page.url


PAGES = {
    "the list": ("/asked", ""),
    "a request": ("/asked/{asked}", ""),
    "a request that was answered": ("/asked/{answered}", ""),
    "answer": ("/asked/{asked}/answer", ""),
    "answer, refused document": ("/asked/{asked}/answer", "refused"),
    "check": ("/asked/{asked}/answer", "filled"),
    "nothing known": ("/asked/{asked}/nothing-known", ""),
    "by phone": ("/asked/{asked}/by-phone", ""),
    "by phone with errors": ("/asked/{asked}/by-phone", "Send: ring me"),
    "decline": ("/asked/{asked}/decline", ""),
    "decline with errors": ("/asked/{asked}/decline", "Send: we cannot answer"),
    "received": ("/asked/{answered}/received", ""),
    "shared": ("/shared/{shared}", ""),
    "recalled": ("/shared/{recalled}", ""),
    "corrected": ("/shared/{corrected}", ""),
    "alerts": ("/alerts", ""),
    "not there": ("/asked/RQ-AAAA-BBBB-CCCC", ""),
}


@pytest.fixture
def papers(
    hub: Hub, new_request: Callable[..., str], new_disclosure: Callable[..., str]
) -> dict[str, str]:
    found = {"asked": new_request(handling=(Handling.NOT_FAMILY,)), "answered": new_request()}
    with hub.at_database():
        answer(
            of_the_school(), found["answered"], Reply.ANSWER,
            answers=["On roll since September 2022. " + "w" * 200], third_parties=True,
            handling=tuple(Handling),
        )  # fmt: skip
    found["shared"] = new_disclosure()
    found["recalled"] = new_disclosure(Sent.RECALLED)
    found["corrected"] = new_disclosure(Sent.CORRECTED)
    return found


@pytest.mark.parametrize("name", PAGES)
def test_a_partners_page_breaks_no_rule_of_accessibility_and_fits_its_screen(
    visit: Callable[..., Any], papers: dict[str, str], name: str
) -> None:
    path, then = PAGES[name]
    page = visit(path.format(**papers), LEAD, bypass_csp=True)
    if then == "filled":
        page.locator("textarea").first.fill("Her mother collects her. " + "w" * 100)
        page.get_by_role("checkbox", name="Only the police may read it").check()
        page.get_by_role("button", name="Continue").click()
        page.wait_for_url("**/check")
    elif then == "refused":
        page.get_by_label("Add a document").set_input_files(
            {"name": "run.exe", "mimeType": "application/pdf", "buffer": b"MZ\x90\x00\xff"}
        )
        page.get_by_role("button", name="Continue").click()
        page.get_by_role("heading", name="There is a problem").wait_for()
    elif then:
        page.get_by_role("button", name=then, exact=True).click()
        page.wait_for_load_state()
    looked_at(page)


@pytest.mark.parametrize("name", ["the list", "a request", "answer", "received", "shared"])
def test_without_scripts_a_partners_page_fits_its_screen_too(
    visit: Callable[..., Any], papers: dict[str, str], name: str
) -> None:
    path, _ = PAGES[name]
    page = visit(path.format(**papers), LEAD, 320, java_script_enabled=False)
    for part in ("html", "header", "main", "h1", ".bw-footer"):
        box = page.locator(part).first.bounding_box()
        assert box["x"] + box["width"] <= 320
