from django.db import models
from django.db.models import F, Q

from breakwater.clocks.rules import Unit


class ClockDefinition(models.Model):
    """A deadline as law or local agreement sets it; a change is a new version."""

    code = models.CharField(max_length=20)
    version = models.PositiveIntegerField(default=1)
    name = models.CharField(max_length=100)
    starts = models.CharField(max_length=200)
    met_by = models.CharField(max_length=200)
    length = models.PositiveIntegerField()
    unit = models.CharField(max_length=20, choices=[(u.value, u.value) for u in Unit])
    source = models.CharField(max_length=300)
    status = models.CharField(max_length=100)
    effective_from = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="one_clock_version"),
            models.CheckConstraint(
                condition=Q(unit__in=[u.value for u in Unit]), name="clock_unit_known"
            ),
        ]


class Clock(models.Model):
    """One deadline of one thing. Its due time is fixed when it starts."""

    definition = models.ForeignKey(ClockDefinition, models.PROTECT)
    # The definition's, whatever its version: what the clock times.
    code = models.CharField(max_length=20)
    # "referral:12": clocks stand below the rooms whose work they time, so this is no foreign key.
    subject = models.CharField(max_length=100)
    case_id = models.BigIntegerField(null=True)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    met_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    stopped_because = models.CharField(max_length=500, default="")
    # When the worker wrote the miss into the ledger, so that it does so once.
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
            models.UniqueConstraint(
                fields=["subject", "code"],
                condition=Q(met_at__isnull=True, stopped_at__isnull=True),
                name="one_running_clock_of_a_kind",
            ),
        ]
        indexes = [
            # Serves queries.clocks_of and the actions that meet a subject's clock.
            models.Index(fields=["subject"], name="clock_by_subject"),
            # Serves actions.record_misses, every minute.
            models.Index(
                fields=["due_at"],
                name="clock_unmet_by_due",
                condition=Q(
                    met_at__isnull=True, stopped_at__isnull=True, miss_recorded_at__isnull=True
                ),
            ),
        ]
