"""Clocks that warn, pause and tell somebody; and every deadline of the domain, with its source.

From here on a definition is never changed: the database refuses it. A change is a new version.
"""

from datetime import date

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

from breakwater.audit.append_only import append_only

FIRST_DAY = date(2000, 1, 1)  # as in 0002: history typed in later runs by them too
LOCAL = "local default, to be set by the area"
CHECKED = "checked against the source"
SECOND = "checked against a secondary source"
EXAMPLE = "example of other areas, to be set by the area"
UNCHECKED = "general knowledge, source not seen"
WT = "Working Together to Safeguard Children"

WORKER, TEAM, SUPERVISOR, MANAGER = "worker", "team", "supervisor", "manager"
USUAL = {"tell_at_warning": [WORKER], "tell_at_miss": [WORKER, SUPERVISOR]}
AWAITED = "more information is awaited"

# What the four that there are already gain. The code, what may pause it, whom to tell.
GAINED = {
    "DANGER": ("", [WORKER, TEAM, SUPERVISOR], [SUPERVISOR, MANAGER]),
    "DECIDE": (AWAITED, [WORKER], [WORKER, SUPERVISOR]),
    "TAKE_ON": ("a team refused the work and its supervisor decides", [TEAM], [TEAM, SUPERVISOR]),
    "GLASS": ("", [SUPERVISOR], [SUPERVISOR, MANAGER]),
}

HUB_EXAMPLE = "Local: Surrey Police's hub as published; others differ (Merton {}, Luton)"
ONLINE = "Practice: times by grade of risk, as reported in the press in 2023"
# code, name, starts, pauses, met by, length, unit, source, status, and what is not as usual.
DEFINITIONS = (
    ("MASH_RED", "Enquiries, rated red", "a referral is rated red", "",
     "a decision", 4, "working_hour", HUB_EXAMPLE.format("2 hours"), EXAMPLE,
     {"tell_at_warning": [WORKER, SUPERVISOR], "tell_at_miss": [SUPERVISOR, MANAGER]}),
    ("MASH_AMBER", "Enquiries, rated amber", "a referral is rated amber", AWAITED,
     "a decision", 24, "hour", HUB_EXAMPLE.format("6 hours"), EXAMPLE, {}),
    ("MASH_GREEN", "Enquiries, rated green", "a referral is rated green", AWAITED,
     "a decision", 72, "hour", HUB_EXAMPLE.format("24 hours"), EXAMPLE, {}),
    ("MASH_BLUE", "Rated blue: nothing is asked of partners", "a referral is rated blue", AWAITED,
     "a decision", 72, "hour",
     "Local: Surrey Police's hub does not share what is rated blue; for information",
     EXAMPLE, {"tell_at_warning": [], "tell_at_miss": [TEAM]}),
    ("ALLOCATED", "Read a new worry about a child you work with",
     "a worry arrives about a child who has a worker", "", "the worker reads it",
     1, "working_day", "Local practice", LOCAL, {}),
    ("MORE_INFO", "Come back to what waits for information",
     "a decision waits for more information", "", "the information is there, or a decision",
     3, "working_day", "Local practice: what waits is looked at again", LOCAL, {}),
    ("FEEDBACK", "Tell who reported what was decided", "a decision", "",
     "the feedback is sent, or why none may be given is recorded",
     1, "working_day", "Local practice, which guidance asks for", LOCAL, {}),
    ("DISAGREE", "Answer a professional disagreement", "a partner challenges a decision", "",
     "the supervisor's answer", 1, "working_day", "Local practice, first step", LOCAL,
     {"tell_at_warning": [SUPERVISOR], "tell_at_miss": [SUPERVISOR, MANAGER]}),
    ("DISAGREE2", "Answer a disagreement taken further",
     "a partner takes a disagreement a level up", "", "the manager's answer",
     2, "working_day", "Local practice, second step", LOCAL,
     {"tell_at_warning": [MANAGER], "tell_at_miss": [MANAGER]}),
    ("REFUSAL", "Settle a team's refusal", "a team refuses the work", "",
     "its supervisor decides", 4, "working_hour", "Local practice", LOCAL,
     {"tell_at_warning": [SUPERVISOR], "tell_at_miss": [SUPERVISOR, MANAGER]}),
    ("TRANSFER", "Have the other area confirm that it takes the child",
     "a decision that another area takes it", "", "the other area confirms",
     1, "working_day", "Local practice", LOCAL, {}),
    ("TELL_PARTNERS", "Tell partners about children in a household",
     "police learn that a person of concern lives with children", "", "partners are told",
     1, "working_day",
     "Local: an inspection in 2023 asked that the time to tell partners be measured", LOCAL, {}),
    ("STRATEGY", "Hold the strategy discussion",
     "there is reasonable cause to suspect significant harm", "",
     "the strategy discussion is held", 1, "working_day",
     WT + ": as soon as possible; the length is local", LOCAL,
     {"tell_at_warning": [WORKER, SUPERVISOR], "tell_at_miss": [SUPERVISOR, MANAGER]}),
    ("STRATEGY_RECORD", "Send round the record of the strategy discussion",
     "the strategy discussion is held", "", "the record is sent", 1, "working_day",
     "Local procedures: within a working day where possible", EXAMPLE, {}),
    ("ASSESS", "Child and family assessment", "a referral", "", "the assessment is finished",
     45, "working_day", WT, SECOND, {}),
    ("ICPC", "Initial child protection conference",
     "the strategy discussion that began the enquiry", "", "the conference is held",
     15, "working_day", WT, CHECKED, {}),
    ("CORE_GROUP", "First core group", "the initial conference", "", "the core group meets",
     10, "working_day", WT, SECOND, {}),
    ("RCPC1", "First review conference", "the initial conference", "",
     "the review conference is held", 3, "month", WT, SECOND, {}),
    ("RCPCN", "Later review conference", "the last review conference", "",
     "the review conference is held", 6, "month", WT, SECOND, {}),
    ("RCPC_UNBORN", "Review after birth, where the conference came before it", "the birth", "",
     "the review is held", 10, "working_day",
     "Local: Tees; London 10 days, or 20", EXAMPLE, {}),
    ("SIN", "Notify the Panel of a serious incident", "the council becomes aware", "",
     "the Panel is notified", 5, "working_day", "Children Act 2004, section 16C", CHECKED, {}),
    ("RAPID", "Rapid review", "the Panel is notified", "", "the rapid review is finished",
     15, "working_day", WT, CHECKED, {}),
    ("RHI", "Independent return home interview", "a missing child is found", "",
     "the interview is held, or the child declines", 72, "hour",
     "Statutory guidance on children who run away or go missing, 2014", UNCHECKED, {}),
    ("ENCOMPASS", "Tell the school (Operation Encompass)",
     "police believe that a child may be a victim of domestic abuse", "", "the school is told",
     0, "before_school_day",
     "Victims and Prisoners Act 2024, section 20: as soon as reasonably practicable", CHECKED, {}),
    ("CRIME_REC", "Record the crime", "a crime is reported", "", "the crime is recorded",
     24, "hour", "National Crime Recording Standard", CHECKED, {}),
    ("POL_PROT", "Police protection ends", "a child is taken into police protection", "",
     "the child is released, or an order is made", 72, "hour",
     "Children Act 1989, section 46(6): never extended", UNCHECKED,
     {"tell_at_warning": [WORKER, SUPERVISOR], "tell_at_miss": [SUPERVISOR, MANAGER]}),
    ("EPO", "Emergency protection order ends", "the order is made", "",
     "the order ends, or the court extends it", 8, "day",
     "Children Act 1989, section 45: extended once, by 7 days", UNCHECKED,
     {"tell_at_warning": [WORKER, SUPERVISOR], "tell_at_miss": [SUPERVISOR, MANAGER]}),
    ("LADO", "Tell the designated officer of an allegation",
     "an allegation against somebody who works with children is known", "",
     "the designated officer is told", 1, "working_day",
     "Keeping Children Safe in Education; " + WT, UNCHECKED, {}),
    ("LEAD", "Supervisor's review of the investigation",
     "an investigation opens, or the last review", "", "the supervisor's review",
     28, "day", "Local practice", LOCAL,
     {"tell_at_warning": [SUPERVISOR], "tell_at_miss": [SUPERVISOR, MANAGER]}),
    ("EXPLOIT_REVIEW", "Assess exploitation anew", "the last assessment of exploitation", "",
     "an assessment", 3, "month", "Local procedures: at least every 3 months", EXAMPLE, {}),
    ("ONLINE_VH", "Act on an online report, very high", "the risk is graded very high", "",
     "the first action is recorded", 1, "day", ONLINE, SECOND,
     {"tell_at_warning": [WORKER, SUPERVISOR], "tell_at_miss": [SUPERVISOR, MANAGER]}),
    ("ONLINE_H", "Act on an online report, high", "the risk is graded high", "",
     "the first action is recorded", 7, "day", ONLINE, SECOND, {}),
    ("ONLINE_M", "Act on an online report, medium", "the risk is graded medium", "",
     "the first action is recorded", 14, "day", ONLINE, SECOND, {}),
    ("ONLINE_L", "Act on an online report, low", "the risk is graded low", "",
     "the first action is recorded", 30, "day", ONLINE, SECOND, {}),
    ("INSPECT_REVIEW1", "First self-assessment of recommendations", "an inspection report", "",
     "the self-assessment is recorded", 3, "month", "Inspection programme", UNCHECKED,
     {"tell_at_warning": [MANAGER], "tell_at_miss": [MANAGER]}),
    ("INSPECT_REVIEW2", "Second self-assessment of recommendations", "an inspection report", "",
     "the self-assessment is recorded", 6, "month", "Inspection programme", UNCHECKED,
     {"tell_at_warning": [MANAGER], "tell_at_miss": [MANAGER]}),
    ("NCPI_PLAN", "The force's action plan after an inspection", "the report is published", "",
     "the action plan is sent", 6, "week", "HMICFRS, follow-up after an inspection", CHECKED,
     {"tell_at_warning": [MANAGER], "tell_at_miss": [MANAGER]}),
    ("PCC_RESP", "The Commissioner's comments on a report", "the report is published", "",
     "the comments are published, an answer to each recommendation", 56, "day",
     "Police Act 1996, section 55(5A) and (5B)", CHECKED,
     {"tell_at_warning": [MANAGER], "tell_at_miss": [MANAGER]}),
)  # fmt: skip
FIELDS = ("code", "name", "starts", "pauses", "met_by", "length", "unit", "source", "status")


def load(apps, _editor):
    definitions = apps.get_model("clocks", "ClockDefinition").objects
    for code, (pauses, warning, miss) in GAINED.items():
        definitions.filter(code=code).update(
            pauses=pauses, tell_at_warning=warning, tell_at_miss=miss
        )
    # 0003 named a paper of ours, which nobody who reads the page of clocks has.
    definitions.filter(code="GLASS").update(
        source="Local practice: every use is reviewed within 72 hours"
    )
    definitions.bulk_create(
        definitions.model(
            version=1,
            effective_from=FIRST_DAY,
            **USUAL | dict(zip(FIELDS, row[:9], strict=True)) | row[9],
        )
        for row in DEFINITIONS
    )


NOT_OVER = Q(met_at__isnull=True, stopped_at__isnull=True)
TO_MISS = NOT_OVER & Q(paused_at__isnull=True, miss_recorded_at__isnull=True)
UNITS = [
    "hour", "working_hour", "day", "week", "working_day", "month", "before_school_day",
]  # fmt: skip
WHOM = [WORKER, TEAM, SUPERVISOR, MANAGER]
TOLD = ["warn", "miss"]


def codes(**options):
    base = models.CharField(max_length=20)
    return django.contrib.postgres.fields.ArrayField(base_field=base, size=None, **options)


def a_check(model, name, condition):
    return migrations.AddConstraint(model, models.CheckConstraint(condition=condition, name=name))


def goes_with_its_clock(table):
    """A key by which what erases a clock erases these rows too; Django would make it refuse."""
    return migrations.RunSQL(
        f"alter table {table} add constraint goes_with_its_clock foreign key (clock_id)"
        " references clocks_clock on delete cascade deferrable initially deferred",
        f"alter table {table} drop constraint goes_with_its_clock",
    )


def key(**options):
    return models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name="ID", **options
    )


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0002_never_changed"),
        ("clocks", "0003_review_of_glass"),
    ]
    operations = [
        migrations.AddField(
            "clockdefinition", "pauses", models.CharField(max_length=200, default="")
        ),
        migrations.AddField("clockdefinition", "warn_share", models.FloatField(default=0.75)),
        migrations.AddField("clockdefinition", "tell_at_warning", codes(default=list)),
        migrations.AddField("clockdefinition", "tell_at_miss", codes(default=list)),
        migrations.RemoveConstraint("clockdefinition", "clock_unit_known"),
        migrations.AlterField(
            "clockdefinition",
            "unit",
            models.CharField(max_length=20, choices=[(unit, unit) for unit in UNITS]),
        ),
        a_check("clockdefinition", "clock_unit_known", Q(unit__in=UNITS)),
        migrations.RunPython(load, migrations.RunPython.noop),
        a_check(
            "clockdefinition", "clock_has_length", Q(length__gte=1) | Q(unit="before_school_day")
        ),
        a_check(
            "clockdefinition", "clock_warns_before_the_miss", Q(warn_share__gt=0, warn_share__lt=1)
        ),
        a_check(
            "clockdefinition",
            "clock_tells_somebody_known",
            Q(tell_at_warning__contained_by=WHOM)
            & Q(tell_at_miss__contained_by=WHOM)
            & Q(tell_at_miss__len__gte=1),
        ),
        append_only("clocks_clockdefinition"),
        # Clocks that run already are warned of by wall-clock time, as pages showed them so far.
        migrations.AddField("clock", "warn_at", models.DateTimeField(null=True)),
        migrations.RunSQL(
            "update clocks_clock set warn_at = started_at + 0.75 * (due_at - started_at)",
            migrations.RunSQL.noop,
        ),
        migrations.AlterField("clock", "warn_at", models.DateTimeField()),
        migrations.AddField("clock", "paused_at", models.DateTimeField(null=True)),
        migrations.AddField("clock", "warned_at", models.DateTimeField(null=True)),
        a_check("clock", "what_is_over_is_not_paused", Q(paused_at__isnull=True) | NOT_OVER),
        a_check(
            "clock",
            "paused_after_start",
            Q(paused_at__isnull=True) | Q(paused_at__gte=F("started_at")),
        ),
        migrations.RemoveIndex("clock", "clock_unmet_by_due"),
        migrations.AddIndex(
            "clock", models.Index(fields=["due_at"], name="clock_to_miss", condition=TO_MISS)
        ),
        migrations.AddIndex(
            "clock",
            models.Index(
                fields=["warn_at"],
                name="clock_to_warn",
                condition=TO_MISS & Q(warned_at__isnull=True),
            ),
        ),
        migrations.CreateModel(
            "OpeningHours",
            [
                ("id", key()),
                ("weekday", models.PositiveSmallIntegerField(unique=True)),
                ("opens", models.TimeField()),
                ("closes", models.TimeField()),
            ],
        ),
        a_check("openinghours", "weekday_of_the_week", Q(weekday__lte=6)),
        a_check("openinghours", "closes_after_opening", Q(closes__gt=F("opens"))),
        migrations.CreateModel(
            "SchoolBreak",
            [
                ("id", key()),
                ("area", models.CharField(max_length=60, default="", blank=True)),
                ("first", models.DateField()),
                ("last", models.DateField()),
            ],
        ),
        a_check("schoolbreak", "break_ends_after_start", Q(last__gte=F("first"))),
        migrations.CreateModel(
            "ClockPause",
            [
                ("id", key()),
                (
                    "clock",
                    models.ForeignKey(
                        "clocks.clock",
                        django.db.models.deletion.CASCADE,
                        related_name="pauses",
                        db_constraint=False,
                    ),
                ),
                ("reason", models.CharField(max_length=40)),
                ("paused_by", models.CharField(max_length=100)),
                ("paused_at", models.DateTimeField()),
                ("resumed_by", models.CharField(max_length=100, default="")),
                ("resumed_at", models.DateTimeField(null=True)),
            ],
        ),
        goes_with_its_clock("clocks_clockpause"),
        a_check(
            "clockpause", "pausing_needs_a_reason", Q(reason__regex=r"^[a-z][a-z0-9_ ]{2,39}$")
        ),
        a_check(
            "clockpause",
            "resumed_after_pause",
            Q(resumed_at__isnull=True) | Q(resumed_at__gte=F("paused_at")),
        ),
        migrations.AddConstraint(
            "clockpause",
            models.UniqueConstraint(
                fields=["clock"], condition=Q(resumed_at__isnull=True), name="one_pause_at_a_time"
            ),
        ),
        migrations.CreateModel(
            "Escalation",
            [
                ("id", key()),
                (
                    "clock",
                    models.ForeignKey(
                        "clocks.clock",
                        django.db.models.deletion.CASCADE,
                        related_name="escalations",
                        db_constraint=False,
                    ),
                ),
                ("kind", models.CharField(max_length=10, choices=[(t, t) for t in TOLD])),
                ("to", codes()),
                ("made_at", models.DateTimeField()),
                ("told_at", models.DateTimeField(null=True)),
            ],
        ),
        goes_with_its_clock("clocks_escalation"),
        migrations.AddConstraint(
            "escalation",
            models.UniqueConstraint(fields=["clock", "kind"], name="told_once_of_each"),
        ),
        a_check("escalation", "told_of_what", Q(kind__in=TOLD)),
        migrations.AddIndex(
            "escalation",
            models.Index(
                fields=["made_at"], name="escalation_untold", condition=Q(told_at__isnull=True)
            ),
        ),
    ]
