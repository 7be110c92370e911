from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from breakwater.access.conflicts import actions, queries
from breakwater.access.policy import Verb
from breakwater.access.queries import actor_of_request
from breakwater.access.restricted.forms import PersonForm, WhyForm
from breakwater.access.restricted.views import decided, opened
from breakwater.access.rules import NotAllowed
from breakwater.web.forms import sent


@require_http_methods(["GET", "POST"])
def declare(request: HttpRequest, case_id: int) -> HttpResponse:
    """ "I know this family": a warning first, then the case closes at once."""
    actor = actor_of_request(request)
    try:
        if request.method == "POST":
            people = actions.declare(actor, case_id)
            messages.success(
                request,
                f"Case {case_id} is closed to you from now on. {_hand_over(people)}",
            )
            return redirect("conflicts")
        people = actions.ask_before_declaring(actor, case_id)
    except NotAllowed as refusal:
        # One answer for 'no such case' and 'not yours': nobody learns which.
        raise Http404(str(refusal)) from None
    context = {"case_id": case_id, "hand_over": _hand_over(people)}
    return render(request, "access/declare.html", context)


@require_http_methods(["GET", "POST"])
def keep_out(request: HttpRequest, case_id: int) -> HttpResponse:
    """A supervisor names a conflict for one of their own people."""
    actor, shown = opened(request, case_id, Verb.SUPERVISE)
    form = PersonForm(queries.own_people(actor), sent(request))
    return decided(
        request,
        shown,
        form,
        lambda: actions.keep_out(actor, case_id, form.chosen(), reason=form.cleaned_data["reason"]),
        "Kept out. The case is closed to them from now on, whatever they were granted.",
        "access/keep_out.html",
    )


@require_http_methods(["GET", "POST"])
def let_in(request: HttpRequest, case_id: int, user_id: int) -> HttpResponse:
    """A supervisor lifts what keeps one of their own people out."""
    actor, shown = opened(request, case_id, Verb.SUPERVISE)
    whom = next((each for each in shown.kept_out if each.user_id == user_id), None)
    if whom is None:
        raise Http404
    form = WhyForm(sent(request))
    return decided(
        request,
        shown,
        form,
        lambda: actions.let_in(actor, case_id, user_id, reason=form.cleaned_data["reason"]),
        "Let in again. They see the case as their grants say.",
        "access/let_in.html",
        whom=whom,
    )


def _hand_over(people: list[str]) -> str:
    if not people:
        return "Tell your supervisor now, so that somebody takes over."
    return f"Tell one of these now, so that somebody takes over: {'; '.join(people)}."
