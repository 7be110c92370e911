"""What the retention pages show. Plain functions, no database."""

from datetime import date
from typing import Any

from django.urls import reverse

from breakwater.access.policy import Verb
from breakwater.access.rules import Actor
from breakwater.records.retention.queries import PAGE_SIZE, Decision, Due
from breakwater.records.retention.rules import Standing
from breakwater.web import times

COLUMNS = ("Closed", "Kept by", "May be let go", "State")


def review_page(shown: list[Due], total: int, page: int, today: date) -> dict[str, Any]:
    """Context of retention.html, but for the nights."""
    pages = max(1, -(-total // PAGE_SIZE))
    return {
        "rows": [_row(due, today) for due in shown],
        "columns": COLUMNS,
        "total": total,
        "page": page,
        "pages": pages,
    }


def case_page(due: Due, actor: Actor, today: date) -> dict[str, Any]:
    """Context of review.html, but for the form."""
    under_way = due.let_go
    may_decide = Verb.REVIEW_RETENTION in actor.verbs and under_way is None
    proposed = under_way is not None and under_way.standing is Standing.PROPOSED
    return {
        "due": due,
        "facts": [
            ("Closed", times.date(due.closed_on)),
            ("Kept by", [f"{c.name} ({c.code})" for c in due.classes]),
            ("Source", [f"{c.source}: {c.status}" for c in due.classes]),
            ("Review due", times.date(due.review_on)),
            ("May be let go from", times.date(due.free_on)),
            ("Holds of inquiries", due.holds or "None"),
            ("What is in it", f"{times.plural(due.referrals, 'referral')}, "
             f"{times.plural(due.people, 'person', 'people')}"),
            ("Its people elsewhere", _elsewhere(due.elsewhere)),
        ],
        "items": [_step(decision) for decision in due.decisions],
        "may_decide": may_decide,
        "may_confirm": proposed and under_way is not None and under_way.by_id != actor.user_id,
        "waits_for_other": proposed and under_way is not None
        and under_way.by_id == actor.user_id,
        "may_undo": under_way is not None,
        "let_go": under_way,
        "too_early": due.free_on > today,
    }  # fmt: skip


def _elsewhere(number: int) -> str:
    if not number:
        return "In no other case that is not restricted"
    return f"In {times.plural(number, 'other case')}: weigh that before letting this go"


def _row(due: Due, today: date) -> dict[str, Any]:
    held = [{"text": "On hold", "colour": "orange"}] if due.holds else []
    restricted = [{"text": "Restricted", "colour": "red"}] if due.restricted else []
    late = due.review_on < today
    return {
        "title": f"Case {due.case_id}",
        "href": reverse("review-kept", args=[due.case_id]),
        "tags": held + restricted,
        "note": "",
        "facts": [
            times.short_date(due.closed_on),
            "; ".join(c.name for c in due.classes),
            times.short_date(due.free_on),
            due.let_go.standing.capitalize() if due.let_go else "To review",
        ],
        "due": None,
        "due_words": ("Due since " if late else "Due ") + times.short_date(due.review_on),
        "due_colour": "red" if late else "grey",
    }


def _step(decision: Decision) -> dict[str, Any]:
    lines = [f"Reason: {decision.reason}"]
    if decision.keep_until:
        lines.append(f"Next review: {times.date(decision.keep_until)}.")
    if decision.confirmed_by:
        erased = times.date(decision.erase_from)
        lines.append(f"Confirmed by {decision.confirmed_by}; erased from {erased}.")
    if decision.undone_by:
        lines.append(f"Undone by {decision.undone_by}: {decision.undone_because}")
    title = decision.standing.value
    return {
        "title": title[:1].upper() + title[1:],
        "when": decision.at,
        "by": decision.by,
        "lines": lines,
    }
