from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now


class Entry(models.Model):
    """One thing done, seen or refused. A trigger refuses every change and deletion.

    The table has three columns more, which the database alone fills and the application never
    reads: `xid` (the transaction that wrote it), `salt`, and `capability` (see access/door.sql).
    Who may see it: whoever holds one of its cases; of entries without a case, the ledger's readers.
    """

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    at = models.DateTimeField(db_default=Now())
    # "user:7", "door:file", "worker": a name that stays true when the row behind it is gone.
    actor = models.CharField(max_length=100)
    agency_id = models.BigIntegerField(null=True)
    verb = models.CharField(max_length=40)
    # Every case that was seen or changed: one entry for one look, however many it shows.
    cases = ArrayField(models.BigIntegerField(), default=list)
    # "referral:12": what of the case it was about.
    subject = models.CharField(max_length=100, default="")
    purpose = models.CharField(max_length=200, default="")
    allowed = models.BooleanField(default=True)
    facts = models.JSONField(default=dict)

    class Meta:
        db_table = "ledger_entry"
        indexes = [
            # Serves queries.entries_of_case ('who looked').
            GinIndex(fields=["cases"], name="ledger_by_case"),
            # Serves queries.entries_of_actor (a supervisor's question).
            models.Index(fields=["actor", "at"], name="ledger_by_actor"),
        ]

    @property
    def case_id(self) -> int | None:
        """The case of an entry that is about one."""
        return self.cases[0] if len(self.cases) == 1 else None


class Leaf(models.Model):
    """The place of an entry in the tree, and what it commits to. Only ledger.sequence adds one.

    New entries wait in ledger_waiting, a table that the database alone uses.
    """

    index = models.BigIntegerField(primary_key=True)
    entry = models.UUIDField(unique=True)
    commitment = models.BinaryField()

    class Meta:
        db_table = "ledger_leaf"


class Node(models.Model):
    """The hash over 256 leaves (level 8), over 256 of those (level 16), and so on."""

    pk = models.CompositePrimaryKey("level", "index")
    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        db_table = "ledger_node"


class Checkpoint(models.Model):
    """The signed root of the first `size` leaves, as a C2SP signed note."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField()
    at = models.DateTimeField()
    note = models.TextField()

    class Meta:
        db_table = "ledger_checkpoint"
