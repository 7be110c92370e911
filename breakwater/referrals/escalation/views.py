from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from breakwater.access.queries import actor_of_request, may_see
from breakwater.referrals.moves import place
from breakwater.referrals.queries import reference_of


@require_safe
def what_waits(request: HttpRequest, referral_id: int) -> HttpResponse:
    """From an alert to its referral; for who may not see it there is none."""
    actor = actor_of_request(request)
    # What is not there is looked for like what is: nobody learns which.
    reference = reference_of(referral_id)
    _, case_id = place(reference)
    if not may_see(actor, {case_id}):
        raise Http404("Nothing of yours waits there.")
    return redirect("referral", reference)
