from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from breakwater.access.actions import check_list
from breakwater.access.policy import Verb
from breakwater.access.queries import actor_of_request
from breakwater.access.rules import Actor, NotAllowed
from breakwater.referrals.thresholds import actions, drafts, presenter, queries
from breakwater.referrals.thresholds.actions import Overtaken, WrongChange
from breakwater.referrals.thresholds.beside_forms import RoutingForm, ThresholdsForm
from breakwater.referrals.thresholds.checks import WrongRules, wrong
from breakwater.referrals.thresholds.drafts import draft_of
from breakwater.referrals.thresholds.forms import RuleForm, SaveForm
from breakwater.referrals.thresholds.presenter import ROUTES
from breakwater.referrals.thresholds.queries import NoSuchVersion
from breakwater.referrals.thresholds.rules import RuleKind
from breakwater.referrals.thresholds.ruleset import fingerprint, id_for, with_rule
from breakwater.web.forms import sent

READERS = frozenset({Verb.DECIDE, Verb.SET_RULES})


@require_safe
def rules(request: HttpRequest, kind: RuleKind) -> HttpResponse:
    """The rules in force, their history, and how far decisions agree with what they suggest."""
    actor = _reader(request)
    context = presenter.rules_page(queries.in_force(kind)) | {
        "versions": queries.versions(kind),
        "may_change": Verb.SET_RULES in actor.verbs,
    }
    if Verb.SET_RULES in actor.verbs and kind is RuleKind.THRESHOLD:
        context |= presenter.agreement_page(actions.open_agreement(actor)) | {"counted": True}
    return render(request, "referrals/thresholds/rules.html", context)


@require_safe
def version(request: HttpRequest, kind: RuleKind, version: int) -> HttpResponse:
    """The rules as they were at a version."""
    _reader(request)
    try:
        found = queries.version_of(kind, version)
    except NoSuchVersion:
        raise Http404("no such version") from None
    context = presenter.rules_page(found) | {"past": queries.in_force(kind).version != version}
    return render(request, "referrals/thresholds/rules.html", context)


@require_safe
def change(request: HttpRequest, kind: RuleKind) -> HttpResponse:
    """The rules, each with a link to change it, and what is changed so far."""
    _setter(request, kind)
    draft = draft_of(request, kind)
    context = presenter.change_page(draft.rules, draft.changes) | {"overtaken": draft.overtaken}
    return render(request, "referrals/thresholds/change.html", context)


@require_http_methods(["GET", "POST"])
def rule(request: HttpRequest, kind: RuleKind, rule_id: str = "") -> HttpResponse:
    """Change a rule, or without an id add one; what was typed survives every refusal."""
    _setter(request, kind)
    draft = draft_of(request, kind)
    found = next((one for one in draft.rules.rules if one.id == rule_id), None)
    if rule_id and found is None:
        raise Http404("no such rule")
    form = RuleForm(kind, found, sent(request))
    if request.method == "POST" and form.is_valid():
        made = form.made(rule_id or id_for(form.cleaned_data["title"], draft.rules))
        problems = wrong(made, kind)
        try:
            if not problems:
                drafts.keep(request, draft, with_rule(draft.rules, made))
        except WrongRules as refusal:
            problems = refusal.problems
        if not problems:
            messages.success(request, "Kept, not yet saved: look at what it would change.")
            return redirect(f"{ROUTES[kind]}-change")
        form.show(problems)
    context = {"form": form, "rule": found} | presenter.kind_of(kind)
    return _form(request, "referrals/thresholds/rule.html", context)


@require_http_methods(["GET", "POST"])
def beside(request: HttpRequest, kind: RuleKind) -> HttpResponse:
    """Change what stands beside the rules: where categories start, words; or who leads."""
    _setter(request, kind)
    draft = draft_of(request, kind)
    kind_of_form = ThresholdsForm if kind is RuleKind.THRESHOLD else RoutingForm
    form = kind_of_form(draft.rules, sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            drafts.keep(request, draft, replace(draft.rules, **form.made()))
        except WrongRules as refusal:
            for problem in refusal.problems:
                form.add_error(None, str(problem))
        else:
            messages.success(request, "Kept, not yet saved: look at what it would change.")
            return redirect(f"{ROUTES[kind]}-change")
    return _form(
        request, "referrals/thresholds/beside.html", {"form": form} | presenter.kind_of(kind)
    )


@require_http_methods(["GET", "POST"])
def preview(request: HttpRequest, kind: RuleKind) -> HttpResponse:
    """What the changed rules would have said of past decisions; then save exactly these."""
    actor = _setter(request, kind)
    draft = draft_of(request, kind)
    if not draft.changes:
        messages.info(request, "Nothing is changed yet: choose a rule to change.")
        return redirect(f"{ROUTES[kind]}-change")
    shown = fingerprint(draft.rules)
    form = SaveForm(sent(request), initial={"seen": shown})
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            saved = actions.change_rules(
                actor,
                kind,
                draft.rules,
                told["why"],
                begun_at=draft.begun_at,
                seen=told["seen"],
            )
        except WrongChange as wrong_change:
            for field, sentence in wrong_change.errors:
                if field:
                    form.error_at(field, sentence)
                else:
                    form.add_error(None, sentence)
            # What is shown below is what is kept now: from here on it may be saved.
            form.data = request.POST.copy()
            form.data["seen"] = shown
        except Overtaken as refusal:
            form.add_error(None, str(refusal))
        else:
            drafts.forget(request, kind)
            messages.success(request, f"Saved: version {saved} is in force.")
            return redirect(ROUTES[kind])
    replay = actions.replay_rules(actor, draft.now.rules, draft.rules)
    context = {"form": form, "draft": draft} | presenter.kind_of(kind)
    context |= presenter.replay_page(replay)
    return _form(request, "referrals/thresholds/preview.html", context)


@require_POST
def discard(request: HttpRequest, kind: RuleKind) -> HttpResponse:
    """Throw the changes away that are not saved."""
    _setter(request, kind)
    drafts.forget(request, kind)
    messages.success(request, "Thrown away: nothing is changed.")
    return redirect(f"{ROUTES[kind]}-change")


def _reader(request: HttpRequest) -> Actor:
    actor = actor_of_request(request)
    if READERS.isdisjoint(actor.verbs):
        raise Http404("rules")
    return actor


def _setter(request: HttpRequest, kind: RuleKind) -> Actor:
    actor = actor_of_request(request)
    try:
        check_list(actor, Verb.SET_RULES, f"rules:{kind}")
    except NotAllowed as refusal:
        raise Http404(str(refusal)) from None
    return actor


def _form(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, template, context, status=422 if context["form"].errors else 200)
