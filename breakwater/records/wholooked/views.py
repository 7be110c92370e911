from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from breakwater.access.queries import actor_of_request
from breakwater.access.rules import NotAllowed
from breakwater.records.wholooked import actions, presenter
from breakwater.records.wholooked.forms import FilterForm
from breakwater.records.wholooked.rules import Kind

KINDS = {kind.value: kind for kind in Kind}


@require_GET
def who_looked(request: HttpRequest, case_id: int) -> HttpResponse:
    """Who did or saw what on a case, newest first; by person and by kind."""
    who, kind = request.GET.get("who", "")[:100], KINDS.get(request.GET.get("kind", ""))
    page = request.GET.get("page", "1")
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1
    try:
        shown = actions.open_who_looked(
            actor_of_request(request), case_id, who=who, kind=kind, page=number
        )
    except NotAllowed as refusal:
        # One answer for 'no such case' and 'not yours': nobody learns which.
        raise Http404(str(refusal)) from None
    form = FilterForm(shown.people, initial={"who": who, "kind": kind or ""})
    context = presenter.who_looked_page(shown, who, kind) | {"form": form}
    return render(request, "records/who_looked.html", context)
