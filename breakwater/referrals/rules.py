"""The codes of a referral, the states it goes through, and what a decision must hold."""

from dataclasses import dataclass
from enum import StrEnum

from breakwater.access.policy import Verb
from breakwater.access.rules import Actor, NotAllowed, TeamKind

LONGEST_REASON = 5_000
LONGEST_LINE = 300


class Channel(StrEnum):
    PROFESSIONAL = "professional"
    PUBLIC = "public"
    ANONYMOUS = "anonymous"
    CALL_101 = "call_101"
    CALL_999 = "call_999"
    POLICE_NOTICE = "police_notice"
    CRIMESTOPPERS = "crimestoppers"
    NSPCC = "nspcc"
    ONLINE_REPORT = "online_report"
    OTHER_AREA = "other_area"
    WALK_IN = "walk_in"
    EMAIL = "email"


class Category(StrEnum):
    NEGLECT = "neglect"
    PHYSICAL_ABUSE = "physical_abuse"
    SEXUAL_ABUSE = "sexual_abuse"
    EMOTIONAL_ABUSE = "emotional_abuse"
    DOMESTIC_ABUSE = "domestic_abuse"
    CHILD_SEXUAL_EXPLOITATION = "child_sexual_exploitation"
    ONLINE_GROOMING = "online_grooming"
    INDECENT_IMAGES = "indecent_images"
    INTIMATE_IMAGE_SHARING = "intimate_image_sharing"
    CRIMINAL_EXPLOITATION = "criminal_exploitation"
    MISSING = "missing"
    TRAFFICKING = "trafficking"
    RADICALISATION = "radicalisation"
    HONOUR_BASED_ABUSE = "honour_based_abuse"
    FGM = "fgm"
    FORCED_MARRIAGE = "forced_marriage"
    PEER_ON_PEER_ABUSE = "peer_on_peer_abuse"
    FABRICATED_ILLNESS = "fabricated_illness"
    PARENTAL_MENTAL_ILL_HEALTH = "parental_mental_ill_health"
    PARENTAL_SUBSTANCE_MISUSE = "parental_substance_misuse"
    LEARNING_DISABILITY = "learning_disability"
    BEREAVEMENT = "bereavement"
    YOUNG_CARER = "young_carer"
    PRIVATE_FOSTERING = "private_fostering"
    UNBORN = "unborn"
    TRANSFER_IN = "transfer_in"
    OTHER = "other"


# Where a picture could be one that must never enter: its place is the police, not this hub.
NO_PICTURES_IN = frozenset({Category.INDECENT_IMAGES, Category.INTIMATE_IMAGE_SHARING})


class Consent(StrEnum):
    SOUGHT = "sought"
    NOT_SOUGHT = "not_sought"
    REFUSED = "refused"
    NOT_APPLICABLE = "not_applicable"


# Codes whose words are not the code with spaces.
_WORDS = {
    "call_101": "101 call",
    "call_999": "999 call",
    "nspcc": "NSPCC",
    "crimestoppers": "Crimestoppers",
    "fgm": "female genital mutilation",
    "honour_based_abuse": "honour-based abuse",
    "peer_on_peer_abuse": "peer-on-peer abuse",
    "other_area": "another area",
    "transfer_in": "moved in from another area",
    "polit": "online investigation (POLIT)",
    "cse": "child sexual exploitation (CSE)",
    "cait": "child abuse investigation (CAIT)",
}


def in_words(code: str) -> str:
    """Return a code as a person says it: "call_999" -> "999 call"."""
    return _WORDS.get(code, code.replace("_", " "))


class State(StrEnum):
    RECEIVED = "waiting for a decision"
    WITH_WORKER = "with the worker who has the case"
    ENQUIRIES = "partners are being asked"
    MORE_INFO = "waiting for more information"
    ROUTED = "with a team, not yet taken on"
    AT_WORK = "a team is at work"
    HANDING_OVER = "another area is asked to take it"
    MOVED = "decided, another area has it"
    CLOSED = "decided, no further action"


# Where nothing waits for anybody: everything else is on somebody's board (see items.sql).
ENDS = frozenset({State.MOVED, State.CLOSED})
# What triage can still decide on.
UNDECIDED = (State.RECEIVED, State.ENQUIRIES, State.MORE_INFO)


class Action(StrEnum):
    PASS_ON = "pass to the worker who has the case"  # noqa: S105  no password
    TAKE_BACK = "take back to triage"
    SCREEN = "answer what the rules ask"
    RATE = "rate and ask partners"
    ASK_MORE = "wait for more information"
    GO_ON = "go on: the information is here"
    DECIDE_AND_ROUTE = "decide and route"
    DECIDE_NO_ACTION = "decide that no further action is needed"
    DECIDE_OTHER_AREA = "decide that another area takes it"
    CONFIRM_MOVE = "note that the other area has it"
    TAKE_ON = "take on"
    REFUSE = "refuse the work"
    KEEP = "settle that the team keeps the work"
    RETURN = "settle that the work goes back to triage"
    LEAVE = "settle that another team goes on alone"
    DECIDE_AGAIN = "open again after a challenge"


@dataclass(frozen=True)
class Transition:
    start: State
    action: Action
    end: State
    who: Verb


TRANSITIONS = (
    # The hub itself, where the case has an allocated worker and nobody says there is danger.
    Transition(State.RECEIVED, Action.PASS_ON, State.WITH_WORKER, Verb.SUBMIT),
    Transition(State.WITH_WORKER, Action.TAKE_BACK, State.RECEIVED, Verb.CLAIM),
    Transition(State.WITH_WORKER, Action.TAKE_ON, State.AT_WORK, Verb.TAKE_ON),
    *(
        Transition(start, action, end, Verb.DECIDE)
        for start in UNDECIDED
        for action, end in (
            (Action.RATE, State.ENQUIRIES),
            (Action.ASK_MORE, State.MORE_INFO),
            (Action.DECIDE_AND_ROUTE, State.ROUTED),
            (Action.DECIDE_NO_ACTION, State.CLOSED),
            (Action.DECIDE_OTHER_AREA, State.HANDING_OVER),
        )
        if not (start is State.MORE_INFO and action in (Action.RATE, Action.ASK_MORE))
    ),
    *(Transition(start, Action.SCREEN, start, Verb.DECIDE) for start in UNDECIDED),
    Transition(State.MORE_INFO, Action.GO_ON, State.RECEIVED, Verb.DECIDE),
    Transition(State.HANDING_OVER, Action.CONFIRM_MOVE, State.MOVED, Verb.DECIDE),
    Transition(State.HANDING_OVER, Action.TAKE_BACK, State.RECEIVED, Verb.CLAIM),
    Transition(State.ROUTED, Action.TAKE_ON, State.AT_WORK, Verb.TAKE_ON),
    Transition(State.ROUTED, Action.REFUSE, State.ROUTED, Verb.TAKE_ON),
    Transition(State.ROUTED, Action.KEEP, State.ROUTED, Verb.SETTLE_REFUSAL),
    Transition(State.ROUTED, Action.LEAVE, State.ROUTED, Verb.SETTLE_REFUSAL),
    Transition(State.ROUTED, Action.RETURN, State.RECEIVED, Verb.SETTLE_REFUSAL),
    # Other teams of the same referral follow at their own pace.
    Transition(State.AT_WORK, Action.TAKE_ON, State.AT_WORK, Verb.TAKE_ON),
    Transition(State.AT_WORK, Action.REFUSE, State.AT_WORK, Verb.TAKE_ON),
    Transition(State.AT_WORK, Action.KEEP, State.AT_WORK, Verb.SETTLE_REFUSAL),
    Transition(State.AT_WORK, Action.LEAVE, State.AT_WORK, Verb.SETTLE_REFUSAL),
    *(
        Transition(start, Action.DECIDE_AGAIN, State.RECEIVED, Verb.RULE_ON_CHALLENGE)
        for start in (
            State.ROUTED,
            State.AT_WORK,
            State.HANDING_OVER,
            State.MOVED,
            State.CLOSED,
        )
    ),
)

# What whoever reported the worry may be told of each state.
_WAITS = "Received. A safeguarding worker will read it and decide what happens next."
STATUS_FOR_REPORTER = {
    State.RECEIVED: _WAITS,
    State.WITH_WORKER: "Received. It is with somebody who will read it and decide what is next.",
    State.ENQUIRIES: _WAITS,
    State.MORE_INFO: _WAITS,
    State.ROUTED: "Decided. A team has been asked to act on it.",
    State.AT_WORK: "Decided. A team is acting on it.",
    State.HANDING_OVER: "Decided. The area where the child lives is asked to act on it.",
    State.MOVED: "Decided. The area where the child lives has it.",
    State.CLOSED: "Decided. The hub will take no further action for now.",
}


class ItemKind(StrEnum):
    """What waits for somebody on a board: each open referral has at least one of these."""

    TRIAGE = "to triage"
    ALLOCATED = "new worry about a case of yours"
    WORK = "work"
    REFUSAL = "refused work to settle"
    TRANSFER = "transfer to confirm"
    FEEDBACK = "feedback to give"
    CHALLENGE = "challenged decision"


class Rating(StrEnum):
    """How fast partners must answer. The hours behind each are local: see the clocks."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"
    BLUE = "blue"


class RouteState(StrEnum):
    WAITING = "not yet taken on"
    TAKEN_ON = "taken on"
    REFUSED = "refused, for its supervisor to settle"
    KEPT = "refused once and kept"
    RETURNED = "given back"


class Outcome(StrEnum):
    """What triage can decide; asking for more information is no decision but a pause."""

    NO_FURTHER_ACTION = "no_further_action"
    EARLY_HELP = "early_help"
    CHILD_IN_NEED = "child_in_need"
    CHILD_PROTECTION = "child_protection"
    POLICE_ONLY = "police_only"
    OTHER_AREA = "other_area"


OUTCOME_WORDS = {
    Outcome.NO_FURTHER_ACTION: "No further action, with advice",
    Outcome.EARLY_HELP: "Early help",
    Outcome.CHILD_IN_NEED: "Child in need (section 17)",
    Outcome.CHILD_PROTECTION: "Child protection enquiry (section 47): strategy discussion",
    Outcome.POLICE_ONLY: "Police only",
    Outcome.OTHER_AREA: "Transfer to another area",
}
OUTCOME_ACTIONS = {
    Outcome.NO_FURTHER_ACTION: Action.DECIDE_NO_ACTION,
    Outcome.OTHER_AREA: Action.DECIDE_OTHER_AREA,
}
# What makes a decision: every other action leads to one or away from it.
DECIDING = frozenset({Action.DECIDE_AND_ROUTE, *OUTCOME_ACTIONS.values()})
# Local practice; the level at least that an outcome goes with.
LEAST_LEVEL = {
    Outcome.EARLY_HELP: "2",
    Outcome.CHILD_IN_NEED: "3",
    Outcome.CHILD_PROTECTION: "4",
}
POLICE_TEAMS = frozenset({TeamKind.POLIT, TeamKind.CSE, TeamKind.CAIT})


class Level(StrEnum):
    """Levels of need, as most partnerships' threshold documents number them (local names vary)."""

    UNIVERSAL = "1"
    ADDITIONAL = "2"
    COMPLEX = "3"
    ACUTE = "4"


LEVEL_WORDS = {
    Level.UNIVERSAL: "Universal: what every child gets is enough",
    Level.ADDITIONAL: "Additional: early help from one or more services",
    Level.COMPLEX: "Complex: targeted help, often as a child in need (section 17)",
    Level.ACUTE: "Acute: likely significant harm (section 47) or immediate protection",
}


def subject_of(referral_id: int) -> str:
    """Return how clocks and ledger entries name a referral."""
    return f"referral:{referral_id or 'unknown'}"


def subject_of_route(route_id: int) -> str:
    """Return how the clock of one team's work is named."""
    return f"route:{route_id}"


def subject_of_feedback(decision_id: int) -> str:
    """Return how the clock of telling the reporter is named: no clock that triage waits for."""
    return f"feedback:{decision_id}"


def subject_of_challenge(challenge_id: int) -> str:
    """Return how the clock of a challenge is named."""
    return f"challenge:{challenge_id}"


def actions_open_to(state: State, actor: Actor) -> list[Action]:
    """Return what the actor may do now, by role: which buttons a page shows."""
    return [t.action for t in TRANSITIONS if t.start is state and t.who in actor.verbs]


def next_state(state: State, action: Action) -> State:
    """Return where an action leads; raise NotAllowed from a state that has no such way."""
    for transition in TRANSITIONS:
        if transition.start is state and transition.action is action:
            return transition.end
    possible = ", ".join(t.action for t in TRANSITIONS if t.start is state) or "nothing more here"
    raise NotAllowed(f"This referral is already {state}: what can be done now is {possible}.")


@dataclass(frozen=True)
class Decided:
    """A decision as somebody makes it. `teams` are ids, of which `lead` leads."""

    outcome: Outcome
    level: Level
    reason: str
    teams: tuple[int, ...] = ()
    lead: int | None = None
    # Who else agreed, by name and agency; what the family was asked.
    agreed_by: str = ""
    consent: Consent | None = None
    consent_reason: str = ""
    # Which area takes it, for a transfer.
    area: str = ""


def usual_outcome(level: Level, team: TeamKind | None) -> Outcome:
    """Return what a level and a lead team usually mean: what a form proposes."""
    if team is None:
        return Outcome.NO_FURTHER_ACTION
    if level is Level.ACUTE:
        return Outcome.CHILD_PROTECTION
    if team is TeamKind.EARLY_HELP:
        return Outcome.EARLY_HELP
    return Outcome.POLICE_ONLY if team in POLICE_TEAMS else Outcome.CHILD_IN_NEED


def check_decision(decided: Decided, kinds: dict[int, TeamKind]) -> list[tuple[str, str]]:
    """Return what is wrong with a decision as (field, sentence) pairs; none when it stands.

    `kinds` are the teams that there are.
    """
    return [
        *_check_words(decided),
        *_check_level(decided),
        *_check_teams(decided, kinds),
    ]


def _check_words(decided: Decided) -> list[tuple[str, str]]:
    errors = []
    if not decided.reason.strip():
        errors.append(("reason", "Enter the reason for your decision"))
    for field, name, text, most in (
        ("reason", "Reason", decided.reason, LONGEST_REASON),
        ("agreed_by", "Who agreed", decided.agreed_by, LONGEST_LINE),
        ("consent_reason", "Why", decided.consent_reason, LONGEST_REASON),
        ("area", "Area", decided.area, LONGEST_LINE),
    ):
        if len(text) > most:
            errors.append((field, f"{name} must be {most:,} characters or fewer"))
    unsought = decided.consent in (Consent.NOT_SOUGHT, Consent.REFUSED)
    if unsought and not decided.consent_reason.strip():
        errors.append(("consent_reason", "Enter why you go on without consent"))
    if decided.outcome is Outcome.OTHER_AREA and not decided.area.strip():
        errors.append(("area", "Enter which area takes it"))
    return errors


def _check_level(decided: Decided) -> list[tuple[str, str]]:
    least = LEAST_LEVEL.get(decided.outcome, "1")
    if decided.level < least:
        words = OUTCOME_WORDS[decided.outcome]
        return [("level", f"{words} goes with level {least} or higher: change one of the two")]
    return []


def _check_teams(decided: Decided, kinds: dict[int, TeamKind]) -> list[tuple[str, str]]:
    chosen = [kinds.get(team) for team in decided.teams]
    if None in chosen:
        return [("teams", "Choose teams from the list")]
    if len(set(decided.teams)) < len(decided.teams):
        return [("teams", "Choose each team once")]
    if TeamKind.TRIAGE in chosen:
        return [("teams", "Choose a team other than triage: triage decides, others act")]
    if TeamKind.RECORDS in chosen:
        return [("teams", "Choose a team that acts: the records team keeps and answers")]
    routes = OUTCOME_ACTIONS.get(decided.outcome, Action.DECIDE_AND_ROUTE)
    if routes is not Action.DECIDE_AND_ROUTE:
        if decided.teams:
            words = OUTCOME_WORDS[decided.outcome]
            problem = "is no team's work here: choose no team, or another outcome"
            return [("teams", f"{words} {problem}")]
        if decided.level is Level.ACUTE and decided.outcome is Outcome.NO_FURTHER_ACTION:
            return [("outcome", "Level 4 needs somebody who acts: choose another outcome")]
        if decided.lead is not None:
            return [("lead", "No team acts, so none leads: choose no team here")]
        return []
    if not decided.teams:
        return [("teams", "Choose at least one team that acts")]
    if decided.outcome is Outcome.POLICE_ONLY and not set(chosen) <= POLICE_TEAMS:
        return [("teams", "Police only means police teams only: change the outcome or the teams")]
    if decided.lead not in decided.teams:
        return [("lead", "Choose which of the teams leads")]
    return []
