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
    COMPARE = "compare everybody with everybody"
    SEARCH_PEOPLE = "search for people"
    REVIEW_MATCHES = "say whether two mentions are one person"
    ATTACH = "attach a document to a case"
    DECLARE_CONFLICT = "declare a conflict of interest"
    RESTRICT = "restrict a case to named people, and name them"
    BREAK_GLASS = "open a case in an emergency without a grant"
    AGREE_GLASS = "agree that a restricted case is opened in an emergency"
    SUPERVISE = "review broken glass and unusual searches of the team"
    SEE_WHO_LOOKED = "see who looked at a case"
    HAND_TO_DESK = "hand a case to the subject-access desk"
    ANSWER_SUBJECT_ACCESS = "export a case for a subject access request"
    REVIEW_RETENTION = "review what is kept, hold it or let it go"


class Role(StrEnum):
    TRIAGE_WORKER = "triage worker"
    TRIAGE_SUPERVISOR = "triage supervisor"
    PRACTITIONER = "practitioner"
    TEAM_SUPERVISOR = "team supervisor"
    INSPECTOR = "inspector"
    RECORDS_OFFICER = "records officer"


_EVERYONE = frozenset({Verb.OPEN_CASE, Verb.DECLARE_CONFLICT})
_CASEWORK = _EVERYONE | {
    Verb.SEE_BOARD,
    Verb.SEARCH_PEOPLE,
    Verb.ATTACH,
    Verb.BREAK_GLASS,
    Verb.SEE_WHO_LOOKED,
}
_SUPERVISION = frozenset({Verb.RESTRICT, Verb.AGREE_GLASS, Verb.SUPERVISE, Verb.HAND_TO_DESK})
_TRIAGE = _CASEWORK | {Verb.DECIDE, Verb.REVIEW_MATCHES}
_TEAMWORK = _CASEWORK | {Verb.TAKE_ON}
ROLE_VERBS: dict[Role, frozenset[Verb]] = {
    Role.TRIAGE_WORKER: _TRIAGE,
    Role.TRIAGE_SUPERVISOR: _TRIAGE | _SUPERVISION,
    Role.PRACTITIONER: _TEAMWORK,
    Role.TEAM_SUPERVISOR: _TEAMWORK | _SUPERVISION,
    # Opens the cases of a sample while the inspection runs, and nothing else.
    Role.INSPECTOR: _EVERYONE,
    Role.RECORDS_OFFICER: _EVERYONE
    | {Verb.SEE_WHO_LOOKED, Verb.ANSWER_SUBJECT_ACCESS, Verb.REVIEW_RETENTION},
}
# Whose named grants reach only the cases of a sample; who sees what their team's people see.
SAMPLE_ONLY = frozenset({Role.INSPECTOR})
SUPERVISORS = frozenset({Role.TRIAGE_SUPERVISOR, Role.TEAM_SUPERVISOR})


# What doors and jobs of the hub do by themselves, and no person.
NOBODYS = frozenset({Verb.SUBMIT, Verb.COMPARE})


def verbs_of(roles: frozenset[Role]) -> frozenset[Verb]:
    """Return every verb that at least one of the roles may use."""
    return frozenset().union(*(ROLE_VERBS[role] for role in roles))
