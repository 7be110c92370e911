"""What partners held of a child when somebody asked, for those who hold the case."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q

from breakwater.access.queries import WhoToAsk, who_to_ask
from breakwater.access.rules import Actor
from breakwater.people.queries import KnownPlace, MentionFacts, known_places, mentions_of
from breakwater.people.rules import CHILD_ROLES
from breakwater.sharing.discovery.indexes import NodeFacts, nodes
from breakwater.sharing.discovery.models import Holding, Node, Query
from breakwater.sharing.discovery.rules import Held, State, Why


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
