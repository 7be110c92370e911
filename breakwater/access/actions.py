"""The one way to act and the one way to look: who, may they, rows, ledger."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import NoReturn

from django.db import transaction

from breakwater.access import queries
from breakwater.access.models import Agency, Case, Grant, Membership, Team, User
from breakwater.access.policy import Role, Verb
from breakwater.access.queries import TeamFacts
from breakwater.access.rules import (
    Actor,
    AgencyKind,
    NotAllowed,
    Relation,
    TeamKind,
    basis_for,
    check_may,
)
from breakwater.audit.actions import Fact, record

NO_GRANT = (
    "You have no grant for this case. If the work is yours, ask the team that holds it to route "
    "it to you; the page you came from says whom to ask."
)


@dataclass
class Act:
    """An action under way; what is set here goes into its ledger entry."""

    actor: Actor
    case_id: int | None = None
    subject: str = ""
    facts: dict[str, Fact] = field(default_factory=dict)


@contextmanager
def acting(
    actor: Actor, verb: Verb, *, case_id: int | None = None, subject: str = ""
) -> Iterator[Act]:
    """Open the transaction of one action: may they? -> the caller's rows -> the ledger entry.

    Raise NotAllowed, and leave a ledger entry that says so, when the role lacks the verb or no
    grant reaches the case, or when the caller's rows say no. When the caller raises, nothing else
    of the action stays.
    """
    act = Act(actor, case_id, subject)
    try:
        check_may(actor, verb)
        if case_id is not None and not queries.may_see(actor, {case_id}):
            raise NotAllowed(NO_GRANT)
        with transaction.atomic():
            yield act
            _record(act, verb)
    except NotAllowed:
        _record(act, verb, allowed=False)
        raise


@dataclass(frozen=True)
class View:
    """The right to show one case to one person, whose ledger entry is already committed."""

    actor: Actor
    case_id: int


def look(actor: Actor, case_id: int, *, subject: str, purpose: str) -> View:
    """Decide whether the actor may see the case, and write that down before anything is shown.

    Raise NotAllowed, also written down. Must not run inside a transaction of its caller, so that
    the entry stays whatever happens to the page.
    """
    with transaction.atomic(durable=True):
        may = Verb.OPEN_CASE in actor.verbs and bool(queries.may_see(actor, {case_id}))
        _record(Act(actor, case_id, subject), Verb.OPEN_CASE, allowed=may, purpose=purpose)
    if not may:
        raise NotAllowed(NO_GRANT)
    return View(actor, case_id)


def look_beside(view: View, case_ids: set[int], *, purpose: str) -> set[int]:
    """Return those of the other cases that the viewer may see too; each seen one gets an entry.

    Those without a grant give no entry: nothing of them is shown but whom to ask.
    """
    with transaction.atomic(durable=True):
        seen = queries.may_see(view.actor, case_ids)
        if seen:
            record(
                view.actor.ledger_name,
                Verb.OPEN_CASE.name.lower(),
                agency_id=view.actor.agency_id,
                cases=seen,
                purpose=purpose,
            )
    return seen


def refuse(actor: Actor, verb: Verb, *, subject: str) -> NoReturn:
    """Refuse what does not exist in the words of what one may not see, and write it down."""
    _record(Act(actor, subject=subject), verb, allowed=False)
    raise NotAllowed(NO_GRANT)


@contextmanager
def listing(actor: Actor, verb: Verb, what: str) -> Iterator[Act]:
    """Show a list: may they? -> the caller's reads -> one ledger entry that names what was shown.

    Raise NotAllowed, written down too, when no role of the actor has the verb.
    """
    act = Act(actor, subject=what)
    try:
        check_may(actor, verb)
    except NotAllowed:
        _record(act, verb, allowed=False)
        raise
    yield act
    _record(act, verb)


def open_case(opened_at: datetime) -> int:
    """Open a case that nobody sees until a grant is given; return its id."""
    return Case.objects.create(opened_at=opened_at).pk


def give_grant(
    case_id: int, team: TeamFacts, relation: Relation, purpose: str, starts: datetime
) -> None:
    """Let a team see a case because of its work; a standing grant of that kind stays as it is."""
    Grant.objects.bulk_create(
        [
            Grant(
                case_id=case_id,
                team_id=team.id,
                relation=relation,
                purpose=purpose,
                lawful_basis=basis_for(team.kind),
                starts=starts,
            )
        ],
        ignore_conflicts=True,
    )


def add_team(
    agency: str, agency_kind: AgencyKind, contact: str, name: str, kind: TeamKind
) -> TeamFacts:
    """Make sure of a team and its agency; what is there already stays as it is."""
    home, _ = Agency.objects.get_or_create(
        name=agency, defaults={"kind": agency_kind, "contact": contact}
    )
    team, made = Team.objects.get_or_create(name=name, defaults={"kind": kind, "agency": home})
    if made:
        record("setup", "add_team", agency_id=home.pk, subject=f"team:{team.pk}")
    return next(iter(queries.teams({team.pk})))


def add_user(username: str, name: str, password: str | None, team: TeamFacts, role: Role) -> bool:
    """Make sure of somebody who works in a team; who is there already stays as they are: False.

    Without a password they come in by a link or by their agency's single sign-on.
    """
    if User.objects.filter(username=username).exists():
        return False
    home = Team.objects.get(pk=team.id)
    user = User.objects.create_user(username, name, home.agency, password)
    Membership.objects.create(user=user, team=home, role=role)
    record("setup", "add_user", agency_id=home.agency_id, subject=f"user:{user.pk}")
    return True


def _record(act: Act, verb: Verb, *, allowed: bool = True, purpose: str = "") -> None:
    record(
        act.actor.ledger_name,
        verb.name.lower(),
        agency_id=act.actor.agency_id,
        cases=[act.case_id] if act.case_id else [],
        subject=act.subject,
        purpose=purpose,
        allowed=allowed,
        facts=act.facts,
    )
