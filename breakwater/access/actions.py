"""The one way to act and the one way to look: who, may they, rows, ledger.

The database decides and writes down (door.sql); this module asks it and keeps what it hands out.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NoReturn

from django.db import connection, transaction

from breakwater.access import queries
from breakwater.access.models import Agency, Membership, Team, User
from breakwater.access.policy import Role, Verb
from breakwater.access.queries import TeamFacts
from breakwater.access.rules import (
    Actor,
    AgencyKind,
    AlertKind,
    LawfulBasis,
    NotAllowed,
    Relation,
    TeamKind,
    basis_for,
    check_may,
)
from breakwater.audit.actions import Fact, record

# The case of what is not there: nobody may see it. Who asks for it is refused by the same
# statements as who asks for a case that they may not see, so that the time it takes tells nothing.
NO_CASE = 0
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


@dataclass(frozen=True)
class View:
    """The right to read some cases for a minute; the ledger entry behind it is committed."""

    actor: Actor
    cases: frozenset[int] = frozenset()
    capabilities: tuple[str, ...] = field(default=(), repr=False)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Open the transaction in which the database shows these cases."""
        with transaction.atomic():
            hold(self.capabilities)
            yield

    def beside(self, other: "View") -> "View":
        """Both rights in one."""
        return View(self.actor, self.cases | other.cases, (*self.capabilities, *other.capabilities))


def hold(capabilities: Collection[str]) -> None:
    """Show the database what the transaction under way may read. 1 SQL statement."""
    with connection.cursor() as cursor:
        cursor.execute("select set_config('door.capabilities', %s, true)", [",".join(capabilities)])


@contextmanager
def acting(
    actor: Actor,
    verb: Verb,
    *,
    case_id: int | None = None,
    subject: str = "",
    engine: bool = False,
) -> Iterator[Act]:
    """Open the transaction of one action: may they? -> the caller's rows -> the ledger entry.

    About a case it first opens the case, which leaves an entry of its own. `engine`: the action
    compares people, so it may read what the identity engine reads.
    Raise NotAllowed, and leave a ledger entry that says so, when the role lacks the verb or no
    grant reaches the case, or when the caller's rows say no. When the caller raises, nothing else
    of the action stays.
    """
    act = Act(actor, case_id, subject)
    view = View(actor)
    try:
        check_may(actor, verb)
    except NotAllowed:
        _record(act, verb, allowed=False)
        raise
    if case_id is not None:
        view = _look(actor, {case_id}, act=verb, subject=subject, purpose=_for(verb), engine=engine)
    elif engine:
        view = engine_for(actor, verb, subject=subject)
    try:
        with view.reading():
            yield act
            _record(act, verb)
    except NotAllowed:
        _record(act, verb, allowed=False)
        raise


def look(
    actor: Actor, case_id: int, *, subject: str, purpose: str, verb: Verb = Verb.OPEN_CASE
) -> View:
    """Decide whether the actor may see the case, and write that down before anything is shown.

    `verb` is what they look for, when it is more than to open the case. Raise NotAllowed, also
    written down. Must not run inside a transaction of its caller, so that the entry stays whatever
    happens to the page.
    """
    return _look(actor, {case_id}, act=verb, verb=verb, subject=subject, purpose=purpose)


def look_beside(view: View, case_ids: Collection[int], *, purpose: str) -> View:
    """Return the right to read those of the other cases that the viewer may see too.

    One entry names them. Those without a grant give no entry: nothing of them is shown but whom
    to ask.
    """
    return _ask(view.actor, case_ids, act=Verb.OPEN_CASE, purpose=purpose)


def show_list(
    actor: Actor,
    verb: Verb,
    what: str,
    case_ids: Collection[int],
    facts: Mapping[str, Fact] | None = None,
    purpose: str = "",
) -> View:
    """Return the right to read the cases on a list; one entry names them, also when there is none.

    Raise NotAllowed, written down too, when no role of the actor has the verb.
    """
    check_list(actor, verb, what)
    view = _ask(actor, case_ids, verb=verb, act=verb, subject=what, purpose=purpose, facts=facts)
    if not view.cases:
        record(
            actor.ledger_name,
            verb.name.lower(),
            agency_id=actor.agency_id,
            subject=what,
            purpose=purpose,
            facts=facts,
        )
    return view


def check_list(actor: Actor, verb: Verb, what: str) -> None:
    """Raise NotAllowed, written down, when no role of the actor has the verb."""
    try:
        check_may(actor, verb)
    except NotAllowed:
        _record(Act(actor, subject=what), verb, allowed=False)
        raise


def engine_for(actor: Actor, verb: Verb, *, subject: str = "", purpose: str = "") -> View:
    """Return the right to compare everybody: match keys, profiles, links; no record.

    Its entry is committed before anything is compared. Raise NotAllowed.
    """
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(
            "select door.open_engine(%s, %s, %s, %s, %s, %s)",
            [
                actor.session,
                actor.user_id,
                actor.ledger_name,
                verb.name.lower(),
                subject,
                purpose or _for(verb),
            ],
        )
        opened = cursor.fetchone()[0]
    if opened is None:
        raise NotAllowed(f"Your role may not {verb}. Ask your supervisor who can.")
    return View(actor, capabilities=(str(opened),))


def refuse(actor: Actor, verb: Verb, *, subject: str) -> NoReturn:
    """Refuse what does not exist as what one may not see is: same words, statements and entry."""
    _ask(actor, (), act=verb, subject=subject, refusals=True)
    raise NotAllowed(NO_GRANT)


def open_case(opened_at: datetime) -> int:
    """Open a case that nobody sees until a grant is given; return its id."""
    with connection.cursor() as cursor:
        cursor.execute("select door.open_case(%s)", [opened_at])
        return int(cursor.fetchone()[0])


def give_grant(
    case_id: int, team: TeamFacts, relation: Relation, purpose: str, starts: datetime
) -> None:
    """Let a team see a case because of its work; a standing grant of that kind stays as it is.

    Only within an action that holds the case or opens it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select door.give_grant(%s, %s, null, null, %s, %s, %s, %s, null)",
            [case_id, team.id, relation, purpose, basis_for(team.kind), starts],
        )


def give_grant_by_name(
    case_id: int, user_id: int, relation: Relation, purpose: str, starts: datetime, ends: datetime
) -> None:
    """Let one person see a case for a time. Only within an action that holds the case."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select door.give_grant(%s, null, null, %s, %s, %s, %s, %s, %s)",
            [case_id, user_id, relation, purpose, LawfulBasis.PUBLIC_TASK, starts, ends],
        )


def shut_out_kin(case_id: int, people: Collection[tuple[date, str]]) -> None:
    """Shut out of the case whoever has the birth date and folded name of one of these.

    Or whose family has. 1 SQL statement.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select door.shut_out_kin(%s, %s::date[], %s::text[])",
            [case_id, [born for born, _ in people], [folded for _, folded in people]],
        )


def tell_guards(kind: AlertKind, cases: Collection[int], actor: Actor) -> None:
    """Tell who guards those of the cases that are restricted. 1 SQL statement, in any case."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select door.tell_guards(%s, %s::bigint[], %s, %s)",
            [kind, sorted(cases), actor.user_id, actor.agency_id],
        )


def add_team(
    agency: str,
    agency_kind: AgencyKind,
    contact: str,
    name: str,
    kind: TeamKind,
    mailbox: str = "",
) -> TeamFacts:
    """Make sure of a team and its agency; what is there already stays as it is."""
    home, _ = Agency.objects.get_or_create(
        name=agency, defaults={"kind": agency_kind, "contact": contact}
    )
    team, made = Team.objects.get_or_create(
        name=name, defaults={"kind": kind, "agency": home, "mailbox": mailbox}
    )
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


def _look(
    actor: Actor,
    case_ids: Collection[int],
    *,
    act: Verb,
    subject: str,
    purpose: str,
    verb: Verb = Verb.OPEN_CASE,
    engine: bool = False,
) -> View:
    view = _ask(
        actor,
        case_ids,
        verb=verb,
        act=act,
        subject=subject,
        purpose=purpose,
        facts={"engine": True} if engine else None,
        refusals=True,
    )
    if not view.cases:
        raise NotAllowed(NO_GRANT)
    return view


def _ask(
    actor: Actor,
    case_ids: Collection[int],
    *,
    act: Verb,
    verb: Verb = Verb.OPEN_CASE,
    subject: str = "",
    purpose: str = "",
    facts: Mapping[str, Fact] | None = None,
    refusals: bool = False,
) -> View:
    """Ask the door, in a transaction that commits before anything is read."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(
            "select capability, seen"
            " from door.look(%s, %s, %s::bigint[], %s, %s, %s, %s, %s::jsonb, %s)",
            [
                actor.session,
                actor.user_id,
                sorted(case_ids),
                verb.name.lower(),
                act.name.lower(),
                subject,
                purpose,
                json.dumps(dict(facts or {})),
                refusals,
            ],
        )
        capability, seen = cursor.fetchone()
    return View(actor, frozenset(seen), (str(capability),) if capability else ())


def _for(verb: Verb) -> str:
    return f"to {verb.name.lower()}"


def _record(act: Act, verb: Verb, *, allowed: bool = True) -> None:
    record(
        act.actor.ledger_name,
        verb.name.lower(),
        agency_id=act.actor.agency_id,
        cases=[act.case_id] if act.case_id else [],
        subject=act.subject,
        allowed=allowed,
        facts=act.facts,
    )
