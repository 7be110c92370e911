from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from breakwater.people.rules import LinkStanding, PersonRole


class Mention(models.Model):
    """A person as told by one source at one time. A trigger refuses every change."""

    case = models.ForeignKey("access.Case", models.PROTECT)
    # The referral that told it; people stand below referrals, so this is no foreign key.
    referral_id = models.BigIntegerField(db_index=True)
    place = models.PositiveSmallIntegerField()
    told_at = models.DateTimeField()
    told_by = models.CharField(max_length=300)
    role = models.CharField(max_length=20, choices=[(r.value, r.value) for r in PersonRole])
    given = models.TextField(default="")
    family = models.TextField(default="")
    known_as = models.TextField(default="")
    born = models.CharField(max_length=10, default="")
    age = models.PositiveSmallIntegerField(null=True)
    sex = models.CharField(max_length=10, default="")
    ethnicity = models.TextField(default="")
    address = models.TextField(default="")
    postcode = models.TextField(default="")
    nhs_number = models.TextField(default="")
    upn = models.TextField(default="")
    phone = models.TextField(default="")
    email = models.TextField(default="")
    handle = models.TextField(default="")
    school = models.TextField(default="")
    note = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["referral_id", "place"], name="one_mention_a_place"),
            models.CheckConstraint(
                condition=Q(role__in=[r.value for r in PersonRole]), name="person_role_known"
            ),
            models.CheckConstraint(
                condition=Q(born="") | Q(born__regex=r"^[0-9]{4}(-[0-9]{2}){0,2}$"),
                name="born_is_a_partial_date",
            ),
        ]


class MatchKey(models.Model):
    """A key under which a mention is found: see lookup.keys_of."""

    pk = models.CompositePrimaryKey("key", "mention_id")
    key = models.TextField()
    mention = models.ForeignKey(Mention, models.CASCADE)


class Identity(models.Model):
    """The person behind mentions: nothing but what its links say."""

    made_at = models.DateTimeField(db_default=Now())


class Link(models.Model):
    """A mention belongs, or may belong, to an identity. Ended, never deleted."""

    mention = models.ForeignKey(Mention, models.PROTECT)
    identity = models.ForeignKey(Identity, models.PROTECT)
    standing = models.CharField(max_length=10, choices=[(s.value, s.value) for s in LinkStanding])
    # The mention that the evidence compares with; null for the first mention of an identity.
    against = models.ForeignKey(Mention, models.PROTECT, null=True, related_name="+")
    points = models.IntegerField(default=0)
    # Field by field, in the order of the look-up: [["birth date", "agrees"], ...]
    evidence = models.JSONField(default=list)
    decided_by = models.CharField(max_length=100)
    decided_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["mention"], condition=Q(standing="linked"), name="one_identity_a_mention"
            ),
            models.UniqueConstraint(
                fields=["mention", "identity"],
                condition=~Q(standing="ended"),
                name="one_standing_link",
            ),
            models.CheckConstraint(
                condition=Q(standing="ended", ended_at__isnull=False)
                | (~Q(standing="ended") & Q(ended_at__isnull=True)),
                name="ended_links_say_when",
            ),
            models.CheckConstraint(
                condition=Q(standing__in=[s.value for s in LinkStanding]), name="standing_known"
            ),
        ]
