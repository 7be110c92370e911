from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from breakwater.access.glass import actions
from breakwater.access.glass.forms import AnswerForm, ReviewForm, SaidForm
from breakwater.access.glass.rules import Answered
from breakwater.access.queries import actor_of_request
from breakwater.access.rules import Actor, NotAllowed
from breakwater.web.forms import sent

SAID = {
    Answered.OPENED: "Agreed. The case is open to them for an hour; the guardians know.",
    Answered.NO: "Refused. They are not told: it would say that there is such a case.",
    Answered.LOST: "Agreed, but the case stays closed: who asked may no longer open it.",
}


@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, glass_id: int) -> HttpResponse:
    """A second person agrees that a restricted case is opened, or refuses."""

    def done(actor: Actor, form: SaidForm) -> str:
        assert isinstance(form, AnswerForm)
        reason = form.cleaned_data["reason"]
        return SAID[actions.answer(actor, glass_id, agree=form.agreed(), reason=reason)]

    return _said(request, glass_id, AnswerForm(sent(request)), done, "access/answer.html")


@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, glass_id: int) -> HttpResponse:
    """A supervisor judges an opening by somebody else."""

    def done(actor: Actor, form: SaidForm) -> str:
        assert isinstance(form, ReviewForm)
        note = form.cleaned_data["reason"]
        actions.review(actor, glass_id, justified=form.justified(), note=note)
        return "Reviewed."

    return _said(request, glass_id, ReviewForm(sent(request)), done, "access/review.html")


def _said(
    request: HttpRequest,
    glass_id: int,
    form: SaidForm,
    done: Callable[[Actor, SaidForm], str],
    template: str,
) -> HttpResponse:
    actor = actor_of_request(request)
    try:
        if request.method == "POST" and form.is_valid():
            messages.success(request, done(actor, form))
            return redirect("supervision")
        words = actions.open_words(actor, glass_id)
    except NotAllowed as refusal:
        # One answer for 'no such number' and 'not yours': nobody learns which.
        raise Http404(str(refusal)) from None
    status = 422 if form.errors else 200
    return render(request, template, {"form": form, "glass": words}, status=status)
