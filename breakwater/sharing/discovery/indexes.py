"""Partners' nodes and their indexes, and how they answer."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice

from django.db import connection

from breakwater.access.call import rows
from breakwater.access.rules import Actor
from breakwater.sharing.discovery.models import Generation, Node, Part

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
