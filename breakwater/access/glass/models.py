from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThanOrEqual

from breakwater.access.glass.rules import SHORTEST_REASON, GlassPurpose


class Glass(models.Model):
    """Somebody asked to open a case in an emergency. A trigger refuses every change.

    Who may see why: whoever holds the case, and who answers or reviews it, by an entry of their
    own.
    """

    # Null: there is no such case, or the person is shut out of it; it looks the same to them.
    # The door looked for it: a foreign key would look again, and only for what is there.
    case = models.ForeignKey("access.Case", models.PROTECT, null=True, db_constraint=False)
    # A case number or a referral's reference as typed, nothing else.
    called = models.CharField(max_length=20)
    user = models.ForeignKey("access.User", models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=80, choices=[(p.value, p.value) for p in GlassPurpose])
    reason = models.TextField()
    asked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=GreaterThanOrEqual(Length("reason"), SHORTEST_REASON),
                name="glass_says_why",
            ),
        ]
        indexes = [
            # Serves door.my_glass and door.glass_rate.
            models.Index(fields=["user", "-asked_at"], name="glass_by_user"),
        ]


class GlassOpening(models.Model):
    """The hour of a glass. Never changed."""

    glass = models.OneToOneField(Glass, models.PROTECT, primary_key=True)
    grant = models.ForeignKey("access.Grant", models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    ends_at = models.DateTimeField()


class GlassAnswer(models.Model):
    """What a second person said of a restricted case. Never changed."""

    glass = models.OneToOneField(Glass, models.PROTECT, primary_key=True)
    answered_by = models.ForeignKey("access.User", models.PROTECT, related_name="+")
    agreed = models.BooleanField()
    reason = models.TextField()
    answered_at = models.DateTimeField()


class GlassReview(models.Model):
    """A supervisor's judgement of an opening. Never changed."""

    glass = models.OneToOneField(Glass, models.PROTECT, primary_key=True)
    reviewed_by = models.ForeignKey("access.User", models.PROTECT, related_name="+")
    justified = models.BooleanField()
    note = models.TextField()
    reviewed_at = models.DateTimeField()
