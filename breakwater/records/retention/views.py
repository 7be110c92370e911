from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from breakwater.access.policy import Verb
from breakwater.access.queries import actor_of_request, agency_names
from breakwater.access.rules import Actor, NotAllowed
from breakwater.records.retention import actions, presenter, queries
from breakwater.records.retention.actions import WrongReview
from breakwater.records.retention.forms import KEEP, HoldForm, ReasonForm, ReviewForm
from breakwater.records.retention.queries import Due, HoldFacts
from breakwater.records.retention.rules import Scope


@require_GET
def retention(request: HttpRequest) -> HttpResponse:
    """What is due for review, what waits for a second person, what the night would erase."""
    actor = actor_of_request(request)
    page = request.GET.get("page", "1")
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1
    try:
        shown, total = actions.open_review(actor, number)
    except NotAllowed as refusal:
        raise Http404(str(refusal)) from None
    desk = Verb.REVIEW_RETENTION in actor.verbs
    context = presenter.review_page(shown, total, number, timezone.localdate()) | {
        "desk": desk,
        "runs": queries.last_runs() if desk else [],
        "ready": queries.ready_to_erase() if desk else [],
        "most": queries.knob("MOST_A_NIGHT"),
        "erased": queries.erased() if desk else [],
    }
    return render(request, "records/retention.html", context)


@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, case_id: int) -> HttpResponse:
    """One case: why it is due, and keep it or let it go."""
    actor = actor_of_request(request)
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _due(actor, case_id)
        try:
            if form.cleaned_data["what"] == KEEP:
                actions.keep(
                    actor, case_id, form.cleaned_data["until"], form.cleaned_data["reason"]
                )
            else:
                actions.let_go(actor, case_id, form.cleaned_data["reason"])
        except WrongReview as wrong:
            for field, sentence in wrong.errors:
                form.error_at(field, sentence)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Decided: case {case_id}.")
            return redirect("review-kept", case_id)
    return _case(request, actor, case_id, form)


@require_POST
def confirm(request: HttpRequest, case_id: int) -> HttpResponse:
    """Agree as the second person."""
    actor = actor_of_request(request)
    _due(actor, case_id)
    try:
        actions.confirm(actor, case_id)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        days = queries.knob("GRACE_DAYS")
        messages.success(request, f"Case {case_id} is erased in {days} days, unless it is undone.")
    return redirect("review-kept", case_id)


@require_http_methods(["GET", "POST"])
def undo(request: HttpRequest, case_id: int) -> HttpResponse:
    """Take a letting go back."""
    actor = actor_of_request(request)
    form = ReasonForm(request.POST or None)
    due = _due(actor, case_id)
    if request.method == "POST" and form.is_valid():
        try:
            actions.undo(actor, case_id, form.cleaned_data["reason"])
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Undone: case {case_id} stays.")
            return redirect("review-kept", case_id)
    context = {"form": form, "due": due}
    return render(request, "records/undo.html", context, status=422 if form.errors else 200)


@require_GET
def holds(request: HttpRequest) -> HttpResponse:
    """The holds in force, and those lifted."""
    return render(request, "records/holds.html", {"holds": _holds(actor_of_request(request))})


@require_http_methods(["GET", "POST"])
def place_hold(request: HttpRequest) -> HttpResponse:
    """Hold what an inquiry reaches."""
    actor = actor_of_request(request)
    _holds(actor)
    form = HoldForm(agency_names(), request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            actions.place_hold(
                actor,
                name=told["name"],
                reason=told["reason"],
                scope=Scope(told["scope"]),
                asked_on=told["asked_on"],
                category=told["category"],
                agency_id=int(told["agency"]) if told["agency"] else None,
                cases=told["cases"] or (),
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The hold stands: nothing that it reaches is erased.")
            return redirect("holds")
    return render(
        request, "records/place_hold.html", {"form": form}, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "POST"])
def lift_hold(request: HttpRequest, hold_id: int) -> HttpResponse:
    """End a hold, with a reason."""
    actor = actor_of_request(request)
    hold = next((h for h in _holds(actor) if h.id == hold_id and h.lifted_at is None), None)
    if hold is None:
        raise Http404("no such hold")
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.lift_hold(actor, hold_id, form.cleaned_data["reason"])
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Lifted: {hold.name}.")
            return redirect("holds")
    context = {"form": form, "hold": hold}
    return render(request, "records/lift_hold.html", context, status=422 if form.errors else 200)


def _holds(actor: Actor) -> list[HoldFacts]:
    if Verb.REVIEW_RETENTION not in actor.verbs:
        raise Http404("holds")
    return queries.holds(actor)


def _due(actor: Actor, case_id: int) -> Due:
    """Show the case; before a decision on it too, whose refusal would tell that it is there."""
    try:
        return actions.open_case(actor, case_id)
    except NotAllowed as refusal:
        raise Http404(str(refusal)) from None


def _case(request: HttpRequest, actor: Actor, case_id: int, form: ReviewForm) -> HttpResponse:
    due = _due(actor, case_id)
    context: dict[str, Any] = presenter.case_page(due, actor, timezone.localdate())
    status = 422 if form.errors else 200
    return render(request, "records/review.html", context | {"form": form}, status=status)
