import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests import browser
from tests.access.signin.provider import running_provider
from tests.journeys.hands import Mouse, sign_in
from tests.journeys.hub import Hub, running_hub

playwright = pytest.importorskip("playwright.sync_api")

# The browser writes this line itself for every page that is an error page.
OWN_LINE = "Failed to load resource: the server responded with a status of 4"


def pytest_addoption(parser: pytest.Parser) -> None:
    # Known only when this folder is named on the command line, as `make docs` does.
    parser.addoption("--pictures", action="store_true", help="remake docs/pictures")


@pytest.fixture(scope="session")
def hub(
    django_db_setup: None,
    django_db_blocker: Any,
    tmp_path_factory: pytest.TempPathFactory,
    scanner_address: str,
) -> Iterator[Hub]:
    """The hub of this test process, with the demo's people, today's samples and a virus scanner."""
    os.environ["CLAMD_ADDRESS"] = scanner_address
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    var = tmp_path_factory.mktemp("hub")
    with (
        running_provider() as provider,
        running_hub(f"journeys_{worker}", var, django_db_blocker.unblock, provider) as hub,
    ):
        yield hub


@pytest.fixture(scope="package")
def chromium(hub: Hub) -> Iterator[Any]:
    # After the hub, whose database Django makes, and not for the whole session: Django refuses to
    # work in a thread where Playwright's event loop runs.
    with playwright.sync_playwright() as started:
        try:
            running = browser.launch(started)
        except browser.NoBrowser as missing:
            if os.environ.get("CI"):
                raise
            pytest.skip(str(missing))
        yield running
        running.close()


@pytest.fixture
def visit(chromium: Any, hub: Hub) -> Iterator[Callable[..., Any]]:
    """Open a page as somebody, in a browser of their own: visit("/board", "hill", width=320).

    What the browser complains about, and a request to anywhere but the hub, fails the test.
    """
    complaints: list[str] = []
    contexts = []

    def watch(page: Any) -> None:
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", hear)
        page.on("request", follow)

    def hear(message: Any) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(OWN_LINE):
            complaints.append(message.text)

    def follow(request: Any) -> None:
        if not request.url.startswith(f"{hub.address}/"):
            complaints.append(f"a request to {request.url}")

    def open_page(path: str, username: str = "", width: int = 1280, **options: Any) -> Any:
        if username and username not in hub.sessions:
            hub.sessions[username] = _signed_in(chromium, hub, username)
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            base_url=hub.address,
            storage_state=hub.sessions.get(username),
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        watch(page)
        if path:
            page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints


def _signed_in(chromium: Any, hub: Hub, username: str) -> Any:
    context = chromium.new_context(base_url=hub.address)
    sign_in(Mouse(context.new_page()), username)
    state = context.storage_state()
    context.close()
    return state
