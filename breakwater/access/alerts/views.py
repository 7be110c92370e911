from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from breakwater.access.alerts import actions, queries
from breakwater.access.alerts.queries import Alert
from breakwater.access.policy import Verb
from breakwater.access.queries import actor_of_request
from breakwater.access.rules import Actor, AlertKind

SUPERVISORS_TO_DO = frozenset({AlertKind.GLASS_ASKED, AlertKind.GLASS_BROKEN, AlertKind.SEARCHES})
ABOUT_AGREEMENTS = frozenset({AlertKind.REVIEW_DUE, AlertKind.REVIEW_OVERDUE})
# Where a partner's team goes: `what` is the paper's reference.
PAPERS = {
    AlertKind.ASKED_FOR_INFORMATION: "asked-request",
    AlertKind.SHARED: "shared-paper",
    AlertKind.TAKEN_BACK: "shared-paper",
}
COLUMNS = ("Who", "When", "Case")


def alerts(request: HttpRequest) -> HttpResponse:
    """What the reader was told, unseen first."""
    actor = actor_of_request(request)
    found = sorted(queries.alerts_of(actor), key=lambda alert: alert.seen)
    context = {
        "rows": [row(alert, actor) for alert in found],
        "columns": COLUMNS,
        "unseen": sum(not alert.seen for alert in found),
    }
    return render(request, "access/alerts.html", context)


@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """Mark all as seen."""
    number = actions.mark_seen(actor_of_request(request))
    messages.success(request, f"Marked as seen: {number}.")
    return redirect("alerts")


def row(alert: Alert, actor: Actor) -> dict[str, Any]:
    """Return a line of the list: what, who and from where, when, and the case if it is open."""
    title = alert.kind[:1].upper() + alert.kind[1:]
    return {
        "title": f"{title}: {alert.what}" if alert.what else title,
        "href": _href(alert, actor),
        "tags": [] if alert.seen else [{"text": "New", "colour": "yellow"}],
        "who": ", ".join(part for part in (alert.about, alert.agency) if part),
        "at": alert.at,
        "cases": alert.cases,
        "strong": not alert.seen,
    }


def _href(alert: Alert, actor: Actor) -> str:
    """Where to go about it: nowhere, where the reader can do nothing."""
    if alert.kind is AlertKind.QUEUE_STALE:
        return reverse("queues" if Verb.SEE_QUEUES in actor.verbs else "board")
    if alert.kind in SUPERVISORS_TO_DO and Verb.SUPERVISE in actor.verbs:
        return reverse("supervision")
    if alert.kind in PAPERS and alert.what and Verb.ANSWER_REQUESTS in actor.verbs:
        return reverse(PAPERS[alert.kind], args=[alert.what])
    what, _, number = alert.subject.partition(":")
    if alert.kind in ABOUT_AGREEMENTS:
        return reverse("agreement", args=[int(number.partition(":")[0])])
    if what == "referral":
        return reverse("what-waits", args=[int(number)])
    # Whoever asked, or signs, goes to the paper on their side.
    if what == "request" and alert.what:
        return reverse("request", args=[alert.what])
    if what == "disclosure" and alert.what and alert.kind is AlertKind.TO_SIGN:
        return reverse("sign-disclosure", args=[alert.what])
    if what == "disclosure" and alert.kind is AlertKind.RULED and alert.cases:
        return reverse("told", args=[alert.cases[0]])
    return ""
