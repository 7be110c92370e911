from typing import Any

from breakwater.access.queries import TeamFacts
from breakwater.referrals.rules import (
    LEVEL_WORDS,
    LONGEST_LINE,
    LONGEST_REASON,
    OUTCOME_WORDS,
    Consent,
    Decided,
    Level,
    Outcome,
    Rating,
    in_words,
)
from breakwater.referrals.thresholds.answers import AnswersForm
from breakwater.referrals.thresholds.facts import Facts
from breakwater.web.forms import (
    Choice,
    Choices,
    GovForm,
    HiddenNumber,
    LongText,
    Select,
    Text,
)

RATING_WORDS = {
    Rating.RED: "Red: significant harm is likely now",
    Rating.AMBER: "Amber: serious, and not at once",
    Rating.GREEN: "Green: a worry that needs more to be understood",
    Rating.BLUE: "Blue: partners need not be asked",
}


class DecideForm(GovForm):
    """Outcome, level, who acts, why; the version says what the worker had before them."""

    version = HiddenNumber()
    outcome = Choice(
        "What is decided", noun="what is decided", reveals={Outcome.OTHER_AREA.value: ["area"]}
    )
    area = Text("Which area takes it", required=False, max_length=LONGEST_LINE)
    level = Choice("Level of need", noun="a level of need")
    teams = Choices(
        "Who acts next",
        noun="who acts next",
        required=False,
        hint="Choose none for advice, or a transfer.",
    )
    lead = Select(
        "Which of them leads",
        noun="which leads",
        required=False,
        hint="Only where more than one acts.",
    )
    reason = LongText(
        "Reason for your decision",
        noun="the reason for your decision",
        hint="What you weighed, what the family and partners said, why this level and team.",
        max_length=LONGEST_REASON,
        rows=6,
    )
    agreed_by = Text(
        "Who else agreed",
        required=False,
        max_length=LONGEST_LINE,
        hint="Name and agency, where somebody did.",
    )
    consent = Choice("Consent of the family", noun="what the family was asked", required=False)
    consent_reason = LongText(
        "Why you go on without consent",
        required=False,
        hint="Only where it was not sought, or refused.",
        max_length=LONGEST_REASON,
        rows=3,
    )

    def __init__(self, teams: list[TeamFacts], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        named = [(str(t.id), f"{t.name}: {in_words(t.kind)}, {t.agency}") for t in teams]
        self.fields["outcome"].choices = list(OUTCOME_WORDS.items())  # type: ignore[attr-defined]
        self.fields["level"].choices = [  # type: ignore[attr-defined]
            (level.value, f"Level {level}. {LEVEL_WORDS[level]}") for level in Level
        ]
        self.fields["teams"].choices = named  # type: ignore[attr-defined]
        self.fields["lead"].choices = [("", "Choose a team"), *named]  # type: ignore[attr-defined]
        self.fields["consent"].choices = [  # type: ignore[attr-defined]
            (consent.value, in_words(consent).capitalize()) for consent in Consent
        ]

    def decided(self) -> Decided:
        """What was entered; of one team alone it is plain which leads."""
        given = self.cleaned_data
        teams = tuple(dict.fromkeys(int(team) for team in given["teams"]))
        lead = int(given["lead"]) if given["lead"] else None
        return Decided(
            outcome=Outcome(given["outcome"]),
            level=Level(given["level"]),
            reason=given["reason"],
            teams=teams,
            lead=teams[0] if len(teams) == 1 else lead,
            agreed_by=given["agreed_by"],
            consent=Consent(given["consent"]) if given["consent"] else None,
            consent_reason=given["consent_reason"],
            area=given["area"],
        )


class ScreenForm(AnswersForm):
    """What the rules ask, with what was found; the version says what the worker had before them."""

    version = HiddenNumber()

    def __init__(self, found: Facts, version: int, *args: Any, **kwargs: Any):
        super().__init__(found, *args, **kwargs)
        self.initial["version"] = version


class RateForm(GovForm):
    version = HiddenNumber()
    rating = Choice("How fast must partners answer?", noun="a rating")
    reason = LongText("Why", noun="why you rate it so", max_length=LONGEST_REASON, rows=4)

    def __init__(self, hours: dict[Rating, str], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["rating"].choices = [  # type: ignore[attr-defined]
            (rating.value, f"{RATING_WORDS[rating]} ({hours[rating]})") for rating in Rating
        ]


class WaitForm(GovForm):
    version = HiddenNumber()
    reason = LongText(
        "What is missing, and who was asked",
        noun="what is missing and who was asked",
        hint="The clock for a decision stops until you go on. A new clock says when to look again.",
        max_length=LONGEST_REASON,
        rows=4,
    )


class VersionForm(GovForm):
    version = HiddenNumber()
