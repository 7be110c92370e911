"""Which role may use which verb at all: the one table, read by code, screens and docs.

A role says what a person may do; a grant says on which cases. Both must agree.
"""

from enum import StrEnum


class Verb(StrEnum):
    SEE_BOARD = "see the team's board"
    OPEN_CASE = "open a case"
    DECIDE = "decide on a referral and route it"
    CLAIM = "claim what waits for the team, and hand it over with a note"
    HAND_OVER_ALL = "hand over everything that waits for somebody who is away"
    TAKE_ON = "take on work that was routed to the team"
    SETTLE_REFUSAL = "settle whether the team may refuse work"
    CHALLENGE = "challenge a decision"
    RULE_ON_CHALLENGE = "rule on a challenged decision"
    GIVE_FEEDBACK = "tell whoever reported a worry what was decided, or note why not"
    SEE_QUEUES = "see every queue of the hub, and what nobody has looked at"
    SET_RULES = "set clocks, thresholds and routing rules"
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
    ASK_PARTNERS = "ask partners what they know of somebody in a case"
    DISCLOSE = "share information from a case, take it back, or note why not"
    SIGN_OVERRIDE = "sign that something is asked or shared without an agreement"
    ANSWER_REQUESTS = "answer what the team is asked, and read what was shared with it"
    MANAGE_AGREEMENTS = "keep the agreements on sharing, and the partners' nodes"


class Role(StrEnum):
    TRIAGE_WORKER = "triage worker"
    TRIAGE_SUPERVISOR = "triage supervisor"
    HUB_MANAGER = "hub manager"
    PRACTITIONER = "practitioner"
    TEAM_SUPERVISOR = "team supervisor"
    INSPECTOR = "inspector"
    RECORDS_OFFICER = "records officer"
    PARTNER = "partner"


_EVERYONE = frozenset({Verb.OPEN_CASE, Verb.DECLARE_CONFLICT})
_CASEWORK = _EVERYONE | {
    Verb.SEE_BOARD,
    Verb.CLAIM,
    Verb.CHALLENGE,
    Verb.SEARCH_PEOPLE,
    Verb.ATTACH,
    Verb.BREAK_GLASS,
    Verb.SEE_WHO_LOOKED,
    Verb.ASK_PARTNERS,
    Verb.DISCLOSE,
    Verb.ANSWER_REQUESTS,
}
_SUPERVISION = frozenset(
    {
        Verb.RESTRICT,
        Verb.AGREE_GLASS,
        Verb.SUPERVISE,
        Verb.HAND_TO_DESK,
        Verb.HAND_OVER_ALL,
        Verb.SIGN_OVERRIDE,
    }
)
_TRIAGE = _CASEWORK | {Verb.DECIDE, Verb.GIVE_FEEDBACK, Verb.REVIEW_MATCHES}
_TEAMWORK = _CASEWORK | {Verb.TAKE_ON}
ROLE_VERBS: dict[Role, frozenset[Verb]] = {
    Role.TRIAGE_WORKER: _TRIAGE,
    Role.TRIAGE_SUPERVISOR: _TRIAGE | _SUPERVISION | {Verb.RULE_ON_CHALLENGE, Verb.SET_RULES},
    Role.HUB_MANAGER: _TRIAGE
    | _SUPERVISION
    | {Verb.RULE_ON_CHALLENGE, Verb.SEE_QUEUES, Verb.SET_RULES, Verb.MANAGE_AGREEMENTS},
    Role.PRACTITIONER: _TEAMWORK,
    Role.TEAM_SUPERVISOR: _TEAMWORK | _SUPERVISION | {Verb.SETTLE_REFUSAL},
    # Opens the cases of a sample while the inspection runs, and nothing else.
    Role.INSPECTOR: _EVERYONE,
    Role.RECORDS_OFFICER: _EVERYONE
    | {Verb.SEE_WHO_LOOKED, Verb.ANSWER_SUBJECT_ACCESS, Verb.REVIEW_RETENTION},
    # A school's safeguarding lead, a surgery, a housing desk: no case is open to them.
    Role.PARTNER: frozenset({Verb.ANSWER_REQUESTS}),
}
# Whose named grants reach only the cases of a sample; who sees what their team's people see.
SAMPLE_ONLY = frozenset({Role.INSPECTOR})
SUPERVISORS = frozenset({Role.TRIAGE_SUPERVISOR, Role.TEAM_SUPERVISOR})


# What doors and jobs of the hub do by themselves, and no person.
NOBODYS = frozenset({Verb.SUBMIT, Verb.COMPARE})


def verbs_of(roles: frozenset[Role]) -> frozenset[Verb]:
    """Return every verb that at least one of the roles may use."""
    return frozenset().union(*(ROLE_VERBS[role] for role in roles))
