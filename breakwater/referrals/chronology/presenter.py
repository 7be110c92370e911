"""What the chronology and the panel of rising worry show. Plain functions, no database."""

from typing import Any

from django.urls import reverse

from breakwater.referrals.chronology import rules
from breakwater.referrals.chronology.queries import Chronology, Event
from breakwater.referrals.chronology.rising import Rising
from breakwater.referrals.chronology.rules import Kind, Order, Tie, Weight
from breakwater.referrals.presenter import capital
from breakwater.web import times

COLOURS = {Kind.REFERRAL: "", Kind.DECISION: "purple", Kind.STEP: "grey", Kind.DOCUMENT: "teal"}
TIE_COLOURS = {Tie.SURE: "green", Tie.MAYBE: "yellow"}
# High weighs so much that it must not be overlooked; the words say it, the colour repeats them.
WEIGHT_TAGS = {
    Weight.MORE: {"text": "More than most", "colour": "orange"},
    Weight.HIGH: {"text": "Rising worry", "colour": "red"},
}


def chronology_page(shown: Chronology, kind: Kind | None, order: Order) -> dict[str, Any]:
    """Context of chronology.html."""
    events = [event for event in shown.events if kind in (None, event.kind)]
    if order is Order.NEWEST_FIRST:
        events.reverse()
    return {
        "shown": shown,
        "people": times_and(shown.people),
        "number": len(events),
        "filtered": kind is not None,
        "items": [_item(event) for event in events],
    }


def rising_panel(rising: Rising) -> dict[str, Any]:
    """What the macro in rising.html draws and says."""
    who = rising.who or "this child"
    number = times.plural(rising.count, "worry", "worries") if rising.count else "No worry"
    headline = f"{number} in 12 months about {who}"
    if rising.recent and rising.recent < rising.count:
        headline += f", {rising.recent} of them in the last 3 months"
    elif rising.count > 1 and rising.recent == rising.count:
        headline += ", all in the last 3 months"
    beside = []
    if rising.household > rising.count:
        number = times.plural(rising.household, "worry", "worries")
        beside.append(f"{number} about this household.")
    if rising.maybe:
        number = times.plural(rising.maybe, "more worry", "more worries")
        beside.append(f"{number} about somebody who may be the same child, not counted.")
    return {
        "headline": f"{headline}.",
        "tag": WEIGHT_TAGS.get(rising.weight),
        "pace": rules.pace_in_words(rising.pace),
        "beside": beside,
        "marks": [_mark(mark) for mark in reversed(rising.marks)],
        "drawing": _drawing(rising) if rising.marks else None,
    }


def times_and(names: tuple[str, ...]) -> str:
    """Return "Amelia Hartley, Jake Hartley and Kelly Hartley"."""
    unique = list(dict.fromkeys(names))
    if len(unique) < 2:
        return "".join(unique)
    return f"{', '.join(unique[:-1])} and {unique[-1]}"


def _item(event: Event) -> dict[str, Any]:
    tags = [{"text": event.kind.capitalize(), "colour": COLOURS[event.kind]}]
    if event.this:
        tags.append({"text": "This referral", "colour": "grey"})
    if event.tie:
        tags.append({"text": event.tie, "colour": TIE_COLOURS[event.tie]})
    if event.document_id:
        href = reverse("document", args=[event.case_id, event.document_id])
    else:
        href = reverse("referral", args=[event.reference]) if event.reference else ""
    told = "told by" if event.kind is Kind.REFERRAL else "by"
    return {
        "title": capital(event.what),
        "when": event.at,
        "by": f"{told} {event.who}",
        "href": href,
        "tags": tags,
        "about": times_and(event.about),
        "text": event.text,
        "state": capital(event.state),
        "where": f"Referral {event.reference}" if event.reference else f"Case {event.case_id}",
        "perhaps": event.tie is Tie.MAYBE,
        "by_way_of": times_and(event.by_way_of),
    }


def _mark(mark: Any) -> dict[str, Any]:
    return {
        "when": mark.at,
        "what": capital(mark.category),
        "href": reverse("referral", args=[mark.reference]),
        "reference": mark.reference,
        "note": "this referral" if mark.this else "" if mark.sure else "may be the same child",
    }


def _drawing(rising: Rising) -> dict[str, Any]:
    """Each worry is a bar, one step taller than the one before: the tenth towers over the first."""
    tall, so_far = [], 0
    for mark in rising.marks:
        so_far += mark.sure
        tall.append(so_far if mark.sure else 1)
    said = rising.weight is not Weight.NOT_KNOWN and rising.pace is not None
    ninth = rising.pace.ninth if said and rising.pace else 0
    highest = max(*tall, ninth, 3)
    bars = rules.bars([mark.at for mark in rising.marks], tall, highest, rising.until)
    return {
        "width": rules.WIDTH,
        "height": rules.HEIGHT,
        "ground": rules.GROUND,
        "bars": list(zip(bars, (mark.sure for mark in rising.marks), strict=True)),
        "line": rules.level(ninth, highest) if ninth else None,
        "ninth": ninth,
        "since": times.short_date(rising.until - rules.YEAR),
        "until": times.short_date(rising.until),
    }
