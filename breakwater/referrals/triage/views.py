from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from breakwater.access.queries import actor_of_request
from breakwater.referrals.pages import asked, done_or_said, open_page, tried, with_what_overtook
from breakwater.referrals.queries import ReferralPage, teams_to_route_to
from breakwater.referrals.rules import Action, Rating
from breakwater.referrals.triage import actions, enquiries
from breakwater.referrals.triage.actions import Rested
from breakwater.referrals.triage.forms import (
    DecideForm,
    RateForm,
    ScreenForm,
    VersionForm,
    WaitForm,
)
from breakwater.referrals.triage.queries import hours_by_rating
from breakwater.web.forms import sent


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, reference: str) -> HttpResponse:
    """Decide what happens next and who acts; what was typed survives every refusal."""
    actor = actor_of_request(request)
    context = open_page(actor, reference)
    page: ReferralPage = context["page"]
    form = DecideForm(teams_to_route_to(), sent(request), initial={"version": page.version})
    if request.method != "POST":
        if Action.DECIDE_AND_ROUTE not in context["open_actions"]:
            return redirect("referral", reference)
    elif tried(
        form,
        lambda: actions.decide(
            actor,
            reference,
            form.decided(),
            version=form.cleaned_data["version"],
            rested=_rested(page),
        ),
        {"version": page.version},
    ):
        messages.success(request, f"Decided: {reference}. The board shows what is next.")
        return redirect("referral", reference)
    status = 422 if form.is_bound else 200
    context = with_what_overtook(request, context, form) | {"form": form}
    return render(request, "referrals/decide.html", context, status=status)


@require_http_methods(["GET", "POST"])
def screen(request: HttpRequest, reference: str) -> HttpResponse:
    """Answer what the rules ask, so that the suggestion rests on what is known."""
    actor = actor_of_request(request)
    context = open_page(actor, reference)
    page: ReferralPage = context["page"]
    if Action.SCREEN not in context["open_actions"] or page.suggested is None:
        return redirect("referral", reference)
    facts = page.suggested.found.facts
    form = ScreenForm(facts, page.version, sent(request))
    if request.method == "POST" and tried(
        form,
        lambda: enquiries.screen(
            actor, reference, form.answers(), version=form.cleaned_data["version"]
        ),
        {"version": page.version},
    ):
        messages.success(request, "Answered. The suggestion rests on your answers now.")
        return redirect("referral", reference)
    return asked(request, context, form, "Answer what the rules ask", "Keep the answers")


@require_http_methods(["GET", "POST"])
def rate(request: HttpRequest, reference: str) -> HttpResponse:
    """Say how fast partners must answer."""
    actor = actor_of_request(request)
    context = open_page(actor, reference)
    initial = {"version": context["page"].version}
    form = RateForm(hours_by_rating(), sent(request), initial=initial)
    if request.method != "POST":
        if Action.RATE not in context["open_actions"]:
            return redirect("referral", reference)
    elif tried(
        form,
        lambda: enquiries.rate(
            actor,
            reference,
            Rating(form.cleaned_data["rating"]),
            form.cleaned_data["reason"],
            version=form.cleaned_data["version"],
        ),
        {"version": context["page"].version},
    ):
        messages.success(request, f"Rated {form.cleaned_data['rating']}: {reference}.")
        return redirect("referral", reference)
    return asked(request, context, form, "Rate the enquiries", "Rate")


@require_http_methods(["GET", "POST"])
def wait(request: HttpRequest, reference: str) -> HttpResponse:
    """Wait for more information, with a reason: the clock stops."""
    actor = actor_of_request(request)
    context = open_page(actor, reference)
    form = WaitForm(sent(request), initial={"version": context["page"].version})
    if request.method != "POST":
        if Action.ASK_MORE not in context["open_actions"]:
            return redirect("referral", reference)
    elif tried(
        form,
        lambda: enquiries.wait_for_more(
            actor,
            reference,
            form.cleaned_data["reason"],
            version=form.cleaned_data["version"],
        ),
        {"version": context["page"].version},
    ):
        messages.success(request, f"{reference} waits for more information.")
        return redirect("referral", reference)
    return asked(request, context, form, "Wait for more information", "Stop the clock")


@require_POST
def go_on(request: HttpRequest, reference: str) -> HttpResponse:
    """The information is here: the clock runs on."""
    actor, version = actor_of_request(request), _version(request)
    return done_or_said(
        request,
        reference,
        lambda: enquiries.go_on(actor, reference, version=version),
        f"The clock of {reference} runs on.",
    )


@require_POST
def moved(request: HttpRequest, reference: str) -> HttpResponse:
    """The other area has it."""
    actor, version = actor_of_request(request), _version(request)
    return done_or_said(
        request,
        reference,
        lambda: actions.confirm_move(actor, reference, version=version),
        f"Noted: the other area has {reference}.",
    )


def _rested(page: ReferralPage) -> Rested | None:
    """What the page in front of whoever decides showed, for who opens the decision later."""
    if page.suggested is None:
        return None
    return Rested(
        page.suggested.suggestion.level,
        page.suggested.ruleset_id,
        {**page.suggested.basis, **page.known_then},
    )


def _version(request: HttpRequest) -> int:
    """The version that the page showed; of none, one that never was."""
    form = VersionForm(request.POST)
    return int(form.cleaned_data["version"]) if form.is_valid() else 0
