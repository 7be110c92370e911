"""Partners' teams and role, alerts of what is asked and shared, and parts opened without a case."""

from pathlib import Path

from django.db import migrations, models

from breakwater.access.door import sql_file

ROOM = Path(__file__).parent.parent
KINDS = (
    "triage",
    "polit",
    "cse",
    "cait",
    "social_care",
    "early_help",
    "records",
    "partner",
)
ROLES = (
    "triage worker",
    "triage supervisor",
    "hub manager",
    "practitioner",
    "team supervisor",
    "inspector",
    "records officer",
    "partner",
)
ALERTS = (
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
    "your team is asked for information",
    "a partner answered what you asked",
    "something is to be asked or shared without an agreement, if you sign it",
    "a supervisor signed what you want to ask or share, or refused to",
    "information was shared with your team",
    "information that was shared with your team was recalled or corrected",
    "an agreement on sharing is soon to be reviewed",
    "the review of an agreement on sharing is overdue",
)


class Migration(migrations.Migration):
    dependencies = [("access", "0010_stale_queue_alert")]
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
        migrations.AlterField(
            "alert", "kind", models.CharField(choices=[(k, k) for k in ALERTS], max_length=80)
        ),
        sql_file(ROOM / "door.sql"),
        sql_file(ROOM / "glass" / "glass.sql"),
    ]
