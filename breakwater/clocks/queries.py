"""Reads of clocks."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Min
from django.db.models.functions import JSONObject

from breakwater.clocks import rules
from breakwater.clocks.days import USUAL, Calendar, HubHours
from breakwater.clocks.models import NOT_OVER, Clock, ClockDefinition, OpeningHours, SchoolBreak
from breakwater.clocks.rules import Standing, Unit, Whom
from breakwater.web.times import TimeLeft


@dataclass(frozen=True)
class ClockFace:
    """A clock as a page shows it."""

    code: str
    name: str
    source: str
    started_at: datetime
    due_at: datetime
    standing: Standing
    running: bool  # neither met nor stopped: it may be missed already, or paused
    urgent: bool
    paused_since: datetime | None
    # What is left in words, with a colour; of what is met or stopped, that.
    left: TimeLeft


@dataclass(frozen=True)
class Version:
    """One version of a clock's definition, as the page of all clocks shows it."""

    code: str
    version: int
    name: str
    length: int
    unit: Unit
    starts: str
    pauses: str
    met_by: str
    source: str
    status: str
    warn_share: float
    tell_at_warning: tuple[Whom, ...]
    tell_at_miss: tuple[Whom, ...]
    effective_from: date


@dataclass(frozen=True)
class Versions:
    """A clock: the version in force, those before it and those to come, the newest first."""

    now: Version
    before: list[Version]
    to_come: list[Version]

    @property
    def newest(self) -> int:
        return max(each.version for each in (self.now, *self.before, *self.to_come))


@dataclass(frozen=True)
class ClockThen:
    """A clock as it stood at a time past, with the version of the definition that it ran by."""

    code: str
    name: str
    version: int
    source: str
    started_at: datetime
    due_at: datetime
    standing: Standing


def definition_in_force(code: str, at: datetime) -> ClockDefinition:
    """1 SQL statement. Raise ClockDefinition.DoesNotExist for a code nobody defined."""
    day = at.astimezone(rules.LONDON).date()
    in_force = ClockDefinition.objects.filter(code=code, effective_from__lte=day)
    return in_force.order_by("-effective_from", "-version")[:1].get()


def definitions(today: date, code: str = "") -> list[Versions]:
    """Every clock that is defined, or one, in the order they were. 1 SQL statement."""
    rows = ClockDefinition.objects.filter(**({"code": code} if code else {}))
    by_code: dict[str, list[Version]] = defaultdict(list)
    for row in rows.order_by("pk"):
        by_code[row.code].append(_version(row))
    found = []
    for versions in by_code.values():
        versions.sort(key=lambda each: (each.effective_from, each.version), reverse=True)
        begun = [each for each in versions if each.effective_from <= today]
        if begun:
            to_come = [each for each in versions if each.effective_from > today]
            found.append(Versions(begun[0], begun[1:], to_come))
    return found


@dataclass(frozen=True)
class Break:
    id: int
    area: str
    first: date
    last: date


def hub_hours() -> tuple[HubHours, ...]:
    """When the hub works, day by day. 1 SQL statement."""
    return calendar_for([Unit.WORKING_HOUR]).hours


def school_breaks(today: date) -> list[Break]:
    """The breaks that are not over, the next first. 1 SQL statement."""
    rows = SchoolBreak.objects.filter(last__gte=today).order_by("first", "area")
    return [Break(row.pk, row.area, row.first, row.last) for row in rows]


def calendar_for(units: Iterable[Unit], area: str = "") -> Calendar:
    """What the area sets, as far as clocks of these units need it. At most 2 SQL statements.

    Hub hours for working hours, breaks of the area's schools for a deadline before a school day.
    """
    wanted = set(units)
    calendar = USUAL
    if Unit.WORKING_HOUR in wanted:
        rows = OpeningHours.objects.order_by("weekday")
        calendar = _calendar(rows.values_list("weekday", "opens", "closes"))
    if Unit.BEFORE_SCHOOL_DAY in wanted:
        breaks = SchoolBreak.objects.filter(area__in=["", area]).values_list("first", "last")
        calendar = replace(calendar, breaks=tuple(breaks.order_by("first")))
    return calendar


def clocks_of(subjects: Iterable[str], now: datetime) -> dict[str, list[ClockFace]]:
    """The clocks of each subject, the next due first. 1 SQL statement."""
    faces: dict[str, list[ClockFace]] = defaultdict(list)
    hours = OpeningHours.objects.order_by("weekday").values(
        of_day=JSONObject(weekday="weekday", opens="opens", closes="closes")
    )
    clocks = Clock.objects.filter(subject__in=list(subjects)).select_related("definition")
    # The hours come along with each clock: a page's statements must not depend on which run.
    for clock in clocks.annotate(hours=ArraySubquery(hours)).order_by("due_at"):
        calendar = _calendar((of["weekday"], of["opens"], of["closes"]) for of in clock.hours)
        faces[clock.subject].append(_face(clock, now, calendar))
    return faces


def next_due(subject: str, codes: Collection[str]) -> datetime | None:
    """When the next of these running clocks ends; None where none runs. 1 SQL statement."""
    running = Clock.objects.filter(
        NOT_OVER, subject=subject, code__in=list(codes), paused_at__isnull=True
    )
    due: datetime | None = running.aggregate(next=Min("due_at"))["next"]
    return due


def lengths_in_force(codes: Collection[str], at: datetime) -> dict[str, str]:
    """How long each of these clocks runs, in words. 1 SQL statement."""
    day = at.astimezone(rules.LONDON).date()
    found = ClockDefinition.objects.filter(code__in=codes, effective_from__lte=day)
    return {
        definition.code: rules.length_in_words(definition.length, Unit(definition.unit))
        for definition in found.order_by("effective_from", "version")
    }


def clocks_at(subjects: Iterable[str], at: datetime) -> list[ClockThen]:
    """The clocks of these subjects as they stood at a time past, the next due first.

    What began, ended or was paused since does not show; a due time that a later pause of a clock
    still running then moved shows as moved. 1 SQL statement.
    """
    clocks = Clock.objects.filter(subject__in=list(subjects), started_at__lte=at)

    def by_then(moment: datetime | None) -> datetime | None:
        return moment if moment is not None and moment <= at else None

    return [
        ClockThen(
            code=clock.code,
            name=clock.definition.name,
            version=clock.definition.version,
            source=clock.definition.source,
            started_at=clock.started_at,
            due_at=clock.due_at,
            standing=rules.standing(
                clock.due_at,
                by_then(clock.met_at),
                by_then(clock.stopped_at),
                at,
                by_then(clock.paused_at),
            ),
        )
        for clock in clocks.select_related("definition").order_by("due_at", "pk")
    ]


def tally(now: datetime) -> dict[Standing, int]:
    """How many clocks stand where. 1 SQL statement that reads every clock: not for a page."""
    rows = Clock.objects.values_list("due_at", "met_at", "stopped_at", "paused_at")
    counts = Counter(
        rules.standing(due, met, stopped, now, paused)
        for due, met, stopped, paused in rows.iterator()
    )
    return {standing: counts[standing] for standing in Standing}


def _version(row: ClockDefinition) -> Version:
    return Version(
        code=row.code,
        version=row.version,
        name=row.name,
        length=row.length,
        unit=Unit(row.unit),
        starts=row.starts,
        pauses=row.pauses,
        met_by=row.met_by,
        source=row.source,
        status=row.status,
        warn_share=row.warn_share,
        tell_at_warning=tuple(Whom(code) for code in row.tell_at_warning),
        tell_at_miss=tuple(Whom(code) for code in row.tell_at_miss),
        effective_from=row.effective_from,
    )


def _calendar(rows: Iterable[tuple[int, str | time, str | time]]) -> Calendar:
    """Hub hours as the area set them; where it set none, the usual."""
    hours = tuple(
        HubHours(weekday, *(time.fromisoformat(str(at)) for at in (opens, closes)))
        for weekday, opens, closes in rows
    )
    return Calendar(hours=hours) if hours else USUAL


def _running(clock: Clock) -> bool:
    return clock.met_at is None and clock.stopped_at is None


def _face(clock: Clock, now: datetime, calendar: Calendar) -> ClockFace:
    standing = rules.standing(clock.due_at, clock.met_at, clock.stopped_at, now, clock.paused_at)
    urgent = standing in (Standing.RUNNING, Standing.MISSED) and now >= clock.warn_at
    return ClockFace(
        code=clock.code,
        name=clock.definition.name,
        source=clock.definition.source,
        started_at=clock.started_at,
        due_at=clock.due_at,
        standing=standing,
        running=_running(clock),
        urgent=urgent,
        paused_since=clock.paused_at,
        left=_left(clock, standing, now, calendar, urgent),
    )


def _left(
    clock: Clock, standing: Standing, now: datetime, calendar: Calendar, urgent: bool
) -> TimeLeft:
    if not _running(clock):
        return TimeLeft(standing.capitalize(), "green" if standing is Standing.MET else "grey")
    left = rules.time_left_in_words(
        clock.due_at, now, clock.paused_at, Unit(clock.definition.unit), calendar
    )
    return replace(left, colour=left.colour or ("orange" if urgent else ""))
