"""All that is told and decided in one case, for who must read the whole of it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from breakwater.people import queries as people
from breakwater.people.queries import MentionFacts
from breakwater.referrals.models import Referral
from breakwater.referrals.progress import Progress, progress_of
from breakwater.referrals.rules import State, in_words
from breakwater.referrals.said import SaidLine, said_of
from breakwater.referrals.sealed import words_of


@dataclass(frozen=True)
class FiledReferral:
    id: int
    reference: str
    channel: str
    sent_at: datetime
    received_at: datetime
    category: str
    also: list[str]
    immediate_danger: bool | None
    narrative: str
    consent: str
    consent_reason: str
    seen_child: bool | None
    reporter: dict[str, Any] | None
    online: dict[str, Any] | None
    state: State
    people: list[MentionFacts]
    progress: Progress
    said: list[SaidLine]


def case_file(case_id: int) -> list[FiledReferral]:
    """The referrals of a case, oldest first, for one who holds it. 19 SQL statements."""
    rows = list(Referral.objects.filter(case=case_id).order_by("received_at", "pk"))
    told: dict[int, list[MentionFacts]] = defaultdict(list)
    for mention in people.mentions_of([row.pk for row in rows]):
        told[mention.referral_id].append(mention)
    progress, words = progress_of(rows), words_of(rows)
    said = said_of([row.pk for row in rows])
    return [
        FiledReferral(
            id=row.pk,
            reference=row.reference,
            channel=in_words(row.channel),
            sent_at=row.sent_at,
            received_at=row.received_at,
            category=in_words(row.category),
            also=[in_words(code) for code in row.also],
            immediate_danger=row.immediate_danger,
            narrative=words[row.pk].narrative,
            consent=in_words(row.consent),
            consent_reason=words[row.pk].consent_reason,
            seen_child=row.seen_child,
            reporter=words[row.pk].reporter,
            online=words[row.pk].online,
            state=State(row.state),
            people=told[row.pk],
            progress=progress[row.pk],
            said=said.get(row.pk, []),
        )
        for row in rows
    ]
