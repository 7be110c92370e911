"""Broken glass, restricted cases, conflicts and alerts: tables, and what may be done with them."""

from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

from breakwater.access.door import HELD, behind_door, closed, sql_file
from breakwater.audit.append_only import append_only

ROOM = Path(__file__).parent.parent
GLASS = (
    "access_glass",
    "access_glassopening",
    "access_glassanswer",
    "access_glassreview",
)


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0005_sign_in"),
    ]

    operations = [
        migrations.CreateModel(
            name="Glass",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("called", models.CharField(max_length=20)),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("a child is in danger now", "a child is in danger now"),
                            ("a child is missing", "a child is missing"),
                            (
                                "somebody is with the family now and needs to know",
                                "somebody is with the family now and needs to know",
                            ),
                            (
                                "a child is in hospital or custody",
                                "a child is in hospital or custody",
                            ),
                            ("another emergency", "another emergency"),
                        ],
                        max_length=80,
                    ),
                ),
                ("reason", models.TextField()),
                ("asked_at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="access.case",
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
        migrations.AlterField(
            model_name="alert",
            name="kind",
            field=models.CharField(
                choices=[
                    (
                        "somebody asked about a restricted case",
                        "somebody asked about a restricted case",
                    ),
                    (
                        "a new worry is about somebody in a restricted case",
                        "a new worry is about somebody in a restricted case",
                    ),
                    (
                        "somebody opened a case in an emergency",
                        "somebody opened a case in an emergency",
                    ),
                    (
                        "somebody asks to open a restricted case",
                        "somebody asks to open a restricted case",
                    ),
                    (
                        "a restricted case that you asked for is open to you for an hour",
                        "a restricted case that you asked for is open to you for an hour",
                    ),
                    (
                        "somebody searches again and again for a person who is not their work",
                        "somebody searches again and again for a person who is not their work",
                    ),
                    (
                        "somebody can no longer work on a case: they know the family",
                        "somebody can no longer work on a case: they know the family",
                    ),
                ],
                max_length=80,
            ),
        ),
        migrations.CreateModel(
            name="Ruling",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("restricted the case", "restricted the case"),
                            ("named", "named"),
                            ("made a guardian", "made a guardian"),
                            ("took off the list", "took off the list"),
                            ("lifted the restriction", "lifted the restriction"),
                            ("kept somebody out", "kept somebody out"),
                            ("let somebody in again", "let somebody in again"),
                        ],
                        max_length=40,
                    ),
                ),
                ("reason", models.TextField()),
                ("ruled_at", models.DateTimeField()),
                (
                    "about",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="access.case"
                    ),
                ),
                (
                    "ruled_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Told",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "born",
                        "folded",
                        "case_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("born", models.DateField()),
                ("folded", models.CharField(max_length=400)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="access.case"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="GlassAnswer",
            fields=[
                (
                    "glass",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        serialize=False,
                        to="access.glass",
                    ),
                ),
                ("agreed", models.BooleanField()),
                ("reason", models.TextField()),
                ("answered_at", models.DateTimeField()),
                (
                    "answered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="GlassOpening",
            fields=[
                (
                    "glass",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        serialize=False,
                        to="access.glass",
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                (
                    "grant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.grant",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="GlassReview",
            fields=[
                (
                    "glass",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        serialize=False,
                        to="access.glass",
                    ),
                ),
                ("justified", models.BooleanField()),
                ("note", models.TextField()),
                ("reviewed_at", models.DateTimeField()),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="glass",
            index=models.Index(fields=["user", "-asked_at"], name="glass_by_user"),
        ),
        migrations.AddConstraint(
            model_name="glass",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.GreaterThanOrEqual(
                    django.db.models.functions.text.Length("reason"), 20
                ),
                name="glass_says_why",
            ),
        ),
        *(append_only(table) for table in (*GLASS, "access_ruling")),
        *(closed(table) for table in (*GLASS, "access_told", "access_alert")),
        behind_door("access_ruling", seen=HELD, made=""),
        *(
            sql_file(ROOM / name)
            for name in (
                "alerts/alerts.sql",
                "glass/glass.sql",
                "restricted/restricted.sql",
                "conflicts/conflicts.sql",
                "supervision/searches.sql",
            )
        ),
        migrations.RunSQL(
            "create trigger brings_mail after insert on access_alert"
            " referencing new table as made for each statement"
            " execute function door.mail_alert();",
            "drop trigger brings_mail on access_alert;",
        ),
    ]
