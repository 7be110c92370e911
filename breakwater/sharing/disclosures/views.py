"""The pages on which something is shared from a case, and that of who has been told what."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from breakwater.access.policy import Verb
from breakwater.access.queries import actor_of_request
from breakwater.access.rules import NotAllowed
from breakwater.referrals.moves import WrongInput
from breakwater.sharing.disclosures import actions, presenter
from breakwater.sharing.disclosures.actions import Changed
from breakwater.sharing.disclosures.forms import (
    YES,
    ConfirmForm,
    ShareForm,
    StartForm,
    WithholdForm,
)
from breakwater.sharing.rules import InfoKind
from breakwater.web.forms import GovForm, sent

# What the browser sends beside what somebody typed.
NOT_TYPED = frozenset({"csrfmiddlewaretoken", "do", "stage", "seen", "right_team"})


@require_safe
def told(request: HttpRequest, case_id: int) -> HttpResponse:
    """Who has been told what of a case: one look, printable."""
    actor = actor_of_request(request)
    try:
        page = actions.open_told(actor, case_id)
    except NotAllowed as refusal:
        # One answer for 'no such case' and 'not yours': nobody learns which.
        raise Http404(str(refusal)) from None
    context = presenter.told_page(page, timezone.now()) | {
        "case_id": case_id,
        "may_share": Verb.DISCLOSE in actor.verbs,
        "may_sign": Verb.SIGN_OVERRIDE in actor.verbs,
        "me": actor.user_id,
    }
    return render(request, "sharing/told.html", context)


@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, case_id: int) -> HttpResponse:
    """Choose about which child and with which team."""
    actor = actor_of_request(request)
    try:
        children, teams = actions.open_children(actor, case_id)
    except NotAllowed as refusal:
        raise Http404(str(refusal)) from None
    form = StartForm(children, teams, sent(request), initial=_only(children))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        return redirect("share-parts", case_id, int(given["child"]), int(given["team"]))
    context = {"form": form, "case_id": case_id, "children": children}
    status = 422 if form.is_bound else 200
    return render(request, "sharing/share_start.html", context, status=status)


@require_http_methods(["GET", "POST"])
def share(request: HttpRequest, case_id: int, child_id: int, team_id: int) -> HttpResponse:
    """Choose what leaves, look at it as the receiver will, and send it."""
    actor = actor_of_request(request)
    try:
        found = actions.open_parts(actor, case_id, child_id, team_id)
    except NotAllowed as refusal:
        raise Http404(str(refusal)) from None
    if found is None:
        raise Http404("No such child or team to choose.")
    what, to = found
    form = ShareForm(what, to, sent(request))
    context: dict[str, Any] = {"form": form, "to": to, "case_id": case_id, "child": what.people[0]}
    sending = request.POST.get("stage") == "preview" and request.POST.get("do") != "change"
    if request.method != "POST" or not form.is_valid():
        return _parts(request, context, refused=form.is_bound)
    if request.POST.get("do") == "change":
        return _parts(request, context, refused=False)
    chosen = form.chosen()
    try:
        confirm = ConfirmForm(to, request.POST if sending else None)
        if sending and confirm.is_valid():
            seen = confirm.cleaned_data["seen"]
            done = actions.share(actor, case_id, child_id, team_id, chosen, seen=seen)
            messages.success(request, presenter.done(done, to))
            return redirect("told", case_id)
    except WrongInput as wrong:
        say_at(form, wrong)
        return _parts(request, context, refused=True)
    except Changed as changed:
        confirm.add_error(None, str(changed))
    try:
        composed = actions.preview(actor, case_id, child_id, team_id, chosen)
    except WrongInput as wrong:
        say_at(form, wrong)
        return _parts(request, context, refused=True)
    confirm.initial = {"seen": composed.digest, "stage": "preview"}
    if confirm.is_bound:
        confirm.data = confirm.data.copy()  # type: ignore[attr-defined]
        confirm.data["seen"] = composed.digest  # type: ignore[index]
    context |= presenter.preview(composed, timezone.localdate())
    context |= {"form": confirm, "typed": _typed(request)}
    status = 422 if confirm.is_bound else 200
    return render(request, "sharing/share_preview.html", context, status=status)


@require_http_methods(["GET", "POST"])
def withhold(request: HttpRequest, case_id: int) -> HttpResponse:
    """Note why something is not shared."""
    actor = actor_of_request(request)
    try:
        _, teams = actions.open_children(actor, case_id)
    except NotAllowed as refusal:
        raise Http404(str(refusal)) from None
    form = WithholdForm(teams, sent(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.withhold(
                actor,
                case_id,
                int(given["team"]),
                [InfoKind(kind) for kind in given["kinds"]],
                given["reason"],
                more_detrimental=given["more_detrimental"] == YES,
            )
        except WrongInput as wrong:
            say_at(form, wrong)
        else:
            messages.success(request, "Noted. It stands with who has been told what.")
            return redirect("told", case_id)
    context = {"form": form, "case_id": case_id}
    status = 422 if form.is_bound else 200
    return render(request, "sharing/withhold.html", context, status=status)


def say_at(form: GovForm, wrong: WrongInput) -> None:
    """Say each thing that is wrong at its field, or above all where it has none here."""
    for name, sentence in wrong.errors:
        if name in form.fields:
            form.error_at(name, sentence)
        else:
            form.add_error(None, sentence)


def _parts(request: HttpRequest, context: dict[str, Any], *, refused: bool) -> HttpResponse:
    status = 422 if refused else 200
    return render(request, "sharing/share.html", context, status=status)


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """All that somebody typed, to go along unseen: nothing of it is lost on the way."""
    return [
        (name, value)
        for name, values in request.POST.lists()
        if name not in NOT_TYPED
        for value in values
    ]


def _only(children: list[Any]) -> dict[str, str]:
    return {"child": str(children[0].id)} if len(children) == 1 else {}
