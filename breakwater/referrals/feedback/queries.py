"""What whoever reported a worry was told, and what is usually said."""

from dataclasses import dataclass
from datetime import datetime

from breakwater.referrals.feedback.models import Feedback, FeedbackTemplate
from breakwater.referrals.rules import Outcome
from breakwater.referrals.sealed import said


@dataclass(frozen=True)
class ToldFacts:
    """One telling; or, with an empty way, why there was none (`text` then is the reason)."""

    decision_id: int
    way: str
    text: str
    by: str
    at: datetime


@dataclass(frozen=True)
class TemplateFacts:
    outcome: Outcome
    version: int
    text: str
    # Empty: it came with the hub.
    by: str
    at: datetime


def tellings_of(referral_id: int) -> list[ToldFacts]:
    """What the reporter was told, the newest first, for one who holds the case. 2 statements."""
    rows = list(
        Feedback.objects.filter(referral=referral_id)
        .select_related("told_by")
        .order_by("-told_at", "-pk")
    )
    words = said(
        (referral_id, place(row.decision_id, told=bool(row.way)), row.text or row.reason or b"")
        for row in rows
    )
    return [
        ToldFacts(row.decision_id, row.way, text, row.told_by.name, row.told_at)
        for row, text in zip(rows, words, strict=True)
    ]


def place(decision_id: int, *, told: bool) -> str:
    """Return where in a referral the words of a telling, or the reason for none, are sealed."""
    return f"feedback:{decision_id}" if told else f"feedback:{decision_id}:withheld"


def templates() -> dict[Outcome, TemplateFacts]:
    """The newest version of what is usually said of each outcome. 1 SQL statement."""
    rows = FeedbackTemplate.objects.select_related("made_by").order_by("outcome", "version")
    newest = {
        Outcome(row.outcome): TemplateFacts(
            Outcome(row.outcome),
            row.version,
            row.text,
            row.made_by.name if row.made_by else "",
            row.made_at,
        )
        for row in rows
    }
    return {outcome: newest[outcome] for outcome in Outcome if outcome in newest}
