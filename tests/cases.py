"""Cases as tests of access speak of them: whose they are, without any content."""

from datetime import datetime

from django.utils import timezone

from breakwater.access.glass.actions import Broken, break_glass
from breakwater.access.glass.rules import GlassPurpose
from breakwater.access.models import Alert, Case, Glass, Grant
from breakwater.access.queries import may_see
from breakwater.access.rules import Actor, AlertKind, LawfulBasis, Relation

WHY = "The hospital has her here and asks who looks after her."


def a_case(*, of: Actor | None = None, named: Actor | None = None, restricted: bool = False) -> int:
    """A case that is the work of an actor's team, or that names an actor."""
    case = Case.objects.create(opened_at=timezone.now(), restricted=restricted)
    if of:
        granted(case.pk, Relation.ROUTED, team_id=next(iter(of.team_ids)))
    if named:
        granted(case.pk, Relation.NAMED, user_id=named.user_id)
    return case.pk


def guarded_by(guardian: Actor, of: Actor | None = None) -> int:
    """A restricted case with its guardian."""
    case_id = a_case(of=of, restricted=True)
    granted(case_id, Relation.GUARDS, user_id=guardian.user_id)
    return case_id


def granted(
    case_id: int, relation: Relation, ends: datetime | None = None, **to: int | None
) -> None:
    Grant.objects.create(
        case_id=case_id,
        relation=relation,
        purpose="a test",
        lawful_basis=LawfulBasis.PUBLIC_TASK,
        starts=timezone.now(),
        ends=ends,
        **to,
    )


def broken(actor: Actor, case_id: int | None, reason: str = WHY, called: str = "") -> Broken:
    return break_glass(
        actor,
        case_id,
        called=called or str(case_id or 0),
        purpose=GlassPurpose.HOSPITAL,
        reason=reason,
    )


def last_glass() -> int:
    return Glass.objects.latest("pk").pk


def sees(actor: Actor, case_id: int) -> bool:
    return may_see(actor, {case_id}) == {case_id}


def told(kind: AlertKind) -> set[str]:
    """The names of those who were told."""
    return set(Alert.objects.filter(kind=kind).values_list("recipient__name", flat=True))
