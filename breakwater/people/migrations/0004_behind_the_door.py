"""Mentions behind the door of their case; what the engine compares behind the engine's."""

from django.db import migrations, models

from breakwater.access.door import HELD, MADE_HERE, behind_door, made_in

ENGINE = "(select door.engine())"
# Each other table is seen through the mentions it is about, which are seen through their cases.
BOTH_SEEN = (
    "exists (select from people_mention m where m.id = mention_id) and"
    " (against_id is null or exists (select from people_mention m where m.id = against_id))"
)
VIEWS = """
create view people_place as
  select id as mention_id, case_id, referral_id, told_at from people_mention;
create view people_tie as
  select l.id, l.mention_id, l.identity_id, l.standing, l.against_id, l.weight,
    l.evidence <> '[]' as has_evidence, l.decided_by, l.decided_at, l.ended_at,
    m.case_id, a.case_id as against_case_id, m.referral_id,
    exists (select from people_review r
      where r.mention_id = least(l.mention_id, l.against_id)
        and r.against_id = greatest(l.mention_id, l.against_id)) as answered
  from people_link l join people_mention m on m.id = l.mention_id
    left join people_mention a on a.id = l.against_id;
grant select on people_place, people_tie to breakwater_app;
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0003_identity_engine"), ("access", "0004_the_door")]
    operations = [
        made_in("people_mention"),
        made_in("people_link"),
        made_in("people_review"),
        behind_door("people_mention", seen=f"{HELD} or {MADE_HERE}"),
        behind_door("people_profile", seen=ENGINE, made=ENGINE),
        behind_door("people_matchkey", seen=ENGINE, made=ENGINE),
        behind_door(
            "people_link",
            seen=f"{ENGINE} or {MADE_HERE} or ({BOTH_SEEN})",
            change=ENGINE,
        ),
        behind_door("people_review", seen=f"{ENGINE} or {MADE_HERE} or ({BOTH_SEEN})"),
        migrations.RunSQL(VIEWS, "drop view people_tie; drop view people_place;"),
        migrations.CreateModel(
            "Place",
            [
                ("mention_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("case_id", models.BigIntegerField()),
                ("referral_id", models.BigIntegerField()),
                ("told_at", models.DateTimeField()),
            ],
            {"db_table": "people_place", "managed": False},
        ),
        migrations.CreateModel(
            "Tie",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("mention_id", models.BigIntegerField()),
                ("identity_id", models.BigIntegerField()),
                ("standing", models.CharField(max_length=10)),
                ("against_id", models.BigIntegerField(null=True)),
                ("weight", models.FloatField()),
                ("has_evidence", models.BooleanField()),
                ("decided_by", models.CharField(max_length=100)),
                ("decided_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("case_id", models.BigIntegerField()),
                ("against_case_id", models.BigIntegerField(null=True)),
                ("referral_id", models.BigIntegerField()),
                ("answered", models.BooleanField()),
            ],
            {"db_table": "people_tie", "managed": False},
        ),
    ]
