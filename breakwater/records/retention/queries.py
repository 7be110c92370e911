"""Reads of what is kept. The database hands them out to who reviews retention; see reading.sql."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from breakwater.access import queries as access
from breakwater.access.rules import Actor
from breakwater.records.models import Erased, Hold, KeepOrLetGo, Knob, RetentionClass, Run
from breakwater.records.retention.rules import Basis, Born, Class, ClosedCase, Scope, Standing

PAGE_SIZE = 50


@dataclass(frozen=True)
class ClassFacts:
    id: int
    code: str
    name: str
    source: str
    status: str


@dataclass(frozen=True)
class Decision:
    standing: Standing
    reason: str
    keep_until: date | None
    by_id: int
    by: str
    at: datetime
    confirmed_by: str
    erase_from: datetime | None
    undone_by: str
    undone_because: str


@dataclass(frozen=True)
class Due:
    """A closed case as the review shows it: numbers and dates, no word of what was told."""

    case_id: int
    closed_on: date
    review_on: date
    free_on: date
    classes: list[ClassFacts]
    restricted: bool
    holds: str
    referrals: int
    people: int
    elsewhere: int
    decisions: list[Decision]

    @property
    def let_go(self) -> Decision | None:
        """The letting go under way."""
        under_way = (Standing.PROPOSED, Standing.CONFIRMED)
        return next((d for d in self.decisions if d.standing in under_way), None)


@dataclass(frozen=True)
class HoldFacts:
    id: int
    name: str
    reason: str
    scope: Scope
    category: str
    agency: str
    cases: list[int]
    asked_on: date
    placed_by: str
    placed_at: datetime
    lifted_by: str
    lifted_at: datetime | None
    lifted_because: str


@dataclass(frozen=True)
class RunFacts:
    at: datetime
    listed: int
    erased: int
    stopped_because: str


def to_class(most: int) -> list[ClosedCase]:
    """Closed cases without a class, for the worker that opened classing. 1 SQL statement."""
    with connection.cursor() as cursor:
        cursor.execute("select * from door.to_class(%s)", [most])
        rows = cursor.fetchall()
    return [
        ClosedCase(
            case_id,
            closed_on,
            frozenset(categories),
            frozenset(holders),
            only_triaged,
            tuple(
                Born(born, age, date.fromisoformat(told_on))
                for born, age, told_on in _json(subjects)
            ),
        )
        for case_id, closed_on, categories, holders, only_triaged, subjects in rows
    ]


def schedule(on: date) -> list[Class]:
    """The retention schedule in force on a day: each class's latest version. 1 SQL statement."""
    rows = RetentionClass.objects.filter(effective_from__lte=on).order_by("code", "-version")
    latest = rows.distinct("code")
    return [
        Class(
            id=row.pk,
            code=row.code,
            holder=row.holder,
            categories=frozenset(row.categories),
            only_triaged=row.only_triaged,
            basis=Basis(row.basis),
            years=row.years,
            review_every=row.review_every,
        )
        for row in latest
    ]


def review(
    actor: Actor, on: date, page: int = 1, case_id: int | None = None
) -> tuple[list[Due], int]:
    """What the actor may review: one case, or a page of what is due or let go; and how many.

    4 SQL statements. The first leaves the entry that names the cases.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select * from door.to_review(%s, %s, %s::bigint[], %s, %s, %s)",
            [
                actor.session,
                actor.user_id,
                None if case_id is None else [case_id],
                on,
                (max(1, page) - 1) * PAGE_SIZE,
                PAGE_SIZE,
            ],
        )
        rows = cursor.fetchall()
    classes = {
        pk: ClassFacts(pk, *rest)
        for pk, *rest in RetentionClass.objects.values_list(
            "pk", "code", "name", "source", "status"
        )
    }
    decisions = _decisions(actor, {row[0] for row in rows})
    shown = [
        Due(
            case_id=row[0],
            closed_on=row[1],
            review_on=row[2],
            free_on=row[3],
            classes=[classes[pk] for pk in row[4]],
            restricted=row[5],
            holds=row[6] or "",
            referrals=row[7],
            people=row[8],
            elsewhere=row[9],
            decisions=decisions.get(row[0], []),
        )
        for row in rows
    ]
    return shown, rows[0][10] if rows else 0


def holds(actor: Actor) -> list[HoldFacts]:
    """The holds in force, then those lifted. 3 SQL statements."""
    rows = list(
        Hold.objects.raw("select * from door.holds_placed(%s, %s)", [actor.session, actor.user_id])
    )
    names = _names({pk for row in rows for pk in (row.placed_by_id, row.lifted_by_id)})
    agencies = access.agency_names()
    return [
        HoldFacts(
            id=row.pk,
            name=row.name,
            reason=row.reason,
            scope=Scope(row.scope),
            category=row.category,
            agency=agencies.get(row.agency_id or 0, ""),
            cases=row.cases,
            asked_on=row.asked_on,
            placed_by=names.get(row.placed_by_id, ""),
            placed_at=row.placed_at,
            lifted_by=names.get(row.lifted_by_id, ""),
            lifted_at=row.lifted_at,
            lifted_because=row.lifted_because,
        )
        for row in rows
    ]


def ready_to_erase() -> list[int]:
    """What the next night would erase, by id. 1 SQL statement."""
    with connection.cursor() as cursor:
        cursor.execute("select case_id from door.ready_to_erase()")
        return [row[0] for row in cursor.fetchall()]


def knob(code: str) -> int:
    """1 SQL statement."""
    return int(Knob.objects.values_list("value", flat=True).get(code=code))


def last_runs(most: int = 5) -> list[RunFacts]:
    """The last nights that had something to erase. 1 SQL statement."""
    rows = Run.objects.order_by("-at")[:most]
    return [RunFacts(*row) for row in rows.values_list("at", "listed", "erased", "stopped_because")]


def erased(most: int = 20) -> list[tuple[int, datetime, list[str]]]:
    """The last cases that were erased: number, when, classes. 1 SQL statement."""
    rows = Erased.objects.order_by("-erased_at")[:most]
    return list(rows.values_list("case_id", "erased_at", "classes"))


def _decisions(actor: Actor, case_ids: Collection[int]) -> dict[int, list[Decision]]:
    rows = list(
        KeepOrLetGo.objects.raw(
            "select * from door.decided(%s, %s, %s::bigint[])",
            [actor.session, actor.user_id, sorted(case_ids)],
        )
    )
    people = {pk for r in rows for pk in (r.decided_by_id, r.confirmed_by_id, r.undone_by_id)}
    names = _names(people)
    decisions: dict[int, list[Decision]] = {}
    for row in rows:
        decisions.setdefault(row.case_id, []).append(
            Decision(
                standing=Standing(row.standing),
                reason=row.reason,
                keep_until=row.keep_until,
                by_id=row.decided_by_id,
                by=names.get(row.decided_by_id, ""),
                at=row.decided_at,
                confirmed_by=names.get(row.confirmed_by_id, ""),
                erase_from=row.erase_from,
                undone_by=names.get(row.undone_by_id, ""),
                undone_because=row.undone_because,
            )
        )
    return decisions


def _names(ids: Collection[int | None]) -> dict[int | None, str]:
    named = access.names_in_ledger({f"user:{pk}" for pk in ids if pk})
    return {int(name.removeprefix("user:")): who for name, who in named.items()}


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value
