from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from breakwater.access.policy import Verb
from breakwater.access.queries import actor_of_request
from breakwater.access.rules import Actor, NotAllowed
from breakwater.people import presenter as people
from breakwater.people.review import actions, presenter
from breakwater.people.review.forms import AnswerForm, ReasonForm
from breakwater.people.review.moving import CannotBe
from breakwater.people.rules import Answer
from breakwater.web.forms import sent

BUTTONS = {"same": Answer.SAME, "different": Answer.DIFFERENT, "cannot-tell": Answer.CANNOT_TELL}


@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """The questions that the reader may answer, the surest first."""
    page = request.GET.get("page", "1")
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1
    try:
        queue = actions.open_queue(_actor(request), number)
    except NotAllowed as refusal:
        raise Http404(str(refusal)) from None
    return render(request, "people/questions.html", presenter.queue_page(queue))


@require_http_methods(["GET", "POST"])
def question(request: HttpRequest, link_id: int) -> HttpResponse:
    """Two mentions next to each other, the evidence, and three answers."""
    actor = _actor(request)
    form = AnswerForm(sent(request))
    said = BUTTONS.get(request.POST.get("do", ""))
    if request.method == "POST" and form.is_valid() and said:
        try:
            actions.answer(actor, link_id, said, form.cleaned_data["reason"])
        except CannotBe as refusal:
            form.add_error(None, str(refusal))
        except NotAllowed as refusal:
            raise Http404(str(refusal)) from None
        else:
            messages.success(request, f"Answered: {said.value}.")
            return _next(actor, link_id)
    elif request.method == "POST" and not said:
        form.add_error(None, "Choose one of the three answers.")
    try:
        shown = actions.open_question(actor, link_id)
    except NotAllowed as refusal:
        # One answer for 'no such question' and 'not yours': nobody learns which.
        raise Http404(str(refusal)) from None
    context = presenter.question_page(shown) | {"form": form, "after": link_id}
    return render(request, "people/question.html", context, status=422 if form.errors else 200)


@require_safe
def after(request: HttpRequest, link_id: int) -> HttpResponse:
    """Go to the question after this one, without an answer."""
    try:
        return _next(_actor(request), link_id)
    except NotAllowed as refusal:
        raise Http404(str(refusal)) from None


@require_safe
def history(request: HttpRequest, mention_id: int) -> HttpResponse:
    """Every link of the person behind a mention: what stands, what ended, who did it."""
    actor = _actor(request)
    try:
        shown = actions.open_history(actor, mention_id)
    except NotAllowed as refusal:
        raise Http404(str(refusal)) from None
    may_change = Verb.REVIEW_MATCHES in actor.verbs
    context = presenter.history_page(shown, mention_id, may_change)
    return render(request, "people/history.html", context)


@require_http_methods(["GET", "POST"])
def split(request: HttpRequest, mention_id: int) -> HttpResponse:
    """Take a mention out of the person it was linked to."""
    return _by_hand(request, mention_id, None)


@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, mention_id: int, against_id: int) -> HttpResponse:
    """Say by hand that two mentions are one person."""
    return _by_hand(request, mention_id, against_id)


def _by_hand(request: HttpRequest, mention_id: int, against_id: int | None) -> HttpResponse:
    actor = _actor(request)
    form = ReasonForm(sent(request))
    try:
        shown = actions.open_history(actor, mention_id)
        told = shown.members
        if against_id is not None:
            told = told + actions.open_history(actor, against_id).members
        if request.method == "POST" and form.is_valid():
            reason = form.cleaned_data["reason"]
            if against_id is None:
                actions.split(actor, mention_id, reason)
            else:
                actions.join(actor, mention_id, against_id, reason)
            messages.success(request, "Split off." if against_id is None else "Joined.")
            return redirect("person-history", mention_id)
    except CannotBe as refusal:
        form.add_error(None, str(refusal))
    except NotAllowed as refusal:
        raise Http404(str(refusal)) from None
    context = {
        "form": form,
        "mention_id": mention_id,
        "joining": against_id is not None,
        "lines": [
            people.in_a_line(mention) for mention in told if mention.id in (mention_id, against_id)
        ],
        "others": len(shown.members) - 1,
    }
    return render(request, "people/by_hand.html", context, status=422 if form.errors else 200)


def _next(actor: Actor, link_id: int) -> HttpResponse:
    following = actions.next_question(actor, link_id)
    return redirect("question", following) if following else redirect("questions")


def _actor(request: HttpRequest) -> Actor:
    return actor_of_request(request)
