from typing import Any

from breakwater.records.retention.rules import LONGEST_REASON, Scope
from breakwater.referrals.rules import Category, in_words
from breakwater.web.forms import Choice, Date, GovForm, LongText, Select, Text

KEEP, LET_GO = "keep", "let-go"


class ReviewForm(GovForm):
    """Keep, with a date, or let go; a reason either way."""

    what = Choice(
        "What becomes of it",
        noun="what becomes of it",
        choices=[(KEEP, "Keep it"), (LET_GO, "Let it go: a second person must agree")],
        reveals={KEEP: ["until"]},
    )
    until = Date("Next review", noun="the date of the next review", when="future")
    reason = LongText(
        "Reason",
        noun="the reason",
        hint="Why it is still needed, or no longer. No names: the reason is read by who may not "
        "open the case.",
        max_length=LONGEST_REASON,
    )


class ReasonForm(GovForm):
    """Why a letting go is undone, or a hold lifted."""

    reason = LongText("Reason", noun="the reason", max_length=LONGEST_REASON)


class HoldForm(GovForm):
    """An inquiry, what it reaches, since when."""

    name = Text("Name of the inquiry", noun="the name of the inquiry", max_length=200)
    scope = Choice(
        "What it reaches",
        noun="what it reaches",
        choices=[(scope.value, scope.value.capitalize()) for scope in Scope],
        reveals={Scope.CATEGORY: ["category"], Scope.AGENCY: ["agency"], Scope.CASES: ["cases"]},
    )
    category = Select("Category", noun="a category")
    agency = Select("Agency", noun="an agency")
    cases = Text("Case numbers", noun="the case numbers", hint="With commas: 12, 57")
    asked_on = Date(
        "Since when it asks this", noun="the day since when it asks this", when="today or past"
    )
    reason = LongText("Reason", noun="the reason", max_length=LONGEST_REASON)

    def __init__(self, agencies: dict[int, str], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        choose = [("", "Choose")]
        self.fields["category"].choices = choose + [  # type: ignore[attr-defined]
            (c.value, in_words(c.value).capitalize()) for c in Category
        ]
        self.fields["agency"].choices = choose + [  # type: ignore[attr-defined]
            (str(pk), name) for pk, name in agencies.items()
        ]

    def clean_cases(self) -> list[int]:
        """Return the numbers; an error names what is no number."""
        numbers = []
        for part in str(self.cleaned_data["cases"] or "").replace(",", " ").split():
            if not (part.isascii() and part.isdecimal() and len(part) < 16):
                self.error_at("cases", "Case numbers must be whole numbers, like 12, 57")
                return []
            numbers.append(int(part))
        return numbers
