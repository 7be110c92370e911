"""Rules as data: each version a row that is never changed; the first are the hub's own."""

from datetime import UTC, datetime
from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

from breakwater.access.door import sql_file
from breakwater.audit.append_only import append_only
from breakwater.referrals.thresholds.rules import RuleKind
from breakwater.referrals.thresholds.ruleset import default, written

PAST = Path(__file__).parent.parent / "thresholds" / "past.sql"
# What was agreed before the hub kept versions: history typed in later is read by it too.
FIRST_DAY = datetime(2000, 1, 1, tzinfo=UTC)


def load(apps, _editor):
    apps.get_model("referrals", "RuleSet").objects.bulk_create(
        apps.get_model("referrals", "RuleSet")(
            kind=kind,
            version=1,
            rules=written(default(kind)),
            effective_from=FIRST_DAY,
            made_at=FIRST_DAY,
            why="Local defaults that the hub comes with, to be set by the area.",
        )
        for kind in RuleKind
    )


class Migration(migrations.Migration):
    dependencies = [
        ("referrals", "0006_what_waits"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            "RuleSet",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("threshold", "threshold"), ("routing", "routing")], max_length=20
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("rules", models.JSONField()),
                ("effective_from", models.DateTimeField()),
                ("made_at", models.DateTimeField()),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("why", models.TextField()),
            ],
        ),
        migrations.AddConstraint(
            "ruleset",
            models.UniqueConstraint(fields=("kind", "version"), name="one_rule_set_version"),
        ),
        migrations.AddConstraint(
            "ruleset",
            models.CheckConstraint(
                condition=Q(("kind__in", ["threshold", "routing"])), name="rule_kind_known"
            ),
        ),
        migrations.AddConstraint(
            "ruleset",
            models.CheckConstraint(
                condition=Q(("version", 1), ("made_by__isnull", False), _connector="OR"),
                name="rules_have_a_maker",
            ),
        ),
        migrations.AddConstraint(
            "ruleset",
            models.CheckConstraint(condition=~Q(("why", "")), name="rules_say_why"),
        ),
        append_only("referrals_ruleset"),
        migrations.RunPython(load, migrations.RunPython.noop),
        migrations.AddField(
            "decision",
            "ruleset",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="referrals.ruleset",
            ),
        ),
        migrations.AddIndex(
            "decision", models.Index(fields=["decided_at"], name="decision_by_time")
        ),
        sql_file(PAST),
    ]
