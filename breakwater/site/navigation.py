"""What every page's header and footer hold."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from breakwater.access.alerts.queries import unseen
from breakwater.access.policy import Verb
from breakwater.access.queries import actor_of_request
from breakwater.access.sessions import MAY_WORK

BY_VERB = (
    (Verb.SEARCH_PEOPLE, "find-a-person", "Find a person"),
    (Verb.REVIEW_MATCHES, "questions", "Same person?"),
    (Verb.SUPERVISE, "supervision", "Supervision"),
    (Verb.BREAK_GLASS, "emergency", "Open in an emergency"),
    (Verb.DECLARE_CONFLICT, "conflicts", "Your conflicts"),
)


def layout(request: HttpRequest) -> dict[str, Any]:
    """Context of web/layout.html. 2 SQL statements: what the user's roles may do, and how many
    alerts they have not seen."""
    match = request.resolver_match
    here = match.url_name if match else None
    user = getattr(request, "user", None)
    name = user.name if user is not None and user.is_authenticated else ""
    # Who has yet to set up a second factor reaches no page of work.
    may_work = bool(name) and request.session.get(MAY_WORK) is True
    items = [("board", "Board")] if may_work else []
    if may_work:
        actor = actor_of_request(request)
        number = unseen(actor)
        items.append(("alerts", f"Alerts ({number})" if number else "Alerts"))
        items += [(route, text) for verb, route, text in BY_VERB if verb in actor.verbs]
        items.append(("roles", "Who may do what"))
    return {
        "nav": [
            {"text": text, "href": reverse(route), "active": route == here} for route, text in items
        ],
        "signed_in_as": name,
        "account_url": reverse("mfa_index"),
        "sign_out_url": reverse("sign-out"),
        "home": reverse("home"),
        "demo": settings.DEMO,
    }
