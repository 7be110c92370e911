from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from breakwater.sharing.rules import Basis, InfoKind, Purpose


class Agreement(models.Model):
    """An agreement on sharing. What it says is in its versions."""

    name = models.CharField(max_length=200, unique=True)


class AgreementVersion(models.Model):
    """What an agreement says from a day on. Never changed: a change is a new version."""

    agreement = models.ForeignKey(Agreement, models.PROTECT)
    version = models.PositiveIntegerField()
    kinds = ArrayField(models.CharField(max_length=80))
    purposes = ArrayField(models.CharField(max_length=80))
    bases = ArrayField(models.CharField(max_length=10))
    # In plain words, with where the signed paper is; of nobody.
    summary = models.TextField()
    effective_from = models.DateField()
    # From this day on it covers nothing more; null: until the next version.
    ends_on = models.DateField(null=True)
    review_by = models.DateField()
    why = models.TextField()
    # Null: it came with the demo.
    made_by = models.ForeignKey("access.User", models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "version"], name="one_agreement_version"),
            models.CheckConstraint(
                condition=Q(kinds__contained_by=[k.value for k in InfoKind])
                & Q(purposes__contained_by=[p.value for p in Purpose])
                & Q(bases__contained_by=[b.value for b in Basis]),
                name="agreement_speaks_in_codes",
            ),
            models.CheckConstraint(
                condition=~Q(kinds=[]) & ~Q(purposes=[]) & ~Q(bases=[]),
                name="agreement_covers_something",
            ),
        ]


class AgreementParty(models.Model):
    """An agency that a version binds."""

    version = models.ForeignKey(AgreementVersion, models.PROTECT, related_name="parties")
    agency = models.ForeignKey("access.Agency", models.PROTECT)
    gives = models.BooleanField()
    receives = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "agency"], name="one_party_a_version"),
            models.CheckConstraint(
                condition=Q(gives=True) | Q(receives=True), name="party_gives_or_receives"
            ),
        ]


class AgreementReview(models.Model):
    """Somebody looked at a version again and it stays as it is until the next review."""

    version = models.ForeignKey(AgreementVersion, models.PROTECT, related_name="reviews")
    note = models.TextField()
    review_by = models.DateField()
    reviewed_by = models.ForeignKey("access.User", models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField()
