"""A team that answers subject access requests and reviews what is kept."""

from django.db import migrations, models

KINDS = ("triage", "polit", "cse", "cait", "social_care", "early_help", "records")


class Migration(migrations.Migration):
    dependencies = [("access", "0006_broken_glass")]
    operations = [
        migrations.RemoveConstraint("team", "team_kind_known"),
        migrations.AlterField(
            "team", "kind", models.CharField(choices=[(k, k) for k in KINDS], max_length=20)
        ),
        migrations.AddConstraint(
            "team",
            models.CheckConstraint(
                condition=models.Q(("kind__in", list(KINDS))), name="team_kind_known"
            ),
        ),
    ]
