from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from breakwater.records.retention.rules import Basis, Scope, Standing
from breakwater.records.subjectaccess.rules import Choice


class Knob(models.Model):
    """A number that an area sets: read by the database itself. Who may see it: anybody."""

    code = models.CharField(max_length=30, primary_key=True)
    value = models.PositiveIntegerField()
    says = models.CharField(max_length=200)
    source = models.CharField(max_length=300)


class RetentionClass(models.Model):
    """How long a kind of record is kept, by whom, from which day on; a change is a new version.

    Who may see it: anybody.
    """

    code = models.CharField(max_length=30)
    version = models.PositiveIntegerField(default=1)
    name = models.CharField(max_length=200)
    # The kind of agency whose record it is; "" for the hub's own.
    holder = models.CharField(max_length=20)
    # Empty: whatever no other class of the holder names.
    categories = ArrayField(models.CharField(max_length=40), default=list)
    # Only where triage ended it and no team ever got the work.
    only_triaged = models.BooleanField(default=False)
    basis = models.CharField(max_length=60, choices=[(b.value, b.value) for b in Basis])
    years = models.PositiveSmallIntegerField()
    # 0: looked at once, when the time is up.
    review_every = models.PositiveSmallIntegerField(default=0)
    source = models.CharField(max_length=300)
    status = models.CharField(max_length=100)
    effective_from = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="one_class_version"),
            models.CheckConstraint(
                condition=Q(basis__in=[b.value for b in Basis]), name="class_basis_known"
            ),
            models.CheckConstraint(condition=Q(years__gt=0), name="class_keeps_some_time"),
        ]


class Kept(models.Model):
    """A closed case and a class that it is kept by. Who may see it: who reviews retention."""

    case_id = models.BigIntegerField()
    retention_class = models.ForeignKey(RetentionClass, models.PROTECT)
    closed_on = models.DateField()
    review_on = models.DateField()
    free_on = models.DateField()
    classed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case_id", "retention_class"], name="classed_once"),
            models.CheckConstraint(
                condition=Q(free_on__gte=F("review_on")), name="reviewed_before_it_is_free"
            ),
        ]
        indexes = [models.Index(fields=["review_on"], name="kept_by_review")]


class KeepOrLetGo(models.Model):
    """What was decided about keeping a case; only functions of the door write it.

    Who may see it: who reviews retention, and supervisors who may see the case.
    """

    case_id = models.BigIntegerField()
    standing = models.CharField(max_length=60, choices=[(s.value, s.value) for s in Standing])
    reason = models.TextField()
    keep_until = models.DateField(null=True)
    decided_by = models.ForeignKey("access.User", models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(db_default=Now())
    confirmed_by = models.ForeignKey("access.User", models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    erase_from = models.DateTimeField(null=True)
    undone_by = models.ForeignKey("access.User", models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_because = models.TextField(default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="keeping_needs_a_reason"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("decided_by")),
                name="letting_go_takes_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(standing=Standing.CONFIRMED)
                | Q(
                    confirmed_by__isnull=False,
                    confirmed_at__isnull=False,
                    erase_from__gt=F("confirmed_at"),
                ),
                name="confirmed_says_by_whom_and_until",
            ),
            models.CheckConstraint(
                condition=~Q(standing=Standing.KEPT) | Q(keep_until__isnull=False),
                name="kept_says_until",
            ),
            models.UniqueConstraint(
                fields=["case_id"],
                condition=Q(standing__in=[Standing.PROPOSED, Standing.CONFIRMED]),
                name="one_letting_go_at_a_time",
            ),
        ]


class Hold(models.Model):
    """An inquiry asks that nothing be erased; only functions of the door write it.

    Who may see it: who reviews retention.
    """

    name = models.CharField(max_length=200)
    reason = models.TextField()
    scope = models.CharField(max_length=40, choices=[(s.value, s.value) for s in Scope])
    category = models.CharField(max_length=40, default="")
    agency = models.ForeignKey("access.Agency", models.PROTECT, null=True)
    cases = ArrayField(models.BigIntegerField(), default=list)
    # Since when the inquiry asks it; the hub holds from the moment that it is told.
    asked_on = models.DateField()
    placed_by = models.ForeignKey("access.User", models.PROTECT, related_name="+")
    placed_at = models.DateTimeField(db_default=Now())
    lifted_by = models.ForeignKey("access.User", models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True)
    lifted_because = models.TextField(default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(scope=Scope.ALL, category="", agency=None, cases=[])
                | (Q(scope=Scope.CATEGORY, agency=None, cases=[]) & ~Q(category=""))
                | Q(scope=Scope.AGENCY, agency__isnull=False, category="", cases=[])
                | (Q(scope=Scope.CASES, agency=None, category="") & ~Q(cases=[])),
                name="hold_says_what_it_reaches",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True)
                | (Q(lifted_by__isnull=False) & ~Q(lifted_because="")),
                name="lifting_needs_a_reason",
            ),
        ]


class Erased(models.Model):
    """That a case was erased: ids and counts, nothing of what it held. Who may see it: anybody."""

    case_id = models.BigIntegerField(primary_key=True)
    classes = ArrayField(models.CharField(max_length=40))
    counts = models.JSONField()
    decided_by = models.ForeignKey("access.User", models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey("access.User", models.PROTECT, related_name="+")
    erased_at = models.DateTimeField(db_index=True)


class Run(models.Model):
    """One night's erasing, or that it did not take place. Who may see it: who reviews retention."""

    at = models.DateTimeField(db_default=Now())
    listed = models.PositiveIntegerField()
    erased = models.PositiveIntegerField(default=0)
    stopped_because = models.CharField(max_length=300, default="")


class SubjectAccess(models.Model):
    """Somebody of a case asks what is held about them. Who may see it: who holds the case."""

    case_id = models.BigIntegerField()
    # The mention of the person who asks; people are another room's, so this is no foreign key.
    mention_id = models.BigIntegerField()
    opened_by = models.ForeignKey("access.User", models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(db_default=Now())
    serious_harm = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case_id", "mention_id"], name="one_request_a_person"),
        ]


class SubjectAccessChoice(models.Model):
    """Whether a part of the case is given or withheld. Who may see it: who holds the case."""

    case_id = models.BigIntegerField()
    request = models.ForeignKey(SubjectAccess, models.CASCADE)
    item = models.CharField(max_length=100)
    choice = models.CharField(max_length=10, choices=[(c.value, c.value) for c in Choice])
    # What was decided about: a changed text is asked about anew.
    of_text = models.CharField(max_length=64)
    chosen_by = models.ForeignKey("access.User", models.PROTECT, related_name="+")
    chosen_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "item"], name="one_choice_an_item"),
        ]
