"""What every page's header and footer hold."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse


def layout(request: HttpRequest) -> dict[str, Any]:
    """Context of web/layout.html. Costs no statement beyond the session's user."""
    match = request.resolver_match
    here = match.url_name if match else None
    user = getattr(request, "user", None)
    name = user.name if user is not None and user.is_authenticated else ""
    items = [("board", "Board"), ("roles", "Who may do what")] if name else []
    return {
        "nav": [
            {"text": text, "href": reverse(route), "active": route == here} for route, text in items
        ],
        "signed_in_as": name,
        "sign_out_url": reverse("sign-out"),
        "home": reverse("home"),
        "demo": settings.DEMO,
    }
