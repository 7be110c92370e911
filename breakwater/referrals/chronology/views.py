from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from breakwater.access.policy import Verb
from breakwater.access.queries import actor_of_request
from breakwater.access.rules import NotAllowed
from breakwater.referrals.chronology import actions, presenter
from breakwater.referrals.chronology.forms import FilterForm
from breakwater.referrals.chronology.rules import Kind, Order

KINDS = {kind.value: kind for kind in Kind}
ORDERS = {order.value: order for order in Order}


@require_safe
def chronology(request: HttpRequest, reference: str) -> HttpResponse:
    """All that is known of the child and household, in order of time; `kind` narrows it down."""
    actor = actor_of_request(request)
    kind = KINDS.get(request.GET.get("kind", ""))
    order = ORDERS.get(request.GET.get("order", ""), Order.OLDEST_FIRST)
    try:
        shown, rising = actions.open_chronology(actor, reference)
    except NotAllowed as refusal:
        # One answer for 'no such referral' and 'not yours': nobody learns which.
        raise Http404(str(refusal)) from None
    form = FilterForm(shown.counts, initial={"kind": kind or "", "order": order})
    context = presenter.chronology_page(shown, kind, order) | {
        "form": form,
        "rising_panel": presenter.rising_panel(rising),
        "may_break_glass": Verb.BREAK_GLASS in actor.verbs,
    }
    return render(request, "referrals/chronology.html", context)
