"""Classing, keeping, letting go by two people, holds. The database holds to each of the rules."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, LiteralString

from django.db import DatabaseError, transaction
from django.utils import timezone

from breakwater.access import actions as access
from breakwater.access.actions import Act
from breakwater.access.call import value
from breakwater.access.policy import Verb
from breakwater.access.rules import WORKER, Actor, NotAllowed
from breakwater.records.models import Kept
from breakwater.records.retention import queries, rules
from breakwater.records.retention.queries import Due
from breakwater.records.retention.rules import Scope

REFUSED = "BW003"


class WrongReview(Exception):
    """A review that cannot stand: `errors` are (field, sentence) pairs."""

    def __init__(self, errors: list[tuple[str, str]]):
        self.errors = errors
        super().__init__("; ".join(sentence for _, sentence in errors))


def class_closed_cases(most: int = 500) -> int:
    """Find how long each closed case is kept; return how many were classed. The worker's part."""
    with transaction.atomic(durable=True):
        capability = call("open_classing")
    with access.View(WORKER, capabilities=(str(capability),)).reading():
        closed = queries.to_class(most)
        rows = []
        for case in closed:
            for one in rules.classes_of(case, queries.schedule(case.closed_on)):
                due = rules.due(one, case)
                rows.append(
                    Kept(
                        case_id=case.case_id,
                        retention_class_id=one.id,
                        closed_on=case.closed_on,
                        review_on=due.review_on,
                        free_on=due.free_on,
                    )
                )
        Kept.objects.bulk_create(rows, ignore_conflicts=True)
    return len(closed)


def open_review(actor: Actor, page: int = 1) -> tuple[list[Due], int]:
    """Show what is due, or waits for a second person; one entry names the cases.

    Raise NotAllowed for somebody who neither reviews retention nor supervises.
    """
    access.check_list(actor, _verb(actor), "retention")
    with transaction.atomic(durable=True):
        return queries.review(actor, timezone.localdate(), page)


def open_case(actor: Actor, case_id: int) -> Due:
    """Show one case to review. Raise NotAllowed when there is none for the actor."""
    access.check_list(actor, _verb(actor), "retention")
    with transaction.atomic(durable=True):
        shown, _ = queries.review(actor, timezone.localdate(), case_id=case_id)
    if not shown:
        access.refuse(actor, _verb(actor), subject="case:unknown")
    return shown[0]


def keep(actor: Actor, case_id: int, until: date, reason: str) -> None:
    """Keep a case until its next review. Raise WrongReview, NotAllowed."""
    with _deciding(actor, case_id, "keep") as act:
        if errors := rules.check_keep(until, timezone.localdate()):
            raise WrongReview(errors)
        _as(actor, "keep_case", case_id, until, reason)
        act.facts |= {"until": until.isoformat()}


def let_go(actor: Actor, case_id: int, reason: str) -> None:
    """Say that a case need not be kept; a second person must agree. Raise NotAllowed."""
    with _deciding(actor, case_id, "let go"):
        _as(actor, "let_go", case_id, reason)


def confirm(actor: Actor, case_id: int) -> None:
    """Agree, as the second person, that a case is let go. Raise NotAllowed."""
    with _deciding(actor, case_id, "confirm"):
        _as(actor, "confirm_letting_go", case_id)


def undo(actor: Actor, case_id: int, reason: str) -> None:
    """Take a letting go back, until the case is erased. Raise NotAllowed."""
    with _deciding(actor, case_id, "undo"):
        _as(actor, "undo_letting_go", case_id, reason)


def place_hold(
    actor: Actor,
    *,
    name: str,
    reason: str,
    scope: Scope,
    asked_on: date,
    category: str = "",
    agency_id: int | None = None,
    cases: Sequence[int] = (),
) -> int:
    """Hold everything that an inquiry reaches, at once. Raise NotAllowed."""
    with access.acting(actor, Verb.REVIEW_RETENTION, subject="hold") as act:
        reach = [scope.value, category, agency_id, sorted(set(cases)), asked_on]
        hold_id = int(_as(actor, "place_hold", name, reason, *reach))
        act.subject = f"hold:{hold_id}"
        act.facts = {"decided": "place hold", "scope": scope.value}
    return hold_id


def lift_hold(actor: Actor, hold_id: int, reason: str) -> None:
    """End a hold, with a reason. Raise NotAllowed."""
    with access.acting(actor, Verb.REVIEW_RETENTION, subject=f"hold:{hold_id}") as act:
        act.facts = {"decided": "lift hold"}
        _as(actor, "lift_hold", hold_id, reason)


def _verb(actor: Actor) -> Verb:
    supervises = Verb.SUPERVISE in actor.verbs and Verb.REVIEW_RETENTION not in actor.verbs
    return Verb.SUPERVISE if supervises else Verb.REVIEW_RETENTION


@contextmanager
def _deciding(actor: Actor, case_id: int, what: str) -> Iterator[Act]:
    """Decide about a case by number: its content stays closed to who only reviews it."""
    with access.acting(actor, _verb(actor), subject=f"case:{case_id}") as act:
        act.case_id = case_id
        act.facts = {"decided": what}
        yield act


def _as(actor: Actor, function: LiteralString, *values: Any) -> Any:
    return call(function, actor.session, actor.user_id, *values)


def call(function: LiteralString, *values: Any) -> Any:
    """Call a function of the door; its refusal is NotAllowed in its words. 1 SQL statement."""
    try:
        return value(function, *values)
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", "") != REFUSED:
            raise
        raise NotAllowed(error.__cause__.diag.message_primary) from None  # type: ignore[union-attr]
