"""Reads of who works where and who may see what."""

from collections.abc import Collection
from dataclasses import dataclass

from django.contrib.postgres.aggregates import StringAgg
from django.db import connection
from django.db.models import Q, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now
from django.http import HttpRequest

from breakwater.access.models import Agency, Membership, Team, User
from breakwater.access.policy import ROLE_VERBS, Role, Verb
from breakwater.access.rules import Actor, AgencyKind, TeamKind


@dataclass(frozen=True)
class TeamFacts:
    id: int
    name: str
    kind: TeamKind
    agency: str
    mailbox: str


@dataclass(frozen=True)
class WhoToAsk:
    """What a person without a grant learns of a case: that it is, and whom to ask.

    Not which team: that it is known to an online investigation would warn who is investigated.
    """

    case_id: int
    agency: str
    contact: str


def actor_of_request(request: HttpRequest) -> Actor:
    """Return who is signed in, with the key by which the database knows them. 1 SQL statement."""
    return actor_for(request.user, request.session.session_key or "")  # type: ignore[arg-type]


def actor_for(user: User, session: str = "") -> Actor:
    """Return the user as an actor, with the teams and roles that stand now. 1 SQL statement.

    Without a session only the owner of the database can act for them: the demo, tests, commands.
    """
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
        session=session,
    )


def actor_of(username: str) -> Actor:
    """actor_for() by name. 2 SQL statements. Raise User.DoesNotExist."""
    return actor_for(User.objects.get(username=username))


def any_named(people: Collection[tuple[str, str]]) -> bool:
    """Whether one of these (username, name) works here. 1 SQL statement."""
    usernames = User.objects.filter(username__in=[username for username, _ in people])
    return not set(people).isdisjoint(usernames.values_list("username", "name"))


def names_in_ledger(ledger_names: set[str]) -> dict[str, str]:
    """The people's names behind "user:7"; doors and jobs have none. 1 SQL statement."""
    ids = [name.removeprefix("user:") for name in ledger_names if name.startswith("user:")]
    people = User.objects.filter(pk__in=[int(pk) for pk in ids if pk.isdecimal()])
    return {f"user:{pk}": name for pk, name in people.values_list("pk", "name")}


@dataclass(frozen=True)
class Somebody:
    """Who is behind "user:7": name, agency and teams, as they stand now."""

    name: str
    agency: str
    teams: str


def people_in_ledger(ledger_names: Collection[str]) -> dict[str, Somebody]:
    """The people behind these names; doors and jobs have none. 1 SQL statement."""
    ids = [name.removeprefix("user:") for name in ledger_names if name.startswith("user:")]
    standing = Q(membership__ends__isnull=True) | Q(membership__ends__gt=Now())
    people = User.objects.filter(pk__in=[int(pk) for pk in ids if pk.isdecimal()]).annotate(
        teams=StringAgg(
            "membership__team__name",
            delimiter=", ",
            distinct=True,
            filter=standing,
            default=Value(""),
        )
    )
    rows = people.values_list("pk", "name", "agency__name", "teams")
    return {f"user:{pk}": Somebody(*row) for pk, *row in rows}


def agency_names() -> dict[int, str]:
    """Every agency's name. 1 SQL statement."""
    return dict(Agency.objects.order_by("name").values_list("pk", "name"))


@dataclass(frozen=True)
class AgencyFacts:
    id: int
    name: str
    kind: AgencyKind
    contact: str


def agencies() -> list[AgencyFacts]:
    """Every agency, by name. 1 SQL statement."""
    rows = Agency.objects.order_by("name").values_list("pk", "name", "kind", "contact")
    return [AgencyFacts(pk, name, AgencyKind(kind), contact) for pk, name, kind, contact in rows]


def people_with(verb: Verb) -> list[tuple[int, str]]:
    """Who may use the verb now, by name. 1 SQL statement."""
    roles = [role for role, verbs in ROLE_VERBS.items() if verb in verbs]
    standing = Q(starts__lte=Now()) & (Q(ends__isnull=True) | Q(ends__gt=Now()))
    people = Membership.objects.filter(standing, role__in=roles, user__is_active=True)
    return list(people.values_list("user", "user__name").distinct().order_by("user__name"))


def people_of(team_id: int) -> dict[int, str]:
    """Who works in a team now, by name. 1 SQL statement."""
    standing = Q(starts__lte=Now()) & (Q(ends__isnull=True) | Q(ends__gt=Now()))
    people = Membership.objects.filter(standing, team=team_id, user__is_active=True)
    return dict(people.order_by("user__name").values_list("user", "user__name"))


def people_of_teams(team_ids: Collection[int]) -> dict[int, str]:
    """Who works in any of the teams now, by name. 1 SQL statement."""
    standing = Q(starts__lte=Now()) & (Q(ends__isnull=True) | Q(ends__gt=Now()))
    people = Membership.objects.filter(standing, team__in=team_ids, user__is_active=True)
    return dict(people.order_by("user__name", "user").values_list("user", "user__name"))


def granted_cases(actor: Actor) -> RawSQL:
    """The cases that the actor may see, for `case__in=` over ids. No statement of its own."""
    return RawSQL("select case_id from door.my_cases(%s, %s)", [actor.session, actor.user_id])


def may_see(actor: Actor, case_ids: Collection[int]) -> set[int]:
    """Those of the cases that the actor may see; opens none of them. 1 SQL statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select door.may_see(%s, %s, %s::bigint[])",
            [actor.session, actor.user_id, sorted(case_ids)],
        )
        return set(cursor.fetchone()[0])


def may_know_of(actor: Actor, case_ids: Collection[int]) -> set[int]:
    """Those that the actor may see, or may know to be there: not restricted. 1 SQL statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select door.may_know_of(%s, %s, %s::bigint[])",
            [actor.session, actor.user_id, sorted(case_ids)],
        )
        return set(cursor.fetchone()[0])


def who_to_ask(actor: Actor, case_ids: Collection[int]) -> list[WhoToAsk]:
    """Of those cases that the actor may know of: which agency holds each. 1 SQL statement.

    A restricted case gives none, nor one that the actor is shut out of.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select * from door.who_to_ask(%s, %s, %s::bigint[])",
            [actor.session, actor.user_id, sorted(case_ids)],
        )
        return [WhoToAsk(*row) for row in cursor.fetchall()]


def open_unrestricted(case_ids: Collection[int]) -> set[int]:
    """Those of the cases that a new referral may join. 1 SQL statement."""
    with connection.cursor() as cursor:
        cursor.execute("select door.may_join(%s::bigint[])", [sorted(case_ids)])
        return set(cursor.fetchone()[0])


def teams(ids: set[int] | None = None) -> list[TeamFacts]:
    """The teams, or those with these ids, by name. 1 SQL statement."""
    found = Team.objects.order_by("name") if ids is None else Team.objects.filter(pk__in=ids)
    rows = found.values_list("pk", "name", "kind", "agency__name", "mailbox")
    return [TeamFacts(pk, name, TeamKind(kind), *rest) for pk, name, kind, *rest in rows]


@dataclass(frozen=True)
class PartnerFacts:
    """A team of another agency, which may be asked and told."""

    id: int
    name: str
    kind: TeamKind
    mailbox: str
    agency_id: int
    agency: str
    agency_kind: AgencyKind
    contact: str


def partners_of(agency_id: int | None, ids: Collection[int] | None = None) -> list[PartnerFacts]:
    """The teams of other agencies that answer and are told, or of these, by name. 1 statement."""
    found = Team.objects.exclude(agency=agency_id).exclude(
        kind__in=[TeamKind.TRIAGE, TeamKind.RECORDS]
    )
    if ids is not None:
        found = found.filter(pk__in=set(ids))
    rows = found.order_by("name").values_list(
        "pk", "name", "kind", "mailbox", "agency", "agency__name", "agency__kind", "agency__contact"
    )
    return [
        PartnerFacts(pk, name, TeamKind(kind), mailbox, home, agency, AgencyKind(of), contact)
        for pk, name, kind, mailbox, home, agency, of, contact in rows
    ]


def agency_kind(agency_id: int) -> AgencyKind:
    """What kind of agency it is. 1 SQL statement. Raise Agency.DoesNotExist."""
    return AgencyKind(Agency.objects.values_list("kind", flat=True).get(pk=agency_id))


def front_door() -> TeamFacts | None:
    """The team that triages what comes in; None before one is set up. 1 SQL statement."""
    return next((t for t in teams() if t.kind is TeamKind.TRIAGE), None)
