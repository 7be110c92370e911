"""The partner's side: drafts of answers, which documents an answer may bring, and who sees them."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from breakwater.access.door import HELD, MADE_HERE, behind_door, held_part, made_in, sql_file

SQL = Path(__file__).parent.parent / "portal" / "portal.sql"
# As the answer that brought it: of the case's holders only police see what is for their eyes.
SEEN = f"{MADE_HERE} or ({HELD} and (not police_only or (select door.held_by_police())))"
# A draft is its team's; nobody of the case sees it.
ASKED = held_part("requests", "request_id")
OF_A_SEEN_DRAFT = "exists (select from sharing_draft d where d.id = draft_id)"


class Migration(migrations.Migration):
    dependencies = [
        ("sharing", "0004_requests"),
        ("attachments", "0003_police_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="Draft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("words", models.BinaryField(null=True)),
                ("saved_at", models.DateTimeField()),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="sharing.request",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DraftDocument",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.BinaryField(null=True)),
                ("content", models.BinaryField(null=True)),
                ("size", models.BigIntegerField()),
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="sharing.draft",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            "Draft", models.UniqueConstraint(fields=["request", "user"], name="one_draft_each")
        ),
        migrations.AddConstraint(
            "DraftDocument",
            models.CheckConstraint(
                condition=models.Q(name=None, content=None)
                | models.Q(name__isnull=False, content__isnull=False),
                name="draft_document_is_whole",
            ),
        ),
        made_in("sharing_draft"),
        made_in("sharing_draftdocument"),
        behind_door("sharing_draft", seen=f"{MADE_HERE} or {ASKED}", change=ASKED),
        behind_door(
            "sharing_draftdocument",
            seen=f"{MADE_HERE} or {OF_A_SEEN_DRAFT}",
            change=OF_A_SEEN_DRAFT,
        ),
        sql_file(SQL),
        migrations.RunSQL(
            f"alter policy seen on attachments_document using ({SEEN})",
            f"alter policy seen on attachments_document using ({HELD} or {MADE_HERE})",
        ),
    ]
