from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from breakwater.access.actions import check_list
from breakwater.access.policy import Verb
from breakwater.access.queries import actor_of_request
from breakwater.access.rules import NotAllowed
from breakwater.referrals.feedback import actions, queries
from breakwater.referrals.feedback.forms import FeedbackForm, TemplateForm
from breakwater.referrals.feedback.presenter import how_to_reach, template_rows
from breakwater.referrals.pages import open_page, tried
from breakwater.referrals.presenter import decision_facts
from breakwater.referrals.rules import OUTCOME_WORDS, ItemKind, Outcome
from breakwater.web.forms import sent


@require_http_methods(["GET", "POST"])
def feedback(request: HttpRequest, reference: str) -> HttpResponse:
    """Tell whoever reported the worry what was decided, or note why not."""
    actor = actor_of_request(request)
    context = open_page(actor, reference)
    page = context["page"]
    waits = any(item.kind is ItemKind.FEEDBACK for item in page.progress.items)
    may = Verb.GIVE_FEEDBACK in actor.verbs
    if not page.progress.decisions or (request.method != "POST" and not (waits and may)):
        return redirect("referral", reference)
    decision = page.progress.decisions[-1]
    usual = queries.templates().get(decision.outcome)
    initial = {"decision": decision.id, "text": usual.text if usual else ""}
    form = FeedbackForm(sent(request), initial=initial)

    def give() -> None:
        shown = form.cleaned_data["decision"]
        actions.give(actor, reference, form.given(), decision_id=shown)

    if request.method == "POST" and tried(form, give, {"decision": decision.id}):
        messages.success(request, f"Noted what the reporter of {reference} was told.")
        return redirect("referral", reference)
    context |= {
        "form": form,
        "reach": how_to_reach(page),
        "decided": decision_facts(decision),
    }
    status = 422 if form.is_bound else 200
    return render(request, "referrals/feedback_form.html", context, status=status)


@require_safe
def templates(request: HttpRequest) -> HttpResponse:
    """What is usually said of each outcome."""
    _check_may_set(request)
    context = {"rows": template_rows(list(queries.templates().values()))}
    return render(request, "referrals/feedback_templates.html", context)


@require_http_methods(["GET", "POST"])
def template(request: HttpRequest, outcome: str) -> HttpResponse:
    """Say anew what is usually said of an outcome."""
    _check_may_set(request)
    usual = queries.templates().get(Outcome(outcome)) if outcome in list(Outcome) else None
    if usual is None:
        raise Http404("No such outcome.")
    initial = {"version": usual.version, "text": usual.text}
    form = TemplateForm(sent(request), initial=initial)
    actor = actor_of_request(request)
    if request.method == "POST" and tried(
        form,
        lambda: actions.set_template(
            actor,
            usual.outcome,
            form.cleaned_data["text"],
            version=form.cleaned_data["version"],
        ),
        {"version": usual.version},
    ):
        messages.success(request, f"Changed what is usually said: {OUTCOME_WORDS[usual.outcome]}.")
        return redirect("feedback-templates")
    context = {"form": form, "heading": OUTCOME_WORDS[usual.outcome]}
    status = 422 if form.is_bound else 200
    return render(request, "referrals/feedback_template.html", context, status=status)


def _check_may_set(request: HttpRequest) -> None:
    """Whoever may not set rules gets the answer of what is not there."""
    try:
        check_list(actor_of_request(request), Verb.SET_RULES, "feedback_templates")
    except NotAllowed as refusal:
        raise Http404(str(refusal)) from None
