"""A role for who runs the hub."""

from django.db import migrations, models

ROLES = (
    "triage worker",
    "triage supervisor",
    "hub manager",
    "practitioner",
    "team supervisor",
    "inspector",
    "records officer",
)


class Migration(migrations.Migration):
    dependencies = [("access", "0007_a_records_team")]
    operations = [
        migrations.RemoveConstraint("membership", "role_known"),
        migrations.AlterField(
            "membership", "role", models.CharField(choices=[(r, r) for r in ROLES], max_length=30)
        ),
        migrations.AddConstraint(
            "membership",
            models.CheckConstraint(
                condition=models.Q(("role__in", list(ROLES))), name="role_known"
            ),
        ),
    ]
