"""The codes of a referral, the states it goes through, and what a decision must hold."""

from dataclasses import dataclass
from enum import StrEnum

from breakwater.access.policy import Verb
from breakwater.access.rules import Actor, NotAllowed, TeamKind

LONGEST_REASON = 5_000


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
    ROUTED = "with a team, not yet taken on"
    AT_WORK = "a team is at work"
    CLOSED = "decided, no further action"


class Action(StrEnum):
    DECIDE_AND_ROUTE = "decide and route"
    DECIDE_NO_ACTION = "decide that no further action is needed"
    TAKE_ON = "take on"


@dataclass(frozen=True)
class Transition:
    start: State
    action: Action
    end: State
    who: Verb


TRANSITIONS = (
    Transition(State.RECEIVED, Action.DECIDE_AND_ROUTE, State.ROUTED, Verb.DECIDE),
    Transition(State.RECEIVED, Action.DECIDE_NO_ACTION, State.CLOSED, Verb.DECIDE),
    Transition(State.ROUTED, Action.TAKE_ON, State.AT_WORK, Verb.TAKE_ON),
)

# What whoever reported the worry may be told of each state.
STATUS_FOR_REPORTER = {
    State.RECEIVED: "Received. A safeguarding worker will read it and decide what happens next.",
    State.ROUTED: "Decided. A team has been asked to act on it.",
    State.AT_WORK: "Decided. A team is acting on it.",
    State.CLOSED: "Decided. The hub will take no further action for now.",
}


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


def check_decision(level: Level, team: TeamKind | None, reason: str) -> list[tuple[str, str]]:
    """Return what is wrong with a decision as (field, sentence) pairs; none when it stands."""
    errors = []
    if not reason.strip():
        errors.append(("reason", "Enter the reason for your decision"))
    if len(reason) > LONGEST_REASON:
        errors.append(("reason", f"Reason must be {LONGEST_REASON:,} characters or fewer"))
    if level is Level.ACUTE and team is None:
        errors.append(("team", "Level 4 needs a team that acts: choose one"))
    if team is TeamKind.TRIAGE:
        errors.append(("team", "Choose a team other than triage: triage decides, others act"))
    if team is TeamKind.RECORDS:
        errors.append(("team", "Choose a team that acts: the records team keeps and answers"))
    return errors
