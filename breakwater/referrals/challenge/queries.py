"""The challenges of a referral, with everything said in them."""

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from breakwater.referrals.challenge.models import Challenge, ChallengeStep
from breakwater.referrals.challenge.rules import Move, Parties, Standing
from breakwater.referrals.rules import Outcome
from breakwater.referrals.sealed import said


@dataclass(frozen=True)
class ChallengeStepFacts:
    move: Move
    said: str
    with_whom: str
    by: str
    at: datetime


@dataclass(frozen=True)
class ChallengeFacts:
    """A challenge as a page shows it; `version` counts its steps."""

    id: int
    standing: Standing
    outcome: Outcome
    decided_at: datetime
    # Who challenges: by name and agency or team.
    by: str
    parties: Parties
    steps: list[ChallengeStepFacts]

    @property
    def version(self) -> int:
        return len(self.steps)


def challenges_of(referral_id: int) -> list[ChallengeFacts]:
    """A referral's challenges, oldest first, for one who holds its case. 3 SQL statements."""
    rows = Challenge.objects.filter(referral=referral_id).order_by("pk")
    found = list(rows.select_related("decision", "entered_by", "team"))
    steps: dict[int, list[ChallengeStep]] = defaultdict(list)
    taken = ChallengeStep.objects.filter(challenge__referral=referral_id).order_by("pk")
    for step in taken.select_related("taken_by"):
        steps[step.challenge_id].append(step)
    words = iter(
        said(
            (referral_id, place(one.pk, number), step.words)
            for one in found
            for number, step in enumerate(steps[one.pk])
        )
    )
    return [_facts(one, steps[one.pk], [json.loads(next(words)) for _ in steps[one.pk]])
            for one in found]  # fmt: skip


def place(challenge_id: int, number: int) -> str:
    """Return where in a referral what was said at a step is sealed."""
    return f"challenge:{challenge_id}:{number}"


def parties_of(challenge: Challenge) -> Parties:
    """Who has a part in it. 2 SQL statements at most."""
    ruled = challenge.steps.filter(move__in=(Move.STAND, Move.UPHOLD))
    return Parties(
        challenge.decision.decided_by_id,
        challenge.entered_by_id,
        frozenset(ruled.values_list("taken_by", flat=True)),
        challenge.team_id,
    )


def _facts(
    one: Challenge, steps: list[ChallengeStep], words: list[dict[str, str]]
) -> ChallengeFacts:
    partner = ", ".join(filter(None, (words[0].get("name"), words[0].get("agency"))))
    by = partner if one.for_another else f"{one.entered_by.name}, {one.team.name}"
    ruled = (step.taken_by_id for step in steps if step.move in (Move.STAND, Move.UPHOLD))
    return ChallengeFacts(
        one.pk,
        Standing(one.standing),
        Outcome(one.decision.outcome),
        one.decision.decided_at,
        by,
        Parties(one.decision.decided_by_id, one.entered_by_id, frozenset(ruled), one.team_id),
        [
            ChallengeStepFacts(
                Move(step.move),
                told["said"],
                told.get("with_whom", ""),
                step.taken_by.name,
                step.taken_at,
            )
            for step, told in zip(steps, words, strict=True)
        ],
    )
