"""Partners' nodes, their indexes, and what they held when somebody asked."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice

from django.db import connection
from django.db.models import Q

from breakwater.access.call import rows
from breakwater.access.queries import WhoToAsk, who_to_ask
from breakwater.access.rules import Actor
from breakwater.people.queries import KnownPlace, MentionFacts, known_places, mentions_of
from breakwater.people.rules import CHILD_ROLES
from breakwater.sharing.discovery.models import Generation, Holding, Node, Part, Query
from breakwater.sharing.discovery.rules import Held, State, Why

LATELY = timedelta(days=7)


@dataclass(frozen=True)
class NodeFacts:
    """A node as the hub asks it, with its index as it stood a moment ago."""

    id: int
    name: str
    agency: str
    address: str
    identity_key: bytes
    voprf_key: bytes
    # Of the agency itself, where its index names nobody.
    contact: str
    generation: int | None = None
    bits: int = 0
    entries: int = 0
    index_of: datetime | None = None
    contacts: Mapping[str, str] = field(default_factory=dict)

    def whom(self, number: int) -> str:
        """Return whom to ask there, by the number that an entry of its index gives."""
        return self.contacts.get(str(number)) or self.contacts.get("0") or self.contact


@dataclass(frozen=True)
class Line:
    """What one partner holds of one child, as it was last asked."""

    agency: str
    node: str
    held: Held
    index_of: datetime | None
    # None: it was never asked about this child.
    asked_at: datetime | None = None
    asked_by: str = ""
    purpose: str = ""
    # What it said before, where it could not be asked now.
    before: "Line | None" = None


@dataclass(frozen=True)
class InTheHub:
    """An agency whose case of the hub is, or may be, about the same child."""

    agency: str
    contact: str
    sure: bool


@dataclass(frozen=True)
class ChildFacts:
    mention: MentionFacts
    # Empty: nobody asked about this child.
    lines: list[Line]
    purpose: str
    # Which agencies the hub itself knows the child from: no more than that, and whom to ask.
    hub: list[InTheHub]

    @property
    def again(self) -> bool:
        """Whether somebody is left whom one may ask again."""
        return any(line.held.state is State.NOT_ASKED for line in self.lines)


@dataclass(frozen=True)
class PartnersPage:
    reference: str
    children: list[ChildFacts]
    nodes: list[NodeFacts]


@dataclass(frozen=True)
class Taken:
    """What a node is told: which parts are not here yet, and whether its index is asked."""

    wanted: tuple[int, ...]
    live: bool


@dataclass(frozen=True)
class NodeLately:
    """How a node answered in the last days, as far as the reader may know of it."""

    node: NodeFacts
    answers: int = 0
    failures: int = 0
    last_at: datetime | None = None
    last_failure_at: datetime | None = None
    last_why: str = ""


def nodes(only: Collection[int] | None = None) -> list[NodeFacts]:
    """The nodes that stand, or those of them with these ids, by agency. 2 SQL statements."""
    standing = Node.objects.filter(ends=None).select_related("agency")
    if only is not None:
        standing = standing.filter(pk__in=only)
    found = list(standing.order_by("agency__name", "name"))
    live = Generation.objects.filter(node__in=[one.pk for one in found], live_at__isnull=False)
    indexes = {one.node_id: one for one in live}
    return [_node(one, indexes.get(one.pk)) for one in found]


def node_named(name: str) -> NodeFacts | None:
    """The node that stands under a name. 1 SQL statement."""
    one = Node.objects.filter(name=name, ends=None).select_related("agency").first()
    return _node(one, None) if one else None


def children_of(referral_id: int) -> list[MentionFacts]:
    """The children of a referral, for one who holds it. 1 SQL statement."""
    return [one for one in mentions_of([referral_id]) if one.person.role in CHILD_ROLES]


def partners_page(actor: Actor, reference: str, referral_id: int) -> PartnersPage:
    """What each partner holds of each child, for one who holds the case. 7 SQL statements,
    6 where nobody asked yet."""
    children = children_of(referral_id)
    ids = [child.id for child in children]
    standing = nodes()
    asked = list(Query.objects.filter(mention_id__in=ids).select_related("asked_by").order_by("pk"))
    held: dict[int, list[Holding]] = defaultdict(list)
    answers = Holding.objects.filter(query__in=asked).select_related("node__agency").order_by("pk")
    for one in answers:
        held[one.query_id].append(one)
    places = known_places(ids)
    cases = {place.case_id for some in places.values() for place in some}
    beside = {who.case_id: who for who in who_to_ask(actor, cases)}
    return PartnersPage(
        reference,
        [
            ChildFacts(
                child,
                _lines(own := [q for q in asked if q.mention_id == child.id], held, standing),
                own[-1].purpose if own else "",
                _whom(child, places.get(child.id, []), beside),
            )
            for child in children
        ],
        standing,
    )


def nodes_lately(actor: Actor, now: datetime) -> list[NodeLately]:
    """Every node with how it answered of late. 3 SQL statements."""
    lately = {
        node_id: row
        for node_id, *row in rows("nodes_lately", actor.session, actor.user_id, now - LATELY)
    }
    return [NodeLately(node, *lately.get(node.id, ())) for node in nodes()]


def generation_of(node_id: int, code: str) -> Generation | None:
    """An index of a node by the node's own name for it. 1 SQL statement."""
    return Generation.objects.filter(node=node_id, code=code).first()


def taken(generation_id: int, most: int) -> Taken:
    """Which parts of an index are not here yet, the first of them. 2 SQL statements."""
    one = Generation.objects.get(pk=generation_id)
    if one.live_at is not None:
        return Taken((), live=True)
    here = set(Part.objects.filter(generation=generation_id).values_list("number", flat=True))
    left = (number for number in range(1, one.parts + 1) if number not in here)
    return Taken(tuple(islice(left, most)), live=False)


BUCKETS = """
select g.id, b.number, b.packed
from sharing_generation g left join (
  select b.generation_id, b.number, b.packed
  from unnest(%s::bigint[], %s::integer[]) as asked (generation_id, number)
  cross join lateral (
    select generation_id, number, packed from sharing_bucket
    where generation_id = asked.generation_id and number = asked.number offset 0
  ) b
) b on b.generation_id = g.id
where g.id = any(%s) and g.live_at is not null
"""


def buckets(wanted: Mapping[int, Collection[int]]) -> dict[int, dict[int, bytes]]:
    """These buckets of these indexes, by number. 1 SQL statement, however many.

    An index that is not asked any more is left out: its node has sent a new one.
    """
    pairs = [(index, number) for index, numbers in wanted.items() for number in set(numbers)]
    found: dict[int, dict[int, bytes]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            BUCKETS, [[i for i, _ in pairs], [number for _, number in pairs], list(wanted)]
        )
        for index, number, packed in cursor.fetchall():
            some = found.setdefault(index, {})
            if number is not None:
                some[number] = bytes(packed)
    return found


def live_index(node: NodeFacts) -> NodeFacts:
    """The node with its index as it stands now. 1 SQL statement."""
    index = Generation.objects.filter(node=node.id, live_at__isnull=False).first()
    return _with(node, index)


def _node(one: Node, index: Generation | None) -> NodeFacts:
    facts = NodeFacts(
        one.pk,
        one.name,
        one.agency.name,
        one.address,
        bytes(one.identity_key),
        bytes(one.voprf_key),
        one.agency.contact,
    )
    return _with(facts, index)


def _with(facts: NodeFacts, index: Generation | None) -> NodeFacts:
    if index is None:
        return replace(facts, generation=None, bits=0, entries=0, index_of=None, contacts={})
    return replace(
        facts,
        generation=index.pk,
        bits=index.bits,
        entries=index.entries,
        index_of=index.made_at,
        contacts=index.contacts,
    )


def _lines(
    asked: list[Query], held: Mapping[int, list[Holding]], standing: list[NodeFacts]
) -> list[Line]:
    """Each node's last word on a child; where that is none, also the last one that was."""
    if not asked:
        return []
    last: dict[int, Line] = {}
    said: dict[int, Line] = {}
    names = {node.id: node for node in standing}
    for query in asked:
        answered = {one.node_id: one for one in held[query.pk]}
        for node_id in query.nodes:
            line = _line(query, answered.get(node_id), names.get(node_id))
            if line is None:
                continue
            if line.held.state is State.NOT_ASKED:
                line = replace(line, before=said.get(node_id))
            else:
                said[node_id] = line
            last[node_id] = line
    new = [
        Line(node.agency, node.name, Held(State.NOT_ASKED, Why.NEW), None)
        for node in standing
        if node.id not in last
    ]
    return sorted([*last.values(), *new], key=lambda line: (line.agency, line.node))


def _line(query: Query, one: Holding | None, node: NodeFacts | None) -> Line | None:
    if one is not None:
        held = Held(
            State(one.state),
            Why(one.why) if one.why else None,
            one.detail,
            one.known_since,
            one.last_contact,
            one.contact,
        )
        line = Line(one.node.agency.name, one.node.name, held, one.index_of)
    elif node is not None:
        line = Line(node.agency, node.name, Held.not_asked(Why.CUT_OFF), None)
    else:  # of a node that is gone and said nothing there is nothing to show
        return None
    return replace(
        line, asked_at=query.asked_at, asked_by=query.asked_by.name, purpose=query.purpose
    )


def _whom(
    child: MentionFacts, places: list[KnownPlace], beside: Mapping[int, WhoToAsk]
) -> list[InTheHub]:
    """Each agency once, by name; sure where one of its cases surely is about the child."""
    found: dict[str, InTheHub] = {}
    for place in sorted(places, key=lambda place: place.sure):
        if place.case_id in beside and place.case_id != child.case_id:
            who = beside[place.case_id]
            found[who.agency] = InTheHub(who.agency, who.contact, place.sure)
    return [found[agency] for agency in sorted(found)]


def last_states(case_id: int) -> list[State]:
    """What each node last said of each child of a case, for one who holds it. 1 SQL statement."""
    answers = Holding.objects.filter(case=case_id).order_by("pk")
    rows = answers.values_list("query__mention_id", "node", "state")
    return [
        State(state) for state in {(child, node): state for child, node, state in rows}.values()
    ]


def again_of(mention_id: int) -> tuple[str, list[int]]:
    """For one who holds the case: why a child was last asked about, and which nodes that stand
    gave no answer. 3 SQL statements."""
    asked = list(Query.objects.filter(mention_id=mention_id).order_by("pk"))
    if not asked:
        return "", []
    answers = Holding.objects.filter(Q(query__in=asked), ~Q(state=State.NOT_ASKED))
    last_asked: dict[int, int] = {}
    for query in asked:
        last_asked |= dict.fromkeys(query.nodes, query.pk)
    answered = {
        node for query, node in answers.values_list("query", "node") if last_asked[node] == query
    }
    standing = Node.objects.filter(ends=None).order_by("pk").values_list("pk", flat=True)
    return asked[-1].purpose, [pk for pk in standing if pk not in answered]
