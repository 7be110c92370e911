"""Opening a case in an emergency."""

from breakwater.access.glass.actions import Broken, break_glass
from breakwater.access.glass.rules import GlassPurpose
from breakwater.access.rules import Actor
from breakwater.referrals.emergency import queries, rules


class NotACase(ValueError):
    """Neither a case number nor a reference."""


def open_in_emergency(actor: Actor, typed: str, purpose: GlassPurpose, reason: str) -> Broken:
    """Open the case for an hour, or ask a second person; see access.glass.actions.break_glass.

    Raise NotACase, WrongReason or NotAllowed.
    """
    called = rules.called(typed)
    if not called:
        raise NotACase(rules.WRONG)
    case_id = queries.case_called(called)
    return break_glass(
        actor,
        case_id,
        called=called,
        purpose=purpose,
        reason=reason,
        also_tell=queries.at_work_on(case_id),
    )
