from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q

from breakwater.referrals.rules import (
    Category,
    Channel,
    Consent,
    ItemKind,
    Level,
    Outcome,
    Rating,
    RouteState,
    State,
)


class Submission(models.Model):
    """What arrived, byte for byte, sealed. A trigger refuses every change."""

    sender = models.CharField(max_length=100)
    key = models.CharField(max_length=100)
    door = models.CharField(max_length=40)
    # Sealed under the key of its referral: see sealed.py.
    body = models.BinaryField()
    # SHA-256 of the content, so that a repeat is told from another content under the same key.
    content_hash = models.BinaryField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sender", "key"], name="one_submission_a_key"),
        ]


class Referral(models.Model):
    """The worry, structured. Its state moves only along rules.TRANSITIONS, a Step row each."""

    submission = models.OneToOneField(Submission, models.PROTECT)
    case = models.ForeignKey("access.Case", models.PROTECT)
    reference = models.CharField(max_length=20, unique=True)
    channel = models.CharField(max_length=20)
    sent_at = models.DateTimeField()
    received_at = models.DateTimeField()
    category = models.CharField(max_length=40)
    also = ArrayField(models.CharField(max_length=40), default=list)
    immediate_danger = models.BooleanField(null=True)
    # Narrative, reporter and what else was told in words, sealed: see sealed.py.
    words = models.BinaryField()
    has_reporter = models.BooleanField()
    consent = models.CharField(max_length=20, default="")
    seen_child = models.BooleanField(null=True)
    state = models.CharField(max_length=40, default=State.RECEIVED)
    version = models.PositiveIntegerField(default=1)
    # When its next clock ends: the board's order. The clock itself is the clocks room's.
    due_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(channel__in=[c.value for c in Channel]), name="channel_known"
            ),
            models.CheckConstraint(
                condition=Q(category__in=[c.value for c in Category]), name="category_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in State]), name="state_known"
            ),
            models.CheckConstraint(
                condition=~Q(channel="anonymous") | Q(has_reporter=False),
                name="anonymous_has_no_reporter",
            ),
        ]
        indexes = [
            # Serves queries.board: what a team still has to do, most urgent first.
            models.Index(fields=["state", "due_at", "id"], name="referral_board"),
            models.Index(fields=["case"], name="referral_by_case"),
            # Serves door.measure_pace: what came lately. Rows lie in about the order they came.
            BrinIndex(fields=["received_at"], autosummarize=True, name="referral_by_time"),
        ]


class Place(models.Model):
    """Where a referral stands: a view of ids, state and times, open before the case is.

    Who may see it: the hub itself, to find what belongs on a list; a page shows nothing of it.
    """

    case_id = models.BigIntegerField()
    reference = models.CharField(max_length=20)
    state = models.CharField(max_length=40)
    due_at = models.DateTimeField()
    immediate_danger = models.BooleanField(null=True)
    received_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "referrals_place"


class Decision(models.Model):
    """What triage decided. Appended; a trigger refuses every change."""

    referral = models.ForeignKey(Referral, models.PROTECT)
    outcome = models.CharField(max_length=30, choices=[(o.value, o.value) for o in Outcome])
    level = models.CharField(max_length=1, choices=[(v.value, v.value) for v in Level])
    # The one that leads; null: nobody here acts on it.
    team = models.ForeignKey("access.Team", models.PROTECT, null=True)
    consent = models.CharField(
        max_length=20, default="", choices=[(c.value, c.value) for c in Consent]
    )
    # Both sealed under the key of its referral: see sealed.py.
    reason = models.BinaryField()
    basis = models.BinaryField(null=True)
    # What the rules suggested: the suggestion never decides.
    suggested_level = models.CharField(max_length=1, default="")
    # The version of the rules that suggested it.
    ruleset = models.ForeignKey("referrals.RuleSet", models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey("access.User", models.PROTECT)
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(level__in=[v.value for v in Level]), name="level_known"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=[o.value for o in Outcome]), name="outcome_known"
            ),
        ]
        indexes = [
            # Serves door.agreement(): how the last months' decisions stand to the suggestions.
            models.Index(fields=["decided_at"], name="decision_by_time"),
        ]


class Step(models.Model):
    """One move of a referral from state to state. Appended; a trigger refuses every change."""

    referral = models.ForeignKey(Referral, models.PROTECT)
    action = models.CharField(max_length=60)
    start = models.CharField(max_length=40)
    end = models.CharField(max_length=40)
    # Null: the hub itself.
    taken_by = models.ForeignKey("access.User", models.PROTECT, null=True)
    taken_at = models.DateTimeField()


class Route(models.Model):
    """A team that was given the work on a referral; of several, one leads."""

    referral = models.ForeignKey(Referral, models.PROTECT)
    team = models.ForeignKey("access.Team", models.PROTECT)
    decision = models.ForeignKey(Decision, models.PROTECT)
    leads = models.BooleanField(default=True)
    state = models.CharField(
        max_length=40, default=RouteState.WAITING, choices=[(s.value, s.value) for s in RouteState]
    )
    routed_at = models.DateTimeField()
    taken_on_by = models.ForeignKey("access.User", models.PROTECT, null=True)
    taken_on_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["referral", "team"],
                condition=~Q(state=RouteState.RETURNED),
                name="one_route_to_a_team",
            ),
            models.UniqueConstraint(
                fields=["referral"],
                condition=Q(leads=True) & ~Q(state=RouteState.RETURNED),
                name="one_team_leads",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in RouteState]), name="route_state_known"
            ),
        ]


class Refusal(models.Model):
    """A team's refusal of routed work: once, then its supervisor settles it.

    Who may see it: whoever holds the referral's case.
    """

    route = models.OneToOneField(Route, models.PROTECT)
    # Sealed, as the ruling's reason.
    reason = models.BinaryField()
    refused_by = models.ForeignKey("access.User", models.PROTECT, related_name="+")
    refused_at = models.DateTimeField()
    ruling_reason = models.BinaryField(null=True)
    settled_by = models.ForeignKey("access.User", models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(settled_at=None, settled_by=None, ruling_reason=None)
                    | Q(settled_at__isnull=False, settled_by__isnull=False)
                    & Q(ruling_reason__isnull=False)
                ),
                name="settled_by_somebody_with_a_reason",
            ),
        ]


class Item(models.Model):
    """What waits for somebody: one row, on the board of its team, or of its worker.

    A referral that has not ended always has one that is not done: a trigger in the database holds
    it (items.sql). Who may see it: whoever holds the case; boards find theirs by door.board().
    """

    referral = models.ForeignKey(Referral, models.PROTECT)
    case = models.ForeignKey("access.Case", models.PROTECT)
    kind = models.CharField(max_length=40, choices=[(k.value, k.value) for k in ItemKind])
    team = models.ForeignKey("access.Team", models.PROTECT)
    # Null: nobody has claimed it.
    worker = models.ForeignKey("access.User", models.PROTECT, null=True)
    since = models.DateTimeField()
    # When its clock ends; null where none runs.
    due_at = models.DateTimeField(null=True)
    urgent = models.BooleanField(default=False)
    # The first look at it; null: nobody knows yet how great the risk is.
    opened_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    # What boards are filtered by, so that a page of a board is read from one index. The database
    # fills these in and keeps them true (board/board.sql): nobody else can say otherwise.
    restricted = models.BooleanField(default=False)
    categories = ArrayField(models.CharField(max_length=40), default=list)
    channel = models.CharField(max_length=20, default="")
    rating = models.CharField(max_length=10, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[k.value for k in ItemKind]), name="item_kind_known"
            ),
            models.UniqueConstraint(
                fields=["referral", "team", "kind"],
                condition=Q(done_at=None),
                name="one_open_item_of_a_kind",
            ),
        ]
        indexes = [
            # Serves door.board(): what waits for a team, most urgent first.
            models.Index(
                F("team"),
                F("urgent").desc(),
                F("due_at").asc(nulls_last=True),
                F("id"),
                name="item_on_board",
                condition=Q(done_at=None, restricted=False),
                include=[
                    "case",
                    "referral",
                    "worker",
                    "kind",
                    "categories",
                    "channel",
                    "rating",
                ],
            ),
            # Serves door.board() for triage: what went straight to a worker of another team.
            models.Index(
                F("urgent").desc(),
                F("due_at").asc(nulls_last=True),
                F("id"),
                name="item_straight",
                condition=Q(done_at=None, restricted=False, kind=ItemKind.ALLOCATED),
                include=["case", "referral", "team"],
            ),
            models.Index(fields=["worker"], name="item_of_worker", condition=Q(done_at=None)),
        ]


class Handover(models.Model):
    """An item went from hand to hand, with a note. Appended. Who may see it: as the item."""

    item = models.ForeignKey(Item, models.PROTECT)
    given_by = models.ForeignKey("access.User", models.PROTECT, related_name="+")
    # From nobody: it was claimed. To nobody: it was given back to the team.
    from_worker = models.ForeignKey("access.User", models.PROTECT, null=True, related_name="+")
    to_worker = models.ForeignKey("access.User", models.PROTECT, null=True, related_name="+")
    # Sealed.
    note = models.BinaryField(null=True)
    given_at = models.DateTimeField()


class Rated(models.Model):
    """How fast partners were asked to answer; each change is a row. Who may see it: as Refusal."""

    referral = models.ForeignKey(Referral, models.PROTECT)
    rating = models.CharField(max_length=10, choices=[(r.value, r.value) for r in Rating])
    # Sealed.
    reason = models.BinaryField()
    rated_by = models.ForeignKey("access.User", models.PROTECT)
    rated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(rating__in=[r.value for r in Rating]), name="rating_known"
            ),
        ]


class Screened(models.Model):
    """What a worker answered to what the rules ask; each answering is a row, the last one counts.

    Who may see it: as Refusal.
    """

    referral = models.ForeignKey(Referral, models.PROTECT)
    # Sealed JSON: {name of a fact: answer, null for "not known"}.
    answers = models.BinaryField()
    answered_by = models.ForeignKey("access.User", models.PROTECT)
    answered_at = models.DateTimeField()


class Pause(models.Model):
    """A referral waits for more information, and why. Who may see it: as Refusal."""

    referral = models.ForeignKey(Referral, models.PROTECT)
    # Sealed.
    reason = models.BinaryField()
    paused_by = models.ForeignKey("access.User", models.PROTECT, related_name="+")
    paused_at = models.DateTimeField()
    ended_by = models.ForeignKey("access.User", models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["referral"], condition=Q(ended_at=None), name="referral_waits_once"
            ),
        ]


class Notice(models.Model):
    """'Something waits for you' for a team: sent once it is committed, never with content."""

    team = models.ForeignKey("access.Team", models.PROTECT)
    referral = models.ForeignKey(Referral, models.PROTECT)
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)


class SavedFilter(models.Model):
    """A view of the board that somebody keeps for themself: codes, under a name of theirs."""

    user = models.ForeignKey("access.User", models.CASCADE)
    name = models.CharField(max_length=40)
    # As in the address of the board: {"urgency": "today", "whose": "nobody"}.
    wanted = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "name"], name="one_filter_of_a_name"),
        ]


class Presence(models.Model):
    """Who has a referral open, until they leave it or give no sign for a while.

    Who may see it: whoever may see the case, by door.here() (presence/presence.sql).
    """

    referral = models.ForeignKey(Referral, models.CASCADE)
    user = models.ForeignKey("access.User", models.CASCADE)
    since = models.DateTimeField()
    seen_at = models.DateTimeField()
    # Which page gave the last sign; empty: the page as it was asked for.
    visit = models.CharField(max_length=32, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["referral", "user"], name="one_presence_a_user"),
        ]


# The tables of this room's smaller rooms.
from breakwater.referrals.challenge.models import Challenge, ChallengeStep  # noqa: E402, F401
from breakwater.referrals.chronology.models import AreaPace  # noqa: E402, F401
from breakwater.referrals.feedback.models import Feedback, FeedbackTemplate  # noqa: E402, F401
from breakwater.referrals.thresholds.models import RuleSet  # noqa: E402, F401
