from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from breakwater.access.policy import Role
from breakwater.access.rules import (
    FOR_A_TIME,
    AgencyKind,
    AlertKind,
    Conflict,
    Kinship,
    LawfulBasis,
    Relation,
    TeamKind,
)


class Agency(models.Model):
    name = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=20, choices=[(k.value, k.value) for k in AgencyKind])
    # Whom another agency asks, where it may know no more than that this one knows a person.
    contact = models.CharField(max_length=200, default="")


class Team(models.Model):
    agency = models.ForeignKey(Agency, models.PROTECT)
    name = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=20, choices=[(k.value, k.value) for k in TeamKind])
    # A mailbox gets "something waits for you", never what.
    mailbox = models.EmailField(default="", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[k.value for k in TeamKind]), name="team_kind_known"
            ),
        ]


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, name: str, agency: Agency, password: str | None) -> "User":
        user = self.model(username=username, name=name, agency=agency)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """Somebody who works at an agency."""

    username = models.CharField(max_length=100, unique=True)
    name = models.CharField(max_length=200)
    agency = models.ForeignKey(Agency, models.PROTECT)
    # Gets "something waits for you", never what.
    email = models.EmailField(default="", blank=True)
    is_active = models.BooleanField(default=True)
    # A partner's own system (systems.py): it acts over the API, and nobody signs in with it.
    is_system = models.BooleanField(default=False, db_default=False)

    objects = UserManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name", "agency"]


class Membership(models.Model):
    """A user works in a team, in a role, for a time."""

    user = models.ForeignKey(User, models.CASCADE)
    team = models.ForeignKey(Team, models.CASCADE)
    role = models.CharField(max_length=30, choices=[(r.value, r.value) for r in Role])
    starts = models.DateTimeField(db_default=Now())
    ends = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=[r.value for r in Role]), name="role_known"
            ),
            models.UniqueConstraint(
                fields=["user", "team", "role"], condition=Q(ends=None), name="one_standing_role"
            ),
        ]


class RoleVerb(models.Model):
    """policy.ROLE_VERBS as the database reads it; written anew by each migrate."""

    pk = models.CompositePrimaryKey("role", "verb")
    role = models.CharField(max_length=30)
    verb = models.CharField(max_length=40)


class Session(models.Model):
    """A signed-in browser. Its key is stored as a hash: who reads the table cannot use it.

    Who may see it: the person themself, as a list of devices.
    """

    # SHA-256 of what the cookie holds, in hex. Names are those of Django's own session table.
    session_key = models.CharField(max_length=64, primary_key=True)
    session_data = models.TextField()
    expire_date = models.DateTimeField(db_index=True)
    user = models.ForeignKey(User, models.CASCADE, null=True)
    # "Firefox on Windows": enough to tell one's own devices apart.
    device = models.CharField(max_length=200, default="")
    started_at = models.DateTimeField(db_default=Now())
    # Nobody at the keyboard: the session sleeps from here on.
    idle_until = models.DateTimeField(null=True)
    # The second factor was given (or the demo does without): without it no case opens.
    may_work = models.BooleanField(db_default=False, default=False)


class SignInLink(models.Model):
    """A link with which somebody chooses their first or next password, once."""

    # SHA-256 of what the link holds, in hex.
    key = models.CharField(max_length=64, primary_key=True)
    user = models.ForeignKey(User, models.CASCADE)
    until = models.DateTimeField()


class SharedValue(models.Model):
    """What the processes of the hub count together (signin/cache.py): attempts, used codes."""

    # A keyed hash: what is counted, an address for instance, cannot be read from it.
    key = models.CharField(max_length=64, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)


class Kin(models.Model):
    """A staff member, or somebody of their family, whose cases stay closed to them.

    Who may see it: the staff member who named them.
    """

    user = models.ForeignKey(User, models.CASCADE)
    kinship = models.CharField(max_length=40, choices=[(k.value, k.value) for k in Kinship])
    given = models.CharField(max_length=200)
    family = models.CharField(max_length=200)
    born = models.DateField()
    # Given and family name as people.rules folds them: what a mention's name is compared with.
    folded = models.CharField(max_length=400)

    class Meta:
        indexes = [models.Index(fields=["born"], name="kin_by_birth_date")]


class Case(models.Model):
    """The unit of need-to-know. A restricted case is seen only by those whom a grant names."""

    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    restricted = models.BooleanField(default=False)

    class Meta:
        indexes = [
            # Serves every list that leaves out what somebody must not know of: few are restricted.
            models.Index(fields=["id"], name="case_restricted", condition=Q(restricted=True)),
        ]


class Grant(models.Model):
    """Why an agency, a team or a named person may see a case, on which basis, for how long."""

    case = models.ForeignKey(Case, models.CASCADE)
    agency = models.ForeignKey(Agency, models.CASCADE, null=True)
    team = models.ForeignKey(Team, models.CASCADE, null=True)
    user = models.ForeignKey(User, models.CASCADE, null=True)
    relation = models.CharField(max_length=40, choices=[(r.value, r.value) for r in Relation])
    purpose = models.CharField(max_length=200)
    lawful_basis = models.CharField(
        max_length=200, choices=[(b.value, b.value) for b in LawfulBasis]
    )
    starts = models.DateTimeField()
    ends = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(agency__isnull=False, team__isnull=True, user__isnull=True)
                    | Q(agency__isnull=True, team__isnull=False, user__isnull=True)
                    | Q(agency__isnull=True, team__isnull=True, user__isnull=False)
                ),
                name="grant_has_one_grantee",
            ),
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gt=F("starts")), name="grant_ends_later"
            ),
            models.CheckConstraint(condition=~Q(purpose=""), name="grant_needs_a_purpose"),
            models.CheckConstraint(
                condition=~Q(relation__in=sorted(r.value for r in FOR_A_TIME))
                | Q(user__isnull=False, ends__isnull=False),
                name="grant_for_a_time_is_named_and_ends",
            ),
            # One standing grant of a kind: routing the same work twice adds nothing.
            models.UniqueConstraint(
                fields=["case", "team", "relation"],
                condition=Q(ends__isnull=True, team__isnull=False),
                name="one_standing_team_grant",
            ),
        ]
        indexes = [
            # Serve door.visible: which cases a team, an agency, a person reaches.
            models.Index(fields=["team", "case"], name="grant_by_team"),
            models.Index(fields=["user", "case"], name="grant_by_user"),
        ]


class Exclusion(models.Model):
    """Somebody who can never open a case: beats every grant and broken glass.

    Who may see it: nobody by name but the person and who set it; its effect is that the case is
    not there.
    """

    case = models.ForeignKey(Case, models.CASCADE)
    user = models.ForeignKey(User, models.CASCADE)
    why = models.CharField(max_length=80, choices=[(c.value, c.value) for c in Conflict])
    # Null: the hub itself, from names and birth dates.
    set_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    starts = models.DateTimeField(db_default=Now())
    ends = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "user"], condition=Q(ends=None), name="one_standing_exclusion"
            ),
        ]


class Alert(models.Model):
    """Something that somebody is told at once, without content. Who may see it: the recipient."""

    recipient = models.ForeignKey(User, models.CASCADE)
    kind = models.CharField(max_length=80, choices=[(k.value, k.value) for k in AlertKind])
    cases = ArrayField(models.BigIntegerField(), default=list)
    # Who asked, broke or searched, and from where.
    about = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    agency = models.ForeignKey(Agency, models.CASCADE, null=True)
    # Of a deadline: "referral:12", for a link, and the clock's name. Shown to who may see the case.
    subject = models.CharField(max_length=100, default="", db_default="")
    what = models.CharField(max_length=100, default="", db_default="")
    made_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["recipient", "-made_at"], name="alert_unseen", condition=Q(seen_at=None)
            ),
            # Serves door.queues: what nobody of all who were told has seen.
            models.Index(fields=["made_at"], name="alert_made"),
        ]


# The tables of this room's smaller rooms.
from breakwater.access.conflicts.models import Told  # noqa: E402, F401
from breakwater.access.glass.models import (  # noqa: E402, F401
    Glass,
    GlassAnswer,
    GlassOpening,
    GlassReview,
)
from breakwater.access.restricted.models import Ruling  # noqa: E402, F401
