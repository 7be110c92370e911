"""Alerts of deadlines: which one, and about what, for who may see the case."""

from pathlib import Path

from django.db import migrations, models

from breakwater.access.door import sql_file

ALERTS = Path(__file__).parent.parent / "alerts" / "alerts.sql"
KINDS = (
    "somebody asked about a restricted case",
    "a new worry is about somebody in a restricted case",
    "somebody opened a case in an emergency",
    "somebody asks to open a restricted case",
    "a restricted case that you asked for is open to you for an hour",
    "somebody searches again and again for a person who is not their work",
    "somebody can no longer work on a case: they know the family",
    "a deadline comes near",
    "a deadline was missed",
)


class Migration(migrations.Migration):
    dependencies = [("access", "0008_hub_manager")]
    operations = [
        migrations.AddField(
            "alert", "subject", models.CharField(max_length=100, default="", db_default="")
        ),
        migrations.AddField(
            "alert", "what", models.CharField(max_length=100, default="", db_default="")
        ),
        migrations.AlterField(
            "alert", "kind", models.CharField(max_length=80, choices=[(k, k) for k in KINDS])
        ),
        # It gives more columns than before, which `create or replace` refuses.
        migrations.RunSQL(
            "drop function if exists door.my_alerts(text, bigint, integer)",
            migrations.RunSQL.noop,
        ),
        sql_file(ALERTS),
    ]
