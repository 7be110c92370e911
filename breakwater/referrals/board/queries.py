"""What a board shows."""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from breakwater.access import call
from breakwater.access.rules import Actor
from breakwater.people import queries as people
from breakwater.people.queries import MentionFacts
from breakwater.people.rules import PersonAsTold, PersonRole
from breakwater.referrals.models import Item
from breakwater.referrals.rules import ItemKind, State, in_words

PAGE_SIZE = 50


@dataclass(frozen=True)
class BoardRow:
    item_id: int
    kind: ItemKind
    reference: str
    children: list[PersonAsTold]
    category: str
    also: list[str]
    channel: str
    received_at: datetime
    immediate_danger: bool
    state: State
    team: str
    worker: str
    known: int
    due_at: datetime | None
    opened: bool


@dataclass(frozen=True)
class Waiting:
    """What a page of the board will show, by ids, in its order: (item, case) pairs."""

    places: list[tuple[int, int]]
    total: int
    page: int
    pages: int


@dataclass(frozen=True)
class Board:
    rows: list[BoardRow]
    total: int
    page: int
    pages: int


def waiting(actor: Actor, wanted: Mapping[str, Any], page: int) -> Waiting:
    """What waits for the actor's teams: danger first, then what is due first.

    1 SQL statement; 3 for a page after the last.
    """
    found = _places(actor, wanted, page)
    if not found and page > 1:
        first = _places(actor, wanted, 1)
        page = _pages(first[0][3] if first else 0)
        found = _places(actor, wanted, page)
    total = found[0][3] if found else 0
    pages = _pages(total)
    return Waiting([(item, case) for item, _, case, _ in found], total, page, pages)


def board(actor: Actor, shown: Waiting) -> Board:
    """A page of the board, for one who holds its cases. 4 SQL statements, however many rows."""
    order = [pk for pk, _ in shown.places]
    found = Item.objects.select_related("referral", "team", "worker").in_bulk(order)
    items = [found[pk] for pk in order if pk in found]
    ids = {item.referral_id for item in items}
    mentions: dict[int, list[MentionFacts]] = defaultdict(list)
    for mention in people.mentions_of(ids):
        mentions[mention.referral_id].append(mention)
    known = people.known_counts(actor, ids)
    rows = [
        BoardRow(
            item_id=item.pk,
            kind=ItemKind(item.kind),
            reference=item.referral.reference,
            children=_children(mentions[item.referral_id]),
            category=in_words(item.referral.category),
            also=[in_words(code) for code in item.referral.also],
            channel=in_words(item.referral.channel),
            received_at=item.referral.received_at,
            immediate_danger=bool(item.referral.immediate_danger),
            state=State(item.referral.state),
            team=item.team.name,
            worker=item.worker.name if item.worker else "",
            known=known.get(item.referral_id, 0),
            due_at=item.due_at,
            opened=item.opened_at is not None,
        )
        for item in items
    ]
    return Board(rows, shown.total, shown.page, shown.pages)


def _pages(total: int) -> int:
    return max(1, -(-total // PAGE_SIZE))


def _places(actor: Actor, wanted: Mapping[str, Any], page: int) -> list[tuple[int, int, int, int]]:
    start = (page - 1) * PAGE_SIZE
    return call.rows(
        "board", actor.session, actor.user_id, json.dumps(dict(wanted)), start, PAGE_SIZE
    )


def _children(mentions: list[MentionFacts]) -> list[PersonAsTold]:
    return [m.person for m in mentions if m.person.role is PersonRole.CHILD]
