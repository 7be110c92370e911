"""Opening a board, and keeping views of it."""

from collections.abc import Mapping

from django.utils import timezone

from breakwater.access import actions as access
from breakwater.access.policy import Verb
from breakwater.access.rules import Actor
from breakwater.referrals.board import queries, rules
from breakwater.referrals.models import SavedFilter
from breakwater.referrals.moves import WrongInput


def open_board(actor: Actor, codes: Mapping[str, str], page: int) -> queries.Board:
    """Show what waits for the actor's teams; one ledger entry names what was shown.

    `codes` as rules.known_codes() gives them. Raise NotAllowed for somebody without a team.
    """
    access.check_list(actor, Verb.SEE_BOARD, "board")
    waiting = queries.waiting(actor, codes, page)
    cases = {case_id for _, case_id in waiting.places}
    with access.show_list(actor, Verb.SEE_BOARD, "board", cases).reading():
        return queries.board(actor, waiting, timezone.now())


def save_filter(actor: Actor, name: str, codes: Mapping[str, str]) -> None:
    """Keep a view of the board under a name. Raise WrongInput (name)."""
    others = [tab.name for tab in queries.saved_filters(actor)]
    if problem := rules.check_name(name, others):
        raise WrongInput([("name", problem)])
    wanted = rules.known_codes(codes)
    SavedFilter.objects.create(user_id=actor.person, name=name.strip(), wanted=wanted)


def delete_filter(actor: Actor, filter_id: int) -> bool:
    """Forget a view of the actor's own; False where there is none."""
    deleted, _ = SavedFilter.objects.filter(user=actor.person, pk=filter_id).delete()
    return bool(deleted)
