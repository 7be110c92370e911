from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from breakwater.access.policy import Verb
from breakwater.access.queries import actor_of_request, people_of_teams, teams
from breakwater.access.rules import Actor, NotAllowed
from breakwater.referrals.board import actions, presenter, queries, rules
from breakwater.referrals.board.forms import FilterForm, SaveFilterForm
from breakwater.referrals.moves import Overtaken
from breakwater.referrals.pages import tried
from breakwater.referrals.routing.actions import hand_over
from breakwater.web.forms import sent


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """What waits for the reader's teams, most urgent first, narrowed as its address says."""
    actor = actor_of_request(request)
    if Verb.SEE_BOARD not in actor.verbs and Verb.REVIEW_RETENTION in actor.verbs:
        return redirect("home")  # which for the records desk is what is due
    own = teams(set(actor.team_ids))
    form = FilterForm(own, people_of_teams(actor.team_ids), request.GET)
    codes = form.codes()
    try:
        shown = actions.open_board(actor, codes, _page_number(request.GET))
    except NotAllowed:
        return render(request, "referrals/no_team.html", status=403)
    context = presenter.board_page(
        shown, [team.name for team in own], timezone.now(), actor, codes, form, _tabs(actor)
    )
    status = 422 if form.errors else 200
    return render(request, "referrals/board.html", context, status=status)


@require_safe
def news(request: HttpRequest) -> HttpResponse:
    """Whether the board is as it was (`mark`), and how much came after `after`. Shows nothing."""
    actor = actor_of_request(request)
    if Verb.SEE_BOARD not in actor.verbs:
        raise Http404("No board.")
    after = request.GET.get("after", "")
    known = after.isascii() and after.isdigit() and len(after) < 18
    stands = queries.news(actor, rules.known_codes(request.GET), int(after) if known else 0)
    return JsonResponse({"mark": stands.mark, "fresh": stands.fresh, "total": stands.total})


@require_POST
def claim(request: HttpRequest, item_id: int) -> HttpResponse:
    """Claim a row with one press, and be back where one was."""
    actor = actor_of_request(request)
    try:
        hand_over(actor, item_id, to_worker=actor.user_id, note="", seen_worker=None)
    except Overtaken as refusal:
        messages.error(request, str(refusal))
    except NotAllowed as refusal:
        # One answer for 'no such item' and 'not yours': nobody learns which.
        raise Http404(str(refusal)) from None
    else:
        messages.success(request, "You have claimed it.")
    # The place is made anew of its codes: an address that was sent is never gone to.
    at = QueryDict(request.POST.get("at", "")[:500])
    codes = rules.known_codes(at)
    return redirect(f"{presenter.address(codes, _page_number(at))}#item-{item_id}")


@require_http_methods(["GET", "POST"])
def save_filter(request: HttpRequest) -> HttpResponse:
    """Keep the board as it is narrowed now, under a name."""
    actor = actor_of_request(request)
    if Verb.SEE_BOARD not in actor.verbs:
        raise Http404("No board.")
    codes = rules.known_codes(request.GET)
    if not codes:
        return redirect("board")
    form = SaveFilterForm(sent(request))
    if request.method == "POST" and tried(
        form, lambda: actions.save_filter(actor, form.cleaned_data["name"], codes), now={}
    ):
        messages.success(request, "Saved. It is one of the tabs above the board.")
        return redirect(presenter.address(codes))
    context = {"form": form, "back": presenter.address(codes)}
    status = 422 if form.is_bound else 200
    return render(request, "referrals/save_filter.html", context, status=status)


@require_POST
def delete_filter(request: HttpRequest, filter_id: int) -> HttpResponse:
    """Forget a filter of one's own; of one that is not there nothing is said."""
    if not actions.delete_filter(actor_of_request(request), filter_id):
        raise Http404("No such filter of yours.")
    messages.success(request, "The filter is deleted.")
    return redirect("board")


@require_safe
def shortcuts(request: HttpRequest) -> HttpResponse:
    """What single keys do, and the switch that turns them off."""
    return render(request, "referrals/shortcuts.html", {"shortcuts": rules.SHORTCUTS})


def _tabs(actor: Actor) -> list[rules.Tab]:
    """1 SQL statement."""
    triages = [rules.STRAIGHT_TAB] if Verb.DECIDE in actor.verbs else []
    return [*rules.TABS, *triages, *queries.saved_filters(actor)]


def _page_number(asked: QueryDict) -> int:
    number = asked.get("page", "1")
    known = number.isascii() and number.isdigit() and len(number) < 7
    return max(1, int(number)) if known else 1
