"""Single sign-on in a real browser, through a real provider and under the hub's real policy."""

from collections.abc import Iterator
from typing import Any

import pytest

from breakwater.access.models import User
from tests.access.signin.provider import knows
from tests.journeys.hub import Hub

pytestmark = pytest.mark.journey


@pytest.fixture
def page(chromium: Any, hub: Hub) -> Iterator[Any]:
    """The provider's page asks for a style sheet from elsewhere; nothing here goes there."""
    context = chromium.new_context(base_url=hub.address)
    context.route(lambda url: not url.startswith((hub.address, hub.provider)), lambda r: r.abort())
    opened = context.new_page()
    opened.set_default_timeout(10_000)
    yield opened
    context.close()


def come(page: Any, subject: str) -> None:
    page.goto("/roles")
    page.get_by_role("button", name="Use your Wessex Council account").click()
    page.get_by_placeholder("sub").fill(subject)
    page.get_by_role("button", name="Authorize", exact=True).click()


def test_one_comes_in_by_ones_agency_and_back_to_the_page_that_was_asked_for(
    hub: Hub, page: Any
) -> None:
    knows(hub.provider, "evans-at-council", preferred_username="evans", amr=["pwd", "mfa"])
    come(page, "evans-at-council")
    page.wait_for_url(f"{hub.address}/roles")
    assert page.get_by_role("link", name="Huw Evans").is_visible()


def test_a_stranger_is_told_whom_to_ask(hub: Hub, page: Any) -> None:
    knows(hub.provider, "stranger", preferred_username="stranger")
    come(page, "stranger")
    page.get_by_role("heading", name="You are not on the hub's list").wait_for()
    with hub.at_database():
        assert not User.objects.filter(username="stranger").exists()


def test_who_turns_back_at_the_provider_is_told_so(hub: Hub, page: Any) -> None:
    page.goto("/sign-in")
    page.get_by_role("button", name="Use your Wessex Council account").click()
    page.get_by_role("button", name="Deny").click()
    page.get_by_role("heading", name="You are not signed in").wait_for()
