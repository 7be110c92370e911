from typing import Any

from breakwater.access.queries import TeamFacts
from breakwater.referrals.rules import LEVEL_WORDS, LONGEST_REASON, Level, in_words
from breakwater.web.forms import Choice, GovForm, HiddenNumber, LongText

NO_TEAM = "none"


class DecideForm(GovForm):
    """Level of need, team, reason; the version says what the worker had before them."""

    version = HiddenNumber()
    level = Choice("Level of need", noun="a level of need")
    team = Choice("Who acts next", noun="who acts next")
    reason = LongText(
        "Reason for your decision",
        noun="the reason for your decision",
        hint="What you weighed, what the family and partners said, why this level and team.",
        max_length=LONGEST_REASON,
        rows=6,
    )

    def __init__(self, teams: list[TeamFacts], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = [  # type: ignore[attr-defined]
            (level.value, f"Level {level}. {LEVEL_WORDS[level]}") for level in Level
        ]
        self.fields["team"].choices = [  # type: ignore[attr-defined]
            *((str(t.id), f"{t.name}: {in_words(t.kind)}, {t.agency}") for t in teams),
            (NO_TEAM, "No team: give advice, no further action"),
        ]

    def chosen_team(self) -> int | None:
        chosen = self.cleaned_data["team"]
        return None if chosen == NO_TEAM else int(chosen)
