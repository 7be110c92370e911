"""What people see of cases that are not theirs: nothing, or whom to ask."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.builders import a_person
from tests.journeys.hub import Hub

pytestmark = pytest.mark.journey

NO_SUCH = "BW-0000-0000-0000"
# What differs from page to page anyway: the request's number, its nonce, the form's token.
OF_THE_REQUEST = re.compile(r'<code>[0-9a-f]{32}</code>|nonce="[^"]*"|value="[0-9A-Za-z]{64}"')


@pytest.mark.parametrize("path", ["referrals/{}", "referrals/{}/decide"])
def test_what_is_not_mine_looks_like_what_is_not_there(
    hub: Hub, visit: Callable[..., Any], path: str
) -> None:
    theirs = hub.hand_in(a_person(given="Wren", family="Alder", born="2015-02-03"))
    hub.decide(theirs, "CAIT")
    page = visit("/board", "evans")
    answers = [page.request.get(f"/{path.format(each)}") for each in (theirs, NO_SUCH)]
    assert [answer.status for answer in answers] == [404, 404]
    first, second = (OF_THE_REQUEST.sub("", answer.text()) for answer in answers)
    assert first == second
    assert theirs not in first
    same = [{k: v for k, v in a.headers.items() if k not in CHANGING} for a in answers]
    assert same[0] == same[1]


CHANGING = ("date", "x-request-id", "content-security-policy", "set-cookie")


def test_taking_on_what_is_not_mine_says_what_it_says_of_what_is_not_there(
    hub: Hub, visit: Callable[..., Any]
) -> None:
    theirs = hub.hand_in(a_person(given="Lark", family="Alder", born="2014-02-03"))
    hub.decide(theirs, "CAIT")
    page = visit("/board", "evans")
    token = page.locator("[name=csrfmiddlewaretoken]").first.get_attribute("value")
    shown = []
    for each in (theirs, NO_SUCH):
        answer = page.request.post(
            f"/referrals/{each}/take-on",
            form={"csrfmiddlewaretoken": token},
            headers={"Origin": hub.address},
        )
        assert answer.status == 404
        shown.append(OF_THE_REQUEST.sub("", answer.text()))
    assert shown[0] == shown[1]


def test_of_a_case_without_a_grant_only_agency_and_contact_are_shown(
    hub: Hub, visit: Callable[..., Any]
) -> None:
    rosa = a_person("parent", given="Rosa", family="Quill", born="1988-08-08", postcode="PR2 1AA")
    secret = "Told in confidence about the older girl."
    unseen = hub.hand_in(
        a_person(given="Bryony", family="Quill", born="2009-09-09"),
        rosa | {"phone": "07700 900555"},
        by="Beacon High School",
        concern={"narrative": secret},
    )
    routed = hub.hand_in(
        a_person(given="Edwin", family="Quill", born="2019-01-02"), rosa, by="Harbour Road Surgery"
    )
    hub.decide(routed, "CAIT")

    triage = visit(f"/referrals/{routed}", "hill").locator("main").inner_text()
    assert "told by Beacon High School" in triage

    page = visit(f"/referrals/{routed}", "patel")
    line = page.locator(".bw-known__line", has_text="Known to")
    assert line.count() == 1
    said = line.inner_text()
    for wanted in ("Safeguarding hub", "Ask"):
        assert wanted in said
    everything = page.content()
    for hidden in (secret, unseen, "Bryony", "Beacon High School", "900555", "Why: "):
        assert hidden not in everything
    # Which team has it is not told; of the own referral the page says who gives feedback.
    assert "Hub triage" not in line.inner_html()
