from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from breakwater.referrals.rules import Category, Channel, Level, State


class Submission(models.Model):
    """What arrived, byte for byte, sealed. A trigger refuses every change."""

    sender = models.CharField(max_length=100)
    key = models.CharField(max_length=100)
    door = models.CharField(max_length=40)
    # Sealed under the key of its referral: see sealed.py.
    body = models.BinaryField()
    # SHA-256 of the content, so that a repeat is told from another content under the same key.
    content_hash = models.BinaryField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sender", "key"], name="one_submission_a_key"),
        ]


class Referral(models.Model):
    """The worry, structured. Its state moves only along rules.TRANSITIONS, a Step row each."""

    submission = models.OneToOneField(Submission, models.PROTECT)
    case = models.ForeignKey("access.Case", models.PROTECT)
    reference = models.CharField(max_length=20, unique=True)
    channel = models.CharField(max_length=20)
    sent_at = models.DateTimeField()
    received_at = models.DateTimeField()
    category = models.CharField(max_length=40)
    also = ArrayField(models.CharField(max_length=40), default=list)
    immediate_danger = models.BooleanField(null=True)
    # Narrative, reporter and what else was told in words, sealed: see sealed.py.
    words = models.BinaryField()
    has_reporter = models.BooleanField()
    consent = models.CharField(max_length=20, default="")
    seen_child = models.BooleanField(null=True)
    state = models.CharField(max_length=40, default=State.RECEIVED)
    version = models.PositiveIntegerField(default=1)
    # When its next clock ends: the board's order. The clock itself is the clocks room's.
    due_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(channel__in=[c.value for c in Channel]), name="channel_known"
            ),
            models.CheckConstraint(
                condition=Q(category__in=[c.value for c in Category]), name="category_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in State]), name="state_known"
            ),
            models.CheckConstraint(
                condition=~Q(channel="anonymous") | Q(has_reporter=False),
                name="anonymous_has_no_reporter",
            ),
        ]
        indexes = [
            # Serves queries.board: what a team still has to do, most urgent first.
            models.Index(fields=["state", "due_at", "id"], name="referral_board"),
            models.Index(fields=["case"], name="referral_by_case"),
        ]


class Place(models.Model):
    """Where a referral stands: a view of ids, state and times, open before the case is.

    Who may see it: the hub itself, to find what belongs on a list; a page shows nothing of it.
    """

    case_id = models.BigIntegerField()
    reference = models.CharField(max_length=20)
    state = models.CharField(max_length=40)
    due_at = models.DateTimeField()
    immediate_danger = models.BooleanField(null=True)
    received_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "referrals_place"


class Decision(models.Model):
    """What triage decided. Appended; a trigger refuses every change."""

    referral = models.ForeignKey(Referral, models.PROTECT)
    level = models.CharField(max_length=1, choices=[(v.value, v.value) for v in Level])
    # Null: no further action.
    team = models.ForeignKey("access.Team", models.PROTECT, null=True)
    # Sealed under the key of its referral.
    reason = models.BinaryField()
    decided_by = models.ForeignKey("access.User", models.PROTECT)
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(level__in=[v.value for v in Level]), name="level_known"
            ),
        ]


class Step(models.Model):
    """One move of a referral from state to state. Appended; a trigger refuses every change."""

    referral = models.ForeignKey(Referral, models.PROTECT)
    action = models.CharField(max_length=60)
    start = models.CharField(max_length=40)
    end = models.CharField(max_length=40)
    taken_by = models.ForeignKey("access.User", models.PROTECT)
    taken_at = models.DateTimeField()


class Route(models.Model):
    """A team that was given the work on a referral."""

    referral = models.ForeignKey(Referral, models.PROTECT)
    team = models.ForeignKey("access.Team", models.PROTECT)
    decision = models.ForeignKey(Decision, models.PROTECT)
    routed_at = models.DateTimeField()
    taken_on_by = models.ForeignKey("access.User", models.PROTECT, null=True)
    taken_on_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["referral", "team"], name="one_route_to_a_team"),
        ]


class Notice(models.Model):
    """'Something waits for you' for a team: sent once it is committed, never with content."""

    team = models.ForeignKey("access.Team", models.PROTECT)
    referral = models.ForeignKey(Referral, models.PROTECT)
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
