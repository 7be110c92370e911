"""How often the area's children are told of, measured each night."""

from pathlib import Path

from django.contrib.postgres.indexes import BrinIndex
from django.db import migrations, models

from breakwater.access.door import read_only, sql_file

PACE = Path(__file__).parent.parent / "chronology" / "pace.sql"


class Migration(migrations.Migration):
    dependencies = [
        ("referrals", "0007_rule_sets"),
        ("people", "0004_behind_the_door"),
    ]
    operations = [
        migrations.CreateModel(
            "AreaPace",
            [
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("children", models.PositiveIntegerField()),
                ("worries", models.PositiveIntegerField()),
                ("median", models.PositiveIntegerField()),
                ("ninth", models.PositiveIntegerField()),
                ("measured_at", models.DateTimeField()),
            ],
        ),
        read_only("referrals_areapace"),
        migrations.AddIndex(
            "referral",
            BrinIndex(fields=["received_at"], autosummarize=True, name="referral_by_time"),
        ),
        sql_file(PACE),
    ]
