from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from breakwater.access.policy import Verb
from breakwater.access.queries import actor_of_request
from breakwater.access.rules import Kinship, NotAllowed
from breakwater.people.kin import actions, queries
from breakwater.people.kin.actions import NoName
from breakwater.people.kin.forms import KinForm
from breakwater.web.forms import sent


@require_http_methods(["GET", "POST"])
def conflicts(request: HttpRequest) -> HttpResponse:
    """Whom the reader named, and a form to name somebody."""
    actor = actor_of_request(request)
    if Verb.DECLARE_CONFLICT not in actor.verbs:
        raise Http404
    form = KinForm(sent(request))
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            actions.add(
                actor, Kinship(told["kinship"]), told["given"], told["family"], told["born"]
            )
        except NoName as problem:
            form.error_at("family", str(problem))
        else:
            messages.success(request, "Named. Cases about them close to you, now and later.")
            return redirect("conflicts")
    context = {"form": form, "kin": queries.kin_of(actor)}
    return render(request, "people/conflicts.html", context, status=422 if form.errors else 200)


@require_POST
def remove(request: HttpRequest, kin_id: int) -> HttpResponse:
    try:
        actions.remove(actor_of_request(request), kin_id)
    except NotAllowed as refusal:
        raise Http404(str(refusal)) from None
    messages.success(request, "Taken back. What is closed to you already stays closed.")
    return redirect("conflicts")
