"""Nodes of partners, the indexes that they send, and what was asked of whom."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models
from django.db.models import F, Q

from breakwater.access.door import HELD, MADE_HERE, behind_door, made_in, read_only, sql_file
from breakwater.audit.append_only import append_only, never_deleted

ROOM = Path(__file__).parent.parent / "discovery"
PURPOSES = (
    "deciding what a child needs",
    "protecting a child from significant harm",
    "investigating a crime against a child",
    "carrying out a plan for a child",
    "early help for a family",
)
STATES = ("known", "perhaps", "not known", "could not be asked")
WHYS = (
    "it does not answer",
    "it did not answer in time",
    "its proof was wrong, so its answer is not believed",
    "its answer could not be read",
    "it refused",
    "it takes no more questions for now",
    "it has sent no index yet",
    "its index was being replaced at that moment",
    "its index is damaged",
    "the key holder could not be asked",
    "it is being asked at this moment, or the hub was interrupted",
    "its node is newer than the question",
)
# What a node is, it stays: only its end is written, once. Noise does not compress; to try costs.
NODE_STAYS = """
create function node_stays() returns trigger language plpgsql as $$ begin
  if old.ends is null and to_jsonb(new) - '{ends,ended_by_id}'::text[]
      = to_jsonb(old) - '{ends,ended_by_id}'::text[] then
    return new;
  end if;
  raise exception 'a node never changes: end it and add another' using errcode = 'BW001';
end $$;
create trigger node_stays before update on sharing_node
  for each row execute function node_stays();
alter table sharing_bucket alter column packed set storage external;
"""


def key():
    return models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
    )


def to(model, **options):
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=model, **options)


def one_of(codes, **options):
    return models.CharField(choices=[(code, code) for code in codes], **options)


def somebody(**options):
    return to(settings.AUTH_USER_MODEL, related_name="+", **options)


class Migration(migrations.Migration):
    dependencies = [
        ("sharing", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="Node",
            fields=[
                ("id", key()),
                ("name", models.CharField(max_length=60)),
                ("address", models.CharField(max_length=200)),
                ("identity_key", models.BinaryField(max_length=32)),
                ("voprf_key", models.BinaryField(max_length=32)),
                ("starts", models.DateTimeField()),
                ("ends", models.DateTimeField(null=True)),
                ("added_by", somebody()),
                ("agency", to("access.agency", related_name="+")),
                ("ended_by", somebody(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(ends=None), fields=("name",), name="one_active_node_of_a_name"
                    ),
                    models.CheckConstraint(
                        condition=Q(ends=None) | Q(ends__gt=F("starts")), name="node_ends_later"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Generation",
            fields=[
                ("id", key()),
                ("code", models.CharField(max_length=64)),
                ("bits", models.PositiveSmallIntegerField()),
                ("parts", models.PositiveIntegerField()),
                ("entries", models.BigIntegerField()),
                ("contacts", models.JSONField()),
                ("made_at", models.DateTimeField()),
                ("begun_at", models.DateTimeField()),
                ("live_at", models.DateTimeField(null=True)),
                ("node", to("sharing.node")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("node", "code"), name="one_generation_of_a_code"
                    ),
                    models.UniqueConstraint(
                        condition=Q(live_at__isnull=False),
                        fields=("node",),
                        name="one_live_generation",
                    ),
                    models.CheckConstraint(condition=Q(bits__lte=22), name="buckets_are_bounded"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Part",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "generation_id",
                        "number",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("number", models.IntegerField()),
                ("digest", models.BinaryField(max_length=32)),
                ("generation", to("sharing.generation", db_index=False, related_name="+")),
            ],
        ),
        migrations.CreateModel(
            name="Bucket",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "generation_id",
                        "number",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("number", models.IntegerField()),
                ("packed", models.BinaryField()),
                ("generation", to("sharing.generation", db_index=False)),
            ],
        ),
        migrations.CreateModel(
            name="Query",
            fields=[
                ("id", key()),
                ("mention_id", models.BigIntegerField(db_index=True)),
                ("number", models.UUIDField(unique=True)),
                ("purpose", one_of(PURPOSES, max_length=80)),
                ("nodes", ArrayField(base_field=models.BigIntegerField(), size=None)),
                ("asked_at", models.DateTimeField()),
                ("asked_by", somebody()),
                ("case", to("access.case", related_name="+")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(purpose__in=list(PURPOSES)), name="query_purpose_known"
                    ),
                ],
                "indexes": [
                    models.Index(fields=["asked_by", "asked_at"], name="query_by_asker"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Holding",
            fields=[
                ("id", key()),
                ("state", one_of(STATES, max_length=20)),
                ("why", one_of(WHYS, default="", max_length=60)),
                ("detail", models.CharField(default="", max_length=200)),
                ("known_since", models.CharField(default="", max_length=7)),
                ("last_contact", models.CharField(default="", max_length=7)),
                ("contact", models.CharField(default="", max_length=200)),
                ("index_of", models.DateTimeField(null=True)),
                ("took_ms", models.PositiveIntegerField()),
                ("answered_at", models.DateTimeField()),
                ("case", to("access.case", related_name="+")),
                ("node", to("sharing.node")),
                ("query", to("sharing.query")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("query", "node"), name="one_holding_a_node"),
                    models.CheckConstraint(
                        condition=Q(state__in=list(STATES)), name="holding_state_known"
                    ),
                    models.CheckConstraint(
                        condition=Q(state="could not be asked", why__in=list(WHYS))
                        | (~Q(state="could not be asked") & Q(why="", detail="")),
                        name="not_asked_says_why",
                    ),
                    models.CheckConstraint(
                        condition=Q(state__in=["known", "perhaps"])
                        | Q(known_since="", last_contact="", contact=""),
                        name="only_who_is_known_has_a_contact",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["node", "answered_at"], name="holding_of_node"),
                ],
            },
        ),
        made_in("sharing_query"),
        made_in("sharing_holding"),
        read_only("sharing_node"),
        read_only("sharing_generation"),
        read_only("sharing_part"),
        read_only("sharing_bucket"),
        behind_door("sharing_query", seen=f"{HELD} or {MADE_HERE}"),
        behind_door("sharing_holding", seen=f"{HELD} or {MADE_HERE}"),
        append_only("sharing_query"),
        append_only("sharing_holding"),
        never_deleted("sharing_node"),
        migrations.RunSQL(NODE_STAYS, "drop function node_stays() cascade"),
        sql_file(ROOM / "discovery.sql"),
    ]
