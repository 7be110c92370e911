from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from breakwater.people.rules import Answer, LinkStanding, PersonRole


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


class Profile(models.Model):
    """A mention made comparable and searchable: made from the mention, made anew at will.

    Who may see it: whoever may see the mention's case.
    """

    mention = models.OneToOneField(Mention, models.CASCADE, primary_key=True)
    # Which making of linkage.profile it is: `breakwater link index` makes older ones anew.
    version = models.PositiveSmallIntegerField()
    packed = models.TextField()
    words = models.TextField()
    # Of the words, those by which somebody without a grant may learn that a person is known: names
    # and whole numbers. An address must be nobody's to guess at.
    names = models.TextField(default="")

    class Meta:
        indexes = [
            # Search by any part of a name, address or number: queries.search.
            GinIndex(fields=["words"], name="profile_words", opclasses=["gin_trgm_ops"])
        ]


class MatchKey(models.Model):
    """A key under which a mention is found: see linkage.keys. Seen by no one, only asked."""

    pk = models.CompositePrimaryKey("key", "mention_id")
    key = models.BigIntegerField()
    # A mention is never deleted and has a score of keys: the database need not check each again.
    mention = models.ForeignKey(Mention, models.CASCADE, db_constraint=False, db_index=False)


class Place(models.Model):
    """Which case a mention belongs to: a view of ids, open before any right to the case was asked.

    Who may see it: the hub itself; a page shows nothing of it.
    """

    mention_id = models.BigIntegerField(primary_key=True)
    case_id = models.BigIntegerField()
    referral_id = models.BigIntegerField()
    told_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "people_place"


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
    # Bits for (or, below zero, against) one person, all evidence together.
    weight = models.FloatField(default=0)
    # Field by field, in the order of the model: [["birth date", "same day", 11.2], ...]
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


class Tie(models.Model):
    """A link without its evidence, and the cases of the two: a view of ids, like Place."""

    mention_id = models.BigIntegerField()
    identity_id = models.BigIntegerField()
    standing = models.CharField(max_length=10)
    against_id = models.BigIntegerField(null=True)
    weight = models.FloatField()
    has_evidence = models.BooleanField()
    decided_by = models.CharField(max_length=100)
    decided_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    case_id = models.BigIntegerField()
    against_case_id = models.BigIntegerField(null=True)
    referral_id = models.BigIntegerField()
    # Whether a person answered about the two, whatever they said.
    answered = models.BooleanField()

    class Meta:
        managed = False
        db_table = "people_tie"


class Review(models.Model):
    """What somebody answered when asked whether two mentions are one person. Never changed.

    The latest answer about a pair stands. Who may see it: whoever may see both mentions' cases.
    """

    mention = models.ForeignKey(Mention, models.PROTECT, related_name="+")
    against = models.ForeignKey(Mention, models.PROTECT, related_name="+")
    answer = models.CharField(max_length=15, choices=[(a.value, a.value) for a in Answer])
    reason = models.TextField(default="")
    # What the engine had said, so that answers can teach it.
    weight = models.FloatField()
    answered_by = models.ForeignKey("access.User", models.PROTECT)
    answered_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answer__in=[a.value for a in Answer]), name="answer_known"
            ),
            models.CheckConstraint(
                condition=Q(mention__lt=models.F("against")), name="a_pair_has_one_order"
            ),
        ]
        indexes = [
            models.Index(fields=["mention", "against"], name="review_of_a_pair"),
            models.Index(fields=["against"], name="review_against"),
        ]
