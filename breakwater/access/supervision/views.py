from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from breakwater.access.actions import show_list
from breakwater.access.alerts import queries as alerts
from breakwater.access.alerts.views import row as alert_row
from breakwater.access.glass import queries as glass
from breakwater.access.glass import rules
from breakwater.access.glass.queries import Rate, WaitingGlass
from breakwater.access.policy import Verb
from breakwater.access.queries import actor_of_request
from breakwater.access.rules import AlertKind, NotAllowed
from breakwater.access.supervision.rules import DAYS, TIMES
from breakwater.web import times

REVIEW_COLUMNS = ("Who", "Why", "Opened")
ANSWER_COLUMNS = ("Who", "Why", "Asked")


def supervision(request: HttpRequest) -> HttpResponse:
    """Glass to judge, requests to answer, unusual searches, and how often glass is broken."""
    actor = actor_of_request(request)
    try:
        show_list(actor, Verb.SUPERVISE, "supervision", [])
    except NotAllowed as refusal:
        raise Http404(str(refusal)) from None
    now = timezone.now()
    waiting = glass.waiting(actor, now)
    searches = [a for a in alerts.alerts_of(actor) if a.kind is AlertKind.SEARCHES]
    context = {
        "now": now,
        "to_review": [_to_review(each) for each in waiting if each.to_review],
        "to_answer": [_to_answer(each) for each in waiting if not each.to_review],
        "review_columns": REVIEW_COLUMNS,
        "answer_columns": ANSWER_COLUMNS,
        "searches": [alert_row(alert, actor) for alert in searches],
        "rates": [_rate(each) for each in glass.rates(actor)],
        "rate_days": rules.RATE_DAYS,
        "goal": f"{100 * rules.RATE_GOAL:.1f}%",
        "times": TIMES,
        "days": DAYS,
    }
    return render(request, "access/supervision.html", context)


def _to_review(each: WaitingGlass) -> dict[str, Any]:
    opened = times.short_date_time(each.opened_at)
    return {
        "title": f"Case {each.case_id}",
        "href": reverse("review-glass", args=[each.id]),
        "hidden": f"opened by {each.who} on {opened}: review it",
        "facts": [f"{each.who}, {each.agency}", each.purpose, opened],
        "due": each.clock.due_at if each.clock else None,
        "due_words": "" if each.clock else "no clock runs",
        "strong": each.clock is None or each.clock.due_at < timezone.now(),
    }


def _to_answer(each: WaitingGlass) -> dict[str, Any]:
    asked = times.short_date_time(each.asked_at)
    return {
        "title": f"Case {each.case_id}",
        "href": reverse("answer-glass", args=[each.id]),
        "hidden": f"asked for by {each.who} on {asked}: answer",
        "facts": [f"{each.who}, {each.agency}", each.purpose, asked],
        "due": each.asked_at + rules.LAPSES,
        "strong": True,
    }


def _rate(each: Rate) -> dict[str, Any]:
    part = each.part
    return {
        "team": each.team or "The whole hub",
        "opens": each.opens,
        "by_glass": each.by_glass,
        "part": "" if part is None else f"{100 * part:.1f}%",
        "above": part is not None and part > rules.RATE_GOAL,
    }
