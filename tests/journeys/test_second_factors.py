"""How people show that it is them: an app, a passkey, a recovery code, and on which devices."""

import itertools
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from breakwater.access.models import Session
from breakwater.audit.models import Entry
from tests import browser
from tests.access.signin.conftest import code_of
from tests.journeys.hands import Keyboard, Mouse, sign_in
from tests.journeys.hub import Hub

pytestmark = pytest.mark.journey
numbers = itertools.count(1)


@pytest.fixture
def newcomer(hub: Hub) -> str:
    """Somebody who has no second factor yet."""
    username = f"newcomer{next(numbers)}"
    hub.employ(username, "Robin Newcomer")
    return username


def set_up_app(hands: Mouse, name: str = "Robin Newcomer") -> str:
    """From the page one is on, to a working app; the key is typed off the page."""
    hands.press("link", name)
    hands.press("button", "Set up an authenticator app")
    page = hands.page
    secret = re.sub(r"\s", "", page.locator(".bw-secret").text_content())
    hands.type("Code", code_of(secret))
    hands.press("button", "Set up the app")
    return secret


def test_with_the_keyboard_alone_an_app_is_set_up_and_then_asked_for(
    visit: Callable[..., Any], newcomer: str
) -> None:
    page = visit("")
    hands = Keyboard(page)
    sign_in(hands, newcomer)
    secret = set_up_app(hands)
    assert page.get_by_role("heading", name="Your recovery codes").is_visible()
    hands.press("button", "Sign out")

    sign_in(hands, newcomer)
    assert page.get_by_role("heading", name="Show that it is you").is_visible()
    hands.type("Code", "000000")
    hands.press("button", "Continue")
    assert page.locator(".govuk-error-summary").is_visible()
    page.goto("/board")
    assert "/sign-in" in page.url
    hands.type("Code", code_of(secret, 1))
    hands.press("button", "Continue")
    assert page.url.endswith("/board")


def test_without_scripts_an_app_and_a_recovery_code_work_too(
    visit: Callable[..., Any], newcomer: str
) -> None:
    page = visit("", java_script_enabled=False)
    hands = Mouse(page)
    sign_in(hands, newcomer)
    set_up_app(hands)
    codes = page.locator(".bw-codes li").all_inner_texts()
    assert len(codes) == 10
    hands.press("button", "Sign out")

    sign_in(hands, newcomer)
    hands.type("Code", codes[0])
    hands.press("button", "Continue")
    assert page.url.endswith("/board")
    hands.press("button", "Sign out")
    sign_in(hands, newcomer)
    hands.type("Code", codes[0])
    hands.press("button", "Continue")
    assert "The code is wrong or was used before" in page.locator("main").inner_text()


def looked_at(page: Any) -> None:
    """The page as it stands breaks no rule, at a desk and on a phone."""
    assert page.locator("[style]").count() == 0
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
        assert browser.axe_violations(page) == [], page.url


def by_name(hub: Hub) -> str:
    """The hub's address as a name: browsers make passkeys for names only."""
    return hub.address.replace("127.0.0.1", "localhost")


@pytest.fixture
def at_name(chromium: Any, hub: Hub) -> Any:
    """A page of the hub by its name, under its policy."""
    context = chromium.new_context(base_url=by_name(hub))
    complaints: list[str] = []
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    yield page
    context.close()
    assert not [line for line in complaints if "status of 4" not in line]


def a_fingerprint_reader(page: Any, present: bool = True) -> tuple[Any, str]:
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    made = devices.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": present,
            }
        },
    )
    return devices, made["authenticatorId"]


def test_a_passkey_is_set_up_and_then_asked_for(hub: Hub, at_name: Any, newcomer: str) -> None:
    page, hands = at_name, Mouse(at_name)
    devices, reader = a_fingerprint_reader(page)
    sign_in(hands, newcomer)
    hands.press("link", "Robin Newcomer")
    hands.press("button", "Set up a passkey")
    hands.type("Name of this passkey (optional)", "Work laptop")
    page.get_by_role("button", name="Set up the passkey").click()
    page.get_by_role("heading", name="Your recovery codes").wait_for()
    hands.press("link", "Robin Newcomer")
    assert "Work laptop" in page.locator("main").inner_text()
    hands.press("button", "Sign out")

    sign_in(hands, newcomer)
    page.get_by_role("button", name="Use your passkey").click()
    page.wait_for_url("**/board")
    with hub.at_database():
        last = Entry.objects.filter(verb="sign_in", allowed=True).latest("at")
        assert last.facts == {"by": ["password", "webauthn"], "second_factor": True}

    # Another device of the same kind does not know the passkey.
    hands.press("button", "Sign out")
    devices.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": reader})
    a_fingerprint_reader(page)
    sign_in(hands, newcomer)
    page.get_by_role("button", name="Use your passkey").click()
    page.get_by_role("alert").get_by_text("The passkey was not used").wait_for()
    assert page.url.endswith("/sign-in/code")


def test_at_an_address_that_is_a_number_the_page_says_that_passkeys_do_not_work(
    visit: Callable[..., Any], newcomer: str
) -> None:
    page = visit("")
    sign_in(Mouse(page), newcomer)
    page.goto("/your-sign-in/passkeys/add")
    assert "Passkeys do not work at this address" in page.locator("main").inner_text()


def test_without_scripts_the_page_says_what_a_passkey_needs(
    chromium: Any, hub: Hub, newcomer: str
) -> None:
    context = chromium.new_context(base_url=by_name(hub), java_script_enabled=False)
    page = context.new_page()
    sign_in(Mouse(page), newcomer)
    page.goto("/your-sign-in/passkeys/add")
    assert page.get_by_text("Passkeys need JavaScript").is_visible()
    context.close()


def test_one_sees_where_one_is_signed_in_and_signs_out_there(
    visit: Callable[..., Any], newcomer: str
) -> None:
    phone = visit("", user_agent="Mozilla/5.0 (iPhone) Version/18.0 Safari/605.1", width=320)
    sign_in(Mouse(phone), newcomer)
    desk = visit("")
    hands = Mouse(desk)
    sign_in(hands, newcomer)
    hands.press("link", "Robin Newcomer")
    hands.press("link", "Where you are signed in")
    names = desk.locator(".govuk-summary-card__title").all_inner_texts()
    assert names == ["Chrome on Linux (this device)", "Safari on iPhone"]
    desk.get_by_role("button", name="Sign out there").click()
    assert desk.get_by_text("That device is signed out").is_visible()
    phone.goto("/board")
    assert phone.get_by_text("You were signed out").is_visible()
    desk.goto("/board")
    assert desk.url.endswith("/board")


def test_who_was_away_for_too_long_is_told_and_gets_back_to_the_page(
    hub: Hub, visit: Callable[..., Any], newcomer: str
) -> None:
    page = visit("")
    hands = Mouse(page)
    sign_in(hands, newcomer)
    with hub.at_database():
        rows = Session.objects.filter(user__username=newcomer)
        assert rows.update(idle_until=timezone.now() - timedelta(seconds=1)) == 1
    page.goto("/roles")
    assert page.get_by_text("You were signed out").is_visible()
    hands.type("Username", newcomer)
    hands.type("Password", "breakwater-demo")
    hands.press("button", "Sign in")
    assert page.url.endswith("/roles")


def test_the_pages_of_ones_own_sign_in_break_no_rule_of_accessibility_and_fit(
    visit: Callable[..., Any], newcomer: str
) -> None:
    page = visit("", bypass_csp=True)
    hands = Mouse(page)

    sign_in(hands, newcomer)
    for path in ("", "/passkeys/add", "/app/add"):
        page.goto(f"/your-sign-in{path}")
        looked_at(page)
    hands.type("Code", "000000")
    hands.press("button", "Set up the app")
    looked_at(page)
    set_up_app(hands)
    looked_at(page)
    for path in ("", "/app/remove", "/recovery-codes", "/recovery-codes/new", "/passkeys/add"):
        page.goto(f"/your-sign-in{path}")
        looked_at(page)
    for path in ("/confirm", "/confirm/code"):
        page.goto(f"/your-sign-in{path}?next=/your-sign-in/app/remove")
        looked_at(page)
        hands.press("button", "Confirm")
        looked_at(page)
    hands.press("button", "Sign out")
    sign_in(hands, newcomer)
    looked_at(page)
    hands.press("button", "Continue")
    looked_at(page)
    page.context.clear_cookies()
    page.goto("/board")
    for _ in range(6):
        hands.type("Username", "somebody")
        hands.type("Password", "not-the-password")
        hands.press("button", "Sign in")
    assert page.get_by_role("heading", name="Wait before you try again").is_visible()
    looked_at(page)


def test_the_pages_with_a_passkey_break_no_rule_either(
    chromium: Any, hub: Hub, newcomer: str
) -> None:
    context = chromium.new_context(base_url=by_name(hub), bypass_csp=True)
    page = context.new_page()
    hands = Mouse(page)
    a_fingerprint_reader(page)
    sign_in(hands, newcomer)
    page.goto("/your-sign-in/passkeys/add")
    looked_at(page)
    hands.press("button", "Set up the passkey")
    page.get_by_role("heading", name="Your recovery codes").wait_for()
    for path in ("", "/confirm/passkey"):
        page.goto(f"/your-sign-in{path}")
        looked_at(page)
    page.get_by_role("button", name="Use your passkey").click()
    page.wait_for_url("**/board")
    page.goto("/your-sign-in")
    hands.press("link", "Remove the passkey Passkey")
    looked_at(page)
    hands.press("button", "Sign out")
    sign_in(hands, newcomer)
    looked_at(page)
    context.close()
