from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from breakwater.access.glass import queries as glass
from breakwater.access.glass.rules import GlassPurpose, Outcome
from breakwater.access.policy import Verb
from breakwater.access.queries import actor_of_request
from breakwater.access.rules import NotAllowed
from breakwater.referrals.emergency import actions, rules
from breakwater.referrals.emergency.actions import NotACase
from breakwater.referrals.emergency.forms import EmergencyForm
from breakwater.web.forms import sent

# One answer for what is restricted, what one is shut out of, and what is not there.
ASKED = "Asked. If there is such a case, somebody will decide."


@require_http_methods(["GET", "POST"])
def emergency(request: HttpRequest) -> HttpResponse:
    """Open a case for an hour with a reason, and see what one asked for before."""
    actor = actor_of_request(request)
    if Verb.BREAK_GLASS not in actor.verbs:
        raise Http404
    form = EmergencyForm(
        sent(request), initial={"called": rules.called(request.GET.get("case", ""))}
    )
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            broken = actions.open_in_emergency(
                actor, told["called"], GlassPurpose(told["purpose"]), told["reason"]
            )
        except NotACase as problem:
            form.error_at("called", str(problem))
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            if broken.outcome is Outcome.ASKED:
                messages.info(request, ASKED)
                return redirect("emergency")
            if broken.outcome is Outcome.OPENED:
                messages.success(
                    request, "Open to you for an hour. Supervisors were told and will review it."
                )
            return redirect("case", broken.case_id)
    context = {"form": form, "asked": glass.own(actor)}
    return render(request, "referrals/emergency.html", context, status=422 if form.errors else 200)
