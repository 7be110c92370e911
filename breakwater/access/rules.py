"""Who acts, which kinds of agency and team there are, and when a grant reaches a person."""

from dataclasses import dataclass, field
from enum import StrEnum

from breakwater.access.policy import Role, Verb, verbs_of


class AgencyKind(StrEnum):
    POLICE = "police"
    SOCIAL_CARE = "social_care"
    HEALTH = "health"
    EDUCATION = "education"
    PROBATION = "probation"
    HOUSING = "housing"
    VOLUNTARY = "voluntary"
    PUBLIC = "public"
    OTHER = "other"


class TeamKind(StrEnum):
    TRIAGE = "triage"
    POLIT = "polit"
    CSE = "cse"
    CAIT = "cait"
    SOCIAL_CARE = "social_care"
    EARLY_HELP = "early_help"
    RECORDS = "records"
    # Of an agency that works with systems of its own: it is asked, and told.
    PARTNER = "partner"


# Teams that act on a worry: a decision routes to these only.
CASEWORK_TEAMS = frozenset(TeamKind) - {TeamKind.TRIAGE, TeamKind.RECORDS, TeamKind.PARTNER}


class Relation(StrEnum):
    """Why a grantee has to do with a case: grants come with the work itself."""

    TRIAGE = "triages what comes in"
    ROUTED = "was given the work"
    NAMED = "was named for the case"
    GUARDS = "guards the restricted case"
    GLASS = "broke the glass"
    SAMPLE = "is inspecting a sample"
    SUBJECT_ACCESS = "answers a subject access request"


# Relations that reach one named person, and end.
FOR_A_TIME = frozenset({Relation.GLASS, Relation.SAMPLE, Relation.SUBJECT_ACCESS})


class Conflict(StrEnum):
    """Why somebody can never open a case, whatever they were granted."""

    SAME_PERSON = "has the name and birth date of somebody in the case"
    FAMILY = "somebody in the case has the name and birth date of a family member"
    DECLARED = "declared a conflict"
    NAMED = "was named as being in conflict"


class Kinship(StrEnum):
    """Who a staff member names, so that the hub keeps their own cases from them."""

    SELF = "myself"
    PARTNER = "partner"
    CHILD = "child"
    PARENT = "parent"
    SIBLING = "brother or sister"
    OTHER = "other family or household"


class AlertKind(StrEnum):
    """What somebody who guards or supervises is told at once."""

    ASKED = "somebody asked about a restricted case"
    TOLD = "a new worry is about somebody in a restricted case"
    GLASS_BROKEN = "somebody opened a case in an emergency"
    GLASS_ASKED = "somebody asks to open a restricted case"
    GLASS_AGREED = "a restricted case that you asked for is open to you for an hour"
    SEARCHES = "somebody searches again and again for a person who is not their work"
    CONFLICT = "somebody can no longer work on a case: they know the family"
    CLOCK_WARNED = "a deadline comes near"
    CLOCK_MISSED = "a deadline was missed"
    QUEUE_STALE = "a queue has waited too long"
    ASKED_FOR_INFORMATION = "your team is asked for information"
    ANSWERED = "a partner answered what you asked"
    TO_SIGN = "something is to be asked or shared without an agreement, if you sign it"
    RULED = "a supervisor signed what you want to ask or share, or refused to"
    SHARED = "information was shared with your team"
    TAKEN_BACK = "information that was shared with your team was recalled or corrected"
    REVIEW_DUE = "an agreement on sharing is soon to be reviewed"
    REVIEW_OVERDUE = "the review of an agreement on sharing is overdue"


class LawfulBasis(StrEnum):
    """UK GDPR Article 6 and 9, Data Protection Act 2018: bases that a grant may name.

    From domain facts marked as general knowledge: to be checked with a data-protection officer.
    """

    PUBLIC_TASK = "UK GDPR Art. 6(1)(e) with Art. 9(2)(g); DPA 2018 Sch. 1 para. 18"
    LAW_ENFORCEMENT = "DPA 2018 Part 3"


LAW_ENFORCEMENT_TEAMS = frozenset({TeamKind.POLIT, TeamKind.CSE, TeamKind.CAIT})


def basis_for(kind: TeamKind) -> LawfulBasis:
    """Return the basis on which a team of this kind gets a case."""
    police = kind in LAW_ENFORCEMENT_TEAMS
    return LawfulBasis.LAW_ENFORCEMENT if police else LawfulBasis.PUBLIC_TASK


class NotAllowed(Exception):
    """A refusal in words: who may, and what to do next."""


@dataclass(frozen=True)
class Actor:
    """Who does something: a person with their teams and roles, or a door or job of the hub."""

    ledger_name: str
    name: str
    user_id: int | None = None
    agency_id: int | None = None
    team_ids: frozenset[int] = frozenset()
    roles: frozenset[Role] = frozenset()
    own_verbs: frozenset[Verb] = field(default=frozenset())
    # What the browser holds: the database knows by it who asks. Never printed.
    session: str = field(default="", repr=False)

    @property
    def person(self) -> int:
        """Return the user's id; raise NotAllowed for a door or job, which decides nothing."""
        if self.user_id is None:
            raise NotAllowed("Only a person may do this.")
        return self.user_id

    @property
    def verbs(self) -> frozenset[Verb]:
        return verbs_of(self.roles) | self.own_verbs


def door(name: str) -> Actor:
    """Return the actor behind a door that takes referrals in; it can do nothing else."""
    return Actor(ledger_name=f"door:{name}", name=name, own_verbs=frozenset({Verb.SUBMIT}))


# What the worker does by itself.
WORKER = Actor(ledger_name="worker", name="worker", own_verbs=frozenset({Verb.COMPARE}))


def check_may(actor: Actor, verb: Verb) -> None:
    """Raise NotAllowed when no role of the actor has the verb."""
    if verb not in actor.verbs:
        raise NotAllowed(f"Your role may not {verb}. Ask your supervisor who can.")
