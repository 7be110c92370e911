from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from breakwater.access.queries import actor_of_request
from breakwater.referrals import moves
from breakwater.referrals.presence import actions, presenter


@require_POST
def here(request: HttpRequest, reference: str) -> HttpResponse:
    """A page says that it is still open, and hears who else has it open."""
    referral_id, _ = moves.place(reference)
    others = actions.here(actor_of_request(request), referral_id, _visit(request))
    if others is None:
        raise Http404("Not open to you, or not there.")
    return JsonResponse({"words": presenter.words(others)})


@require_POST
def gone(request: HttpRequest, reference: str) -> HttpResponse:
    """A page was left. Answers the same whatever was there."""
    referral_id, _ = moves.place(reference)
    actions.gone(actor_of_request(request), referral_id, _visit(request))
    return HttpResponse(status=204)


def _visit(request: HttpRequest) -> str:
    visit = request.POST.get("visit", "")
    return visit if visit.isascii() and visit.isalnum() and len(visit) <= 32 else "-"
