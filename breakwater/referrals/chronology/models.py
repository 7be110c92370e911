from django.db import models


class AreaPace(models.Model):
    """How many worries the area's children have in 12 months, by day. Counts alone.

    Only door.measure_pace writes it; everybody of the hub may read it.
    """

    day = models.DateField(primary_key=True)
    children = models.PositiveIntegerField()
    worries = models.PositiveIntegerField()
    median = models.PositiveIntegerField()
    ninth = models.PositiveIntegerField()
    measured_at = models.DateTimeField()
