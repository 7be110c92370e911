from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from breakwater.access import actions as access
from breakwater.access.policy import Verb
from breakwater.access.queries import actor_of_request
from breakwater.access.rules import Actor, NotAllowed
from breakwater.referrals.moves import WrongInput
from breakwater.referrals.pages import KEPT, tried
from breakwater.sharing import papers
from breakwater.sharing.agreements.presenter import shown
from breakwater.sharing.disclosures import paper
from breakwater.sharing.disclosures.queries import waiting_for_signature
from breakwater.sharing.requests import actions, after, presenter, queries
from breakwater.sharing.requests.forms import (
    REFUSE,
    AskForm,
    CallForm,
    ReasonForm,
    SignForm,
    ask_form,
    initial,
)
from breakwater.sharing.requests.opening import Asking, open_asking
from breakwater.sharing.requests.queries import RequestFacts
from breakwater.sharing.rules import ConsentAsked, subject_of_request
from breakwater.web import times
from breakwater.web.forms import GovForm, sent

# The largest number that the database counts rows by has more digits.
DIGITS = 18


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, reference: str) -> HttpResponse:
    """What leaves to whom, all filled in from the case; one press sends it."""
    actor = actor_of_request(request)
    # A form that was sent says itself whom it was about; nothing else of it is believed.
    told = request.POST if request.method == "POST" else request.GET
    teams = _numbers(told, "team")
    asking = _opened(actor, reference, teams if "team" in told else None, told)
    form = ask_form(asking.chosen, sent(request), asking.initial | initial(asking.chosen))
    if request.method == "POST" and asking.about and form.is_valid():
        about = asking.about.id
        if done := _asked(form, lambda: actions.ask(
            actor, reference, about, form.teams(), form.asking()
        )):  # fmt: skip
            for well, words in presenter.what_became(done):
                (messages.success if well else messages.error)(request, words)
            return redirect("referral", reference)
    today = timezone.localdate()
    context = {
        "asking": asking,
        "form": form,
        "agreements": {pk: one and shown(one, today) for pk, one in asking.covered.items()},
        "chosen_ids": {one.team.id for one in asking.chosen},
        "submit": presenter.send_words(len(asking.chosen), len(asking.uncovered)),
        "same": [
            ("Who asks", f"{actor.name}, {asking.agency}"),
            *form.same(),
            ("Answer due", times.short_date_time(asking.due_at) if asking.due_at else ""),
        ],
        "others": [one for one in asking.people if one.person.name],
    }
    status = 422 if form.is_bound else 200
    return render(request, "sharing/ask.html", context, status=status)


@require_safe
def to_sign(request: HttpRequest) -> HttpResponse:
    """What waits for the reader's signature, of cases that they may see."""
    actor = actor_of_request(request)
    try:
        access.check_list(actor, Verb.SIGN_OVERRIDE, "requests_to_sign")
    except NotAllowed as refusal:
        raise Http404(str(refusal)) from None
    waiting = queries.waiting_for(actor)
    cases = {case_id for _, _, case_id in waiting}
    view = access.show_list(actor, Verb.OPEN_CASE, "requests_to_sign", cases, purpose="to sign")
    with view.reading():
        ids = [pk for part, pk, case_id in waiting if part == "requests" and case_id in view.cases]
        found = queries.requests_by_id(ids)
        of_shared = {case_id for part, _, case_id in waiting if part == "disclosures"}
        shared = waiting_for_signature(sorted(of_shared & view.cases), actor.user_id)
    now = timezone.now()
    rows = [presenter.line(one, now) | {"one": one} for one in found]
    return render(request, "sharing/to_sign.html", {"rows": rows, "shared": shared})


@require_safe
def request_page(request: HttpRequest, reference: str) -> HttpResponse:
    """One request as those see it who hold its case: what was asked, told, and answered."""
    context = _open(actor_of_request(request), reference)
    return render(request, "sharing/request.html", context)


@require_http_methods(["GET", "POST"])
def sign(request: HttpRequest, reference: str) -> HttpResponse:
    """A supervisor signs that it is asked without an agreement, or does not."""
    actor = actor_of_request(request)
    context = _open(actor, reference)
    form = SignForm(sent(request))

    def rule() -> None:
        given = form.cleaned_data
        if given["ruling"] == REFUSE:
            after.refuse_to_sign(actor, reference, given["reason"])
            messages.success(request, "Not signed: nothing was sent. Whoever asked is told.")
            return
        done = after.sign(actor, reference, given["reason"])
        for well, words in presenter.what_became([done]):
            (messages.success if well else messages.error)(request, words)

    if request.method == "POST" and tried(form, rule, {}):
        return redirect("requests-to-sign")
    if request.method != "POST" and not context["may_sign"]:
        return redirect("request", reference)
    # Whoever signs reads first what would leave.
    context["form_last"] = True
    return _form(request, context, form, "Ask without an agreement", "Send your answer")


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask no more."""
    actor = actor_of_request(request)
    context = _open(actor, reference)
    form = ReasonForm(sent(request))

    def leave() -> None:
        after.withdraw(actor, reference, form.cleaned_data["reason"])

    if request.method == "POST" and tried(form, leave, {}):
        messages.success(request, f"Withdrawn: {context['one'].team} is not asked any more.")
        return redirect("request", reference)
    if request.method != "POST" and not context["may_withdraw"]:
        return redirect("request", reference)
    return _form(request, context, form, "Withdraw this request", "Withdraw it")


@require_http_methods(["GET", "POST"])
def call(request: HttpRequest, reference: str) -> HttpResponse:
    """Note what a partner said on the phone: it is an answer with a name and a time."""
    actor = actor_of_request(request)
    context = _open(actor, reference)
    form = CallForm(sent(request))

    def note() -> None:
        after.note_call(actor, reference, form.call())

    if request.method == "POST" and tried(form, note, {}):
        messages.success(request, "Noted as the partner's answer.")
        return redirect("request", reference)
    if request.method != "POST" and not context["may_note"]:
        return redirect("request", reference)
    return _form(request, context, form, "Note what was said on the phone", "Note it")


def _asked(form: AskForm, deed: Callable[[], Any]) -> Any:
    """Do it; what cannot stand is said at its field, and nothing typed is lost."""
    try:
        return deed()
    except WrongInput as wrong:
        for field, sentence in wrong.errors:
            form.error_at(_field(form, field), sentence)
    except NotAllowed as refusal:
        form.add_error(None, f"{refusal} {KEPT}")
    return None


def _field(form: AskForm, name: str) -> str:
    """Return the field of the page at which an error is said."""
    if name == "consent_reason":
        overridden = form.cleaned_data["consent"] == ConsentAsked.OVERRIDDEN
        return "overridden" if overridden else "not_sought"
    # Nobody chosen is said at the top, where partners are chosen.
    return name if name in form.fields else None  # type: ignore[return-value]


def _opened(actor: Actor, reference: str, teams: list[int] | None, told: QueryDict) -> Asking:
    about = _numbers(told, "about")
    try:
        return open_asking(actor, reference, teams, about[0] if about else None)
    except NotAllowed as refusal:
        # One answer for 'no such referral' and 'not yours': nobody learns which.
        raise Http404(str(refusal)) from None


def _open(actor: Actor, reference: str) -> dict[str, Any]:
    """Open a request as the context of a page; what one may not see is not there."""
    found = papers.place(reference)
    request_id, case_id = found[1:] if found and found[0] == "requests" else (0, access.NO_CASE)
    try:
        subject = subject_of_request(request_id)
        view = access.look(actor, case_id, subject=subject, purpose="requests")
    except NotAllowed as refusal:
        raise Http404(str(refusal)) from None
    with view.reading():
        one: RequestFacts = queries.request_by_id(request_id)
        told = paper.paper(one.disclosure_id) if one.disclosure_id else None
        covering = queries.covering_of(one)
    shown_by = covering and shown(covering, timezone.localdate(), one.bases)
    context = presenter.page(one, actor, timezone.now())
    return context | {"told": told, "agreement": shown_by}


def _form(
    request: HttpRequest, context: dict[str, Any], form: GovForm, title: str, submit: str
) -> HttpResponse:
    context |= {"form": form, "title": title, "submit": submit}
    status = 422 if form.is_bound else 200
    return render(request, "sharing/request_form.html", context, status=status)


def _numbers(told: QueryDict, name: str) -> list[int]:
    typed = told.getlist(name)
    return [int(one) for one in typed if one.isascii() and one.isdigit() and len(one) <= DIGITS]
