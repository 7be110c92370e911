from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from breakwater.sharing.rules import (
    Basis,
    ConsentAsked,
    Handling,
    InfoKind,
    Purpose,
    Reply,
    Standing,
)


class Override(models.Model):
    """Asked or shared without an agreement: why, and whether a supervisor signed. Then it stays.

    Who may see it: whoever holds the case.
    """

    case = models.ForeignKey("access.Case", models.PROTECT)
    # The data key that seals both reasons.
    key_id = models.BigIntegerField()
    reason = models.BinaryField()
    asked_by = models.ForeignKey("access.User", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    # Null while it waits.
    signed = models.BooleanField(null=True)
    ruling_reason = models.BinaryField(null=True)
    ruled_by = models.ForeignKey("access.User", models.PROTECT, null=True, related_name="+")
    ruled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(signed=None, ruled_by=None, ruled_at=None, ruling_reason=None)
                | Q(
                    signed__isnull=False,
                    ruled_by__isnull=False,
                    ruled_at__isnull=False,
                    ruling_reason__isnull=False,
                ),
                name="override_ruled_whole",
            ),
            models.CheckConstraint(
                condition=Q(ruled_by=None) | ~Q(ruled_by=models.F("asked_by")),
                name="override_signed_by_another",
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at"], name="override_to_sign", condition=Q(signed=None)),
        ]


class Request(models.Model):
    """One team is asked about one person of a case.

    Who may see it: whoever holds the case; once it is sent, the team that is asked, each look with
    an entry (sharing.sql).
    """

    case = models.ForeignKey("access.Case", models.PROTECT)
    referral = models.ForeignKey("referrals.Referral", models.PROTECT)
    reference = models.CharField(max_length=20, unique=True)
    # The person asked about: a mention of the case.
    mention_id = models.BigIntegerField()
    team = models.ForeignKey("access.Team", models.PROTECT, related_name="+")
    # Whose question it is: the asker's team's agency; answers come back to it.
    agency = models.ForeignKey("access.Agency", models.PROTECT, related_name="+")
    key_id = models.BigIntegerField()
    # Sealed JSON: {"questions": [text, ...], "necessity": text, "consent_reason": text}. What the
    # partner is told of the person in order to ask is a disclosure of its own, beside it.
    words = models.BinaryField()
    kinds = ArrayField(models.CharField(max_length=80))
    purpose = models.CharField(max_length=80, choices=[(p.value, p.value) for p in Purpose])
    bases = ArrayField(models.CharField(max_length=10))
    handling = ArrayField(models.CharField(max_length=60), default=list)
    consent = models.CharField(max_length=60, choices=[(c.value, c.value) for c in ConsentAsked])
    # What covers it: an agreement, or an override.
    agreement = models.ForeignKey(
        "sharing.AgreementVersion", models.PROTECT, null=True, related_name="+"
    )
    override = models.ForeignKey(Override, models.PROTECT, null=True, related_name="+")
    standing = models.CharField(max_length=40, choices=[(s.value, s.value) for s in Standing])
    version = models.PositiveIntegerField(default=1)
    asked_by = models.ForeignKey("access.User", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(standing__in=[s.value for s in Standing]), name="request_standing_known"
            ),
            models.CheckConstraint(
                condition=Q(agreement__isnull=False) ^ Q(override__isnull=False),
                name="request_covered_once",
            ),
            models.CheckConstraint(
                condition=Q(kinds__contained_by=[k.value for k in InfoKind])
                & Q(bases__contained_by=[b.value for b in Basis])
                & Q(handling__contained_by=[h.value for h in Handling]),
                name="request_speaks_in_codes",
            ),
        ]
        indexes = [
            models.Index(fields=["case"], name="request_by_case"),
            # Serves door.my_requests() and door.late_requests(): what a team still owes.
            models.Index(
                fields=["team", "due_at"],
                name="request_awaited",
                condition=Q(standing__in=[Standing.ASKED.value, Standing.BY_PHONE.value]),
            ),
        ]


class Answer(models.Model):
    """What a team said to a request, or what was noted of a call. Appended.

    Who may see it: whoever holds the case (what is for police eyes only: police); the team that
    gave it, as its request.
    """

    case = models.ForeignKey("access.Case", models.PROTECT)
    request = models.ForeignKey(Request, models.PROTECT, related_name="answers")
    reply = models.CharField(max_length=30, choices=[(r.value, r.value) for r in Reply])
    # Sealed under the request's key. JSON: {"answers": [text, ...] by question, "reason": text,
    # "phone": text, "third_parties": bool, "documents": [id, ...]}.
    words = models.BinaryField()
    handling = ArrayField(models.CharField(max_length=60), default=list)
    # Who answered; for a call whoever noted it, and by_phone says so.
    answered_by = models.ForeignKey("access.User", models.PROTECT, related_name="+")
    by_phone = models.BooleanField(default=False)
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reply__in=[r.value for r in Reply])
                & Q(handling__contained_by=[h.value for h in Handling]),
                name="answer_speaks_in_codes",
            ),
        ]
        indexes = [models.Index(fields=["case"], name="answer_by_case")]


class Reminder(models.Model):
    """A late answer was asked after. Appended. Who may see it: as its request."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="reminders")
    number = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "number"], name="one_reminder_a_number"),
        ]
