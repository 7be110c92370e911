"""A queue that has waited too long alerts somebody; indexes for what counts the queues."""

from django.db import migrations, models

KINDS = [
    "somebody asked about a restricted case",
    "a new worry is about somebody in a restricted case",
    "somebody opened a case in an emergency",
    "somebody asks to open a restricted case",
    "a restricted case that you asked for is open to you for an hour",
    "somebody searches again and again for a person who is not their work",
    "somebody can no longer work on a case: they know the family",
    "a deadline comes near",
    "a deadline was missed",
    "a queue has waited too long",
]


class Migration(migrations.Migration):
    dependencies = [("access", "0009_alerts_of_clocks")]
    operations = [
        migrations.AlterField(
            "alert", "kind", models.CharField(choices=[(k, k) for k in KINDS], max_length=80)
        ),
        migrations.AddIndex("alert", models.Index(fields=["made_at"], name="alert_made")),
        migrations.AddIndex(
            "case",
            models.Index(
                fields=["id"], name="case_restricted", condition=models.Q(restricted=True)
            ),
        ),
    ]
