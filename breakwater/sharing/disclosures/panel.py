"""What the page of a referral says of sharing."""

from typing import Any

from breakwater.access.policy import Verb
from breakwater.access.rules import Actor
from breakwater.sharing.disclosures.queries import count_of, handling_of, told_what


def panel(actor: Actor, case_id: int, reference: str) -> dict[str, Any]:
    """Who was told, what waits, and under which conditions partners gave what. 3 statements."""
    return {
        "template": "sharing/disclosures_panel.html",
        "case_id": case_id,
        "count": count_of(case_id),
        "conditions": handling_of(case_id),
        "may_share": Verb.DISCLOSE in actor.verbs,
    }


def on_paper(case_id: int) -> dict[str, Any]:
    """What a printed case says of sharing: the conditions, and who was told. 6 statements."""
    return {
        "template": "sharing/disclosures_on_paper.html",
        "conditions": handling_of(case_id),
        "teams": told_what(case_id),
    }
