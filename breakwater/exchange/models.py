from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from breakwater.exchange.rules import Scope


class Client(models.Model):
    """A partner's own system: it asks for tokens with a key whose public half is here."""

    # What the partner's system calls itself.
    client_id = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    # It works for this team, and its agency, and sees what the team's people see.
    team = models.ForeignKey("access.Team", models.PROTECT, related_name="+")
    # The account in whose name it acts (access/systems.py).
    user = models.OneToOneField("access.User", models.PROTECT, related_name="+")
    # Public keys (JWK), never a private one.
    keys = models.JSONField()
    scopes = ArrayField(models.CharField(max_length=40))
    starts = models.DateTimeField(db_default=Now())
    ends = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(scopes__contained_by=[s.value for s in Scope]) & ~Q(scopes=[]),
                name="client_scopes_known",
            ),
            models.CheckConstraint(
                condition=Q(ends=None) | Q(ends__gt=F("starts")), name="client_ends_later"
            ),
        ]


class AnsweredOnce(models.Model):
    """An answer that came with an idempotency key: a repetition gets the same response.

    Keyed hashes and ids: neither key nor body can be read from it.
    """

    client = models.ForeignKey(Client, models.CASCADE)
    key = models.CharField(max_length=64)
    body = models.CharField(max_length=64)
    # Of a sharing.Answer; erased with its case, and then only the number is left here.
    answer_id = models.BigIntegerField()
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "key"], name="one_answer_a_key")]
