from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from breakwater.access.actions import check_list
from breakwater.access.policy import Verb
from breakwater.access.queries import actor_of_request
from breakwater.access.rules import Actor, NotAllowed
from breakwater.clocks.queries import definitions, hub_hours, school_breaks
from breakwater.clocks.rules import WrongDefinition
from breakwater.clocks.setting import ChangedMeanwhile
from breakwater.referrals.clockbook import actions, presenter
from breakwater.referrals.clockbook.forms import BreakForm, ChangeForm, HoursForm
from breakwater.web import times
from breakwater.web.forms import sent


@require_safe
def clocks(request: HttpRequest) -> HttpResponse:
    """Every clock: how long, from when until when, by whose word. About no case, so anybody's."""
    may_set = Verb.SET_RULES in actor_of_request(request).verbs
    rows = [presenter.row(clock, may_set) for clock in definitions(timezone.localdate())]
    context = {
        "rows": rows,
        "columns": presenter.COLUMNS,
        "may_set": may_set,
        "hours": presenter.hours_in_words(hub_hours()),
        "breaks": [presenter.break_in_words(each) for each in school_breaks(timezone.localdate())],
    }
    return render(request, "referrals/clocks.html", context)


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, code: str) -> HttpResponse:
    """Set a clock anew: a version beside the old one, by which what runs goes on."""
    actor, today = setter(request, f"clock:{code}"), timezone.localdate()
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


@require_http_methods(["GET", "POST"])
def hours(request: HttpRequest) -> HttpResponse:
    """When the hub works: what clocks in working hours count."""
    actor = setter(request, "hub hours")
    form = HoursForm.of(hub_hours(), sent(request))
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            actions.set_hours(actor, form.weekdays(), told["opens"], told["closes"])
        except WrongDefinition as problem:
            form.error_at(problem.field, str(problem))
        else:
            messages.success(request, "Set. Clocks that start from now on count these hours.")
            return redirect("clocks")
    status = 422 if form.errors else 200
    return render(request, "referrals/hub_hours.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
def breaks(request: HttpRequest) -> HttpResponse:
    """When schools have a break: no deadline ends before a day of it begins."""
    actor = setter(request, "school break")
    form = BreakForm(sent(request))
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            actions.add_school_break(actor, told["area"], told["first"], told["last"])
        except WrongDefinition as problem:
            form.error_at(problem.field, str(problem))
        else:
            messages.success(request, "Added. Clocks that start from now on pass over it.")
            return redirect("school-breaks")
    rows = [
        (each.id, presenter.break_in_words(each)) for each in school_breaks(timezone.localdate())
    ]
    context = {"form": form, "breaks": rows}
    status = 422 if form.errors else 200
    return render(request, "referrals/school_breaks.html", context, status=status)


@require_POST
def remove(request: HttpRequest, break_id: int) -> HttpResponse:
    """Take a break away that was typed wrongly."""
    if actions.remove_school_break(setter(request, "school break"), break_id):
        messages.success(request, "Removed. Clocks that start from now on do not know it.")
    return redirect("school-breaks")


def setter(request: HttpRequest, what: str) -> Actor:
    """Who sets rules; for anybody else the page is not there, and that they tried is recorded."""
    actor = actor_of_request(request)
    try:
        check_list(actor, Verb.SET_RULES, what)
    except NotAllowed as refusal:
        raise Http404(str(refusal)) from None
    return actor
