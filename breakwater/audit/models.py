from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models.functions import Now


class Entry(models.Model):
    """One thing done, seen or refused. A trigger refuses every change and deletion."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    at = models.DateTimeField(db_default=Now())
    # "user:7", "door:file", "worker": a name that stays true when the row behind it is gone.
    actor = models.CharField(max_length=100)
    agency_id = models.BigIntegerField(null=True)
    verb = models.CharField(max_length=40)
    case_id = models.BigIntegerField(null=True)
    # "referral:12": what of the case it was about.
    subject = models.CharField(max_length=100, default="")
    purpose = models.CharField(max_length=200, default="")
    allowed = models.BooleanField(default=True)
    facts = models.JSONField(default=dict)

    class Meta:
        db_table = "ledger_entry"
        indexes = [
            # Serves queries.entries_of_case ('who looked').
            models.Index(fields=["case_id", "at"], name="ledger_by_case"),
            # Serves queries.entries_of_actor (a supervisor's question).
            models.Index(fields=["actor", "at"], name="ledger_by_actor"),
        ]
