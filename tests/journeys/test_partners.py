"""Asking partners whether they know a child, with a key holder and nodes that really run."""

import re
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest

from breakwater.access.models import Agency
from breakwater.access.policy import Role
from breakwater.audit.models import Entry
from breakwater.sharing.models import Node
from breakwater.sharing.node import keys
from tests.builders import a_person
from tests.journeys.hands import Keyboard, Mouse
from tests.journeys.hub import Hub
from tests.sharing.node.partners import Party

pytestmark = pytest.mark.journey

SCHOOL, SURGERY = "Mill Lane School", "Harbour Road Surgery"
ROWAN = {"given": "Rowan", "family": "Teasdale", "born": "2015-06-07", "postcode": "PR3 4CD"}
AGAIN = re.compile("^Ask again about Rowan Teasdale, born 7 June 2015")
PROTECTION = "Protecting a child from significant harm"


def row_of(page: Any, agency: str) -> str:
    return str(page.get_by_role("row", name=agency).inner_text())


def add_by_page(hands: Mouse, agency: str, party: Party) -> None:
    page = hands.page
    page.get_by_label("Agency", exact=True).select_option(agency)
    hands.type("Name of the node", party.name)
    hands.type("Address", party.url)
    hands.type("Signing key", keys.text_of(party.signing.public))
    hands.type("Answering key", keys.text_of(party.oprf.public))
    hands.press("button", "Add this node")
    assert "Added." in page.locator("main").inner_text()


@pytest.fixture
def manager(hub: Hub, visit: Callable[..., Any]) -> Any:
    hub.employ("kerr", "Ruth Kerr", Role.HUB_MANAGER)
    with hub.at_database():
        for name in (SCHOOL, SURGERY):
            Agency.objects.get_or_create(
                name=name, defaults={"kind": "education", "contact": "01632 960300"}
            )
    return visit("/nodes", "kerr")


def test_a_child_is_asked_about_at_every_partner_and_a_missing_one_is_asked_again(
    hub: Hub, visit: Callable[..., Any], manager: Any
) -> None:
    partners = hub.partners
    boss = Mouse(manager)
    add_by_page(boss, SCHOOL, partners.school)
    add_by_page(boss, SURGERY, partners.surgery)
    assert "No index yet" in row_of(manager, SCHOOL)

    reference = hub.hand_in(a_person(**ROWAN), by="A neighbour")
    with ExitStack() as running:
        running.enter_context(partners.holding_the_key())
        enrolled = ROWAN | {"known_since": "2019-03-14", "last_contact": "2026-10-02"}
        partners.enrol(partners.school, [enrolled | {"contact": "head"}])
        partners.enrol(
            partners.surgery, [{"given": "Zoe", "family": "Quist", "born": "2012-01-01"}]
        )
        running.enter_context(partners.serving(partners.school))
        manager.goto("/nodes")
        assert "No index yet" not in row_of(manager, SCHOOL)

        page = visit(f"/referrals/{reference}", "hill")
        hands = Mouse(page)
        assert "No partner has been asked yet." in page.locator("main").inner_text()
        hands.press("button", "Who knows this child?")
        hands.choose(PROTECTION)
        hands.press("button", "Ask every partner")
        assert "1 known" in page.locator("main").inner_text()
        said = row_of(page, SCHOOL)
        for words in ("Known", "March 2019", "October 2026", "Ms Hill, 01632 960124"):
            assert words in said
        assert "Could not be asked" in row_of(page, SURGERY)
        assert "it does not answer" in row_of(page, SURGERY)

        running.enter_context(partners.serving(partners.surgery))
        page = visit(f"/referrals/{reference}/partners", "hill", 320, java_script_enabled=False)
        page.get_by_role("button", name=AGAIN).click()
        page.wait_for_load_state()
        assert "Not known" in row_of(page, SURGERY)
        assert "March 2019" in row_of(page, SCHOOL)

        page = visit(f"/referrals/{reference}", "hill")
        hands = Keyboard(page)
        hands.press("link", "What each partner holds")
        assert "What each partner holds" in page.title()
    with hub.at_database():
        reasons = Entry.objects.filter(
            verb="ask_partners", allowed=True, facts__reason="protection"
        )
        assert reasons.count() >= 2
        hub_said = str(list(Entry.objects.filter(verb="ask_partners").values_list("facts")))
    for where in (partners.school, partners.surgery, partners.holder):
        wrote = b"".join(
            one.read_bytes()
            for one in (where.folder / "data").iterdir()
            if one.name.startswith(("ledger", "guard"))
        )
        assert wrote
        assert b"protection" in wrote or where is partners.holder
        for marker in (b"Rowan", b"Teasdale", b"2015-06-07", b"PR3 4CD", b"PR34CD"):
            assert marker not in wrote
            assert marker.decode() not in hub_said

    manager.goto("/nodes")
    assert "not answered" in row_of(manager, SURGERY)
    for name in (partners.school.name, partners.surgery.name):
        manager.goto("/nodes")
        boss.press("link", f"Stop asking {name}")
        boss.press("button", "Stop asking it")
    with hub.at_database():
        assert not Node.objects.filter(name="mill-lane", ends=None).exists()
