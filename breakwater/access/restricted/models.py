from django.db import models

from breakwater.access.restricted.rules import Ruled


class Ruling(models.Model):
    """What somebody decided about who may see a case, and why. Never changed.

    Who may see it: whoever holds the case.
    """

    case = models.ForeignKey("access.Case", models.PROTECT)
    what = models.CharField(max_length=40, choices=[(r.value, r.value) for r in Ruled])
    about = models.ForeignKey("access.User", models.PROTECT, null=True, related_name="+")
    reason = models.TextField()
    ruled_by = models.ForeignKey("access.User", models.PROTECT, related_name="+")
    ruled_at = models.DateTimeField()
