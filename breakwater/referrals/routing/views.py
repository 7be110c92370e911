from datetime import datetime, time

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from breakwater.access.queries import actor_of_request
from breakwater.referrals.moves import WrongInput
from breakwater.referrals.pages import asked, done_or_said, open_page, tried
from breakwater.referrals.queries import reference_of
from breakwater.referrals.routing import actions
from breakwater.referrals.routing.forms import HandOverForm, RefuseForm, SettleForm, StrategyForm
from breakwater.referrals.routing.queries import colleagues, place_of_item
from breakwater.referrals.rules import Action
from breakwater.web.forms import sent


@require_POST
def take_on(request: HttpRequest, reference: str) -> HttpResponse:
    actor = actor_of_request(request)
    return done_or_said(
        request,
        reference,
        lambda: actions.take_on(actor, reference),
        f"Your team has taken on {reference}.",
    )


@require_POST
def take_back(request: HttpRequest, reference: str) -> HttpResponse:
    """One click takes back to triage what went straight to a worker."""
    actor = actor_of_request(request)
    return done_or_said(
        request,
        reference,
        lambda: actions.take_back(actor, reference),
        f"{reference} waits for triage again.",
    )


@require_http_methods(["GET", "POST"])
def refuse(request: HttpRequest, reference: str) -> HttpResponse:
    """Refuse routed work, once, with a reason."""
    actor = actor_of_request(request)
    context = open_page(actor, reference)
    form = RefuseForm(sent(request))
    if request.method != "POST":
        if Action.REFUSE not in context["open_actions"]:
            return redirect("referral", reference)
    elif tried(form, lambda: actions.refuse(actor, reference, form.cleaned_data["reason"]), {}):
        messages.success(request, f"Refused: {reference}. Your supervisor decides.")
        return redirect("board")
    return asked(request, context, form, "Refuse this work", "Refuse")


@require_http_methods(["GET", "POST"])
def settle(request: HttpRequest, reference: str) -> HttpResponse:
    """A supervisor settles whether the team keeps what it refused."""
    actor = actor_of_request(request)
    context = open_page(actor, reference)
    form = SettleForm(sent(request))
    if request.method != "POST":
        if Action.KEEP not in context["open_actions"]:
            return redirect("referral", reference)
    elif tried(
        form,
        lambda: actions.settle(
            actor,
            reference,
            keep=form.cleaned_data["keep"] == "keep",
            reason=form.cleaned_data["reason"],
        ),
        {},
    ):
        messages.success(request, f"Settled: {reference}.")
        return redirect("board")
    return asked(request, context, form, "Settle the refusal", "Settle")


@require_http_methods(["GET", "POST"])
def hand_over(request: HttpRequest, item_id: int) -> HttpResponse:
    """Claim what waits, hand it to a colleague with a note, or give it back to the team."""
    actor = actor_of_request(request)
    place = place_of_item(item_id)
    context = open_page(actor, reference_of(place[0] if place else 0))
    item = next((i for i in context["page"].progress.items if i.id == item_id), None)
    if item is None or item.team_id not in actor.team_ids:
        raise Http404("Nothing of yours waits there.")
    initial = {"seen": item.worker_id or "", "to_worker": "" if item.worker_id else actor.user_id}
    if not context["may_claim"]:
        return redirect("referral", context["page"].reference)
    form = HandOverForm(colleagues(item.team_id), actor.user_id, sent(request), initial=initial)
    if request.method == "POST" and tried(
        form,
        lambda: actions.hand_over(
            actor,
            item_id,
            to_worker=form.to(),
            note=form.cleaned_data["note"],
            seen_worker=form.seen_worker(),
        ),
        {"seen": item.worker_id},
    ):
        messages.success(request, f"Handed over: {context['page'].reference}.")
        return redirect("referral", context["page"].reference)
    return asked(request, context, form, "Claim or hand over", "Hand over")


@require_http_methods(["GET", "POST"])
def strategy(request: HttpRequest, reference: str) -> HttpResponse:
    """Note that the strategy discussion was held: its clock is met."""
    actor = actor_of_request(request)
    context = open_page(actor, reference)
    form = StrategyForm(sent(request))

    def note() -> None:
        given = form.cleaned_data
        try:
            clock = time.fromisoformat(given["held_at"])
        except ValueError:
            raise WrongInput([("held_at", "Enter a time, as 14:30")]) from None
        held_at = timezone.make_aware(datetime.combine(given["held_on"], clock))
        actions.hold_strategy_discussion(actor, reference, held_at)

    if request.method != "POST":
        if not context["may_note_strategy"]:
            return redirect("referral", reference)
    elif tried(form, note, {}):
        messages.success(request, "Noted: the strategy discussion was held.")
        return redirect("referral", reference)
    return asked(request, context, form, "The strategy discussion", "Note it")
