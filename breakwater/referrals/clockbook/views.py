from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from breakwater.access.actions import check_list
from breakwater.access.policy import Verb
from breakwater.access.queries import actor_of_request
from breakwater.access.rules import NotAllowed
from breakwater.clocks.definitions import ChangedMeanwhile
from breakwater.clocks.queries import definitions
from breakwater.clocks.rules import WrongDefinition
from breakwater.referrals.clockbook import actions, presenter
from breakwater.referrals.clockbook.forms import ChangeForm
from breakwater.web import times
from breakwater.web.forms import sent


@require_safe
def clocks(request: HttpRequest) -> HttpResponse:
    """Every clock: how long, from when until when, by whose word. About no case, so anybody's."""
    may_set = Verb.SET_RULES in actor_of_request(request).verbs
    rows = [presenter.row(clock, may_set) for clock in definitions(timezone.localdate())]
    context = {"rows": rows, "columns": presenter.COLUMNS, "may_set": may_set}
    return render(request, "referrals/clocks.html", context)


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, code: str) -> HttpResponse:
    """Set a clock anew: a version beside the old one, by which what runs goes on."""
    actor, today = actor_of_request(request), timezone.localdate()
    try:
        check_list(actor, Verb.SET_RULES, f"clock:{code}")
    except NotAllowed as refusal:
        raise Http404(str(refusal)) from None
    found = definitions(today, code)
    if not found:
        raise Http404
    (clock,) = found
    form = ChangeForm.of(clock, today, sent(request))
    if request.method == "POST" and form.is_valid():
        new = form.new_version()
        try:
            version = actions.change_clock(
                actor, code, new, after=form.cleaned_data["after"], today=today
            )
        except WrongDefinition as problem:
            form.error_at(problem.field, str(problem))
        except ChangedMeanwhile:
            (clock,) = definitions(today, code)
            form = ChangeForm.once_more(request.POST, clock.newest)
        else:
            since = times.date(new.effective_from)
            messages.success(
                request,
                f"{clock.now.name}: version {version} is in force from {since}."
                " Clocks that run already keep the version they began with.",
            )
            return redirect("clocks")
    context = {"form": form, "name": clock.now.name, "now": presenter.as_it_is(clock)}
    status = 422 if form.errors else 200
    return render(request, "referrals/change_clock.html", context, status=status)
