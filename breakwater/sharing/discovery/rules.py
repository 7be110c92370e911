"""What a partner can hold of a child, why one may be asked, and what bounds an index."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from breakwater.access.rules import NotAllowed
from breakwater.web.times import MONTHS

# Knobs. Local defaults, to be set by the area: how often one person asks in an hour, and after how
# many days an index is called old.
MOST_AN_HOUR = 30
OLD_AFTER_DAYS = 8
# Of an index: 2**22 buckets are some 30 million people; a part of it, and its manifest, in bytes.
MOST_BITS = 22
MOST_PARTS = 50_000
MOST_IN_PART = 2_000_000
MOST_CONTACTS = 256
LONGEST_CONTACT = 200
LONGEST_DETAIL = 200


class State(StrEnum):
    """What one partner's index says of a child."""

    KNOWN = "known"
    PERHAPS = "perhaps"
    NOT_KNOWN = "not known"
    NOT_ASKED = "could not be asked"


class Why(StrEnum):
    """Why a partner could not be asked."""

    DOWN = "it does not answer"
    SLOW = "it did not answer in time"
    PROOF = "its proof was wrong, so its answer is not believed"
    BROKEN = "its answer could not be read"
    REFUSED = "it refused"
    LIMIT = "it takes no more questions for now"
    NO_INDEX = "it has sent no index yet"
    REPLACED = "its index was being replaced at that moment"
    INDEX = "its index is damaged"
    KEY_HOLDER = "the key holder could not be asked"
    # Of a page alone, never stored: no row says what came.
    CUT_OFF = "it is being asked at this moment, or the hub was interrupted"
    NEW = "its node is newer than the question"


@dataclass(frozen=True)
class Held:
    """What one node's index says; `why` and `detail` only where it could not be asked."""

    state: State
    why: Why | None = None
    detail: str = ""
    known_since: str = ""  # "2019-03"
    last_contact: str = ""
    contact: str = ""

    @classmethod
    def not_asked(cls, why: Why, detail: str = "") -> "Held":
        return cls(State.NOT_ASKED, why, detail[:LONGEST_DETAIL])


class TooMany(NotAllowed):
    """Somebody asks more often than work needs; says when they may ask again."""


def check_rate(asked_this_hour: int) -> None:
    """Raise TooMany when the actor asked as often in the last hour as one may."""
    if asked_this_hour >= MOST_AN_HOUR:
        raise TooMany(
            f"You asked partners {asked_this_hour} times in the last hour, which is as often as "
            "one may. Ask a colleague, or wait; in an emergency ring the partner."
        )


def in_words(state: State, why: Why | None, detail: str = "") -> str:
    """Return "could not be asked: it did not answer in time"."""
    if why is None:
        return state.value
    return f"{state.value}: {why.value}" + (f" ({detail})" if detail else "")


def month_in_words(month: str) -> str:
    """Return "March 2019" for "2019-03"; "" for ""."""
    if not month:
        return ""
    year, _, number = month.partition("-")
    return f"{MONTHS[int(number) - 1]} {year}"


def is_old(made_at: datetime, now: datetime) -> bool:
    """Whether an index is so old that people may be missing from it."""
    return (now - made_at).days >= OLD_AFTER_DAYS


def joined(names: Sequence[str]) -> str:
    """Return "A, B and C"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
