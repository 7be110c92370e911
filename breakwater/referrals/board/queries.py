"""What a board shows."""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from breakwater.access import call
from breakwater.access.rules import Actor
from breakwater.clocks.queries import clocks_of
from breakwater.people import queries as people
from breakwater.people.queries import MentionFacts
from breakwater.people.rules import PersonAsTold, PersonRole
from breakwater.referrals.board.rules import Tab, in_door_terms, known_codes
from breakwater.referrals.models import Item, Route, SavedFilter
from breakwater.referrals.rules import (
    ItemKind,
    RouteState,
    State,
    in_words,
    subject_of,
    subject_of_route,
)
from breakwater.web.times import TimeLeft

PAGE_SIZE = 50
ROUTE = ("pk", "referral", "team")


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
    rating: str
    team_id: int
    team: str
    worker_id: int | None
    worker: str
    known: int
    due_at: datetime | None
    # What is left in words, as its clock counts: working days, hours of the hub.
    left: TimeLeft | None
    opened: bool


@dataclass(frozen=True)
class News:
    """How a board stands: `mark` changes with whatever comes, goes or changes hands."""

    total: int
    newest: int
    mark: str
    fresh: int


@dataclass(frozen=True)
class Waiting:
    """What a page of the board will show, by ids, in its order: (item, case) pairs."""

    places: list[tuple[int, int]]
    news: News
    page: int
    pages: int


@dataclass(frozen=True)
class Board:
    rows: list[BoardRow]
    news: News
    page: int
    pages: int

    @property
    def total(self) -> int:
        return self.news.total


def waiting(actor: Actor, codes: Mapping[str, str], page: int) -> Waiting:
    """What waits for the actor's teams: danger first, then what is due first. 2 SQL statements.

    The mark is older than the rows: what comes in between is news.
    """
    stands = news(actor, codes)
    pages = max(1, -(-stands.total // PAGE_SIZE))
    page = min(page, pages)
    places = call.rows(
        "board", actor.session, actor.user_id, _terms(codes), (page - 1) * PAGE_SIZE, PAGE_SIZE
    )
    return Waiting([(item, case) for item, _, case in places], stands, page, pages)


def news(actor: Actor, codes: Mapping[str, str], after: int = 0) -> News:
    """How the board stands, and how much came after the item `after`. 1 SQL statement.

    Shows nothing: numbers of what the actor may see anyway.
    """
    ((total, newest, mark, fresh),) = call.rows(
        "board_news", actor.session, actor.user_id, _terms(codes), after
    )
    return News(total, newest, f"{total}.{newest}.{mark}", fresh)


def board(actor: Actor, shown: Waiting, now: datetime) -> Board:
    """A page of the board, for one who holds its cases. 7 SQL statements, however many rows."""
    order = [pk for pk, _ in shown.places]
    found = Item.objects.select_related("referral", "team", "worker").in_bulk(order)
    items = [found[pk] for pk in order if pk in found]
    ids = {item.referral_id for item in items}
    mentions: dict[int, list[MentionFacts]] = defaultdict(list)
    for mention in people.mentions_of(ids):
        mentions[mention.referral_id].append(mention)
    known = people.known_counts(actor, ids)
    left = _time_left(items, now)
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
            immediate_danger=item.urgent,
            state=State(item.referral.state),
            rating=item.rating,
            team_id=item.team_id,
            team=item.team.name,
            worker_id=item.worker_id,
            worker=item.worker.name if item.worker else "",
            known=known.get(item.referral_id, 0),
            due_at=item.due_at,
            left=left.get(item.pk),
            opened=item.opened_at is not None,
        )
        for item in items
    ]
    return Board(rows, shown.news, shown.page, shown.pages)


def _time_left(items: list[Item], now: datetime) -> dict[int, TimeLeft]:
    """By the clock that each item is due with. 2 SQL statements."""
    referrals = {item.referral_id for item in items}
    routes = Route.objects.filter(referral__in=referrals).exclude(state=RouteState.RETURNED)
    work = {(referral, team): pk for pk, referral, team in routes.values_list(*ROUTE)}
    subjects = {
        item.pk: [subject_of(item.referral_id)]
        + [subject_of_route(pk) for pk in [work.get((item.referral_id, item.team_id))] if pk]
        for item in items
    }
    clocks = clocks_of([subject for some in subjects.values() for subject in some], now)
    return {
        item.pk: clock.left
        for item in items
        for subject in subjects[item.pk]
        for clock in clocks.get(subject, ())
        if clock.running and clock.due_at == item.due_at
    }


def saved_filters(actor: Actor) -> list[Tab]:
    """The filters that the actor keeps, by name. 1 SQL statement."""
    rows = SavedFilter.objects.filter(user=actor.person).order_by("name", "pk")
    return [Tab(row.name, known_codes(row.wanted), row.pk) for row in rows]


def _terms(codes: Mapping[str, str]) -> str:
    return json.dumps(in_door_terms(codes))


def _children(mentions: list[MentionFacts]) -> list[PersonAsTold]:
    return [m.person for m in mentions if m.person.role is PersonRole.CHILD]
