"""What the pages of a challenge show. Plain functions, no database."""

from typing import Any

from breakwater.access.policy import Verb
from breakwater.access.rules import Actor
from breakwater.referrals.challenge.queries import ChallengeFacts, ChallengeStepFacts
from breakwater.referrals.challenge.rules import (
    WAITING,
    Move,
    Standing,
    may_take_up,
    rulings_open_to,
)
from breakwater.referrals.presenter import Facts, capital
from breakwater.referrals.queries import ReferralPage
from breakwater.referrals.rules import OUTCOME_WORDS, UNDECIDED, State
from breakwater.web import times

TITLES = {
    Move.CHALLENGE: "Challenged",
    Move.STAND: "Answered: the decision stands",
    Move.UPHOLD: "Answered: the decision is opened again",
    Move.TAKE_UP: "Taken a level up",
    Move.HAND_OUT: "Handed to the partnership",
}
COLOURS = {Standing.UPHELD: "green"} | dict.fromkeys(WAITING, "yellow")


def what_is_challenged(page: ReferralPage, actor: Actor) -> dict[str, Any]:
    """Context of referrals/challenges.html: the challenges, and what the reader may do there."""
    undecided = (*UNDECIDED, State.WITH_WORKER)
    stands = bool(page.progress.decisions) and page.state not in undecided
    return {
        "may_challenge": stands and Verb.CHALLENGE in actor.verbs,
        "challenges": [challenge(one, actor) for one in page.challenges],
    }


def challenge(one: ChallengeFacts, actor: Actor) -> dict[str, Any]:
    """Return a challenge with its history, and what the actor may do about it."""
    return {
        "id": one.id,
        "heading": f"Challenged by {one.by}",
        "tag": {"text": capital(one.standing), "colour": COLOURS.get(one.standing, "grey")},
        "steps": [_step(step) for step in one.steps],
        "may_rule": bool(rulings_open_to(one.standing, actor, one.parties)),
        "may_take_up": may_take_up(one.standing, actor, one.parties),
    }


def challenged_facts(one: ChallengeFacts) -> Facts:
    """Return which decision is challenged, row by row."""
    decided = f"{OUTCOME_WORDS[one.outcome]}, {times.short_date_time(one.decided_at)}"
    return [
        ("Decision", decided),
        ("Challenged by", one.by),
        ("Now", capital(one.standing)),
    ]


def _step(step: ChallengeStepFacts) -> dict[str, Any]:
    by = f"{step.by}; with {step.with_whom}" if step.with_whom else step.by
    return {"title": TITLES[step.move], "when": step.at, "by": by, "body": step.said}
