from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from breakwater.access.queries import actor_of_request
from breakwater.referrals.challenge import actions, presenter
from breakwater.referrals.challenge.forms import (
    MYSELF,
    RULINGS,
    ChallengeForm,
    RuleForm,
    TakeUpForm,
)
from breakwater.referrals.challenge.queries import ChallengeFacts
from breakwater.referrals.challenge.rules import may_take_up, rulings_open_to
from breakwater.referrals.pages import open_page, tried
from breakwater.web.forms import GovForm, sent


@require_http_methods(["GET", "POST"])
def challenge(request: HttpRequest, reference: str) -> HttpResponse:
    """Challenge the decision, for one's own team or a partner without an account."""
    actor = actor_of_request(request)
    context = open_page(actor, reference)
    decisions = context["page"].progress.decisions
    if not decisions or (request.method != "POST" and not context["may_challenge"]):
        return redirect("referral", reference)
    form = ChallengeForm(sent(request), initial={"decision": decisions[-1].id, "who": MYSELF})

    def enter() -> None:
        shown = form.cleaned_data["decision"]
        actions.challenge(actor, reference, form.challenged(), decision_id=shown)

    if request.method == "POST" and tried(form, enter, {"decision": decisions[-1].id}):
        messages.success(request, "Challenged. A triage supervisor answers; your team is told.")
        return redirect("referral", reference)
    facts = context["decision_facts"](decisions[-1])
    return _page(
        request, context, form, "Challenge the decision", "Challenge it", ("Decision", facts)
    )


@require_http_methods(["GET", "POST"])
def rule(request: HttpRequest, reference: str, challenge_id: int) -> HttpResponse:
    """Answer a challenge, or hand it to the partnership."""
    actor = actor_of_request(request)
    context = open_page(actor, reference)
    one = _found(context, challenge_id)
    moves = rulings_open_to(one.standing, actor, one.parties)
    if request.method != "POST" and not moves:
        return redirect("referral", reference)
    # Who may not is told so by the action, in words.
    form = RuleForm(moves or list(RULINGS), sent(request), initial={"version": one.version})

    def answer() -> None:
        version = form.cleaned_data["version"]
        actions.rule(actor, reference, challenge_id, form.ruled(), version=version)

    return _asked(request, context, one, form, answer, "Answer a challenge", "Send your answer")


@require_http_methods(["GET", "POST"])
def take_up(request: HttpRequest, reference: str, challenge_id: int) -> HttpResponse:
    """Take a challenge a level up."""
    actor = actor_of_request(request)
    context = open_page(actor, reference)
    one = _found(context, challenge_id)
    if request.method != "POST" and not may_take_up(one.standing, actor, one.parties):
        return redirect("referral", reference)
    form = TakeUpForm(sent(request), initial={"version": one.version})

    def climb() -> None:
        given = form.cleaned_data
        actions.take_up(actor, reference, challenge_id, given["reason"], version=given["version"])

    return _asked(request, context, one, form, climb, "Take a challenge further", "Take it further")


def _asked(
    request: HttpRequest,
    context: dict[str, Any],
    one: ChallengeFacts,
    form: GovForm,
    deed: Callable[[], None],
    title: str,
    submit: str,
) -> HttpResponse:
    if request.method == "POST" and tried(form, deed, {"version": one.version}):
        messages.success(request, "Noted. The page of the referral says how it stands.")
        return redirect("referral", context["page"].reference)
    context |= {"steps": presenter.challenge(one, actor_of_request(request))["steps"]}
    facts = presenter.challenged_facts(one)
    return _page(request, context, form, title, submit, ("What is challenged", facts))


def _page(
    request: HttpRequest,
    context: dict[str, Any],
    form: GovForm,
    title: str,
    submit: str,
    about: tuple[str, Any],
) -> HttpResponse:
    context |= {"form": form, "title": title, "submit": submit, "about": about}
    status = 422 if form.is_bound else 200
    return render(request, "referrals/challenge_form.html", context, status=status)


def _found(context: dict[str, Any], challenge_id: int) -> ChallengeFacts:
    for one in context["page"].challenges:
        if one.id == challenge_id:
            found: ChallengeFacts = one
            return found
    raise Http404("There is no such challenge of this referral.")
