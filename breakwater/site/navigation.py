"""What every page's header and footer hold."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from breakwater.access.alerts.queries import unseen
from breakwater.access.policy import Verb
from breakwater.access.queries import actor_of_request
from breakwater.access.sessions import MAY_WORK

ASKED = ("asked", "Asked of us")
BY_VERB = (
    (Verb.ANSWER_REQUESTS, *ASKED),
    (Verb.SEARCH_PEOPLE, "find-a-person", "Find a person"),
    (Verb.REVIEW_MATCHES, "questions", "Same person?"),
    (Verb.SIGN_OVERRIDE, "requests-to-sign", "To sign"),
    (Verb.SEE_QUEUES, "queues", "Queues"),
    (Verb.SUPERVISE, "supervision", "Supervision"),
    (Verb.BREAK_GLASS, "emergency", "Open in an emergency"),
    (Verb.ANSWER_SUBJECT_ACCESS, "subject-access", "Subject access"),
    (Verb.REVIEW_RETENTION, "retention", "Retention"),
    # The second person, of the cases that they may see.
    (Verb.SUPERVISE, "retention", "Letting go"),
)


# What is needed now and then stands at the foot of the page.
BELOW = (
    (Verb.DECLARE_CONFLICT, "conflicts", "Your conflicts of interest"),
    (Verb.ASK_PARTNERS, "who-may-ask", "Who may ask whom for what"),
    (Verb.OPEN_CASE, "agreements", "Agreements on sharing"),
    (Verb.OPEN_CASE, "clocks", "Clocks"),
    (Verb.OPEN_CASE, "roles", "Who may do what"),
    (Verb.OPEN_CASE, "shortcuts", "Keyboard shortcuts"),
    (Verb.DECIDE, "thresholds", "Rules for levels of need"),
    (Verb.DECIDE, "routing", "Rules for routing"),
    (Verb.SET_RULES, "feedback-templates", "What reporters are told"),
)
# Single keys that go there (static/breakwater/keys.js).
KEYS = {"board": "b", "find-a-person": "/", "shortcuts": "?"}


def home(request: HttpRequest) -> HttpResponse:
    """The first page: the team's board, for the records desk what is due, for a partner what it is
    asked."""
    verbs = actor_of_request(request).verbs
    if has_board(verbs):
        return redirect("board")
    return redirect("retention" if Verb.REVIEW_RETENTION in verbs else "asked")


def has_board(verbs: frozenset[Verb]) -> bool:
    """Whether the board is where somebody starts: also who has no work, for it says why."""
    return Verb.SEE_BOARD in verbs or not verbs & {Verb.REVIEW_RETENTION, Verb.ANSWER_REQUESTS}


def layout(request: HttpRequest) -> dict[str, Any]:
    """Context of web/layout.html. 2 SQL statements: what the user's roles may do, and how many
    alerts they have not seen."""
    match = request.resolver_match
    here = match.url_name if match else None
    user = getattr(request, "user", None)
    name = user.name if user is not None and user.is_authenticated else ""
    # Who has yet to set up a second factor reaches no page of work.
    may_work = bool(name) and request.session.get(MAY_WORK) is True
    items, below = [], []
    if may_work:
        actor = actor_of_request(request)
        # Who has nothing else to do here learns from the board why.
        items = [("board", "Board")] if has_board(actor.verbs) else []
        if not items and Verb.ANSWER_REQUESTS in actor.verbs:
            # A partner starts there.
            items = [ASKED]
        number = unseen(actor)
        items.append(("alerts", f"Alerts ({number})" if number else "Alerts"))
        more = [(route, text) for verb, route, text in BY_VERB if verb in actor.verbs]
        items += [one for one in more if one not in items]
        below = [(route, text) for verb, route, text in BELOW if verb in actor.verbs]
    return {
        "nav": [
            {
                "text": text,
                "href": reverse(route),
                "active": route == here,
                "attributes": {"data-key": KEYS[route]} if route in KEYS else {},
            }
            for route, text in items
        ],
        "footer_links": [
            {"text": text, "href": reverse(route), "key": KEYS.get(route, "")}
            for route, text in below
        ],
        "signed_in_as": name,
        "account_url": reverse("mfa_index"),
        "sign_out_url": reverse("sign-out"),
        "home": reverse("home"),
        "demo": settings.DEMO,
    }
