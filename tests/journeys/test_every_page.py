"""What holds for every page of the hub, at a desk and on a phone."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from breakwater.access.policy import Role
from breakwater.access.queries import actor_of
from breakwater.people.models import Mention
from breakwater.records.retention import actions as retention
from breakwater.records.retention.rules import Scope
from breakwater.records.subjectaccess import actions as subjectaccess
from breakwater.referrals.challenge import actions as challenge
from breakwater.referrals.challenge.rules import Challenged, Move, Ruled
from breakwater.referrals.feedback import actions as feedback
from breakwater.referrals.feedback.rules import Given, Way
from breakwater.referrals.models import Item, Referral
from breakwater.referrals.routing.actions import refuse
from breakwater.referrals.rules import Rating
from breakwater.referrals.triage.enquiries import rate, wait_for_more
from breakwater.sharing.agreements.queries import agreements
from tests import browser
from tests.builders import a_person
from tests.journeys.hub import NOBODYS_TEAM, Hub
from tests.records.a_case import no_further_action
from tests.records.retention.conftest import past

pytestmark = pytest.mark.journey

WIDTHS = (1280, 320)
# Each page: who looks, at what, and what they do there first.
PAGES: dict[str, tuple[str, str, str]] = {
    "sign-in": ("", "/sign-in", ""),
    "sign-in with errors": ("", "/sign-in", "Sign in"),
    "how one signs in": ("hill", "/your-sign-in", ""),
    "devices": ("hill", "/your-sign-in/devices", ""),
    "change password": ("hill", "/your-sign-in/password", ""),
    "change password with errors": ("hill", "/your-sign-in/password", "Change password"),
    "link that is over": ("", "/sign-in/link/over", ""),
    "link to choose a password": ("", "{link}", ""),
    "link with errors": ("", "{link}", "Set password"),
    "single sign-on failed": ("", "/sign-in/with/council/back", ""),
    "board": ("hill", "/board", ""),
    "a team's board": ("patel", "/board", ""),
    "an empty board": ("reyes", "/board", ""),
    "board, narrowed": ("hill", "/board?urgency=today&whose=nobody", ""),
    "board, narrowed with errors": ("hill", "/board?category=weather", ""),
    "board, straight to a worker": ("hill", "/board?went=straight", ""),
    "save a filter": ("hill", "/board/filters/new?urgency=late", ""),
    "save a filter with errors": ("hill", "/board/filters/new?urgency=late", "Save"),
    "absence": ("okafor", "/board/absence", ""),
    "absence with errors": ("okafor", "/board/absence", "Check"),
    "shortcuts": ("hill", "/shortcuts", ""),
    "referral": ("hill", "/referrals/{known}", ""),
    "referral, decided": ("hill", "/referrals/{routed}", ""),
    "referral, with what is known without a grant": ("patel", "/referrals/{routed}", ""),
    "referral, just taken on": ("patel", "/referrals/{to_take_on}", "Take on this work"),
    "chronology": ("hill", "/referrals/{known}/chronology", ""),
    "chronology, narrowed down": ("hill", "/referrals/{known}/chronology?kind=document", ""),
    "chronology, with what is known without a grant": (
        "patel",
        "/referrals/{routed}/chronology",
        "",
    ),
    "decision as it stood": ("hill", "/referrals/{routed}/decisions/1", ""),
    "case on paper": ("ward", "/cases/{several}/print", ""),
    "decide": ("hill", "/referrals/{known}/decide", ""),
    "decide with errors": ("hill", "/referrals/{known}/decide", "Decide and route"),
    "clocks": ("hill", "/clocks", ""),
    "rate": ("hill", "/referrals/{known}/rate", ""),
    "rate with errors": ("hill", "/referrals/{known}/rate", "Rate"),
    "wait": ("hill", "/referrals/{calm}/wait", ""),
    "wait with errors": ("hill", "/referrals/{calm}/wait", "Stop the clock"),
    "referral, waiting for more": ("hill", "/referrals/{paused}", ""),
    "refuse": ("patel", "/referrals/{routed}/refuse", ""),
    "refuse with errors": ("patel", "/referrals/{routed}/refuse", "Refuse"),
    "settle a refusal": ("ward", "/referrals/{refused}/settle", ""),
    "settle a refusal with errors": ("ward", "/referrals/{refused}/settle", "Settle"),
    "referral, refused": ("ward", "/referrals/{refused}", ""),
    "strategy discussion": ("patel", "/referrals/{routed}/strategy", ""),
    "strategy discussion with errors": ("patel", "/referrals/{routed}/strategy", "Note it"),
    "claim or hand over": ("hill", "/items/{item}/hand-over", ""),
    "claim or hand over with errors": ("hill", "/items/{item}/hand-over", "Hand over"),
    "referral, told and challenged": ("patel", "/referrals/{disputed}", ""),
    "feedback": ("hill", "/referrals/{routed}/feedback", ""),
    "feedback with errors": ("hill", "/referrals/{routed}/feedback", "Note it"),
    "usual words": ("okafor", "/feedback-templates", ""),
    "usual words, changed": ("okafor", "/feedback-templates/early_help", ""),
    "challenge": ("patel", "/referrals/{routed}/challenge", ""),
    "challenge with errors": ("patel", "/referrals/{routed}/challenge", "Challenge it"),
    "answer a challenge": ("okafor", "/referrals/{disputed}/challenges/{waiting}", ""),
    "answer a challenge with errors": (
        "okafor",
        "/referrals/{disputed}/challenges/{waiting}",
        "Send your answer",
    ),
    "take a challenge further": (
        "patel",
        "/referrals/{disputed}/challenges/{answered}/further",
        "Take it further",
    ),
    "roles": ("hill", "/roles", ""),
    "questions": ("hill", "/people/questions", ""),
    "queues": ("kerr", "/queues", ""),
    "question": ("hill", "/people/questions/{question}", ""),
    "history": ("hill", "/people/{mention}/history", ""),
    "split": ("hill", "/people/{mention}/split", ""),
    "split with errors": ("hill", "/people/{mention}/split", "Split off"),
    "find a person": ("hill", "/people/find", ""),
    "find a person with errors": ("hill", "/people/find", "Find"),
    "emergency": ("patel", "/emergency?case={glass_case}", ""),
    "emergency with errors": ("hill", "/emergency", "Open for an hour"),
    "alerts": ("ward", "/alerts", ""),
    "no alerts": ("reyes", "/alerts", ""),
    "supervision": ("ward", "/supervision", ""),
    "answer": ("ward", "/emergency/{to_answer}/answer", ""),
    "answer with errors": ("ward", "/emergency/{to_answer}/answer", "Send your answer"),
    "review": ("ward", "/emergency/{to_review}/review", ""),
    "review with errors": ("ward", "/emergency/{to_review}/review", "Send the review"),
    "case": ("ward", "/cases/{several}", ""),
    "who may see": ("ward", "/cases/{glass_case}/who-may-see", ""),
    "who may see, restricted": ("ward", "/cases/{sealed}/who-may-see", ""),
    "restrict": ("ward", "/cases/{glass_case}/restrict", ""),
    "restrict with errors": ("ward", "/cases/{glass_case}/restrict", "Restrict the case"),
    "name": ("ward", "/cases/{sealed}/name", ""),
    "name with errors": ("ward", "/cases/{sealed}/name", "Name them"),
    "take off": ("ward", "/cases/{sealed}/take-off/{named}", ""),
    "lift": ("ward", "/cases/{sealed}/lift", ""),
    "keep out": ("ward", "/cases/{glass_case}/keep-out", ""),
    "let in": ("ward", "/cases/{sealed}/let-in/{kept_out}", ""),
    "declare": ("ward", "/cases/{glass_case}/conflict", ""),
    "conflicts": ("brown", "/conflicts", ""),
    "conflicts with errors": ("reyes", "/conflicts", "Name them"),
    "who looked": ("hill", "/cases/{case}/who-looked", ""),
    "hand over": ("okafor", "/cases/{case}/subject-access/hand-over", ""),
    "hand over with errors": ("okafor", "/cases/{case}/subject-access/hand-over", "Hand over"),
    "subject access": ("shah", "/subject-access", ""),
    "who asks": ("shah", "/cases/{case}/subject-access", ""),
    "what may be given": ("shah", "/cases/{case}/subject-access/{asks}", ""),
    "what may be given, with errors": (
        "shah",
        "/cases/{case}/subject-access/{asks}",
        "Export to read or print",
    ),
    "retention": ("shah", "/retention", ""),
    "keep or let go": ("shah", "/retention/{kept}", ""),
    "keep or let go with errors": ("shah", "/retention/{kept}", "Decide"),
    "let go, for the second person": ("okafor", "/retention/{proposed}", ""),
    "undo letting go": ("shah", "/retention/{proposed}/undo", ""),
    "holds": ("shah", "/retention/holds", ""),
    "place a hold": ("shah", "/retention/holds/new", ""),
    "place a hold with errors": ("shah", "/retention/holds/new", "Place the hold"),
    "lift a hold": ("shah", "/retention/holds/{hold}/lift", ""),
    "thresholds": ("okafor", "/thresholds", ""),
    "a version of thresholds": ("hill", "/thresholds/versions/1", ""),
    "change thresholds": ("okafor", "/thresholds/change", ""),
    "change a rule": ("okafor", "/thresholds/change/rules/baby-at-risk", ""),
    "add a rule with errors": ("okafor", "/thresholds/change/add", "Keep this rule"),
    "change where categories start": ("okafor", "/thresholds/change/set", ""),
    "routing": ("hill", "/routing", ""),
    "change a routing rule": ("okafor", "/routing/change/rules/exploitation", ""),
    "change who leads": ("okafor", "/routing/change/set", ""),
    "agreements": ("kerr", "/agreements", ""),
    "who may ask whom for what": ("patel", "/agreements/who-may-ask", ""),
    "an agreement": ("marsh", "/agreements/{agreement}", ""),
    "an agreement, for who keeps it": ("kerr", "/agreements/{agreement}", ""),
    "a new agreement": ("kerr", "/agreements/new", ""),
    "a new agreement with errors": ("kerr", "/agreements/new", "See what it would change"),
    "a new version": ("kerr", "/agreements/{agreement}/new", ""),
    "a new version with errors": (
        "kerr",
        "/agreements/{agreement}/new",
        "See what it would change",
    ),
    "review an agreement": ("kerr", "/agreements/{agreement}/review", ""),
    "review an agreement with errors": (
        "kerr",
        "/agreements/{agreement}/review",
        "Note the review",
    ),
    "end an agreement": ("kerr", "/agreements/{agreement}/end", ""),
    "end an agreement with errors": (
        "kerr",
        "/agreements/{agreement}/end",
        "See what it would change",
    ),
    "not found": ("hill", "/referrals/BW-0000-0000-0000", ""),
    "no team": (NOBODYS_TEAM, "/board", ""),
}


@pytest.fixture(scope="module")
def references(hub: Hub) -> dict[str, str]:
    """Referrals with everything that a page can show, and names that are hard to set."""
    long = "Wilhelmina-Konstantina Bartholomew-Featherstonehaugh"
    edith = a_person("parent", given="Edith", family="Vance", born="1990-01-01", postcode="PR2 1AA")
    child = a_person(given="Max", family="Vance", born="2016-06-06", postcode="PR2 1AA")
    hub.hand_in(child, by="Regis Academy")
    hub.hand_in(a_person(given=long, born="2012-01-01"), edith, by="Beacon High School")
    known = hub.hand_in(
        child | {"address": "Flat 9, Anchor House, Mole Road", "email": f"{'m' * 60}@mail.example"},
        child | {"role": "sibling", "born": "2016-06-07"},
        edith,
        concern={
            "immediate_danger": True,
            "also": ["domestic_abuse", "parental_mental_ill_health"],
            "narrative": "Seen at the gate.\n\n" + "w" * 200,
        },
    )
    routed, to_take_on = (
        hub.hand_in(a_person(given=name, family="Penn", born="2018-01-01"), edith)
        for name in ("Otto", "Ines")
    )
    hub.decide(routed, "CAIT")
    hub.decide(to_take_on, "CAIT")
    calm, paused = (
        hub.hand_in(a_person(given=name, family="Birch", born="2015-05-05"))
        for name in ("Iris", "Theo")
    )
    refused = hub.hand_in(a_person(given="Olive", family="Rowan", born="2014-04-04"))
    hub.decide(refused, "CAIT")
    with hub.at_database():
        refuse(actor_of("patel"), refused, "The family moved to another area last week.")
        rate(actor_of("hill"), paused, Rating.AMBER, "Two sources say it.", version=1)
        wait_for_more(actor_of("hill"), paused, "The school was asked.", version=2)
        item = Item.objects.get(referral__reference=calm, done_at=None).pk
        agreement = agreements()[0].id
    disputed = hub.hand_in(a_person(given="Tess", family="Penn", born="2018-01-01"), edith)
    hub.decide(disputed, "CAIT")
    mention, question = hub.doubt()
    hub.employ("kerr", "Ruth Kerr", Role.HUB_MANAGER)
    kept, proposed = (
        hub.hand_in(a_person(given=name, family="Elm", born="2001-02-03"))
        for name in ("Rhys", "Nell")
    )
    return (
        of_records(hub, known, kept, proposed)
        | hub.emergencies()
        | disagreement(hub, disputed)
        | {
            "disputed": disputed,
            "known": known,
            "routed": routed,
            "calm": calm,
            "paused": paused,
            "refused": refused,
            "item": str(item),
            "agreement": str(agreement),
            "to_take_on": to_take_on,
            "mention": str(mention),
            "question": str(question),
            "link": hub.link_for("no.body"),
        }
    )


def disagreement(hub: Hub, disputed: str) -> dict[str, str]:
    """What its reporter was told, a challenge that was answered, and one that waits."""
    with hub.at_database():
        okafor, patel, hill = (actor_of(name) for name in ("okafor", "patel", "hill"))
        decision = Referral.objects.get(reference=disputed).decision_set.get().pk
        said = "We decided that somebody looks into it.\n\nThank you for telling us."
        feedback.give(hill, disputed, Given(Way.PHONE, said), decision_id=decision)
        why = "The other home was not seen before this was decided."
        answered = challenge.challenge(patel, disputed, Challenged(why), decision_id=decision)
        stands = Ruled(Move.STAND, "It was seen on Monday; the note came late.")
        challenge.rule(okafor, disputed, answered, stands, version=1)
        call = Challenged(why, "Wilhelmina Featherstonehaugh", "Regis Academy", for_another=True)
        waiting = challenge.challenge(hill, disputed, call, decision_id=decision)
    return {"answered": str(answered), "waiting": str(waiting)}


def of_records(hub: Hub, known: str, kept: str, proposed: str) -> dict[str, str]:
    """A case with the subject-access desk, one to review, one let go, and a hold."""
    today = timezone.localdate()
    with hub.at_database():
        shah, hill = actor_of("shah"), actor_of("hill")
        case = Referral.objects.get(reference=known)
        asks = Mention.objects.filter(referral_id=case.pk).earliest("pk").pk
        until = today + timedelta(days=30)
        subjectaccess.hand_over(actor_of("okafor"), case.case_id, shah.person, until)
        subjectaccess.begin(shah, case.case_id, asks)
        cases = [no_further_action(hill, reference) for reference in (kept, proposed)]
        retention.class_closed_cases()
        for case_id in cases:
            past(case_id)
        retention.let_go(shah, cases[1], "Nothing came after it, for six years and more.")
        hold = retention.place_hold(
            shah,
            name="An inquiry",
            reason="Asked by letter.",
            scope=Scope.CATEGORY,
            category="missing",
            asked_on=today,
        )
    return {
        "case": str(case.case_id),
        "asks": str(asks),
        "kept": str(cases[0]),
        "proposed": str(cases[1]),
        "hold": str(hold),
    }


@pytest.mark.parametrize("name", PAGES)
def test_a_page_breaks_no_rule_of_accessibility_and_fits_its_screen(
    visit: Callable[..., Any], references: dict[str, str], name: str
) -> None:
    who, path, button = PAGES[name]
    page = visit(path.format(**references), who, bypass_csp=True)
    if button:
        page.get_by_role("button", name=button, exact=True).click()
        page.wait_for_load_state()
    assert page.locator("[style]").count() == 0
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert browser.axe_violations(page) == []


@pytest.mark.parametrize("name", ["an empty board", "roles", "not found", "no team"])
def test_a_page_that_no_journey_opens_is_not_stopped_by_the_policy_either(
    visit: Callable[..., Any], name: str
) -> None:
    # Axe needs the policy switched off; here, as in the journeys, scripts run under it.
    who, path, _ = PAGES[name]
    page = visit(path, who, 320)
    assert "govuk-frontend-supported" in page.evaluate("document.body.className")


@pytest.mark.parametrize(
    "name",
    [
        *("board", "referral", "decide with errors", "emergency with errors", "supervision"),
        *("alerts", "answer", "review with errors", "who may see, restricted", "conflicts"),
        *("what may be given", "retention", "chronology", "case on paper"),
        *("decision as it stood", "feedback with errors", "challenge", "answer a challenge"),
    ],
)
def test_without_scripts_a_page_fits_its_screen_too(
    visit: Callable[..., Any], references: dict[str, str], name: str
) -> None:
    who, path, button = PAGES[name]
    page = visit(path.format(**references), who, 320, java_script_enabled=False)
    if button:
        page.get_by_role("button", name=button, exact=True).click()
    # Without scripts the page cannot be asked how far it scrolls; no part of it may stick out.
    for part in ("html", "header", "main", "h1", ".bw-footer"):
        box = page.locator(part).first.bounding_box()
        assert box["x"] + box["width"] <= 320
