import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models
from django.db.models.functions import Now

from breakwater.audit.append_only import append_only

MENTION = "people.mention"
ANSWERS = ["same", "different", "cannot tell"]


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0002_never_changed"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        TrigramExtension(),
        # Keys are made from mentions: `breakwater link index` makes them anew.
        migrations.DeleteModel("MatchKey"),
        migrations.CreateModel(
            "MatchKey",
            [
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "key", "mention_id", blank=True, editable=False, primary_key=True,
                        serialize=False,
                    ),
                ),
                ("key", models.BigIntegerField()),
                (
                    "mention",
                    models.ForeignKey(
                        MENTION, django.db.models.deletion.CASCADE, db_constraint=False,
                        db_index=False,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            "Profile",
            [
                (
                    "mention",
                    models.OneToOneField(
                        MENTION, django.db.models.deletion.CASCADE, primary_key=True,
                        serialize=False,
                    ),
                ),
                ("version", models.PositiveSmallIntegerField()),
                ("packed", models.TextField()),
                ("words", models.TextField()),
            ],
            {
                "indexes": [
                    GinIndex(fields=["words"], name="profile_words", opclasses=["gin_trgm_ops"])
                ]
            },
        ),
        migrations.RenameField("Link", "points", "weight"),
        migrations.AlterField("Link", "weight", models.FloatField(default=0)),
        migrations.CreateModel(
            "Review",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "answer",
                    models.CharField(max_length=15, choices=[(a, a) for a in ANSWERS]),
                ),
                ("reason", models.TextField(default="")),
                ("weight", models.FloatField()),
                ("answered_at", models.DateTimeField(db_default=Now())),
                (
                    "mention",
                    models.ForeignKey(
                        MENTION, django.db.models.deletion.PROTECT, related_name="+"
                    ),
                ),
                (
                    "against",
                    models.ForeignKey(
                        MENTION, django.db.models.deletion.PROTECT, related_name="+"
                    ),
                ),
                (
                    "answered_by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL, django.db.models.deletion.PROTECT
                    ),
                ),
            ],
            {
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(answer__in=ANSWERS), name="answer_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(mention__lt=models.F("against")),
                        name="a_pair_has_one_order",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["mention", "against"], name="review_of_a_pair"),
                    models.Index(fields=["against"], name="review_against"),
                ],
            },
        ),
        append_only("people_review"),
    ]  # fmt: skip
