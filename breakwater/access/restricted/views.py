from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from breakwater.access.policy import Verb
from breakwater.access.queries import actor_of_request
from breakwater.access.restricted import actions, queries
from breakwater.access.restricted.forms import NameForm, RestrictForm, WhyForm
from breakwater.access.restricted.queries import CaseAccess
from breakwater.access.rules import Actor, NotAllowed
from breakwater.web.forms import GovForm, sent

Deed = Callable[[], None]


def who_may_see(request: HttpRequest, case_id: int) -> HttpResponse:
    """Who may see a case, why, what was decided about it, and when it was opened in a hurry."""
    actor, shown = opened(request, case_id)
    context = {
        "page": shown,
        "may_restrict": Verb.RESTRICT in actor.verbs,
        "may_supervise": Verb.SUPERVISE in actor.verbs,
        "may_declare": Verb.DECLARE_CONFLICT in actor.verbs,
    }
    return render(request, "access/who_may_see.html", context)


@require_http_methods(["GET", "POST"])
def restrict(request: HttpRequest, case_id: int) -> HttpResponse:
    actor, shown = opened(request, case_id, Verb.RESTRICT)
    others = [each for each in queries.staff(shown.teams) if each[0] != actor.user_id]
    form = RestrictForm(others, sent(request))
    return decided(
        request,
        shown,
        form,
        lambda: actions.restrict(
            actor, case_id, reason=form.cleaned_data["reason"], people=form.chosen()
        ),
        "Restricted. Only the people named below see the case now.",
        "access/restrict.html",
    )


@require_http_methods(["GET", "POST"])
def name(request: HttpRequest, case_id: int) -> HttpResponse:
    actor, shown = opened(request, case_id, Verb.RESTRICT)
    form = NameForm(queries.staff(), sent(request))
    return decided(
        request,
        shown,
        form,
        lambda: actions.name(
            actor,
            case_id,
            form.chosen(),
            guarding=form.cleaned_data["guarding"],
            reason=form.cleaned_data["reason"],
        ),
        "Named. They see the case from now on.",
        "access/name.html",
    )


@require_http_methods(["GET", "POST"])
def take_off(request: HttpRequest, case_id: int, user_id: int) -> HttpResponse:
    actor, shown = opened(request, case_id, Verb.RESTRICT)
    whom = next((each.name for each in shown.reached if each.user_id == user_id), None)
    if whom is None:
        raise Http404
    form = WhyForm(sent(request))
    return decided(
        request,
        shown,
        form,
        lambda: actions.take_off(actor, case_id, user_id, reason=form.cleaned_data["reason"]),
        "Taken off the list. The case is closed to them from now on.",
        "access/take_off.html",
        whom=whom,
    )


@require_http_methods(["GET", "POST"])
def lift(request: HttpRequest, case_id: int) -> HttpResponse:
    actor, shown = opened(request, case_id, Verb.RESTRICT)
    form = WhyForm(sent(request))
    return decided(
        request,
        shown,
        form,
        lambda: actions.lift(actor, case_id, reason=form.cleaned_data["reason"]),
        "Lifted. The teams on the case see it again.",
        "access/lift.html",
    )


def opened(
    request: HttpRequest, case_id: int, verb: Verb | None = None
) -> tuple[Actor, CaseAccess]:
    """Who reads and what they see; a page that is not theirs is not there."""
    actor = actor_of_request(request)
    try:
        shown = actions.open_access_page(actor, case_id)
    except NotAllowed as refusal:
        # One answer for 'no such case' and 'not yours': nobody learns which.
        raise Http404(str(refusal)) from None
    if verb is not None and verb not in actor.verbs:
        raise Http404
    return actor, shown


def decided(
    request: HttpRequest,
    shown: CaseAccess,
    form: GovForm,
    deed: Deed,
    done: str,
    template: str,
    **context: Any,
) -> HttpResponse:
    """Do it and go back to who may see the case, or show the form with what stands against it."""
    if request.method == "POST" and form.is_valid():
        try:
            deed()
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, done)
            return redirect("who-may-see", shown.case_id)
    status = 422 if form.errors else 200
    return render(request, template, context | {"form": form, "page": shown}, status=status)
