"""Reads of who looked."""

from dataclasses import dataclass
from datetime import datetime

from breakwater.access import queries as access
from breakwater.access.queries import Somebody
from breakwater.audit import queries as audit
from breakwater.records.wholooked import rules
from breakwater.records.wholooked.rules import Kind
from breakwater.referrals.queries import references_of

PAGE_SIZE = 50


@dataclass(frozen=True)
class Line:
    """What was done or seen. Not with how many other cases: the reader may not know of one."""

    at: datetime
    who: Somebody
    kind: Kind
    words: str
    subject: str
    purpose: str
    allowed: bool


@dataclass(frozen=True)
class WhoLooked:
    """A page of a case's history; `people` are (ledger name, name) to filter by."""

    case_id: int
    references: list[str]
    lines: list[Line]
    people: list[tuple[str, str]]
    total: int
    page: int
    pages: int


def who_looked(case_id: int, who: str, kind: Kind | None, page: int) -> WhoLooked:
    """The case's history for one who holds the case. 6 SQL statements, however long it is."""
    verbs = None if kind in (None, Kind.REFUSED) else rules.verbs_of_kind(kind)
    allowed = None if kind is None else kind is not Kind.REFUSED
    page = max(1, page)
    looks, total = audit.looks_at(
        case_id,
        start=(page - 1) * PAGE_SIZE,
        size=PAGE_SIZE,
        actor=who,
        verbs=verbs,
        allowed=allowed,
        leave_out=rules.LEFT_OUT,
    )
    actors = audit.actors_of(case_id, rules.LEFT_OUT)
    people = access.people_in_ledger({*actors})
    agencies = access.agency_names()
    references = references_of(case_id)
    lines = [
        Line(
            at=look.at,
            who=people.get(look.actor)
            or Somebody(
                rules.actor_in_words(look.actor), agencies.get(look.agency_id or 0, ""), ""
            ),
            kind=rules.said(look.verb).kind if look.allowed else Kind.REFUSED,
            words=rules.said(look.verb).words,
            subject=rules.subject_in_words(look.subject, references),
            purpose=rules.purpose_in_words(look.purpose),
            allowed=look.allowed,
        )
        for look in looks
    ]
    named = [(a, people[a].name if a in people else rules.actor_in_words(a)) for a in actors]
    return WhoLooked(
        case_id=case_id,
        references=sorted(references.values()),
        lines=lines,
        people=sorted(named, key=lambda pair: pair[1]),
        total=total,
        page=page,
        pages=max(1, -(-total // PAGE_SIZE)),
    )
