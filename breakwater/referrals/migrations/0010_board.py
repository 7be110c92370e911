"""Boards read from one index, filters that somebody keeps, and who has a referral open."""

from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from breakwater.access.door import closed, sql_file

ROOM = Path(__file__).parent.parent
FILLED_IN = """
create trigger filled_in before insert or update of case_id, referral_id, restricted, categories,
  channel, rating on referrals_item for each row execute function door.fill_in_item();
create trigger items_know after update of restricted on access_case for each row
  when (old.restricted is distinct from new.restricted) execute function door.case_restricted();
create trigger items_know after insert on referrals_rated for each row
  execute function door.referral_rated();
update referrals_item set restricted = restricted;
-- As of whatever a protected table says: explain would show what the planner knows of it.
alter table referrals_item alter column categories set statistics 0,
  alter column channel set statistics 0, alter column rating set statistics 0,
  alter column kind set statistics 0;
"""
PULLED_OUT = """
drop trigger items_know on referrals_rated;
drop trigger items_know on access_case;
drop trigger filled_in on referrals_item;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0008_hub_manager"),
        ("referrals", "0009_screening"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedFilter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40)),
                ("wanted", models.JSONField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["user", "name"], name="one_filter_of_a_name")
                ],
            },
        ),
        migrations.CreateModel(
            name="Presence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                ("visit", models.CharField(default="", max_length=32)),
                (
                    "referral",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="referrals.referral"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["referral", "user"], name="one_presence_a_user")
                ],
            },
        ),
        migrations.RemoveIndex(model_name="item", name="item_board"),
        migrations.AddField(
            model_name="item",
            name="restricted",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="item",
            name="categories",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=40), default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="item",
            name="channel",
            field=models.CharField(default="", max_length=20),
        ),
        migrations.AddField(
            model_name="item",
            name="rating",
            field=models.CharField(default="", max_length=10),
        ),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(
                models.F("team"),
                models.OrderBy(models.F("urgent"), descending=True),
                models.OrderBy(models.F("due_at"), nulls_last=True),
                models.F("id"),
                condition=models.Q(("done_at", None), ("restricted", False)),
                include=("case", "referral", "worker", "kind", "categories", "channel", "rating"),
                name="item_on_board",
            ),
        ),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(
                models.OrderBy(models.F("urgent"), descending=True),
                models.OrderBy(models.F("due_at"), nulls_last=True),
                models.F("id"),
                condition=models.Q(
                    ("done_at", None),
                    ("kind", "new worry about a case of yours"),
                    ("restricted", False),
                ),
                include=("case", "referral", "team"),
                name="item_straight",
            ),
        ),
        closed("referrals_presence"),
        sql_file(ROOM / "board" / "board.sql"),
        sql_file(ROOM / "presence" / "presence.sql"),
        migrations.RunSQL(FILLED_IN, PULLED_OUT),
    ]
