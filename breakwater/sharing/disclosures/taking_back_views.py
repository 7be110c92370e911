"""The pages on which what was shared is recalled, corrected, or signed first."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from breakwater.access.queries import actor_of_request
from breakwater.access.rules import NotAllowed
from breakwater.referrals.moves import WrongInput
from breakwater.referrals.pages import tried
from breakwater.sharing.disclosures import signing, taking_back
from breakwater.sharing.disclosures.actions import Changed
from breakwater.sharing.disclosures.forms import YES, CorrectForm, RecallForm, SignForm
from breakwater.sharing.disclosures.views import NOT_TYPED, say_at
from breakwater.web.forms import sent
from breakwater.web.times import plural


@require_http_methods(["GET", "POST"])
def recall(request: HttpRequest, reference: str) -> HttpResponse:
    """Take back what was shared; the team that has it is told at once."""
    actor = actor_of_request(request)
    try:
        case_id, paper = taking_back.open_to_take_back(actor, reference)
    except NotAllowed as refusal:
        raise Http404(str(refusal)) from None
    form = RecallForm(sent(request))
    told: list[int] = []

    def take_back() -> None:
        told.append(taking_back.recall(actor, reference, form.cleaned_data["reason"]))

    if request.method == "POST" and tried(form, take_back, {}):
        people = plural(told[0], "person", "people")
        messages.success(request, f"Taken back. {people} of {paper.team} were told at once.")
        return redirect("told", case_id)
    context = {"form": form, "paper": paper, "case_id": case_id}
    status = 422 if form.is_bound else 200
    return render(request, "sharing/recall.html", context, status=status)


@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, reference: str) -> HttpResponse:
    """Correct what was shared, there and wherever else the same was shared."""
    actor = actor_of_request(request)
    try:
        case_id, paper = taking_back.open_to_take_back(actor, reference)
    except NotAllowed as refusal:
        raise Http404(str(refusal)) from None
    form = CorrectForm(paper, sent(request))
    context = {"form": form, "paper": paper, "case_id": case_id}
    if request.method == "POST" and form.is_valid() and request.POST.get("do") != "change":
        values, reason = form.values(), form.cleaned_data["reason"]
        seen = request.POST.get("seen", "")
        try:
            if request.POST.get("stage") == "preview":
                number = taking_back.correct(actor, reference, values, reason, seen=seen)
                messages.success(request, f"Corrected: {plural(number, 'disclosure')}.")
                return redirect("told", case_id)
        except WrongInput as wrong:
            say_at(form, wrong)
        except Changed as changed:
            messages.error(request, str(changed))
        if not form.errors:
            try:
                found = taking_back.corrections(actor, reference, values, reason)
            except WrongInput as wrong:
                say_at(form, wrong)
            else:
                typed = [
                    (name, value)
                    for name, some in request.POST.lists()
                    if name not in NOT_TYPED
                    for value in some
                ]
                context |= {
                    "corrections": found,
                    "reason": reason,
                    "typed": typed,
                    "seen": taking_back.digest(found),
                }
                return render(request, "sharing/correct_preview.html", context)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "sharing/correct.html", context, status=status)


@require_http_methods(["GET", "POST"])
def sign(request: HttpRequest, reference: str) -> HttpResponse:
    """Sign that something is shared without an agreement, or refuse to."""
    actor = actor_of_request(request)
    try:
        case_id, paper, why = signing.open_to_sign(actor, reference)
    except NotAllowed as refusal:
        raise Http404(str(refusal)) from None
    form = SignForm(sent(request))

    def rule() -> None:
        given = form.cleaned_data
        deed = signing.sign_disclosure if given["sign"] == YES else signing.refuse_disclosure
        deed(actor, reference, given["reason"])

    if request.method == "POST" and tried(form, rule, {}):
        signed = form.cleaned_data["sign"] == YES
        said = "Signed: it has left." if signed else "Not signed: it does not leave."
        messages.success(request, said)
        return redirect("told", case_id)
    context = {"form": form, "paper": paper, "why": why, "case_id": case_id}
    status = 422 if form.is_bound else 200
    return render(request, "sharing/sign_disclosure.html", context, status=status)
