"""Who may see a case, and what was decided about that."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.db.models.functions import Now

from breakwater.access.call import rows, value
from breakwater.access.conflicts.queries import KeptOut, kept_out
from breakwater.access.glass.queries import GlassWords, of_case
from breakwater.access.models import Membership
from breakwater.access.restricted.models import Ruling
from breakwater.access.restricted.rules import Ruled
from breakwater.access.rules import Actor, Relation


@dataclass(frozen=True)
class Reached:
    """A standing grant: a named person with their teams, or a team or agency."""

    user_id: int | None
    team_id: int | None
    name: str
    teams: str
    relation: Relation
    starts: datetime
    ends: datetime | None


@dataclass(frozen=True)
class RulingFacts:
    what: Ruled
    about: str | None
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True)
class CaseAccess:
    """`kept_out`: those of the reader's own people who can never open the case."""

    case_id: int
    restricted: bool
    reached: list[Reached]
    rulings: list[RulingFacts]
    kept_out: list[KeptOut]
    glass: list[GlassWords]

    @property
    def guardians(self) -> set[int]:
        guard = (r.user_id for r in self.reached if r.relation is Relation.GUARDS)
        return {user_id for user_id in guard if user_id is not None}

    @property
    def teams(self) -> set[int]:
        return {each.team_id for each in self.reached if each.team_id is not None}


def is_restricted(case_id: int) -> bool:
    """Whether a case that the reader holds is restricted. 1 SQL statement."""
    return bool(value("is_restricted", case_id))


def case_access(actor: Actor, case_id: int) -> CaseAccess:
    """All of it, for one who holds the case. 5 SQL statements."""
    rulings = Ruling.objects.filter(case=case_id).order_by("-ruled_at", "-pk")
    columns = ("what", "about__name", "reason", "ruled_by__name", "ruled_at")
    return CaseAccess(
        case_id=case_id,
        restricted=is_restricted(case_id),
        reached=[
            Reached(user_id, team_id, name, teams, Relation(relation), starts, ends)
            for user_id, team_id, name, teams, relation, starts, ends in rows("reached", case_id)
        ],
        rulings=[RulingFacts(Ruled(what), *rest) for what, *rest in rulings.values_list(*columns)],
        kept_out=kept_out(actor, case_id),
        glass=of_case(case_id),
    )


def staff(team_ids: Collection[int] | None = None) -> list[tuple[int, str]]:
    """Who works here, or in these teams: (id, "Nia Brown, Early help"). 1 SQL statement."""
    standing = Membership.objects.filter(
        Q(ends=None) | Q(ends__gt=Now()), starts__lte=Now(), user__is_active=True
    )
    if team_ids is not None:
        standing = standing.filter(team__in=team_ids)
    standing = standing.order_by("user__name", "user", "team__name")
    names: dict[int, list[str]] = {}
    for user_id, name, team in standing.values_list("user", "user__name", "team__name"):
        names.setdefault(user_id, [name]).append(team)
    return [(user_id, ", ".join(dict.fromkeys(parts))) for user_id, parts in names.items()]
