"""What waits for whom, a row each; refusals, ratings and pauses; more outcomes of a decision."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from breakwater.access.door import HELD, MADE_HERE, behind_door, made_in, sql_file
from breakwater.audit.append_only import append_only, never_deleted

ROOM = Path(__file__).parent.parent
OF_A_SEEN_REFERRAL = "exists (select from referrals_referral r where r.id = referral_id)"
OF_A_SEEN_ROUTE = (
    "exists (select from referrals_route t join referrals_referral r on r.id = t.referral_id"
    " where t.id = route_id)"
)
OF_A_SEEN_ITEM = "exists (select from referrals_item i where i.id = item_id)"
# What was decided and routed before: the owner of the tables may say what a trigger keeps from all.
BEFORE = """
set constraints all immediate;
alter table referrals_decision disable trigger user;
update referrals_decision d set outcome = case
    when d.team_id is null then 'no_further_action'
    when d.level = '4' then 'child_protection'
    when t.kind = 'early_help' then 'early_help'
    when t.kind in ('polit', 'cse', 'cait') then 'police_only'
    else 'child_in_need' end
  from referrals_decision o left join access_team t on t.id = o.team_id where o.id = d.id;
alter table referrals_decision enable trigger user;
update referrals_route set state = 'taken on' where taken_on_at is not null;
insert into referrals_item
    (referral_id, case_id, kind, team_id, worker_id, since, due_at, urgent, opened_at)
  select r.id, r.case_id, 'to triage', t.id, null, r.received_at, r.due_at,
    coalesce(r.immediate_danger, false), null
  from referrals_referral r
    cross join (select min(id) as id from access_team where kind = 'triage') t
  where r.state = 'waiting for a decision';
insert into referrals_item
    (referral_id, case_id, kind, team_id, worker_id, since, due_at, urgent, opened_at)
  select r.id, r.case_id, 'work', w.team_id, w.taken_on_by_id, w.routed_at,
    case when w.taken_on_at is null then r.due_at end, coalesce(r.immediate_danger, false),
    w.taken_on_at
  from referrals_route w join referrals_referral r on r.id = w.referral_id;
"""
NOWHERE = "".join(
    f"create constraint trigger waits_somewhere after {moment} on {table}"
    " deferrable initially deferred for each row"
    " execute function door.must_wait_somewhere();"
    for table, moment in (
        ("referrals_referral", "insert or update of state"),
        ("referrals_item", "update of done_at or delete"),
    )
)


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0008_hub_manager"),
        ("referrals", "0005_a_case_closes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Handover",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("note", models.BinaryField(null=True)),
                ("given_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Item",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("to triage", "to triage"),
                            ("new worry about a case of yours", "new worry about a case of yours"),
                            ("work", "work"),
                            ("refused work to settle", "refused work to settle"),
                            ("transfer to confirm", "transfer to confirm"),
                            ("feedback to give", "feedback to give"),
                            ("challenged decision", "challenged decision"),
                        ],
                        max_length=40,
                    ),
                ),
                ("since", models.DateTimeField()),
                ("due_at", models.DateTimeField(null=True)),
                ("urgent", models.BooleanField(default=False)),
                ("opened_at", models.DateTimeField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Pause",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.BinaryField()),
                ("paused_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Rated",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "rating",
                    models.CharField(
                        choices=[
                            ("red", "red"),
                            ("amber", "amber"),
                            ("green", "green"),
                            ("blue", "blue"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.BinaryField()),
                ("rated_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Refusal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.BinaryField()),
                ("refused_at", models.DateTimeField()),
                ("ruling_reason", models.BinaryField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="referral",
            name="state_known",
        ),
        migrations.RemoveConstraint(
            model_name="route",
            name="one_route_to_a_team",
        ),
        migrations.AddField(
            model_name="decision",
            name="basis",
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name="decision",
            name="consent",
            field=models.CharField(
                choices=[
                    ("sought", "sought"),
                    ("not_sought", "not_sought"),
                    ("refused", "refused"),
                    ("not_applicable", "not_applicable"),
                ],
                default="",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="decision",
            name="outcome",
            field=models.CharField(
                choices=[
                    ("no_further_action", "no_further_action"),
                    ("early_help", "early_help"),
                    ("child_in_need", "child_in_need"),
                    ("child_protection", "child_protection"),
                    ("police_only", "police_only"),
                    ("other_area", "other_area"),
                ],
                default="no_further_action",
                max_length=30,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="decision",
            name="suggested_level",
            field=models.CharField(default="", max_length=1),
        ),
        migrations.AddField(
            model_name="route",
            name="leads",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="route",
            name="state",
            field=models.CharField(
                choices=[
                    ("not yet taken on", "not yet taken on"),
                    ("taken on", "taken on"),
                    (
                        "refused, for its supervisor to settle",
                        "refused, for its supervisor to settle",
                    ),
                    ("refused once and kept", "refused once and kept"),
                    ("given back", "given back"),
                ],
                default="not yet taken on",
                max_length=40,
            ),
        ),
        migrations.AlterField(
            model_name="step",
            name="taken_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "outcome__in",
                        [
                            "no_further_action",
                            "early_help",
                            "child_in_need",
                            "child_protection",
                            "police_only",
                            "other_area",
                        ],
                    )
                ),
                name="outcome_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "waiting for a decision",
                            "with the worker who has the case",
                            "partners are being asked",
                            "waiting for more information",
                            "with a team, not yet taken on",
                            "a team is at work",
                            "another area is asked to take it",
                            "decided, another area has it",
                            "decided, no further action",
                        ],
                    )
                ),
                name="state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="route",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "given back"), _negated=True),
                fields=("referral", "team"),
                name="one_route_to_a_team",
            ),
        ),
        migrations.AddConstraint(
            model_name="route",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("leads", True), models.Q(("state", "given back"), _negated=True)
                ),
                fields=("referral",),
                name="one_team_leads",
            ),
        ),
        migrations.AddConstraint(
            model_name="route",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "not yet taken on",
                            "taken on",
                            "refused, for its supervisor to settle",
                            "refused once and kept",
                            "given back",
                        ],
                    )
                ),
                name="route_state_known",
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="from_worker",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="given_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="to_worker",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="item",
            name="case",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="access.case"),
        ),
        migrations.AddField(
            model_name="item",
            name="referral",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="referrals.referral"
            ),
        ),
        migrations.AddField(
            model_name="item",
            name="team",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="access.team"),
        ),
        migrations.AddField(
            model_name="item",
            name="worker",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="item",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="referrals.item"
            ),
        ),
        migrations.AddField(
            model_name="pause",
            name="ended_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="pause",
            name="paused_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="pause",
            name="referral",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="referrals.referral"
            ),
        ),
        migrations.AddField(
            model_name="rated",
            name="rated_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="rated",
            name="referral",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="referrals.referral"
            ),
        ),
        migrations.AddField(
            model_name="refusal",
            name="refused_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="refusal",
            name="route",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, to="referrals.route"
            ),
        ),
        migrations.AddField(
            model_name="refusal",
            name="settled_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(
                models.F("team"),
                models.OrderBy(models.F("urgent"), descending=True),
                models.OrderBy(models.F("due_at"), nulls_last=True),
                models.F("id"),
                condition=models.Q(("done_at", None)),
                name="item_board",
            ),
        ),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(
                condition=models.Q(("done_at", None)), fields=["worker"], name="item_of_worker"
            ),
        ),
        migrations.AddConstraint(
            model_name="item",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "to triage",
                            "new worry about a case of yours",
                            "work",
                            "refused work to settle",
                            "transfer to confirm",
                            "feedback to give",
                            "challenged decision",
                        ],
                    )
                ),
                name="item_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="item",
            constraint=models.UniqueConstraint(
                condition=models.Q(("done_at", None)),
                fields=("referral", "team", "kind"),
                name="one_open_item_of_a_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="pause",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)),
                fields=("referral",),
                name="referral_waits_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="rated",
            constraint=models.CheckConstraint(
                condition=models.Q(("rating__in", ["red", "amber", "green", "blue"])),
                name="rating_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="refusal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ruling_reason", None), ("settled_at", None), ("settled_by", None)),
                    models.Q(
                        ("settled_at__isnull", False),
                        ("settled_by__isnull", False),
                        ("ruling_reason__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="settled_by_somebody_with_a_reason",
            ),
        ),
        made_in("referrals_item"),
        made_in("referrals_handover"),
        made_in("referrals_refusal"),
        made_in("referrals_rated"),
        made_in("referrals_pause"),
        behind_door("referrals_item", seen=f"{HELD} or {MADE_HERE}", change=HELD),
        behind_door("referrals_handover", seen=f"{MADE_HERE} or {OF_A_SEEN_ITEM}"),
        behind_door(
            "referrals_refusal", seen=f"{MADE_HERE} or {OF_A_SEEN_ROUTE}", change=OF_A_SEEN_ROUTE
        ),
        behind_door("referrals_rated", seen=f"{MADE_HERE} or {OF_A_SEEN_REFERRAL}"),
        behind_door(
            "referrals_pause",
            seen=f"{MADE_HERE} or {OF_A_SEEN_REFERRAL}",
            change=OF_A_SEEN_REFERRAL,
        ),
        append_only("referrals_handover"),
        append_only("referrals_rated"),
        never_deleted("referrals_item"),
        never_deleted("referrals_refusal"),
        never_deleted("referrals_pause"),
        sql_file(ROOM / "items.sql"),
        sql_file(ROOM / "closing.sql"),
        migrations.RunSQL(NOWHERE, migrations.RunSQL.noop),
        migrations.RunSQL(BEFORE, migrations.RunSQL.noop),
    ]
