from breakwater.people.review.actions import LONGEST_REASON
from breakwater.web.forms import GovForm, LongText


class AnswerForm(GovForm):
    """The answer is the button that was pressed; a reason helps whoever looks later."""

    reason = LongText(
        "Why", hint="What decided it for you", required=False, max_length=LONGEST_REASON, rows=2
    )


class ReasonForm(GovForm):
    """Why two are split or joined by hand."""

    reason = LongText(
        "Why", noun="why", hint="What shows it, and who said so", max_length=LONGEST_REASON, rows=4
    )
