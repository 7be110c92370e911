"""What the pages about one referral share: opening it, and refusing as if it were not there."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from breakwater.access.policy import Verb
from breakwater.access.queries import actor_of_request
from breakwater.access.rules import Actor, NotAllowed
from breakwater.referrals import actions, presenter
from breakwater.referrals.challenge.presenter import what_is_challenged
from breakwater.referrals.chronology.presenter import rising_panel
from breakwater.referrals.feedback.presenter import what_was_told
from breakwater.referrals.moves import Overtaken, WrongInput
from breakwater.referrals.presence.actions import here
from breakwater.referrals.presence.presenter import words
from breakwater.referrals.rules import Action, RouteState, actions_open_to, in_words
from breakwater.web.forms import GovForm

KEPT = "What you typed is kept below."
# What somebody does on behalf of a team that was given the work, by how its route stands.
BY_ROUTE = {
    Action.TAKE_ON: {RouteState.WAITING, RouteState.KEPT},
    Action.REFUSE: {RouteState.WAITING},
    Action.KEEP: {RouteState.REFUSED},
    Action.LEAVE: {RouteState.REFUSED},
    Action.RETURN: {RouteState.REFUSED},
}


def open_page(actor: Actor, reference: str) -> dict[str, Any]:
    """Open a referral as the context of a page; what one may not see is not there."""
    purpose = "triage" if Verb.DECIDE in actor.verbs else "work routed to the team"
    try:
        page = actions.open_referral(actor, reference, purpose)
    except NotAllowed as refusal:
        # One answer for 'no such referral' and 'not yours': nobody learns which.
        raise Http404(str(refusal)) from None
    routes = {route.state for route in page.progress.routes if route.team_id in actor.team_ids}
    strategy = any(clock.code == "STRATEGY" and clock.running for clock in page.clocks)
    passed = any(i.worker_id for i in page.progress.items if i.team_id in actor.team_ids)
    open_actions = [
        action
        for action in actions_open_to(page.state, actor)
        if action not in BY_ROUTE
        or routes & BY_ROUTE[action]
        or (action is Action.TAKE_ON and passed and not page.progress.routes)
    ]
    teams = page.proposal.teams if page.proposal else ()
    beside = what_was_told(page) | what_is_challenged(page, actor)
    of_page = presenter.referral_page(page, timezone.now()) | beside
    return of_page | {
        "presence": words(here(actor, page.id)),
        "may_give_feedback": Verb.GIVE_FEEDBACK in actor.verbs,
        "in_words": in_words,
        "rising_panel": rising_panel(page.rising),
        "proposed_teams": ", ".join(in_words(one.team) for one in teams),
        "open_actions": open_actions,
        "Action": Action,
        "own_teams": actor.team_ids,
        "may_note_strategy": strategy and bool(routes) and Verb.TAKE_ON in actor.verbs,
        "may_claim": Verb.CLAIM in actor.verbs,
        "may_break_glass": Verb.BREAK_GLASS in actor.verbs,
        "may_see_who_looked": Verb.SEE_WHO_LOOKED in actor.verbs,
        "may_hand_over": Verb.HAND_TO_DESK in actor.verbs,
    }


def done_or_said(
    request: HttpRequest, reference: str, deed: Callable[[], object], done: str
) -> HttpResponse:
    """Do what a button asks for and go back to the referral, with a word on what came of it."""
    try:
        deed()
    except (NotAllowed, Overtaken) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("referral", reference)


def tried(form: GovForm, deed: Callable[[], object], now: Mapping[str, object]) -> bool:
    """Do what a valid form asks for; what cannot stand is said at its field, and nothing lost.

    Whoever was overtaken reads by whom and may send what they typed again: `now` is what the page
    says, by hidden field, of how things stand.
    """
    if not form.is_valid():
        return False
    try:
        deed()
    except WrongInput as wrong:
        for field, sentence in wrong.errors:
            form.error_at(field, sentence)
    except (Overtaken, NotAllowed) as refusal:
        form.add_error(None, f"{refusal} {KEPT}")
        form.overtaken = isinstance(refusal, Overtaken)
        form.data = form.data.copy()  # type: ignore[attr-defined]
        for name, value in now.items():
            form.data[name] = "" if value is None else str(value)  # type: ignore[index]
    else:
        return True
    return False


def with_what_overtook(
    request: HttpRequest, context: dict[str, Any], form: GovForm
) -> dict[str, Any]:
    """Add what others did since the page with this form was opened, where somebody was faster.

    The form then goes by the referral as it stands: sent again, it is sent in knowledge of that.
    """
    typed = request.POST.get("version", "")
    if not form.overtaken or not (typed.isascii() and typed.isdigit() and len(typed) < 9):
        return context
    # Opened again, with an entry of its own: the other may have come after the first look.
    context = open_page(actor_of_request(request), context["page"].reference)
    page = context["page"]
    stages = presenter.stages_after(page, int(typed))
    decisions = [one for one in page.progress.decisions if stages and one.at >= stages[0]["when"]]
    form.data = form.data.copy()  # type: ignore[attr-defined]
    form.data["version"] = str(page.version)  # type: ignore[index]
    return context | {"overtook": {"stages": stages, "decisions": decisions}}


def asked(
    request: HttpRequest, context: dict[str, Any], form: GovForm, title: str, submit: str
) -> HttpResponse:
    """A page with one form about the referral, and the worry above it."""
    context = with_what_overtook(request, context, form)
    context |= {"form": form, "title": title, "submit": submit}
    status = 422 if form.is_bound else 200
    return render(request, "referrals/ask.html", context, status=status)
