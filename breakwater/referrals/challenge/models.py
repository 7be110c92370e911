from django.db import models
from django.db.models import Q

from breakwater.referrals.challenge.rules import Move, Standing


class Challenge(models.Model):
    """A decision that a partner does not agree with. Moves along rules.WAYS, a step each.

    Who may see it: whoever holds the referral's case.
    """

    referral = models.ForeignKey("referrals.Referral", models.PROTECT)
    decision = models.ForeignKey("referrals.Decision", models.PROTECT)
    # Who challenges, or took it down for a partner who has no account here.
    entered_by = models.ForeignKey("access.User", models.PROTECT, related_name="+")
    for_another = models.BooleanField(default=False)
    # The team that is told of the answer.
    team = models.ForeignKey("access.Team", models.PROTECT)
    standing = models.CharField(max_length=60, choices=[(s.value, s.value) for s in Standing])
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(standing__in=[s.value for s in Standing]),
                name="challenge_standing_known",
            ),
        ]


class ChallengeStep(models.Model):
    """One move of a challenge, with what was said. Appended. Who may see it: as the challenge."""

    challenge = models.ForeignKey(Challenge, models.PROTECT, related_name="steps")
    move = models.CharField(max_length=60, choices=[(m.value, m.value) for m in Move])
    end = models.CharField(max_length=60)
    # Sealed: what was said; of a partner without an account who it is; with whom it is now.
    words = models.BinaryField()
    taken_by = models.ForeignKey("access.User", models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()
