from django.conf import settings
from django.db import models
from django.db.models import Q

from breakwater.referrals.thresholds.rules import RuleKind


class RuleSet(models.Model):
    """All rules of a kind at one version. A change is a new row; a trigger refuses every other.

    Who may see it: whoever triages. It says nothing of any case.
    """

    kind = models.CharField(max_length=20, choices=[(k.value, k.value) for k in RuleKind])
    version = models.PositiveIntegerField()
    # As ruleset.written() makes it and ruleset.read() takes it.
    rules = models.JSONField()
    effective_from = models.DateTimeField()
    made_at = models.DateTimeField()
    # Null: the rules that the hub comes with.
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    why = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "version"], name="one_rule_set_version"),
            models.CheckConstraint(
                condition=Q(kind__in=[k.value for k in RuleKind]), name="rule_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(version=1) | Q(made_by__isnull=False), name="rules_have_a_maker"
            ),
            models.CheckConstraint(condition=~Q(why=""), name="rules_say_why"),
        ]
