"""Pages for when something fails. They say what to do next and nothing about what went wrong.

In urls.py: handler400 = "breakwater.web.handlers.bad_request", and so on; in the settings:
CSRF_FAILURE_VIEW = "breakwater.web.handlers.csrf_failure", ERROR_ADVICE (a sentence for all of
them, for instance whom to ring).
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template import loader

# For when even the templates fail, as when static files were never collected.
LAST_RESORT = """<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><title>Sorry, something went wrong</title>
<h1>Sorry, something went wrong</h1>
<p>The fault is ours. What you just sent may not have been saved.</p>
<p>Go back, copy what you wrote to a safe place, and try again in a few minutes.</p></html>
"""


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400. The request may be too broken for context processors, so it does without."""
    return _page(request, "400.html", 400, bare=True)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403. An exception's own words are shown only if it keeps them in `public`."""
    return _page(request, "403.html", 403, why=getattr(exception, "public", ""))


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404. The same page for what is not there and for what one may not know to be there."""
    return _page(request, "404.html", 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500. Needs no database, session or context processor: one of them may be what failed."""
    return _page(request, "500.html", 500, bare=True)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that did not come from a page of ours, or from one that is too old."""
    return _page(request, "403_csrf.html", 403)


def _page(
    request: HttpRequest, template: str, status: int, bare: bool = False, **context: Any
) -> HttpResponse:
    context |= {
        "advice": getattr(settings, "ERROR_ADVICE", ""),
        "request_id": getattr(request, "request_id", ""),
    }
    for given in [None] if bare else [request, None]:
        try:
            text = loader.render_to_string(template, context | {"failed": request}, given)
        except Exception:  # noqa: BLE001, S112  a page must come out, whatever fails
            continue
        return HttpResponse(text, status=status)
    return HttpResponse(LAST_RESORT, status=status)
