from collections.abc import Sequence
from typing import Any

from breakwater.access.queries import TeamFacts
from breakwater.referrals.board import rules
from breakwater.referrals.board.absence import Absence
from breakwater.referrals.rules import LONGEST_REASON, Category, Channel, Rating, in_words
from breakwater.web.forms import GovForm, Hidden, HiddenNumber, LongText, Select, Text

TEAM = "team"

Choices = list[tuple[str, str]]


def _words(codes: Sequence[str]) -> Choices:
    named = ((code, in_words(code)) for code in codes)
    return sorted(((code, name[:1].upper() + name[1:]) for code, name in named), key=lambda c: c[1])


class FilterForm(GovForm):
    """What narrows a board; sent as the board's own address, by codes."""

    mark_optional = False
    went = Hidden(required=False)
    team = Select("Team", noun="a team", required=False)
    kind = Select("What waits", noun="what waits", required=False)
    urgency = Select("How urgent", noun="how urgent", required=False)
    rating = Select("Rating", noun="a rating", required=False)
    category = Select("Worry about", noun="a worry", required=False)
    channel = Select("Came by", noun="how it came", required=False)
    whose = Select("Who has it", noun="who has it", required=False)

    def __init__(self, teams: list[TeamFacts], people: dict[int, str], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        kinds = [
            (code, kind.value[:1].upper() + kind.value[1:]) for code, kind in rules.KINDS.items()
        ]
        choices: dict[str, tuple[str, Choices]] = {
            "team": ("All of yours", [(str(team.id), team.name) for team in teams]),
            "kind": ("Everything", kinds),
            "urgency": ("Any", list(rules.URGENCIES.items())),
            "rating": ("Any", [(r.value, r.value.capitalize()) for r in Rating]),
            "category": ("Anything", _words([category.value for category in Category])),
            "channel": ("Any way", _words([channel.value for channel in Channel])),
            "whose": (
                "Anybody or nobody",
                [
                    (rules.MINE, "Me"),
                    (rules.NOBODY, "Nobody yet"),
                    *((str(pk), name) for pk, name in people.items()),
                ],
            ),
        }
        for name, (everything, some) in choices.items():
            self.fields[name].choices = [("", everything), *some]  # type: ignore[attr-defined]
        if len(teams) < 2:
            del self.fields["team"]

    def codes(self) -> rules.Codes:
        """What of it stands; what was not understood is said at its field and left out."""
        self.is_valid()
        return rules.known_codes(self.cleaned_data)


class SaveFilterForm(GovForm):
    name = Text(
        "Name of this filter",
        noun="a name",
        hint="Only you see it. Do not use anybody's name.",
        max_length=rules.LONGEST_NAME,
        width=20,
    )


class AbsenceForm(GovForm):
    """Who is away and who takes over; `moved` is how much has gone over before."""

    moved = HiddenNumber(required=False)
    away = Select("Who is away", noun="who is away")
    heir = Select(
        "Who takes over",
        noun="who takes over",
        hint="Of several teams, what waits for a team goes to somebody of that team only.",
    )
    note = LongText(
        "Note for them",
        noun="a note for whoever takes over",
        hint="Why, and until when. It stands with each piece of work.",
        max_length=LONGEST_REASON,
        rows=4,
    )

    def __init__(self, people: dict[int, str], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        named = [(str(pk), name) for pk, name in people.items()]
        choose = ("", "Choose somebody")
        self.fields["away"].choices = [choose, *named]  # type: ignore[attr-defined]
        self.fields["heir"].choices = [  # type: ignore[attr-defined]
            choose, (TEAM, "The team: nobody has it"), *named,
        ]  # fmt: skip

    def absence(self) -> Absence:
        given = self.cleaned_data
        heir = None if given["heir"] == TEAM else int(given["heir"])
        return Absence(int(given["away"]), heir, given["note"])
