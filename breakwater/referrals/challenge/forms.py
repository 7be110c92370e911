from collections.abc import Collection
from typing import Any

from breakwater.referrals.challenge.rules import Challenged, Move, Ruled
from breakwater.referrals.rules import LONGEST_LINE, LONGEST_REASON
from breakwater.web.forms import Choice, GovForm, HiddenNumber, LongText, Text

MYSELF, ANOTHER = "myself", "another"
RULINGS = {
    Move.STAND: "The decision stands",
    Move.UPHOLD: "The decision is opened again: triage decides anew",
    Move.HAND_OUT: "It is handed to the partnership",
}


class ChallengeForm(GovForm):
    """Why, and for whom; the decision is the one that the page showed."""

    decision = HiddenNumber()
    who = Choice(
        "Who challenges it?",
        noun="who challenges it",
        choices=[
            (MYSELF, "I do, for my team"),
            (ANOTHER, "A partner who has no account here: I took the call"),
        ],
        reveals={ANOTHER: ["name", "agency"]},
    )
    name = Text("Their name", noun="who challenges it", max_length=LONGEST_LINE)
    agency = Text("Their agency", noun="their agency", max_length=LONGEST_LINE)
    reason = LongText(
        "Why the decision is challenged",
        noun="why the decision is challenged",
        hint="What was not known or weighed otherwise, and what should happen instead.",
        max_length=LONGEST_REASON,
        rows=6,
    )

    def challenged(self) -> Challenged:
        given: dict[str, Any] = self.cleaned_data
        another = given["who"] == ANOTHER
        return Challenged(given["reason"], given["name"], given["agency"], another)


class RuleForm(GovForm):
    """The answer; the version says what was said before it."""

    version = HiddenNumber()
    ruling = Choice(
        "Your answer",
        noun="your answer",
        reveals={Move.HAND_OUT.value: ["with_whom"]},
    )
    with_whom = Text(
        "With whom of the partnership",
        noun="with whom of the partnership it is",
        hint="Name and role",
        max_length=LONGEST_LINE,
    )
    words = LongText(
        "What you tell whoever challenged it, and why",
        noun="the answer",
        max_length=LONGEST_REASON,
        rows=6,
    )

    def __init__(self, moves: Collection[Move], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["ruling"].choices = [  # type: ignore[attr-defined]
            (move.value, RULINGS[move]) for move in moves
        ]

    def ruled(self) -> Ruled:
        given: dict[str, Any] = self.cleaned_data
        return Ruled(Move(given["ruling"]), given["words"], given["with_whom"])


class TakeUpForm(GovForm):
    version = HiddenNumber()
    reason = LongText(
        "Why the answer is not enough",
        noun="why the answer is not enough",
        max_length=LONGEST_REASON,
        rows=5,
    )
