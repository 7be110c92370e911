from django.db import models


class Paged(models.Model):
    """That somebody was alerted to a queue on a day: once each. The database's alone."""

    recipient = models.ForeignKey("access.User", models.CASCADE)
    # As queues.sql names it: code, part and team.
    queue = models.CharField(max_length=200)
    on_day = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "queue", "on_day"], name="paged_once_a_day"
            ),
        ]
