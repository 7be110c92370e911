"""Which role may use which verb at all: the one table, read by code, screens and docs.

A role says what a person may do; a grant says on which cases. Both must agree.
"""

from enum import StrEnum


class Verb(StrEnum):
    SEE_BOARD = "see the team's board"
    OPEN_CASE = "open a case"
    DECIDE = "decide on a referral and route it"
    TAKE_ON = "take on work that was routed to the team"
    SUBMIT = "hand in a referral"
    SEARCH_PEOPLE = "search for people"
    REVIEW_MATCHES = "say whether two mentions are one person"


class Role(StrEnum):
    TRIAGE_WORKER = "triage worker"
    TRIAGE_SUPERVISOR = "triage supervisor"
    PRACTITIONER = "practitioner"
    TEAM_SUPERVISOR = "team supervisor"


_EVERYONE = frozenset({Verb.SEE_BOARD, Verb.OPEN_CASE, Verb.SEARCH_PEOPLE})
ROLE_VERBS: dict[Role, frozenset[Verb]] = {
    Role.TRIAGE_WORKER: _EVERYONE | {Verb.DECIDE, Verb.REVIEW_MATCHES},
    Role.TRIAGE_SUPERVISOR: _EVERYONE | {Verb.DECIDE, Verb.REVIEW_MATCHES},
    Role.PRACTITIONER: _EVERYONE | {Verb.TAKE_ON},
    Role.TEAM_SUPERVISOR: _EVERYONE | {Verb.TAKE_ON},
}


def verbs_of(roles: frozenset[Role]) -> frozenset[Verb]:
    """Return every verb that at least one of the roles may use."""
    return frozenset().union(*(ROLE_VERBS[role] for role in roles))
