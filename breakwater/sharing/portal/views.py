from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from breakwater.access.actions import check_list
from breakwater.access.policy import Verb
from breakwater.access.queries import actor_of_request
from breakwater.access.rules import NotAllowed
from breakwater.sharing.portal import actions, drafts, presenter, queries


@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """What the reader's teams are asked, and what was shared with them."""
    actor = actor_of_request(request)
    try:
        check_list(actor, Verb.ANSWER_REQUESTS, "asked")
    except NotAllowed as refusal:
        raise Http404(str(refusal)) from None
    context = presenter.inbox(queries.inbox(actor), timezone.now())
    return render(request, "sharing/asked.html", context)


@require_safe
def request_page(request: HttpRequest, reference: str) -> HttpResponse:
    """Who asks, why, about whom, what; and the ways to reply."""
    actor = actor_of_request(request)
    try:
        found = actions.open_request(actor, reference)
    except NotAllowed as refusal:
        # One answer for 'no such request' and 'not yours': nobody learns which.
        raise Http404(str(refusal)) from None
    context = presenter.request_page(found, timezone.now())
    return render(request, "sharing/asked_request.html", context)


@require_safe
def received(request: HttpRequest, reference: str) -> HttpResponse:
    """That a reply was taken in: what, by whom and when."""
    actor = actor_of_request(request)
    try:
        found, _draft = drafts.open_with_draft(actor, reference)
    except NotAllowed as refusal:
        raise Http404(str(refusal)) from None
    got = presenter.receipt(found, actor.name)
    if got is None:
        return redirect("asked-request", reference)
    context = presenter.request_page(found, timezone.now()) | {"receipt": got}
    return render(request, "sharing/answer_received.html", context)


@require_safe
def shared(request: HttpRequest, reference: str) -> HttpResponse:
    """What was shared with the reader's team; or that it was taken back, and why."""
    actor = actor_of_request(request)
    try:
        found = actions.open_disclosure(actor, reference)
    except NotAllowed as refusal:
        raise Http404(str(refusal)) from None
    context = presenter.disclosure_page(found, timezone.localdate())
    return render(request, "sharing/shared.html", context)


@require_POST
def confirm(request: HttpRequest, reference: str) -> HttpResponse:
    """Say that the team let go of its copies of what was taken back."""
    actor = actor_of_request(request)
    try:
        actions.confirm(actor, reference)
    except NotAllowed as refusal:
        raise Http404(str(refusal)) from None
    messages.success(request, "Thank you. Whoever shared it sees that you confirmed, and when.")
    return redirect("shared-paper", reference)
