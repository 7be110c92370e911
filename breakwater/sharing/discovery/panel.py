"""What the page of a referral says of the partners: the question, and what came of it so far."""

from typing import Any

from breakwater.access.policy import Verb
from breakwater.access.rules import Actor
from breakwater.sharing.discovery import queries
from breakwater.sharing.discovery.presenter import summary


def panel(actor: Actor, case_id: int, reference: str) -> dict[str, Any]:
    """Context of sharing/partners_panel.html, for one who holds the case. 1 SQL statement."""
    states = queries.last_states(case_id)
    return {
        "template": "sharing/partners_panel.html",
        "reference": reference,
        "may_ask": Verb.ASK_PARTNERS in actor.verbs,
        "summary": summary(states),
    }
