from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from breakwater.access.policy import Verb
from breakwater.access.queries import actor_of_request, agency_names
from breakwater.access.rules import NotAllowed
from breakwater.people.rules import CHILD_ROLES
from breakwater.referrals.pages import asked, open_page, tried
from breakwater.sharing.discovery import actions, presenter, upload
from breakwater.sharing.discovery.actions import WrongNode
from breakwater.sharing.discovery.forms import NodeForm, WhoKnowsForm
from breakwater.sharing.discovery.rules import MOST_IN_PART
from breakwater.sharing.node.wire import HEADER, Refused
from breakwater.sharing.rules import Purpose
from breakwater.web.forms import sent


@require_http_methods(["GET", "POST"])
def who_knows(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask every partner whether they know one child of the referral."""
    actor = actor_of_request(request)
    context = open_page(actor, reference)
    mentions = [entry.mention for entry in context["page"].people]
    children = [
        (one.id, one.person.name or presenter.NO_NAME)
        for one in mentions
        if one.person.role in CHILD_ROLES
    ]
    may = Verb.ASK_PARTNERS in actor.verbs
    if not children or (request.method != "POST" and not may):
        return redirect("referral", reference)
    form = WhoKnowsForm(children, sent(request))

    def ask() -> None:
        told = form.cleaned_data
        came = actions.ask(actor, reference, int(told["child"]), Purpose(told["purpose"]))
        states = presenter.summary([one.held.state for one in came])
        messages.success(request, f"Asked: {states}.")

    if request.method == "POST" and tried(form, ask, {}):
        return redirect("partners", reference)
    return asked(request, context, form, "Who knows this child?", "Ask every partner")


@require_safe
def partners(request: HttpRequest, reference: str) -> HttpResponse:
    """What each partner holds of the referral's children, as it was last asked."""
    actor = actor_of_request(request)
    try:
        page = actions.open_partners(actor, reference)
    except NotAllowed as refusal:
        # One answer for 'no such referral' and 'not yours': nobody learns which.
        raise Http404(str(refusal)) from None
    context = presenter.partners_page(page, timezone.now())
    context["may_ask"] = Verb.ASK_PARTNERS in actor.verbs
    return render(request, "sharing/partners.html", context)


@require_POST
def ask_again(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask those who could not be asked about one child."""
    actor = actor_of_request(request)
    child = request.POST.get("child", "")
    number = int(child) if child.isascii() and child.isdigit() and len(child) < 18 else 0
    try:
        came = actions.ask_again(actor, reference, number)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect("referral", reference)
    states = presenter.summary([one.held.state for one in came])
    messages.success(request, f"Asked again: {states}.")
    return redirect("partners", reference)


@require_http_methods(["GET", "POST"])
def nodes(request: HttpRequest) -> HttpResponse:
    """Every node and how it answers, and a form to add one."""
    actor = actor_of_request(request)
    now = timezone.now()
    form = NodeForm(list(agency_names().items()), sent(request))
    try:
        if request.method == "POST" and form.is_valid():
            actions.add_node(actor, form.typed())
            messages.success(request, "Added. It is asked as soon as it has sent its index.")
            return redirect("nodes")
    except WrongNode as wrong:
        for field, sentence in wrong.errors:
            form.error_at(field, sentence)
    except NotAllowed as refusal:
        raise Http404(str(refusal)) from None
    try:
        context: dict[str, Any] = presenter.nodes_page(actions.open_nodes(actor, now), now)
    except NotAllowed as refusal:
        raise Http404(str(refusal)) from None
    status = 422 if form.errors else 200
    return render(request, "sharing/nodes.html", context | {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
def end_node(request: HttpRequest, node_id: int) -> HttpResponse:
    """Ask a node no more, after a question whether that is meant."""
    actor = actor_of_request(request)
    try:
        found = [one.node for one in actions.open_nodes(actor, timezone.now())]
        node = next((one for one in found if one.id == node_id), None)
        if node is None:
            raise Http404("No such node is asked.")
        if request.method == "POST":
            actions.end_node(actor, node_id)
            messages.success(request, f"{node.name} is not asked any more; its index is gone.")
            return redirect("nodes")
    except NotAllowed as refusal:
        raise Http404(str(refusal)) from None
    return render(request, "sharing/end_node.html", {"node": node})


@csrf_exempt
@login_not_required
@require_POST
def receive_index(request: HttpRequest) -> HttpResponse:
    """A part of a node's index: no session, the node's signature alone. For programs."""
    try:
        taken = upload.receive(request.headers.get(HEADER, ""), _body(request))
    except Refused as refusal:
        return HttpResponse(refusal.body(), "application/json", refusal.status)
    return JsonResponse({"wanted": taken.wanted, "live": taken.live})


def _body(request: HttpRequest) -> bytes:
    """Read the body, up to what a part may hold; Django's own limit is for forms."""
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    if not length.isdigit() or int(length) > MOST_IN_PART:
        raise Refused("too-large", f"a part has at most {MOST_IN_PART:,} bytes")
    return request.read(int(length))
