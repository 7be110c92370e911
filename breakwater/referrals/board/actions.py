"""Opening a board."""

from collections.abc import Mapping
from typing import Any

from breakwater.access import actions as access
from breakwater.access.policy import Verb
from breakwater.access.rules import Actor
from breakwater.referrals.board import queries


def open_board(actor: Actor, wanted: Mapping[str, Any], page: int) -> queries.Board:
    """Show what waits for the actor's teams; one ledger entry names what was shown.

    Raise NotAllowed for somebody without a team.
    """
    access.check_list(actor, Verb.SEE_BOARD, "board")
    waiting = queries.waiting(actor, wanted, page)
    cases = {case_id for _, case_id in waiting.places}
    with access.show_list(actor, Verb.SEE_BOARD, "board", cases).reading():
        return queries.board(actor, waiting)
