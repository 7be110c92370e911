from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from breakwater.access.queries import actor_of_request
from breakwater.access.rules import NotAllowed
from breakwater.referrals import actions, presenter
from breakwater.referrals.pages import open_page


@require_safe
def referral(request: HttpRequest, reference: str) -> HttpResponse:
    """The one page: the worry, the people, what is already known and by whom, the clocks."""
    context = open_page(actor_of_request(request), reference)
    return render(request, "referrals/referral.html", context)


def case(request: HttpRequest, case_id: int) -> HttpResponse:
    """The referrals of a case; of one referral, its page."""
    try:
        found = actions.open_case(actor_of_request(request), case_id)
    except NotAllowed as refusal:
        # One answer for 'no such case' and 'not yours': nobody learns which.
        raise Http404(str(refusal)) from None
    if len(found) == 1:
        return redirect("referral", found[0].reference)
    context = presenter.case_page(found) | {"case_id": case_id}
    return render(request, "referrals/case.html", context)
