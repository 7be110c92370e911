from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from breakwater.access.queries import actor_of_request
from breakwater.access.rules import NotAllowed
from breakwater.referrals.paper import actions, presenter


@require_safe
def print_case(request: HttpRequest, case_id: int) -> HttpResponse:
    """The whole case, to be printed: each print is written down and says whose it is."""
    actor = actor_of_request(request)
    try:
        case = actions.open_for_print(actor, case_id)
    except NotAllowed as refusal:
        # One answer for 'no such case' and 'not yours': nobody learns which.
        raise Http404(str(refusal)) from None
    printed_by = request.user.name  # type: ignore[union-attr]
    context = presenter.paper(case, printed_by, timezone.now())
    return render(request, "referrals/paper.html", context)
