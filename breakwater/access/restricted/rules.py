"""What somebody may decide about who sees a case, and what stands against it."""

from enum import StrEnum

SHORTEST_REASON, LONGEST_REASON = 10, 2_000


class Ruled(StrEnum):
    """What was decided; the words are those of the door's functions."""

    RESTRICTED = "restricted the case"
    NAMED = "named"
    GUARDIAN = "made a guardian"
    TAKEN_OFF = "took off the list"
    LIFTED = "lifted the restriction"
    KEPT_OUT = "kept somebody out"
    LET_IN = "let somebody in again"


REFUSALS = {
    "refused": "Only a guardian of the case may do this. Ask one of those who guard it.",
    "already": "This was done already. Load the page again to see how it stands.",
    "nobody": "Choose somebody who works here and may open cases.",
    "shut out": "A conflict of interest keeps this person out of the case: they cannot be named.",
    "no guardian": "A guardian must be a supervisor: choose another, or do not tick it.",
    "last guardian": "Somebody must guard a restricted case. Make another person a guardian first.",
}


def check_reason(reason: str) -> str:
    """Return what is wrong with a reason, or ""."""
    if len(" ".join(reason.split())) < SHORTEST_REASON:
        return f"Say why in at least {SHORTEST_REASON} characters"
    if len(reason) > LONGEST_REASON:
        return f"The reason must be {LONGEST_REASON:,} characters or fewer"
    return ""
