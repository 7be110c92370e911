from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from breakwater.sharing.discovery.rules import LONGEST_DETAIL, MOST_BITS, State, Why
from breakwater.sharing.rules import Purpose


class Node(models.Model):
    """A partner's own service, which the hub asks and which sends the hub its index.

    Read by everybody, written by functions of the door. A new key or address is a new node.
    """

    agency = models.ForeignKey("access.Agency", models.PROTECT, related_name="+")
    # By this it names itself in what it sends: "harbour-road-surgery".
    name = models.CharField(max_length=60)
    address = models.CharField(max_length=200)
    # Ed25519: what it signs. VOPRF (ristretto255): what its proofs are checked against.
    identity_key = models.BinaryField(max_length=32)
    voprf_key = models.BinaryField(max_length=32)
    added_by = models.ForeignKey("access.User", models.PROTECT, related_name="+")
    starts = models.DateTimeField()
    ends = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("access.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name"], condition=Q(ends=None), name="one_active_node_of_a_name"
            ),
            models.CheckConstraint(
                condition=Q(ends=None) | Q(ends__gt=F("starts")), name="node_ends_later"
            ),
        ]


class Generation(models.Model):
    """One whole index of a node, as it stood at its making. At most one of a node is asked.

    Read by everybody, written by functions of the door.
    """

    node = models.ForeignKey(Node, models.PROTECT)
    # What the node calls it.
    code = models.CharField(max_length=64)
    # It has 2**bits buckets.
    bits = models.PositiveSmallIntegerField()
    parts = models.PositiveIntegerField()
    entries = models.BigIntegerField()
    # Whom to ask there, by the number that an entry gives; "0" is the usual one.
    contacts = models.JSONField()
    made_at = models.DateTimeField()
    begun_at = models.DateTimeField()
    live_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["node", "code"], name="one_generation_of_a_code"),
            models.UniqueConstraint(
                fields=["node"], condition=Q(live_at__isnull=False), name="one_live_generation"
            ),
            models.CheckConstraint(condition=Q(bits__lte=MOST_BITS), name="buckets_are_bounded"),
        ]


class Part(models.Model):
    """That a part of an index came, and what its bytes were: sent again it changes nothing."""

    pk = models.CompositePrimaryKey("generation_id", "number")
    generation = models.ForeignKey(Generation, models.PROTECT, db_index=False, related_name="+")
    number = models.IntegerField()
    digest = models.BinaryField(max_length=32)


class Bucket(models.Model):
    """The entries of an index whose tags begin alike: noise, without the node's and the key
    holder's live help. Read by primary key; filled by functions of the door. One that is not there
    is empty."""

    pk = models.CompositePrimaryKey("generation_id", "number")
    generation = models.ForeignKey(Generation, models.PROTECT, db_index=False)
    number = models.IntegerField()
    packed = models.BinaryField()


class Query(models.Model):
    """Somebody asked the partners about one child, once. Never changed.

    Who may see it: whoever holds the case.
    """

    case = models.ForeignKey("access.Case", models.PROTECT, related_name="+")
    # The child as told; no foreign key, so that what is erased of people leans on nothing here.
    mention_id = models.BigIntegerField(db_index=True)
    # What the nodes write into their own ledgers.
    number = models.UUIDField(unique=True)
    purpose = models.CharField(max_length=80, choices=[(p.value, p.value) for p in Purpose])
    nodes = ArrayField(models.BigIntegerField())
    asked_by = models.ForeignKey("access.User", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose__in=[p.value for p in Purpose]), name="query_purpose_known"
            ),
        ]
        indexes = [
            # Serves door.asked_lately: how often somebody asked in the last hour.
            models.Index(fields=["asked_by", "asked_at"], name="query_by_asker"),
        ]


class Holding(models.Model):
    """What one node's index said to a query, or why it could not be asked. Never changed.

    Who may see it: whoever holds the case.
    """

    case = models.ForeignKey("access.Case", models.PROTECT, related_name="+")
    query = models.ForeignKey(Query, models.PROTECT)
    node = models.ForeignKey(Node, models.PROTECT)
    state = models.CharField(max_length=20, choices=[(s.value, s.value) for s in State])
    why = models.CharField(max_length=60, default="", choices=[(w.value, w.value) for w in Why])
    # What the node itself said of it.
    detail = models.CharField(max_length=LONGEST_DETAIL, default="")
    # Months: "2019-03".
    known_since = models.CharField(max_length=7, default="")
    last_contact = models.CharField(max_length=7, default="")
    contact = models.CharField(max_length=200, default="")
    # When the index that was asked was made; null where none was.
    index_of = models.DateTimeField(null=True)
    took_ms = models.PositiveIntegerField()
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["query", "node"], name="one_holding_a_node"),
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in State]), name="holding_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state=State.NOT_ASKED, why__in=[w.value for w in Why])
                | (~Q(state=State.NOT_ASKED) & Q(why="", detail="")),
                name="not_asked_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[State.KNOWN, State.PERHAPS])
                | Q(known_since="", last_contact="", contact=""),
                name="only_who_is_known_has_a_contact",
            ),
        ]
        indexes = [
            # Serves door.nodes_lately: how each node answered in the last days.
            models.Index(fields=["node", "answered_at"], name="holding_of_node"),
        ]
