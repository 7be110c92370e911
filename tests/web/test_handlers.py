"""When something fails: a page that helps, and nothing about what went wrong."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.template import loader
from django.test import RequestFactory

from breakwater.web import handlers
from tests.web.markup import Page

SECRET = "row of Ann Other"


@pytest.fixture(autouse=True)
def no_site(settings):
    """The pages must not need what the site adds."""
    engine, *_ = settings.TEMPLATES
    options = engine["OPTIONS"] | {"context_processors": ["tests.web.test_handlers.broken"]}
    settings.TEMPLATES = [engine | {"OPTIONS": options}]


def broken(request):
    raise RuntimeError(SECRET)


def answer(view, *more):
    request = RequestFactory().get("/cases/ann-other")
    request.request_id, request.csp_nonce = "abc123", "n"
    response = view(request, *more)
    return response.status_code, response.content.decode()


@pytest.mark.parametrize(
    ("view", "more", "status", "title"),
    [
        (handlers.bad_request, [ValueError(SECRET)], 400, "This request did not work"),
        (handlers.permission_denied, [PermissionDenied(SECRET)], 403, "You cannot do this"),
        (handlers.page_not_found, [Http404(SECRET)], 404, "Page not found"),
        (handlers.server_error, [], 500, "Sorry, something went wrong"),
        (handlers.csrf_failure, [SECRET], 403, "This page is too old to send"),
    ],
)
def test_every_failure_has_a_page_that_leaks_nothing(view, more, status, title, settings):
    settings.ERROR_ADVICE = "If it cannot wait, ring 01632 960000."
    code, html = answer(view, *more)
    page = Page(html)
    assert code == status
    assert page.one("h1").text.strip() == title
    assert SECRET not in html
    assert "ann-other" not in html
    assert "ring 01632 960000" in html
    assert "abc123" in html
    assert all(script.attributes["nonce"] == "n" for script in page.all("script"))
    assert len(page.all("p", class_="govuk-body")) >= 2


def test_a_refusal_meant_for_people_is_shown():
    refusal = PermissionDenied()
    refusal.public = "Only the lead may do this. Ask <Sgt Hill>."
    assert "Only the lead may do this. Ask &lt;Sgt Hill&gt;." in answer(
        handlers.permission_denied, refusal
    )[1]  # fmt: skip


def test_a_page_comes_out_even_if_templates_fail(monkeypatch):
    def fail(*args, **kwargs):
        raise OSError(SECRET)

    monkeypatch.setattr(loader, "render_to_string", fail)
    status, html = answer(handlers.server_error)
    assert status == 500
    assert "Sorry, something went wrong" in html
    assert SECRET not in html
