"""Clients of the partner API, and the idempotency keys of their answers."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

from breakwater.access.door import read_only
from breakwater.audit.append_only import never_deleted

SCOPES = ["requests:read", "requests:answer", "shared:read"]


class Migration(migrations.Migration):
    initial = True
    dependencies = [("access", "0012_systems"), ("audit", "0003_one_entry_a_look")]
    operations = [
        migrations.CreateModel(
            "Client",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("client_id", models.CharField(max_length=40, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("keys", models.JSONField()),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), size=None
                    ),
                ),
                ("starts", models.DateTimeField(db_default=django.db.models.functions.Now())),
                ("ends", models.DateTimeField(null=True)),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.team",
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(scopes__contained_by=SCOPES) & ~Q(scopes=[]),
                        name="client_scopes_known",
                    ),
                    models.CheckConstraint(
                        condition=Q(ends=None) | Q(ends__gt=F("starts")), name="client_ends_later"
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            "AnsweredOnce",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=64)),
                ("body", models.CharField(max_length=64)),
                ("answer_id", models.BigIntegerField()),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.Now())),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="exchange.client"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["client", "key"], name="one_answer_a_key")
                ]
            },
        ),
        # Who has the application's login cannot make itself a partner's system.
        read_only("exchange_client"),
        never_deleted("exchange_client"),
    ]
