from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from breakwater.access.policy import Verb
from breakwater.access.queries import actor_of_request
from breakwater.access.rules import NotAllowed
from breakwater.people import presenter
from breakwater.people.search import actions
from breakwater.people.search.actions import TooShort
from breakwater.people.search.forms import SearchForm
from breakwater.people.search.queries import MOST, Hits
from breakwater.web import times
from breakwater.web.forms import sent

COLUMNS = ("Role", "Told by", "Told on")


@require_http_methods(["GET", "POST"])
def find_a_person(request: HttpRequest) -> HttpResponse:
    """One box for any part of what was told of somebody; the answer stays out of the address."""
    actor = actor_of_request(request)
    form = SearchForm(sent(request))
    context: dict[str, Any] = {"form": form, "may_break_glass": Verb.BREAK_GLASS in actor.verbs}
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            hits = actions.search(actor, form.cleaned_data["who"], form.cleaned_data["purpose"])
        except TooShort as refusal:
            form.error_at("who", str(refusal))
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
            status = 403
        else:
            context |= _found(hits)
    if form.errors and status == 200:
        status = 422
    return render(request, "people/find.html", context, status=status)


def _found(hits: Hits) -> dict[str, Any]:
    rows = [
        {
            "title": presenter.in_a_line(mention),
            "href": reverse("person-history", args=[mention.id]),
            "hidden": f"told by {mention.told_by} on {times.short_date(mention.told_at)}",
            "facts": [
                mention.person.role.value,
                mention.told_by,
                times.short_date(mention.told_at),
            ],
        }
        for mention in hits.people
    ]
    return {"hits": hits, "rows": rows, "columns": COLUMNS, "most": MOST}
