from django.db import models
from django.db.models import Q

from breakwater.referrals.feedback.rules import Way
from breakwater.referrals.rules import Outcome


class Feedback(models.Model):
    """What was said to whoever reported the worry, or why nothing was. Appended, one a decision.

    Who may see it: whoever holds the referral's case.
    """

    referral = models.ForeignKey("referrals.Referral", models.PROTECT)
    decision = models.OneToOneField("referrals.Decision", models.PROTECT)
    # Empty: they were not told, and why is in `reason`.
    way = models.CharField(max_length=30, default="", choices=[(w.value, w.value) for w in Way])
    # Both sealed.
    text = models.BinaryField(null=True)
    reason = models.BinaryField(null=True)
    told_by = models.ForeignKey("access.User", models.PROTECT, related_name="+")
    told_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(way__in=[w.value for w in Way], text__isnull=False, reason__isnull=True)
                    | Q(way="", text__isnull=True, reason__isnull=False)
                ),
                name="told_or_withheld_with_a_reason",
            ),
        ]


class FeedbackTemplate(models.Model):
    """What is usually said of an outcome. Never changed: a change is a new version."""

    outcome = models.CharField(max_length=30, choices=[(o.value, o.value) for o in Outcome])
    version = models.PositiveIntegerField()
    text = models.TextField()
    # Null: it came with the hub.
    made_by = models.ForeignKey("access.User", models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["outcome", "version"], name="one_template_version"),
            models.CheckConstraint(
                condition=Q(outcome__in=[o.value for o in Outcome]), name="template_outcome_known"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="template_says_something"),
        ]
