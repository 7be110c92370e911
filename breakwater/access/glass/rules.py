"""When a case is opened in an emergency, for how long, and what must be said."""

from datetime import timedelta
from enum import StrEnum

# Knobs. Source of all: Breakwater design, shared/trust.md section 8, promise 7. How long an asking
# for a restricted case waits for a second person is a local default, to be set by the area.
LASTS = timedelta(minutes=60)
LAPSES = timedelta(hours=12)
REVIEW_CLOCK = "GLASS"  # 72 hours: clocks.migrations 0003
RATE_DAYS = 30
RATE_GOAL = 0.005  # of all openings

SHORTEST_REASON, FEWEST_WORDS, LONGEST_REASON = 20, 4, 2_000


class GlassPurpose(StrEnum):
    """Why a case cannot wait; written into the ledger and the grant."""

    DANGER = "a child is in danger now"
    MISSING = "a child is missing"
    AT_THE_DOOR = "somebody is with the family now and needs to know"
    HOSPITAL = "a child is in hospital or custody"
    OTHER = "another emergency"


class Outcome(StrEnum):
    """What came of asking; the words are those of door.break_glass."""

    REFUSED = "refused"
    OPEN_ANYWAY = "open"
    OPENED = "opened"
    ASKED = "asked"


class Answered(StrEnum):
    """What came of a second person's answer; the words are those of door.answer_glass."""

    NOT_YOURS = "refused"
    NO = "no"
    OPENED = "opened"
    LOST = "lost"


class Stands(StrEnum):
    """Where one's own asking stands. A refusal is none of these: it would tell that a case is."""

    ASKED = "asked"
    OPEN = "open"
    WAS_OPEN = "was open"
    NOT_OPENED = "not opened"


def check_reason(reason: str) -> str:
    """Return what is wrong with a reason, or ""."""
    text = " ".join(reason.split())
    if len(text) < SHORTEST_REASON or len(text.split(" ")) < FEWEST_WORDS:
        return "Say in at least one sentence why: somebody will read it within 72 hours"
    if len(reason) > LONGEST_REASON:
        return f"The reason must be {LONGEST_REASON:,} characters or fewer"
    return ""


def rate(opens: int, by_glass: int) -> float | None:
    """Return the part of openings that were by glass; None where nothing was opened."""
    return by_glass / opens if opens else None


def subject_of(glass_id: int) -> str:
    """Return how clocks and ledger entries name a broken glass."""
    return f"glass:{glass_id}"
