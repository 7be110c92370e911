from typing import Any

from breakwater.access.glass.rules import LONGEST_REASON, check_reason
from breakwater.web.forms import Choice, GovForm, LongText


class SaidForm(GovForm):
    """A yes or no, and why."""

    # What the reason is called in the subclasses' form.
    reason = LongText(
        "Why",
        noun="why",
        hint="At least one sentence. It is kept with the case.",
        max_length=LONGEST_REASON,
        rows=4,
    )

    def clean_reason(self) -> str:
        reason: str = self.cleaned_data["reason"]
        problem = check_reason(reason)
        if problem:
            self.error_at("reason", problem)
        return reason


class AnswerForm(SaidForm):
    agree = Choice(
        "May the case be opened?",
        noun="whether the case may be opened",
        choices=(("yes", "Yes, open it for an hour"), ("no", "No")),
    )
    field_order = ("agree", "reason")

    def agreed(self) -> bool:
        return bool(self.cleaned_data["agree"] == "yes")


class ReviewForm(SaidForm):
    verdict = Choice(
        "Was it right to open the case?",
        noun="whether it was right to open the case",
        choices=(("justified", "Yes, it was justified"), ("not", "No, it was not justified")),
    )
    field_order = ("verdict", "reason")

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = "What you found"

    def justified(self) -> bool:
        return bool(self.cleaned_data["verdict"] == "justified")
