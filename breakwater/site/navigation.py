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
    signed_in = user is not None and user.is_authenticated
    items = [("board", "Board"), ("roles", "Who may do what")] if signed_in else []
    return {
        "nav": [
            {"text": text, "href": reverse(name), "active": name == here} for name, text in items
        ],
        "signed_in_as": user.name if signed_in else "",
        "sign_out_url": reverse("sign-out"),
        "home": reverse("home"),
        "demo": settings.DEMO,
    }
