"""Reads of clocks."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from breakwater.clocks import rules
from breakwater.clocks.models import Clock, ClockDefinition
from breakwater.clocks.rules import Standing


@dataclass(frozen=True)
class ClockFace:
    """A clock as a page shows it."""

    code: str
    name: str
    source: str
    started_at: datetime
    due_at: datetime
    standing: Standing
    running: bool
    urgent: bool


def definition_in_force(code: str, at: datetime) -> ClockDefinition:
    """1 SQL statement. Raise ClockDefinition.DoesNotExist for a code nobody defined."""
    day = at.astimezone(rules.LONDON).date()
    in_force = ClockDefinition.objects.filter(code=code, effective_from__lte=day)
    return in_force.order_by("-version")[:1].get()


def clocks_of(subjects: Iterable[str], now: datetime) -> dict[str, list[ClockFace]]:
    """The clocks of each subject, the next due first. 1 SQL statement."""
    faces: dict[str, list[ClockFace]] = defaultdict(list)
    clocks = Clock.objects.filter(subject__in=list(subjects)).select_related("definition")
    for clock in clocks.order_by("due_at"):
        faces[clock.subject].append(_face(clock, now))
    return faces


def tally(now: datetime) -> dict[Standing, int]:
    """How many clocks stand where. 1 SQL statement that reads every clock: not for a page."""
    rows = Clock.objects.values_list("due_at", "met_at", "stopped_at")
    counts = Counter(rules.standing(*row, now) for row in rows.iterator())
    return {standing: counts[standing] for standing in Standing}


def _face(clock: Clock, now: datetime) -> ClockFace:
    standing = rules.standing(clock.due_at, clock.met_at, clock.stopped_at, now)
    running = standing in (Standing.RUNNING, Standing.MISSED)
    warn_at = clock.started_at + rules.WARN_AT * (clock.due_at - clock.started_at)
    return ClockFace(
        code=clock.code,
        name=clock.definition.name,
        source=clock.definition.source,
        started_at=clock.started_at,
        due_at=clock.due_at,
        standing=standing,
        running=running,
        urgent=running and now >= warn_at,
    )
