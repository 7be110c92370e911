from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from breakwater.access.actions import check_list
from breakwater.access.policy import Verb
from breakwater.access.queries import actor_of_request, agencies
from breakwater.access.rules import Actor, NotAllowed
from breakwater.referrals.moves import Overtaken, WrongInput
from breakwater.referrals.pages import tried
from breakwater.sharing.agreements import actions, matrix, presenter, queries, rules
from breakwater.sharing.agreements.changes import Preview, preview
from breakwater.sharing.agreements.forms import EndForm, ReviewForm, TermsForm, filled_in
from breakwater.sharing.agreements.queries import AgreementFacts
from breakwater.sharing.agreements.rules import Terms
from breakwater.web.forms import GovForm, sent

# What the page of a preview sends beside what was typed.
OF_PREVIEW = ("csrfmiddlewaretoken", "do", "seen")
BACK = "back"


@require_safe
def agreements(request: HttpRequest) -> HttpResponse:
    """Every agreement and how it stands. About no case, so anybody's."""
    today = timezone.localdate()
    rows = [presenter.row(one, today) for one in queries.agreements()]
    context = {
        "rows": sorted(rows, key=lambda row: (row["order"], row["title"])),
        "may_keep": Verb.MANAGE_AGREEMENTS in actor_of_request(request).verbs,
    }
    return render(request, "sharing/agreements.html", context)


@require_safe
def agreement(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """What one agreement says and said. How much rests on it is for who keeps the agreements."""
    actor, one = actor_of_request(request), _found(agreement_id)
    may_keep = Verb.MANAGE_AGREEMENTS in actor.verbs
    uses = queries.uses(actor, agreement_id) if may_keep else {}
    context = presenter.agreement_page(one, uses, timezone.localdate())
    return render(request, "sharing/agreement_page.html", context | {"may_keep": may_keep})


@require_safe
def who_may_ask(request: HttpRequest) -> HttpResponse:
    """Who may ask whom for what, for the reader's own agency."""
    actor = actor_of_request(request)
    if Verb.DISCLOSE not in actor.verbs:
        _check(actor, Verb.ASK_PARTNERS, "who may ask whom")
    every, today = agencies(), timezone.localdate()
    partners = matrix.partners(
        actor.agency_id or 0,
        [(one.id, one.name, one.contact) for one in every],
        [(one.id, one.name, one.versions) for one in queries.agreements()],
        today,
    )
    own = next((one.name for one in every if one.id == actor.agency_id), "")
    context = presenter.matrix_page(partners, today) | {"own": own}
    return render(request, "sharing/who_may_ask.html", context)


@require_http_methods(["GET", "POST"])
def make(request: HttpRequest) -> HttpResponse:
    """A new agreement: typed, looked at, saved."""
    return _terms(request, _keeper(request, "agreement"), None)


@require_http_methods(["GET", "POST"])
def make_version(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """A new version: typed, looked at with what it changes, saved."""
    return _terms(request, _keeper(request, f"agreement:{agreement_id}"), _found(agreement_id))


@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """Let an agreement end, having seen what is then no longer covered."""
    actor, one = _keeper(request, f"agreement:{agreement_id}"), _found(agreement_id)
    today = timezone.localdate()
    form = EndForm(sent(request), initial={"on": today, "after": one.newest.number})

    def check() -> Terms:
        if errors := rules.check_end(form.cleaned_data["on"], today):
            raise WrongInput(errors)
        return rules.ended(one.newest.terms, form.cleaned_data["on"])

    def save(_terms: Terms) -> int:
        given = form.cleaned_data
        actions.end_agreement(
            actor, agreement_id, given["on"], given["why"], after=given["after"], today=today
        )
        return agreement_id

    return _in_two_steps(request, form, one, check, save, "End an agreement", "End it")


@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """Note that an agreement was looked at again, and by when it is looked at next."""
    actor, one = _keeper(request, f"agreement:{agreement_id}"), _found(agreement_id)
    form = ReviewForm(sent(request), initial={"after": one.newest.number})

    def note() -> None:
        given = form.cleaned_data
        actions.note_review(
            actor,
            agreement_id,
            given["note"],
            given["review_by"],
            after=given["after"],
            today=timezone.localdate(),
        )

    if request.method == "POST" and tried(form, note, {"after": one.newest.number}):
        messages.success(request, "Noted. The agreement stays as it is.")
        return redirect("agreement", agreement_id)
    return _form(request, form, one, "Note a review", "Note the review")


def _terms(request: HttpRequest, actor: Actor, one: AgreementFacts | None) -> HttpResponse:
    today = timezone.localdate()
    newest = one.newest if one else None
    form = TermsForm(agencies(), sent(request), initial=filled_in(newest, today), new=one is None)

    def check() -> Terms:
        given = form.cleaned_data
        errors = rules.check_terms(form.terms(), given["why"], today)
        if one is None and queries.is_taken(given["name"]):
            errors.insert(0, ("name", actions.TAKEN))
        if errors:
            raise WrongInput(errors)
        return form.terms()

    def save(terms: Terms) -> int:
        given = form.cleaned_data
        if one is None:
            return actions.make_agreement(actor, given["name"], terms, given["why"], today=today)
        actions.make_version(actor, one.id, terms, given["why"], after=given["after"], today=today)
        return one.id

    title = "A new version" if one else "A new agreement"
    return _in_two_steps(request, form, one, check, save, title, "Save this version")


def _in_two_steps(
    request: HttpRequest,
    form: GovForm,
    one: AgreementFacts | None,
    check: Callable[[], Terms],
    save: Callable[[Terms], int],
    title: str,
    submit: str,
) -> HttpResponse:
    """A form; then what it would change; then, of exactly what was shown, the deed."""
    now = {"after": one.newest.number if one else 0}
    looked: list[Preview] = []
    saved: list[int] = []

    def look() -> None:
        if form.cleaned_data["after"] != now["after"]:
            raise Overtaken(actions.CHANGED)
        looked.append(_preview(one, check()))
        if request.POST.get("seen") == looked[0].seen and request.POST.get("do") != BACK:
            saved.append(save(looked[0].terms))

    fine = request.method == "POST" and tried(form, look, now)
    if fine and saved:
        messages.success(request, "Saved. What was shared before stays as it was.")
        return redirect("agreement", saved[0])
    if fine and request.POST.get("do") != BACK:
        typed = [
            (name, value)
            for name, values in request.POST.lists()
            if name not in OF_PREVIEW
            for value in values
        ]
        context = presenter.preview_page(looked[0], now["after"] + 1)
        context |= {"form": GovForm(), "typed": typed, "one": one, "title": title}
        context |= {"submit": submit, "other": "seen" in request.POST}
        return render(request, "sharing/agreement_preview.html", context)
    return _form(request, form, one, title, "See what it would change")


def _preview(one: AgreementFacts | None, terms: Terms) -> Preview:
    others = [each.versions for each in queries.agreements() if not one or each.id != one.id]
    return preview(one.versions if one else (), terms, others, timezone.localdate())


def _form(
    request: HttpRequest, form: GovForm, one: AgreementFacts | None, title: str, submit: str
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "one": one, "title": title, "submit": submit}
    status = 422 if form.errors else 200
    return render(request, "sharing/agreement_form.html", context, status=status)


def _found(agreement_id: int) -> AgreementFacts:
    found = queries.agreements(agreement_id)
    if not found:
        raise Http404(actions.NOT_THERE)
    return found[0]


def _keeper(request: HttpRequest, what: str) -> Actor:
    return _check(actor_of_request(request), Verb.MANAGE_AGREEMENTS, what)


def _check(actor: Actor, verb: Verb, what: str) -> Actor:
    """For anybody else the page is not there, and that they tried is recorded."""
    try:
        check_list(actor, verb, what)
    except NotAllowed as refusal:
        raise Http404(str(refusal)) from None
    return actor
