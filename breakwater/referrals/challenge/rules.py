"""The states that a challenge goes through, level by level, and who may rule at each."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from breakwater.access.policy import Role, Verb
from breakwater.access.rules import Actor, NotAllowed
from breakwater.referrals.rules import LONGEST_LINE, LONGEST_REASON


class Standing(StrEnum):
    SUPERVISOR = "waits for a triage supervisor"
    STANDS_1 = "a triage supervisor says that the decision stands"
    MANAGER = "waits for the hub manager"
    STANDS_2 = "the hub manager says that the decision stands"
    TO_HAND_OVER = "waits to be handed to the partnership"
    OUTSIDE = "with the partnership"
    STANDS_3 = "the partnership says that the decision stands"
    UPHELD = "upheld"


class Move(StrEnum):
    CHALLENGE = "challenge the decision"
    STAND = "rule that the decision stands"
    UPHOLD = "rule that the decision is opened again"
    TAKE_UP = "take the challenge a level up"
    HAND_OUT = "hand the challenge to the partnership"


@dataclass(frozen=True)
class Way:
    """`start` None: before there is a challenge."""

    start: Standing | None
    move: Move
    end: Standing
    who: Verb


RULE, CHALLENGE = Verb.RULE_ON_CHALLENGE, Verb.CHALLENGE
WAYS = (
    Way(None, Move.CHALLENGE, Standing.SUPERVISOR, CHALLENGE),
    Way(Standing.SUPERVISOR, Move.STAND, Standing.STANDS_1, RULE),
    Way(Standing.SUPERVISOR, Move.UPHOLD, Standing.UPHELD, RULE),
    Way(Standing.STANDS_1, Move.TAKE_UP, Standing.MANAGER, CHALLENGE),
    Way(Standing.MANAGER, Move.STAND, Standing.STANDS_2, RULE),
    Way(Standing.MANAGER, Move.UPHOLD, Standing.UPHELD, RULE),
    # Where the one manager made the decision, or has ruled already, nobody waits for a second one.
    Way(Standing.MANAGER, Move.HAND_OUT, Standing.OUTSIDE, RULE),
    Way(Standing.STANDS_2, Move.TAKE_UP, Standing.TO_HAND_OVER, CHALLENGE),
    # What the partnership decides is written down by the hub's manager.
    Way(Standing.TO_HAND_OVER, Move.HAND_OUT, Standing.OUTSIDE, RULE),
    Way(Standing.OUTSIDE, Move.STAND, Standing.STANDS_3, RULE),
    Way(Standing.OUTSIDE, Move.UPHOLD, Standing.UPHELD, RULE),
)
LEVELS = {
    Standing.SUPERVISOR: 1,
    Standing.STANDS_1: 1,
    Standing.MANAGER: 2,
    Standing.STANDS_2: 2,
    Standing.TO_HAND_OVER: 3,
    Standing.OUTSIDE: 3,
    Standing.STANDS_3: 3,
}
CLOCKS = {1: "DISAGREE", 2: "DISAGREE2", 3: "DISAGREE3"}
# Where somebody of the hub still owes an answer: such a challenge is on triage's board.
WAITING = frozenset(
    {Standing.SUPERVISOR, Standing.MANAGER, Standing.TO_HAND_OVER, Standing.OUTSIDE}
)
ENDS = frozenset({Standing.STANDS_3, Standing.UPHELD})


@dataclass(frozen=True)
class Challenged:
    """A challenge as somebody makes it; `name` and `agency` of a partner without an account."""

    reason: str
    name: str = ""
    agency: str = ""
    for_another: bool = False


@dataclass(frozen=True)
class Ruled:
    """An answer, or to whom of the partnership it was handed."""

    move: Move
    words: str
    with_whom: str = ""


@dataclass(frozen=True)
class Parties:
    """Who has a part in a challenge, by user id; their ruling would be one on themselves."""

    decided_by: int
    entered_by: int
    ruled_by: frozenset[int] = frozenset()
    team_id: int = 0


def next_standing(start: Standing | None, move: Move) -> Standing:
    """Return where a move leads; raise NotAllowed where there is no such way."""
    for way in WAYS:
        if way.start is start and way.move is move:
            return way.end
    possible = ", ".join(way.move for way in WAYS if way.start is start) or "nothing more"
    raise NotAllowed(f"This challenge is already: {start}. What can be done now: {possible}.")


def check_may_rule(standing: Standing, move: Move, actor: Actor, parties: Parties) -> None:
    """Raise NotAllowed for who made the decision, challenged it, or ruled a level below.

    To hand it to the partnership is no ruling: any manager of the hub may.
    """
    if LEVELS.get(standing, 1) > 1 and Role.HUB_MANAGER not in actor.roles:
        raise NotAllowed("At this level the hub's manager rules. Ask them.")
    if move is Move.HAND_OUT:
        return
    if actor.user_id == parties.decided_by:
        raise NotAllowed(
            "You made this decision: another triage supervisor, or the hub's manager, rules on it."
        )
    if actor.user_id == parties.entered_by:
        raise NotAllowed("You entered this challenge: somebody else rules on it.")
    # What the partnership says is no ruling of the manager who writes it down.
    if standing is Standing.MANAGER and actor.user_id in parties.ruled_by:
        raise NotAllowed("You ruled on this a level below: another manager of the hub rules.")


def check_may_take_up(actor: Actor, parties: Parties) -> None:
    """Raise NotAllowed for who did not challenge, nor works in the team that did."""
    if actor.user_id != parties.entered_by and parties.team_id not in actor.team_ids:
        raise NotAllowed("Only whoever challenged the decision, or their team, takes it further.")


def rulings_open_to(standing: Standing, actor: Actor, parties: Parties) -> list[Move]:
    """Return what the actor may answer now: which choices a page shows."""
    if RULE not in actor.verbs:
        return []
    moves = [way.move for way in WAYS if way.start is standing and way.who is RULE]
    return [
        move
        for move in moves
        if _passes(lambda move=move: check_may_rule(standing, move, actor, parties))  # type: ignore[misc]
    ]


def may_take_up(standing: Standing, actor: Actor, parties: Parties) -> bool:
    """Return whether a page shows the way a level up to the actor."""
    possible = any(way.start is standing and way.move is Move.TAKE_UP for way in WAYS)
    return (
        possible and CHALLENGE in actor.verbs and _passes(lambda: check_may_take_up(actor, parties))
    )


def check_challenged(challenged: Challenged) -> list[tuple[str, str]]:
    """Return what is wrong as (field, sentence) pairs; none when it stands."""
    errors = _check_words(challenged.reason, "reason", "why the decision is challenged")
    if challenged.for_another:
        for field, text, noun in (
            ("name", challenged.name, "who challenges it"),
            ("agency", challenged.agency, "their agency"),
        ):
            errors += _check_line(text, field, noun)
    return errors


def check_ruled(ruled: Ruled) -> list[tuple[str, str]]:
    """Return what is wrong as (field, sentence) pairs; none when it stands."""
    errors = _check_words(ruled.words, "words", "the answer")
    if ruled.move is Move.HAND_OUT:
        errors += _check_line(ruled.with_whom, "with_whom", "with whom of the partnership it is")
    return errors


def check_taken_up(reason: str) -> list[tuple[str, str]]:
    """Return what is wrong as (field, sentence) pairs; none when it stands."""
    return _check_words(reason, "reason", "why the answer is not enough")


def _check_words(text: str, field: str, noun: str) -> list[tuple[str, str]]:
    if not text.strip():
        return [(field, f"Enter {noun}")]
    if len(text) > LONGEST_REASON:
        return [(field, f"{noun.capitalize()} must be {LONGEST_REASON:,} characters or fewer")]
    return []


def _check_line(text: str, field: str, noun: str) -> list[tuple[str, str]]:
    if not text.strip():
        return [(field, f"Enter {noun}")]
    if len(text) > LONGEST_LINE:
        return [(field, f"{noun.capitalize()} must be {LONGEST_LINE:,} characters or fewer")]
    return []


def _passes(check: Callable[[], None]) -> bool:
    try:
        check()
    except NotAllowed:
        return False
    return True
