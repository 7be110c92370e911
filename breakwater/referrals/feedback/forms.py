from typing import Any

from breakwater.referrals.feedback.rules import LONGEST_TEXT, Given, Way
from breakwater.web.forms import Choice, GovForm, HiddenNumber, LongText

TOLD, WITHHELD = "told", "withheld"


class FeedbackForm(GovForm):
    """What was said and how, or why not; the decision is the one that the page showed."""

    decision = HiddenNumber()
    done = Choice(
        "Were they told?",
        noun="whether they were told",
        choices=[(TOLD, "Yes"), (WITHHELD, "No, and they will not be told")],
        hints={WITHHELD: "Only where the law, or a child's safety, speaks against it."},
        reveals={TOLD: ["way", "text"], WITHHELD: ["reason"]},
    )
    way = Choice(
        "How",
        noun="how they were told",
        choices=[(way.value, way.value.capitalize()) for way in Way],
        hints={Way.AGENCY: "Their line manager or safeguarding lead passes it on"},
    )
    text = LongText(
        "What they were told",
        noun="what they were told",
        hint="Change it to what you said. Name no third person, and no more of the family "
        "than the reporter told you themselves.",
        max_length=LONGEST_TEXT,
        rows=8,
    )
    reason = LongText(
        "Why they are not told",
        noun="why they are not told",
        hint="Such as: it would warn the person of concern; no safe way to reach them was found.",
        max_length=LONGEST_TEXT,
        rows=4,
    )

    def given(self) -> Given:
        told: dict[str, Any] = self.cleaned_data
        if told["done"] == TOLD:
            return Given(way=Way(told["way"]), text=told["text"])
        return Given(reason=told["reason"])


class TemplateForm(GovForm):
    version = HiddenNumber()
    text = LongText(
        "What is usually said",
        noun="what is usually said",
        hint="Plain English, for whoever reported a worry. No names, nothing about other people: "
        "whoever tells it adds what is right.",
        max_length=LONGEST_TEXT,
        rows=8,
    )
