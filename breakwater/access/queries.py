"""Reads of who works where and who may see what."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from breakwater.access.models import Case, Grant, Membership, Team, User
from breakwater.access.policy import Role
from breakwater.access.rules import Actor, TeamKind


@dataclass(frozen=True)
class TeamFacts:
    id: int
    name: str
    kind: TeamKind
    agency: str
    mailbox: str


@dataclass(frozen=True)
class WhoToAsk:
    """What a person without a grant learns of a case: that it is, and whom to ask."""

    case_id: int
    agency: str
    team: str
    contact: str


def actor_for(user: User) -> Actor:
    """Return the user as an actor, with the teams and roles that stand now. 1 SQL statement."""
    now_standing = Q(starts__lte=Now()) & (Q(ends__isnull=True) | Q(ends__gt=Now()))
    memberships = Membership.objects.filter(now_standing, user=user).values_list("team_id", "role")
    pairs = list(memberships) if user.is_active else []
    return Actor(
        ledger_name=f"user:{user.pk}",
        name=user.name,
        user_id=user.pk,
        agency_id=user.agency_id,
        team_ids=frozenset(team for team, _ in pairs),
        roles=frozenset(Role(role) for _, role in pairs),
    )


def actor_of(username: str) -> Actor:
    """actor_for() by name. 2 SQL statements. Raise User.DoesNotExist."""
    return actor_for(User.objects.get(username=username))


def names_in_ledger(ledger_names: set[str]) -> dict[str, str]:
    """The people's names behind "user:7"; doors and jobs have none. 1 SQL statement."""
    ids = [name.removeprefix("user:") for name in ledger_names if name.startswith("user:")]
    people = User.objects.filter(pk__in=[int(pk) for pk in ids if pk.isdecimal()])
    return {f"user:{pk}": name for pk, name in people.values_list("pk", "name")}


def standing_grants(actor: Actor) -> QuerySet[Grant]:
    """The grants that reach the actor now, restricted cases by name only. No statement of its own.

    The same rule as rules.grant_reaches; a test holds the two together.
    """
    to_group = Q(team__in=actor.team_ids) | Q(agency=actor.agency_id, agency__isnull=False)
    by_name = Q(user=actor.user_id, user__isnull=False)
    return Grant.objects.filter(
        by_name | (to_group & Q(case__restricted=False)),
        Q(ends__isnull=True) | Q(ends__gt=Now()),
        starts__lte=Now(),
    )


def granted_cases(actor: Actor) -> QuerySet[Case]:
    """The cases that the actor may see: every read of case content filters by it."""
    return Case.objects.filter(Exists(standing_grants(actor).filter(case=OuterRef("pk"))))


def may_see(actor: Actor, case_ids: set[int]) -> set[int]:
    """Those of the cases that the actor may see. 1 SQL statement."""
    return set(granted_cases(actor).filter(pk__in=case_ids).values_list("pk", flat=True))


def who_to_ask(case_ids: set[int]) -> list[WhoToAsk]:
    """Of those cases that are not restricted: which team holds each. 1 SQL statement."""
    grants = (
        Grant.objects.filter(
            Q(ends__isnull=True) | Q(ends__gt=Now()),
            case__in=case_ids,
            case__restricted=False,
            team__isnull=False,
            starts__lte=Now(),
        )
        .order_by("case_id", "-starts", "-pk")
        .distinct("case_id")
        .values_list("case_id", "team__agency__name", "team__name", "team__agency__contact")
    )
    return [WhoToAsk(*row) for row in grants]


def open_unrestricted(case_ids: set[int]) -> set[int]:
    """Those of the cases that a new referral may join. 1 SQL statement."""
    cases = Case.objects.filter(pk__in=case_ids, closed_at__isnull=True, restricted=False)
    return set(cases.values_list("pk", flat=True))


def teams(ids: set[int] | None = None) -> list[TeamFacts]:
    """The teams, or those with these ids, by name. 1 SQL statement."""
    found = Team.objects.order_by("name") if ids is None else Team.objects.filter(pk__in=ids)
    rows = found.values_list("pk", "name", "kind", "agency__name", "mailbox")
    return [TeamFacts(pk, name, TeamKind(kind), *rest) for pk, name, kind, *rest in rows]


def front_door() -> TeamFacts | None:
    """The team that triages what comes in; None before one is set up. 1 SQL statement."""
    return next((t for t in teams() if t.kind is TeamKind.TRIAGE), None)
