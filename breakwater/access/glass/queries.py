"""What waits for a yes, a no or a judgement, and how often glass is broken."""

from dataclasses import dataclass
from datetime import datetime

from breakwater.access.call import rows
from breakwater.access.glass import rules
from breakwater.access.glass.rules import Stands, subject_of
from breakwater.access.rules import Actor
from breakwater.clocks.queries import ClockFace, clocks_of


@dataclass(frozen=True)
class WaitingGlass:
    """A line of a list: numbers, staff and moments, no word of why."""

    id: int
    to_review: bool
    case_id: int
    purpose: str
    who: str
    agency: str
    asked_at: datetime
    opened_at: datetime | None
    clock: ClockFace | None


@dataclass(frozen=True)
class OwnGlass:
    """What somebody asked for themself."""

    called: str
    case_id: int | None
    purpose: str
    asked_at: datetime
    stands: Stands
    ends_at: datetime


@dataclass(frozen=True)
class GlassWords:
    """Why, and what was said of it."""

    id: int
    case_id: int
    who: str
    purpose: str
    reason: str
    asked_at: datetime
    opened_at: datetime | None
    answered_by: str | None
    answer: str | None
    agreed: bool | None
    reviewed_by: str | None
    justified: bool | None
    note: str | None


@dataclass(frozen=True)
class Rate:
    """Openings in the last days, and how many by broken glass. `team` is "" for the whole hub."""

    team: str
    opens: int
    by_glass: int

    @property
    def part(self) -> float | None:
        return rules.rate(self.opens, self.by_glass)


def waiting(actor: Actor, now: datetime) -> list[WaitingGlass]:
    """What waits for the actor's answer or review, the oldest first. 2 SQL statements."""
    found = rows("glass_waiting", actor.session, actor.user_id)
    clocks = clocks_of([subject_of(pk) for pk, *_ in found], now)
    return [
        WaitingGlass(
            id=pk,
            to_review=waits_for == "review",
            case_id=case_id,
            purpose=purpose,
            who=who,
            agency=agency,
            asked_at=asked_at,
            opened_at=opened_at,
            clock=next(iter(clocks.get(subject_of(pk), ())), None),
        )
        for pk, waits_for, case_id, purpose, who, agency, asked_at, opened_at in found
    ]


def own(actor: Actor) -> list[OwnGlass]:
    """What the actor asked for in the last 30 days, the newest first. 1 SQL statement."""
    return [
        OwnGlass(called, case_id, purpose, asked_at, Stands(stands), ends_at)
        for called, case_id, purpose, asked_at, stands, ends_at in rows(
            "my_glass", actor.session, actor.user_id
        )
    ]


def words(glass_id: int) -> GlassWords:
    """Why, for one who may read these words (actions.open_words). 1 SQL statement."""
    ((*found,),) = rows("glass_words", [glass_id], None)
    return GlassWords(*found)


def of_case(case_id: int) -> list[GlassWords]:
    """Every asking for a case, for one who holds it, the newest first. 1 SQL statement."""
    return [GlassWords(*found) for found in rows("glass_words", [], case_id)]


def rates(actor: Actor) -> list[Rate]:
    """The last 30 days: the hub (no name) first, then the actor's teams. 1 SQL statement.

    It reads every opening of these days; a page of few people shows it.
    """
    return [
        Rate(*found) for found in rows("glass_rate", actor.session, actor.user_id, rules.RATE_DAYS)
    ]
