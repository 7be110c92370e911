"""Who may open which case: the policy once more, as an inspector would say it.

It imports nothing of Breakwater, so that the two can disagree. test_policy_agrees.py compares it
with what the database decides, over random worlds.
"""

from dataclasses import dataclass
from datetime import datetime

# Everybody who works at the hub in some role may open cases; only triage decides on referrals.
ROLES_WITH = {
    "open_case": frozenset(
        {
            "triage worker",
            "triage supervisor",
            "hub manager",
            "practitioner",
            "team supervisor",
            "inspector",
            "records officer",
        }
    ),
    "decide": frozenset({"triage worker", "triage supervisor", "hub manager"}),
}
SUPERVISOR = frozenset({"triage supervisor", "team supervisor"})


@dataclass(frozen=True)
class Span:
    """From a moment on, until just before another; None: for good."""

    starts: datetime
    ends: datetime | None = None

    def runs(self, now: datetime) -> bool:
        if now < self.starts:
            return False
        return self.ends is None or now < self.ends


@dataclass(frozen=True)
class Person:
    id: int
    agency: int


@dataclass(frozen=True)
class Post:
    """Somebody works in a team, in a role, for a time."""

    person: int
    team: int
    role: str
    span: Span


@dataclass(frozen=True)
class Case:
    id: int
    restricted: bool


@dataclass(frozen=True)
class Grant:
    """A case is opened to one of these: a person, a team, an agency."""

    case: int
    relation: str
    span: Span
    to_person: int | None = None
    to_team: int | None = None
    to_agency: int | None = None


@dataclass(frozen=True)
class Exclusion:
    case: int
    person: int
    span: Span


@dataclass(frozen=True)
class World:
    people: tuple[Person, ...]
    teams: tuple[int, ...]
    agencies: tuple[int, ...]
    posts: tuple[Post, ...]
    cases: tuple[Case, ...]
    grants: tuple[Grant, ...]
    exclusions: tuple[Exclusion, ...]


def may_open(world: World, person: Person, case: Case, now: datetime) -> bool:
    """Somebody may open a case if they are not shut out of it and some grant lets them in."""
    if is_shut_out(world, person, case, now):
        return False
    return any(
        lets_in(world, grant, person, case, now) for grant in world.grants if grant.case == case.id
    )


def is_shut_out(world: World, person: Person, case: Case, now: datetime) -> bool:
    """The suspect, kin and whoever has a conflict stay out, whatever they were granted."""
    for exclusion in world.exclusions:
        if exclusion.case == case.id and exclusion.person == person.id:  # noqa: SIM102 - in words
            if exclusion.span.runs(now):
                return True
    return False


def lets_in(world: World, grant: Grant, person: Person, case: Case, now: datetime) -> bool:
    if not grant.span.runs(now):
        return False
    # An inspector sees the cases of their sample and nothing else, whatever else they are.
    if works_as(world, person, {"inspector"}, now):
        return grant.to_person == person.id and grant.relation == "is inspecting a sample"
    if grant.to_person == person.id:
        return True
    # A restricted case is for those whom a grant names, and for nobody beside them.
    if case.restricted:
        return False
    if grant.to_team is not None:
        return grant.to_team in teams_of(world, person.id, now)
    if grant.to_agency is not None:
        return grant.to_agency == person.agency
    # Supervisors see the work that somebody of their own team was named for.
    return grant.relation == "was named for the case" and any(
        post.team in teams_of(world, grant.to_person, now)
        for post in posts_of(world, person.id, now)
        if post.role in SUPERVISOR
    )


def may_look(world: World, person: Person, case: Case, now: datetime, act: str) -> bool:
    """To look, for what they want to do, they also need a role, now, that does such things."""
    return (
        works_as(world, person, ROLES_WITH["open_case"], now)
        and works_as(world, person, ROLES_WITH[act], now)
        and may_open(world, person, case, now)
    )


def works_as(world: World, person: Person, roles: frozenset[str] | set[str], now: datetime) -> bool:
    return any(post.role in roles for post in posts_of(world, person.id, now))


def teams_of(world: World, person: int | None, now: datetime) -> set[int]:
    return {post.team for post in posts_of(world, person, now)}


def posts_of(world: World, person: int | None, now: datetime) -> list[Post]:
    return [post for post in world.posts if post.person == person and post.span.runs(now)]
