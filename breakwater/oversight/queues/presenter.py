"""What the page of queues shows. Plain functions, no database."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from breakwater.oversight.queues import rules
from breakwater.oversight.queues.queries import QueueFacts
from breakwater.web import times

COLUMNS = ("Waiting", "Oldest", "Not opened yet", "Late")
HERE = {queue.code: queue for queue in (*rules.QUEUES, rules.JOBS_WAITING, rules.JOBS_FAILED)}


def queues_page(found: list[QueueFacts], now: datetime) -> dict[str, Any]:
    """Context of queues.html."""
    return {
        "rows": [_row(facts, now) for facts in found if facts.counted.number],
        "empty": [
            (title(facts), _last_sign(facts, now)) for facts in found if not facts.counted.number
        ],
        "columns": COLUMNS,
        "now": now,
        "stale": sum(facts.stale for facts in found),
    }


def title(facts: QueueFacts) -> str:
    """What waits, and for whom: "Front door: to triage"."""
    one = facts.counted
    match one.queue:
        case "item":
            words = next((q.title for k, q in rules.ITEMS.items() if k == one.part), one.part)
            return f"{facts.team}: {words}"
        case rules.UNDER_WAY.code:
            return f"{facts.team}: {rules.UNDER_WAY.title}"
        case rules.MISSED.code:
            return f"Clock “{one.called}” {rules.MISSED.title}"
        case rules.JOBS_WAITING.code | rules.JOBS_FAILED.code:
            return f"Job “{rules.TASKS.get(one.part, one.part)}” {HERE[one.queue].title}"
        case code:
            words = HERE[code].title if code in HERE else code
            return f"{words}: {facts.team}" if facts.team else words


def _row(facts: QueueFacts, now: datetime) -> dict[str, Any]:
    one = facts.counted
    queue = HERE.get(one.queue)
    unseen, late = one.unopened or 0, one.late or 0
    tags = []
    if facts.stale:
        tags.append({"text": "Waits too long", "colour": "red"})
    elif facts.soon:
        tags.append({"text": "Soon too long", "colour": "orange"})
    if late:
        tags.append({"text": "Late", "colour": "red"})
    if unseen:
        tags.append({"text": "Risk unknown", "colour": "yellow"})
    return {
        "title": title(facts),
        "href": _where(facts),
        "tags": tags,
        "note": queue.advice if queue else "",
        "facts": [
            "none running" if one.queue == rules.WORKER.code else f"{one.number:,}",
            _age(one.oldest, now),
            f"{unseen:,}" if unseen else "",
            f"{late:,}" if late else "",
        ],
        "due_words": _alerted(facts.hours),
        "due_colour": "red" if facts.stale else "orange" if facts.soon else "grey",
        "strong": facts.stale,
    }


def _where(facts: QueueFacts) -> str:
    """The page where it can be dealt with; the board narrows itself by these."""
    one = facts.counted
    if one.queue in ("item", rules.UNDER_WAY.code):
        kind = one.part or "work"
        return f"{reverse('board')}?{urlencode({'team': one.team_id, 'kind': kind})}"
    if one.team_id:
        return f"{reverse('board')}?{urlencode({'team': one.team_id})}"
    route = HERE[one.queue].route if one.queue in HERE else ""
    return reverse(route) if route else ""


def _age(oldest: datetime | None, now: datetime) -> str:
    return times.span(max(0, int((now - oldest).total_seconds()))) if oldest else "not known"


def _last_sign(facts: QueueFacts, now: datetime) -> str:
    """What stands beside an empty queue: 0, or when the worker was last alive."""
    one = facts.counted
    return f"{_age(one.oldest, now)} ago" if one.queue == rules.WORKER.code else "0"


def _alerted(hours: int | None) -> str:
    if hours is None:
        return "never"
    if not hours:
        return "at once"
    days, rest = divmod(hours, rules.HOURS_A_DAY)
    return times.plural(hours, "hour") if rest else times.plural(days, "day")
