from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from breakwater.access.policy import Role
from breakwater.access.rules import AgencyKind, LawfulBasis, Relation, TeamKind


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
    def create_user(self, username: str, name: str, agency: Agency, password: str) -> "User":
        user = self.model(username=username, name=name, agency=agency)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """Somebody who works at an agency."""

    username = models.CharField(max_length=100, unique=True)
    name = models.CharField(max_length=200)
    agency = models.ForeignKey(Agency, models.PROTECT)
    is_active = models.BooleanField(default=True)

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


class Case(models.Model):
    """The unit of need-to-know. A restricted case is seen only by those whom a grant names."""

    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    restricted = models.BooleanField(default=False)


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
            # One standing grant of a kind: routing the same work twice adds nothing.
            models.UniqueConstraint(
                fields=["case", "team", "relation"],
                condition=Q(ends__isnull=True, team__isnull=False),
                name="one_standing_team_grant",
            ),
        ]
