from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from breakwater.clocks.rules import REASON, WARN_AT, Told, Unit, Whom


class ClockDefinition(models.Model):
    """A deadline as law or local agreement sets it. Never changed: a change is a new version."""

    code = models.CharField(max_length=20)
    version = models.PositiveIntegerField(default=1)
    name = models.CharField(max_length=100)
    starts = models.CharField(max_length=200)
    # What may pause it; empty: it may never be paused.
    pauses = models.CharField(max_length=200, default="")
    met_by = models.CharField(max_length=200)
    length = models.PositiveIntegerField()
    unit = models.CharField(max_length=20, choices=[(u.value, u.value) for u in Unit])
    # The share of its time after which somebody is warned, and whom (codes of rules.Whom).
    warn_share = models.FloatField(default=WARN_AT)
    tell_at_warning = ArrayField(models.CharField(max_length=20), default=list)
    tell_at_miss = ArrayField(models.CharField(max_length=20), default=list)
    source = models.CharField(max_length=300)
    status = models.CharField(max_length=100)
    effective_from = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="one_clock_version"),
            models.CheckConstraint(
                condition=Q(unit__in=[u.value for u in Unit]), name="clock_unit_known"
            ),
            models.CheckConstraint(
                condition=Q(length__gte=1) | Q(unit=Unit.BEFORE_SCHOOL_DAY), name="clock_has_length"
            ),
            models.CheckConstraint(
                condition=Q(warn_share__gt=0, warn_share__lt=1), name="clock_warns_before_the_miss"
            ),
            models.CheckConstraint(
                condition=Q(tell_at_warning__contained_by=[w.value for w in Whom])
                & Q(tell_at_miss__contained_by=[w.value for w in Whom])
                & Q(tell_at_miss__len__gte=1),
                name="clock_tells_somebody_known",
            ),
        ]


class OpeningHours(models.Model):
    """When the hub works on a day of the week; no rows at all: Monday to Friday, 9 to 5."""

    weekday = models.PositiveSmallIntegerField(unique=True)  # Monday is 0
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="weekday_of_the_week"),
            models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="closes_after_opening"),
        ]


class SchoolBreak(models.Model):
    """Days between terms, on which no school begins a day; area empty: all of the hub's."""

    area = models.CharField(max_length=60, default="", blank=True)
    first = models.DateField()
    last = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="break_ends_after_start")
        ]


NOT_OVER = Q(met_at__isnull=True, stopped_at__isnull=True)
# What the worker looks for every minute. Each index holds nothing but clocks that it has yet to
# look at, so that millions of closed ones cost nothing.
TO_MISS = NOT_OVER & Q(paused_at__isnull=True, miss_recorded_at__isnull=True)
TO_WARN = TO_MISS & Q(warned_at__isnull=True)


class Clock(models.Model):
    """One deadline of one thing. Its due time is fixed when it starts; only a pause moves it."""

    definition = models.ForeignKey(ClockDefinition, models.PROTECT)
    # The definition's, whatever its version: what the clock times.
    code = models.CharField(max_length=20)
    # "referral:12": clocks stand below the rooms whose work they time, so this is no foreign key.
    subject = models.CharField(max_length=100)
    case_id = models.BigIntegerField(null=True)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    # When so much of its time is over that somebody is warned; moved with due_at.
    warn_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True)
    met_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    stopped_because = models.CharField(max_length=500, default="")
    # When the worker wrote warning and miss into the ledger, so that it does so once.
    warned_at = models.DateTimeField(null=True)
    miss_recorded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(due_at__gte=F("started_at")), name="due_after_start"
            ),
            models.CheckConstraint(
                condition=Q(met_at__isnull=True) | Q(stopped_at__isnull=True),
                name="met_or_stopped_not_both",
            ),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True) | ~Q(stopped_because=""),
                name="stopping_needs_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(paused_at__isnull=True) | NOT_OVER, name="what_is_over_is_not_paused"
            ),
            models.CheckConstraint(
                condition=Q(paused_at__isnull=True) | Q(paused_at__gte=F("started_at")),
                name="paused_after_start",
            ),
            models.UniqueConstraint(
                fields=["subject", "code"],
                condition=NOT_OVER,
                name="one_running_clock_of_a_kind",
            ),
        ]
        indexes = [
            # Serves queries.clocks_of and the actions that meet a subject's clock.
            models.Index(fields=["subject"], name="clock_by_subject"),
            # Serve actions.record_misses and record_warnings, every minute.
            models.Index(fields=["due_at"], name="clock_to_miss", condition=TO_MISS),
            models.Index(fields=["warn_at"], name="clock_to_warn", condition=TO_WARN),
        ]


class ClockPause(models.Model):
    """A time in which a clock did not run: why, in a few fixed words, and who paused it."""

    # The key in the database is the migration's: what erases a clock erases this too.
    clock = models.ForeignKey(Clock, models.CASCADE, related_name="pauses", db_constraint=False)
    reason = models.CharField(max_length=40)
    paused_by = models.CharField(max_length=100)
    paused_at = models.DateTimeField()
    resumed_by = models.CharField(max_length=100, default="")
    resumed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reason__regex=REASON), name="pausing_needs_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(resumed_at__isnull=True) | Q(resumed_at__gte=F("paused_at")),
                name="resumed_after_pause",
            ),
            models.UniqueConstraint(
                fields=["clock"], condition=Q(resumed_at__isnull=True), name="one_pause_at_a_time"
            ),
        ]


class Escalation(models.Model):
    """Somebody is to be told that a clock will soon be missed, or was: once each."""

    # The key in the database is the migration's: what erases a clock erases this too.
    clock = models.ForeignKey(
        Clock, models.CASCADE, related_name="escalations", db_constraint=False
    )
    kind = models.CharField(max_length=10, choices=[(t.value, t.value) for t in Told])
    # Codes of rules.Whom, as the clock's definition had them.
    to = ArrayField(models.CharField(max_length=20))
    made_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clock", "kind"], name="told_once_of_each"),
            models.CheckConstraint(
                condition=Q(kind__in=[t.value for t in Told]), name="told_of_what"
            ),
        ]
        indexes = [
            # Serves actions.take_untold.
            models.Index(
                fields=["made_at"], name="escalation_untold", condition=Q(told_at__isnull=True)
            ),
        ]
