from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from breakwater.access.queries import actor_of_request
from breakwater.access.rules import NotAllowed
from breakwater.oversight.queues import actions, presenter


@require_safe
def queues(request: HttpRequest) -> HttpResponse:
    """Every queue of the hub, what is oldest first."""
    now = timezone.now()
    try:
        found = actions.open_queues(actor_of_request(request), now)
    except NotAllowed as refusal:
        raise Http404(str(refusal)) from None
    return render(request, "oversight/queues.html", presenter.queues_page(found, now))
