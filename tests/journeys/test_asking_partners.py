"""From a referral to asked in two presses, and where no agreement covers it, over a supervisor."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from breakwater.access.models import Team
from breakwater.access.queries import actor_of, partners_of
from breakwater.access.rules import Actor
from breakwater.sharing.requests.actions import ask
from breakwater.sharing.requests.after import note_call, refuse_to_sign, withdraw
from breakwater.sharing.requests.models import Request
from breakwater.sharing.requests.questions import questions_for
from breakwater.sharing.requests.rules import Call, Question, TeamAsked
from breakwater.sharing.rules import Handling, Standing
from tests import browser
from tests.builders import a_person
from tests.journeys.hub import Hub
from tests.sharing.asking import asking, child_of

pytestmark = pytest.mark.journey
WIDTHS = (1280, 320)
SCHOOL, NEIGHBOUR = "St Aldhelm's safeguarding", "Hartland front door"
WHY = "The family moved from there in May; no agreement with that council was ever made."


def a_worry(hub: Hub, given: str, *people: dict[str, Any]) -> str:
    child = a_person(
        given=given,
        family="Thrift",
        born="2016-03-08",
        address="4 Anchor Row, Saltmere",
        postcode="PR3 4AB",
        school="St Aldhelm's Primary School",
        upn="H243278544154",
        nhs_number="9990000018",
    )
    return hub.hand_in(child, *people, by="Port Regis General")


def ask_neighbour(page: Any, reference: str) -> None:
    """Choose the one partner with whom nothing is agreed, and ask."""
    page.goto(f"/referrals/{reference}/ask")
    page.get_by_text("Choose other partners").click()
    chosen = page.locator("input[name=team][type=checkbox]:checked")
    while chosen.count():
        chosen.first.uncheck()
    page.get_by_role("checkbox", name=NEIGHBOUR).check()
    page.get_by_role("button", name="Show what they are asked").click()
    page.get_by_label("Why you ask without an agreement").fill(WHY)
    page.get_by_role("button", name="Ask for a signature").click()
    page.wait_for_load_state()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_two_presses_from_the_referral_ask_the_usual_partners(
    hub: Hub, visit: Callable[..., Any], scripts: bool
) -> None:
    reference = a_worry(hub, "Nell" if scripts else "Nora")
    page = visit(f"/referrals/{reference}", "hill", java_script_enabled=scripts)
    page.get_by_role("button", name="Ask partners").click()
    leaves = page.locator("main").inner_text()
    for wanted in ("H243278544154", "9990000018", SCHOOL, "How often has the child been absent",
                   "Schools and the hub", "Surgeries and the hub"):  # fmt: skip
        assert wanted in leaves
    page.get_by_role("button", name="Send to").click()
    page.wait_for_load_state()
    shown = page.locator("main").inner_text()
    assert "Asked: " in shown
    assert SCHOOL in shown
    assert "Waits for an answer" in shown
    with hub.at_database():
        asked = Request.objects.filter(referral__reference=reference)
        assert set(asked.values_list("standing", flat=True)) == {Standing.ASKED}
        assert asked.filter(team__name=SCHOOL).exists()
        end = time.monotonic() + 30
        # The worker writes to each mailbox that something waits.
        while asked.filter(reminders__sent_at=None).exclude(team__mailbox="").exists():
            assert time.monotonic() < end, "no mail was sent"
            time.sleep(0.2)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_without_an_agreement_another_signs_before_anything_leaves(
    hub: Hub, visit: Callable[..., Any], scripts: bool
) -> None:
    reference = a_worry(hub, "Oona" if scripts else "Orla")
    page = visit("", "hill", java_script_enabled=scripts)
    ask_neighbour(page, reference)
    assert (
        "Waits for a supervisor's signature, nothing was sent" in page.locator("main").inner_text()
    )
    page.get_by_role("link", name=NEIGHBOUR).click()
    assert page.get_by_role("link", name="Sign, or do not sign").count() == 0
    with hub.at_database():
        request = Request.objects.get(referral__reference=reference)
        assert request.standing == Standing.TO_SIGN

    other = visit("/requests/to-sign", "okafor", java_script_enabled=scripts)
    row = other.locator(".bw-request", has_text=reference)
    assert WHY in row.inner_text()
    row.get_by_role("link", name=NEIGHBOUR).click()
    other.get_by_role("radio", name="Yes, it is sent now").check()
    other.get_by_label("Why", exact=True).fill("They may know who lives with the child.")
    other.get_by_role("button", name="Send your answer").click()
    other.wait_for_load_state()
    assert f"Asked: {NEIGHBOUR}" in other.locator("main").inner_text()
    with hub.at_database():
        request.refresh_from_db()
        assert request.standing == Standing.ASKED
    page.goto(f"/requests/{request.reference}")
    assert "They may know who lives with the child." in page.locator("main").inner_text()


# Each page: who looks, at what, and which button they press there first.
PAGES: dict[str, tuple[str, str, str]] = {
    "ask": ("hill", "/referrals/{new}/ask", ""),
    "ask with errors": ("hill", "/referrals/{new}/ask?team={neighbour}", "Ask for a signature"),
    "ask again": ("hill", "/referrals/{full}/ask?team={neighbour}", ""),
    "referral with partners": ("hill", "/referrals/{full}", ""),
    "request": ("hill", "/requests/{answered}", ""),
    "request, not signed": ("hill", "/requests/{refused}", ""),
    "request, waiting": ("okafor", "/requests/{waiting}", ""),
    "to sign": ("okafor", "/requests/to-sign", ""),
    "sign": ("okafor", "/requests/{waiting}/sign", ""),
    "sign with errors": ("okafor", "/requests/{waiting}/sign", "Send your answer"),
    "note a call": ("hill", "/requests/{answered}/call", ""),
    "note a call with errors": ("hill", "/requests/{answered}/call", "Note it"),
    "decide, while answers wait": ("hill", "/referrals/{full}/decide", ""),
    "withdraw": ("okafor", "/requests/{waiting}/withdraw", ""),
    "withdraw with errors": ("okafor", "/requests/{waiting}/withdraw", "Withdraw it"),
}


@pytest.fixture(scope="module")
def requests(hub: Hub, chromium: Any) -> dict[str, str]:
    """A referral with requests that stand in every way, one late, and one that nobody asked of."""
    mother = a_person("parent", given="Kelly", family="Thrift")
    new, full = a_worry(hub, "Una", mother), a_worry(hub, "Ursula-Konstantina", mother)
    with hub.at_database():
        hill, okafor = actor_of("hill"), actor_of("okafor")
        made: list[str] = []
        for name in (SCHOOL, "Harbour Road safeguarding", "Quayside tenancy support",
                     "Probation duty desk", NEIGHBOUR, NEIGHBOUR):  # fmt: skip
            team = Team.objects.get(name=name)
            made.append(_ask(hill, full, team, len(made)))
        school, surgery, homes, late, refused, waiting = made
        handling = (Handling.NOT_FAMILY, Handling.NO_ONWARD)
        said = "Seen on Monday.\n\n" + "w" * 200
        call = Call(said, "Ms Roe, attendance officer", third_parties=True, handling=handling)
        note_call(hill, school, call)
        note_call(okafor, surgery, Call("", "Dr Lee", nothing_known=True))
        withdraw(hill, homes, "They moved to another landlord.")
        refuse_to_sign(okafor, refused, "Ask the family first.")
        Request.objects.filter(reference=late).update(due_at="2026-01-05T09:00Z")
        neighbour = Team.objects.get(name=NEIGHBOUR).pk
    return {"new": new, "full": full, "answered": school, "refused": refused, "waiting": waiting,
            "neighbour": str(neighbour)}  # fmt: skip


def _ask(hill: Actor, full: str, team: Team, number: int) -> str:
    (partner,) = partners_of(hill.agency_id, {team.pk})
    usual = questions_for(partner.kind, partner.agency_kind)
    questions = tuple(Question(one.kind, f"{one.text} ({number})") for one in usual if one.ticked)
    one = TeamAsked(team.pk, questions, ("name", "born", "address"))
    (done,) = ask(hill, full, child_of(full), [one], asking(without_agreement=WHY))
    return str(done.reference)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_requests_breaks_no_rule_of_accessibility_and_fits_its_screen(
    visit: Callable[..., Any], requests: dict[str, str], name: str
) -> None:
    who, path, button = PAGES[name]
    page = visit(path.format(**requests), who, bypass_csp=True)
    if button:
        page.get_by_role("button", name=button, exact=True).click()
        page.wait_for_load_state()
    assert page.locator("[style]").count() == 0
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert browser.axe_violations(page) == []
