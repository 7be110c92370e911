from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from breakwater.access.queries import actor_of_request
from breakwater.access.rules import NotAllowed
from breakwater.records.replay import actions, presenter
from breakwater.records.replay.actions import NoSuchDecision


@require_safe
def as_it_stood(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """A past decision as it stood when it was made; nothing that came later."""
    try:
        shown = actions.open_as_it_stood(actor_of_request(request), reference, number)
    except (NotAllowed, NoSuchDecision) as refusal:
        # One answer for 'no such referral' and 'not yours': nobody learns which.
        raise Http404(str(refusal)) from None
    return render(request, "records/as_it_stood.html", presenter.as_it_stood(shown))
