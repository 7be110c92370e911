from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from breakwater.sharing.rules import Basis, ConsentAsked, Handling, InfoKind, Purpose, Sent


class Disclosure(models.Model):
    """What was shared with one team, as one version; a correction is a new one.

    Who may see it: whoever holds the case; while it stands, the team that received it, each look
    with an entry (sharing.sql).
    """

    case = models.ForeignKey("access.Case", models.PROTECT)
    referral = models.ForeignKey("referrals.Referral", models.PROTECT, null=True)
    reference = models.CharField(max_length=20, unique=True)
    team = models.ForeignKey("access.Team", models.PROTECT, related_name="+")
    # Who shares: the sender's agency.
    agency = models.ForeignKey("access.Agency", models.PROTECT, related_name="+")
    # Of a request: what had to be told in order to ask. Null: shared by itself.
    request = models.ForeignKey("sharing.Request", models.PROTECT, null=True, related_name="+")
    corrects = models.OneToOneField("self", models.PROTECT, null=True, related_name="corrected_by")
    version = models.PositiveIntegerField(default=1)
    key_id = models.BigIntegerField()
    # Sealed JSON: {"necessity": text, "consent_reason": text, "note": text for the receiver}.
    words = models.BinaryField()
    # Why it was recalled or corrected, for the receiver: under a key of its own, for the key of
    # what was recalled opens to nobody there any more. {"reason": text}.
    notice_key_id = models.BigIntegerField(null=True)
    notice = models.BinaryField(null=True)
    kinds = ArrayField(models.CharField(max_length=80))
    purpose = models.CharField(max_length=80, choices=[(p.value, p.value) for p in Purpose])
    bases = ArrayField(models.CharField(max_length=10))
    handling = ArrayField(models.CharField(max_length=60), default=list)
    consent = models.CharField(max_length=60, choices=[(c.value, c.value) for c in ConsentAsked])
    agreement = models.ForeignKey(
        "sharing.AgreementVersion", models.PROTECT, null=True, related_name="+"
    )
    override = models.ForeignKey("sharing.Override", models.PROTECT, null=True, related_name="+")
    standing = models.CharField(max_length=40, choices=[(s.value, s.value) for s in Sent])
    # The receiver lets it go after this day.
    keep_until = models.DateField()
    sent_by = models.ForeignKey("access.User", models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    # The receiving team's first look.
    read_by = models.ForeignKey("access.User", models.PROTECT, null=True, related_name="+")
    read_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("access.User", models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    # The receiver has read that it was recalled or corrected, and acted on it.
    confirmed_by = models.ForeignKey("access.User", models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    # When the team was last asked to confirm, after it was first told.
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(standing__in=[s.value for s in Sent]), name="sent_known"
            ),
            models.CheckConstraint(
                condition=Q(agreement__isnull=False) ^ Q(override__isnull=False),
                name="disclosure_covered_once",
            ),
            models.CheckConstraint(
                condition=Q(kinds__contained_by=[k.value for k in InfoKind])
                & Q(bases__contained_by=[b.value for b in Basis])
                & Q(handling__contained_by=[h.value for h in Handling]),
                name="disclosure_speaks_in_codes",
            ),
        ]
        indexes = [
            models.Index(fields=["case"], name="disclosure_by_case"),
            models.Index(fields=["team", "-sent_at"], name="disclosure_to_team"),
            # Serves door.unconfirmed_notices(): few wait at a time.
            models.Index(
                fields=["ended_at"],
                name="disclosure_unconfirmed",
                condition=Q(
                    confirmed_at=None, standing__in=[Sent.RECALLED.value, Sent.CORRECTED.value]
                ),
            ),
        ]


class Field(models.Model):
    """One thing that left: what, about whom, from whom. Appended. Who may see it: as its whole."""

    disclosure = models.ForeignKey(Disclosure, models.PROTECT, related_name="fields")
    place = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=80, choices=[(k.value, k.value) for k in InfoKind])
    # Sealed under the disclosure's key. JSON: {"label", "value", "whose", "source"}.
    words = models.BinaryField()
    # The person it is about, where that is a mention of the case.
    mention_id = models.BigIntegerField(null=True)
    third_party = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["disclosure", "place"], name="one_field_a_place"),
        ]


class Withheld(models.Model):
    """Somebody decided not to share, and why. Appended. Who may see it: whoever holds the case."""

    case = models.ForeignKey("access.Case", models.PROTECT)
    referral = models.ForeignKey("referrals.Referral", models.PROTECT, null=True)
    team = models.ForeignKey("access.Team", models.PROTECT, related_name="+")
    key_id = models.BigIntegerField()
    # Sealed.
    reason = models.BinaryField()
    kinds = ArrayField(models.CharField(max_length=80))
    # Sharing would harm the child more than not (Children Act 2004, section 16LA).
    more_detrimental = models.BooleanField()
    decided_by = models.ForeignKey("access.User", models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
