"""What a worker answers to what the rules ask: a row each time."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from breakwater.access.door import MADE_HERE, behind_door, made_in
from breakwater.audit.append_only import append_only

OF_A_SEEN_REFERRAL = "exists (select from referrals_referral r where r.id = referral_id)"


class Migration(migrations.Migration):
    dependencies = [
        ("referrals", "0008_area_pace"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            "Screened",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("answers", models.BinaryField()),
                ("answered_at", models.DateTimeField()),
                (
                    "answered_by",
                    models.ForeignKey(settings.AUTH_USER_MODEL, django.db.models.deletion.PROTECT),
                ),
                (
                    "referral",
                    models.ForeignKey("referrals.referral", django.db.models.deletion.PROTECT),
                ),
            ],
        ),
        made_in("referrals_screened"),
        behind_door("referrals_screened", seen=f"{MADE_HERE} or {OF_A_SEEN_REFERRAL}"),
        append_only("referrals_screened"),
    ]
