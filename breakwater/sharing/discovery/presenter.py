"""What the pages of discovery show. Plain functions, no database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse

from breakwater.sharing.discovery.queries import ChildFacts, Line, NodeLately, PartnersPage
from breakwater.sharing.discovery.rules import State, Why, in_words, is_old, month_in_words
from breakwater.web import times

COLOURS = {
    State.KNOWN: "green",
    State.PERHAPS: "yellow",
    State.NOT_KNOWN: "grey",
    State.NOT_ASKED: "red",
}
COLUMNS = ("Known since", "Last contact", "Whom to ask", "Asked")
NODE_COLUMNS = ("Index made", "Entries", "Last asked", "In the last 7 days")
NO_NAME = "a child whose name is not known"


def name_of(child: ChildFacts) -> str:
    return child.mention.person.name or NO_NAME


def partners_page(page: PartnersPage, now: datetime) -> dict[str, Any]:
    """Context of sharing/partners.html."""
    return {
        "reference": page.reference,
        "children": [_child(child, now) for child in page.children],
        "columns": COLUMNS,
        "nodes": len(page.nodes),
    }


def nodes_page(nodes: Sequence[NodeLately], now: datetime) -> dict[str, Any]:
    """Context of sharing/nodes.html."""
    return {"rows": [_node(one, now) for one in nodes], "columns": NODE_COLUMNS}


def summary(lines: Sequence[State]) -> str:
    """Return "1 known, 2 not known, 1 could not be asked", in the order of State."""
    counts = [(state, sum(line is state for line in lines)) for state in State]
    return ", ".join(f"{count} {state.value}" for state, count in counts if count)


def _child(child: ChildFacts, now: datetime) -> dict[str, Any]:
    asked = [line.asked_at for line in child.lines if line.asked_at]
    return {
        "id": child.mention.id,
        "name": name_of(child),
        "rows": [_line(line, now) for line in child.lines],
        "summary": summary([line.held.state for line in child.lines]),
        "hub": child.hub,
        "again": child.again,
        "purpose": child.purpose,
        "asked_at": max(asked, default=None),
    }


def _line(line: Line, now: datetime) -> dict[str, Any]:
    held = line.held
    return {
        "title": line.agency,
        "tags": [{"text": held.state.value.capitalize(), "colour": COLOURS[held.state]}],
        "note": _note(line, now),
        "facts": [
            month_in_words(held.known_since),
            month_in_words(held.last_contact),
            held.contact,
            f"{times.short_date_time(line.asked_at)}, by {line.asked_by}" if line.asked_at else "",
        ],
    }


def _note(line: Line, now: datetime) -> str:
    """Return why somebody could not be asked and what they said before, or how old an index is."""
    held = line.held
    if held.why is not None:
        words = held.why.value + (f" ({held.detail})" if held.detail else "")
        sentences = [f"Because {words}." if held.why is not Why.NEW else f"{words.capitalize()}."]
        if line.before is not None and line.before.asked_at:
            said = in_words(line.before.held.state, None)
            sentences.append(f"On {times.short_date(line.before.asked_at)} it said: {said}.")
        return " ".join(sentences)
    if line.index_of and is_old(line.index_of, now):
        return f"Its index is of {times.date(line.index_of)}: whoever is newer is missing from it."
    return ""


def _node(one: NodeLately, now: datetime) -> dict[str, Any]:
    node = one.node
    if node.index_of is None:
        state, colour = "No index yet", "red"
    elif is_old(node.index_of, now):
        state, colour = "Old index", "orange"
    else:
        state, colour = "Asked", "green"
    return {
        "title": f"{node.agency}: {node.name}",
        "tags": [{"text": state, "colour": colour}],
        "note": node.address,
        "facts": [
            times.short_date_time(node.index_of),
            f"{node.entries:,}" if node.index_of else "",
            times.short_date_time(one.last_at),
            _answers(one),
        ],
        "end": reverse("end-node", args=[node.id]),
        "what": node.name,
    }


def _answers(one: NodeLately) -> str:
    if not one.answers:
        return "Not asked"
    words = times.plural(one.answers, "question")
    if not one.failures:
        return f"{words}, all answered"
    return (
        f"{words}, {one.failures:,} not answered; the last at "
        f"{times.short_date_time(one.last_failure_at)}: {one.last_why}"
    )
