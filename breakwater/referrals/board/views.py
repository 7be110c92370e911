from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from breakwater.access.policy import Verb
from breakwater.access.queries import actor_of_request, teams
from breakwater.access.rules import NotAllowed
from breakwater.referrals.board import actions, presenter


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """What waits for the reader's teams, most urgent first."""
    actor = actor_of_request(request)
    if Verb.SEE_BOARD not in actor.verbs and Verb.REVIEW_RETENTION in actor.verbs:
        return redirect("home")  # which for the records desk is what is due
    try:
        shown = actions.open_board(actor, {}, _page_number(request))
    except NotAllowed:
        return render(request, "referrals/no_team.html", status=403)
    own = [team.name for team in teams(set(actor.team_ids))]
    context = presenter.board_page(shown, own, timezone.now())
    return render(request, "referrals/board.html", context)


def _page_number(request: HttpRequest) -> int:
    number = request.GET.get("page", "1")
    known = number.isascii() and number.isdigit() and len(number) < 7
    return max(1, int(number)) if known else 1
