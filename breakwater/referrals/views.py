from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from breakwater.access.policy import Verb
from breakwater.access.queries import actor_of_request
from breakwater.access.queries import teams as teams_with
from breakwater.access.rules import Actor, NotAllowed
from breakwater.referrals import actions, presenter, queries
from breakwater.referrals.actions import Overtaken, WrongDecision
from breakwater.referrals.forms import DecideForm
from breakwater.referrals.queries import ReferralPage
from breakwater.referrals.rules import Action, Level, actions_open_to
from breakwater.web.forms import sent


@require_safe
def referral(request: HttpRequest, reference: str) -> HttpResponse:
    """The one page: the worry, the people, what is already known and by whom, the clocks."""
    actor = _actor(request)
    return render(request, "referrals/referral.html", _page(actor, reference))


def case(request: HttpRequest, case_id: int) -> HttpResponse:
    """The referrals of a case; of one referral, its page."""
    try:
        found = actions.open_case(_actor(request), case_id)
    except NotAllowed as refusal:
        # One answer for 'no such case' and 'not yours': nobody learns which.
        raise Http404(str(refusal)) from None
    if len(found) == 1:
        return redirect("referral", found[0].reference)
    context = presenter.case_page(found) | {"case_id": case_id}
    return render(request, "referrals/case.html", context)


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, reference: str) -> HttpResponse:
    """Decide the level of need and who acts next; what was typed survives every refusal."""
    actor = _actor(request)
    context = _page(actor, reference)
    page: ReferralPage = context["page"]
    teams = queries.teams_to_route_to()
    form = DecideForm(teams, sent(request), initial={"version": page.version})
    if request.method == "POST" and form.is_valid():
        try:
            actions.decide(
                actor,
                reference,
                version=form.cleaned_data["version"],
                level=Level(form.cleaned_data["level"]),
                team_id=form.chosen_team(),
                reason=form.cleaned_data["reason"],
            )
        except WrongDecision as wrong:
            for field, sentence in wrong.errors:
                form.error_at(field, sentence)
        except (Overtaken, NotAllowed) as refusal:
            form.add_error(None, f"{refusal} What you typed is kept below.")
        else:
            messages.success(request, f"Decided: {reference}. The board shows what is next.")
            return redirect("referral", reference)
    elif Action.DECIDE_AND_ROUTE not in context["open_actions"]:
        return redirect("referral", reference)
    status = 422 if form.is_bound else 200
    return render(request, "referrals/decide.html", context | {"form": form}, status=status)


@require_POST
def take_on(request: HttpRequest, reference: str) -> HttpResponse:
    try:
        actions.take_on(_actor(request), reference)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Your team has taken on {reference}.")
    return redirect("referral", reference)


def _actor(request: HttpRequest) -> Actor:
    return actor_of_request(request)


def _page(actor: Actor, reference: str) -> dict[str, Any]:
    purpose = "triage" if Verb.DECIDE in actor.verbs else "work routed to the team"
    try:
        page = actions.open_referral(actor, reference, purpose)
    except NotAllowed as refusal:
        # One answer for 'no such referral' and 'not yours': nobody learns which.
        raise Http404(str(refusal)) from None
    open_actions = actions_open_to(page.state, actor)
    if not page.routed_to & actor.team_ids:
        open_actions = [a for a in open_actions if a is not Action.TAKE_ON]
    shown = presenter.referral_page(page, timezone.now())
    return shown | {
        "open_actions": open_actions,
        "Action": Action,
        "may_break_glass": Verb.BREAK_GLASS in actor.verbs,
        "may_see_who_looked": Verb.SEE_WHO_LOOKED in actor.verbs,
        "may_hand_over": Verb.HAND_TO_DESK in actor.verbs,
    }
