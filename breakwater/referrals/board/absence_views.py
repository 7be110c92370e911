from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from breakwater.access.policy import Verb
from breakwater.access.queries import actor_of_request, people_of_teams
from breakwater.access.rules import NotAllowed
from breakwater.referrals.board import absence
from breakwater.referrals.board.forms import AbsenceForm
from breakwater.referrals.moves import WrongInput
from breakwater.web.forms import sent
from breakwater.web.times import plural


@require_http_methods(["GET", "POST"])
def hand_over_all(request: HttpRequest) -> HttpResponse:
    """A supervisor hands over all that waits for somebody who is away: ask, check, do."""
    actor = actor_of_request(request)
    if Verb.HAND_OVER_ALL not in actor.verbs:
        raise Http404("Not yours to do.")
    people = people_of_teams(actor.team_ids)
    form = AbsenceForm(people, sent(request))
    context: dict[str, Any] = {"form": form}
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "referrals/absence.html", context, status=status)
    asked = form.absence()
    names = {"away": people[asked.away], "heir": people.get(asked.heir or 0, "the team")}
    before = form.cleaned_data["moved"] or 0
    try:
        if request.POST.get("do") != "go":
            waits = absence.check(actor, asked, people)
            context |= names | {"waits": waits, "number": len(waits.places)}
            return render(request, "referrals/absence_check.html", context)
        done = absence.hand_over_all(actor, asked, people)
    except (WrongInput, NotAllowed) as refusal:
        for field, sentence in getattr(refusal, "errors", [(None, str(refusal))]):
            form.add_error(field, sentence)
        return render(request, "referrals/absence.html", context, status=422)
    moved = before + done.moved
    # Where nothing moved, others were faster with what is left: it is not asked for again.
    if done.left and done.moved:
        context |= names | {"moved": moved, "left": done.left}
        return render(request, "referrals/absence_goes_on.html", context)
    was = "was" if moved == 1 else "were"
    messages.success(
        request,
        f"{plural(moved, 'piece of work', 'pieces of work')} of {names['away']} {was} handed over"
        f" to {names['heir']}.",
    )
    return redirect("board")
