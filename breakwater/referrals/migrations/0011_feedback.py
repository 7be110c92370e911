"""What reporters are told of a decision, challenges of it, and who is told of its deadlines."""

from datetime import date
from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q
from django.utils import timezone

from breakwater.access.door import MADE_HERE, behind_door, made_in, sql_file
from breakwater.audit.append_only import append_only, never_deleted

ROOM = Path(__file__).parent.parent
OF_A_SEEN_REFERRAL = "exists (select from referrals_referral r where r.id = referral_id)"
OF_A_SEEN_CHALLENGE = "exists (select from referrals_challenge c where c.id = challenge_id)"
WAYS = ("by phone", "by letter", "in person", "through their agency", "by secure message")
OUTCOMES = (
    "no_further_action",
    "early_help",
    "child_in_need",
    "child_protection",
    "police_only",
    "other_area",
)
STANDINGS = (
    "waits for a triage supervisor",
    "a triage supervisor says that the decision stands",
    "waits for the hub manager",
    "the hub manager says that the decision stands",
    "waits to be handed to the partnership",
    "with the partnership",
    "the partnership says that the decision stands",
    "upheld",
)
MOVES = (
    "challenge the decision",
    "rule that the decision stands",
    "rule that the decision is opened again",
    "take the challenge a level up",
    "hand the challenge to the partnership",
)
THANKS = "Thank you for telling us that you are worried. Somebody has read what you told us"
AGAIN = (
    "If you see or hear something new, or you stay worried, tell us again. If a child is in danger "
    "now, ring 999."
)
NO_MORE = (
    "We cannot tell you more about the family: that is theirs to tell, as it would be if somebody "
    "were worried about a child of yours."
)
# What is usually said of each outcome, until the hub says it otherwise. Nobody is named.
USUAL = {
    "no_further_action": f"{THANKS} and weighed it together with what was known already.\n\n"
    "We decided that the safeguarding hub does nothing more for now. That does not mean that you "
    "were wrong to tell us: it is kept, and counts if somebody tells us more.",
    "early_help": f"{THANKS}.\n\n"
    "We decided that the family is offered help early, before things become harder. A service "
    "near them asks whether they want it.",
    "child_in_need": f"{THANKS}.\n\n"
    "We decided that a social worker speaks with the family about what they need, and works on it "
    "with them.",
    "child_protection": f"{THANKS}.\n\n"
    "We decided that it must be looked into, and people whose work that is have begun. Please do "
    "not speak about it with the family or with others: it could make it harder to help.",
    "police_only": f"{THANKS}.\n\n"
    "We decided that the police look into it. An officer may ask you about what you told us. "
    "Please do not speak about it with others until then.",
    "other_area": f"{THANKS}.\n\n"
    "We passed it on to the safeguarding hub of the area where the child lives. They decide what "
    "happens next, and may ask you about what you told us.",
}


def load(apps, _editor):
    templates = apps.get_model("referrals", "FeedbackTemplate").objects
    now = timezone.now()
    templates.bulk_create(
        templates.model(
            outcome=outcome, version=1, text=f"{text}\n\n{NO_MORE}\n\n{AGAIN}", made_at=now
        )
        for outcome, text in USUAL.items()
    )
    # The third level of a disagreement is outside the hub, and its clock local like the first two.
    definitions = apps.get_model("clocks", "ClockDefinition").objects
    definitions.create(
        code="DISAGREE3",
        version=1,
        name="Hear from the partnership about a disagreement",
        starts="a disagreement goes to the partnership",
        pauses="",
        met_by="the partnership's answer",
        length=5,
        unit="working_day",
        tell_at_warning=["manager"],
        tell_at_miss=["manager"],
        source="Local practice, third step: the partnership's own escalation",
        status="local default, to be set by the area",
        effective_from=date(2000, 1, 1),
    )


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
        ("access", "0009_alerts_of_clocks"),
        ("clocks", "0004_every_deadline"),
        ("referrals", "0010_board"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="Challenge",
            fields=[
                ("id", key()),
                ("for_another", models.BooleanField(default=False)),
                ("standing", one_of(STANDINGS, max_length=60)),
                ("entered_at", models.DateTimeField()),
                ("decision", to("referrals.decision")),
                ("entered_by", somebody()),
                ("referral", to("referrals.referral")),
                ("team", to("access.team")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(standing__in=list(STANDINGS)), name="challenge_standing_known"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="ChallengeStep",
            fields=[
                ("id", key()),
                ("move", one_of(MOVES, max_length=60)),
                ("end", models.CharField(max_length=60)),
                ("words", models.BinaryField()),
                ("taken_at", models.DateTimeField()),
                ("challenge", to("referrals.challenge", related_name="steps")),
                ("taken_by", somebody()),
            ],
        ),
        migrations.CreateModel(
            name="Feedback",
            fields=[
                ("id", key()),
                ("way", one_of(WAYS, default="", max_length=30)),
                ("text", models.BinaryField(null=True)),
                ("reason", models.BinaryField(null=True)),
                ("told_at", models.DateTimeField()),
                (
                    "decision",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, to="referrals.decision"
                    ),
                ),
                ("referral", to("referrals.referral")),
                ("told_by", somebody()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=(
                            Q(way__in=list(WAYS), text__isnull=False, reason__isnull=True)
                            | Q(way="", text__isnull=True, reason__isnull=False)
                        ),
                        name="told_or_withheld_with_a_reason",
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="FeedbackTemplate",
            fields=[
                ("id", key()),
                ("outcome", one_of(OUTCOMES, max_length=30)),
                ("version", models.PositiveIntegerField()),
                ("text", models.TextField()),
                ("made_at", models.DateTimeField()),
                ("made_by", somebody(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("outcome", "version"), name="one_template_version"
                    ),
                    models.CheckConstraint(
                        condition=Q(outcome__in=list(OUTCOMES)), name="template_outcome_known"
                    ),
                    models.CheckConstraint(condition=~Q(text=""), name="template_says_something"),
                ]
            },
        ),
        made_in("referrals_challenge"),
        made_in("referrals_challengestep"),
        made_in("referrals_feedback"),
        behind_door(
            "referrals_challenge",
            seen=f"{MADE_HERE} or {OF_A_SEEN_REFERRAL}",
            change=OF_A_SEEN_REFERRAL,
        ),
        behind_door("referrals_challengestep", seen=f"{MADE_HERE} or {OF_A_SEEN_CHALLENGE}"),
        behind_door("referrals_feedback", seen=f"{MADE_HERE} or {OF_A_SEEN_REFERRAL}"),
        never_deleted("referrals_challenge"),
        append_only("referrals_challengestep"),
        append_only("referrals_feedback"),
        migrations.RunPython(load, migrations.RunPython.noop),
        append_only("referrals_feedbacktemplate"),
        # Its board knows that feedback may wait on a closed case.
        sql_file(ROOM / "items.sql"),
        sql_file(ROOM / "escalation" / "escalation.sql"),
    ]
