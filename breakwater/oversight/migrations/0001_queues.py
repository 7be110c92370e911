"""Every queue counted on one page, and who was alerted to one that waited too long."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from breakwater.access.door import closed, sql_file

QUEUES = Path(__file__).parent.parent / "queues"
# Each holds only what still waits, whatever millions are done, and all that door.queues_of asks of
# it. They are of other rooms' tables, and read by nothing but queues.sql.
INDEXES = {
    "queue_of_items": "referrals_item (team_id, kind)"
    " include (case_id, worker_id, since, due_at, opened_at) where done_at is null",
    "queue_of_notices": "referrals_notice (team_id, made_at) include (referral_id)"
    " where sent_at is null",
    "queue_of_questions": "people_link (decided_at) include (mention_id, against_id)"
    " where standing = 'asked'",
    "queue_of_clocks": "clocks_clock (code, due_at) include (case_id)"
    " where met_at is null and stopped_at is null and paused_at is null",
    "queue_of_letting_go": "records_keeporletgo (case_id)"
    " where standing = 'let go, waiting for a second person'",
}


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("access", "0010_stale_queue_alert"),
        ("referrals", "0006_what_waits"),
        ("people", "0006_told_names"),
        ("clocks", "0004_every_deadline"),
        ("records", "0003_behind_the_door"),
        ("procrastinate", "0041_post_retry_failed_job"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            "Paged",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("queue", models.CharField(max_length=200)),
                ("on_day", models.DateField()),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            {
                "constraints": [
                    models.UniqueConstraint(
                        fields=("recipient", "queue", "on_day"), name="paged_once_a_day"
                    )
                ],
            },
        ),
        closed("oversight_paged"),
        *(
            migrations.RunSQL(f"create index {name} on {of}", f"drop index {name}")
            for name, of in INDEXES.items()
        ),
        sql_file(QUEUES / "queues.sql"),
    ]
