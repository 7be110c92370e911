"""Reads of a case for paper."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from breakwater.access.restricted.queries import is_restricted
from breakwater.attachments.queries import DocumentLine, documents_of
from breakwater.clocks.queries import ClockFace, clocks_of
from breakwater.referrals.case_file import FiledReferral, case_file
from breakwater.referrals.models import Step


@dataclass(frozen=True)
class StepTaken:
    at: datetime
    action: str
    state: str
    by: str


@dataclass(frozen=True)
class ReferralOnPaper:
    told: FiledReferral
    clocks: list[ClockFace]
    steps: list[StepTaken]


@dataclass(frozen=True)
class CaseOnPaper:
    case_id: int
    restricted: bool
    referrals: list[ReferralOnPaper]
    documents: list[DocumentLine]


def case_on_paper(case_id: int, now: datetime) -> CaseOnPaper:
    """All of a case, oldest first, for one who holds it. 10 SQL statements."""
    file = case_file(case_id)
    steps: dict[int, list[StepTaken]] = defaultdict(list)
    rows = Step.objects.filter(referral__case=case_id).select_related("taken_by")
    for row in rows.order_by("taken_at", "pk"):
        taken = StepTaken(row.taken_at, row.action, row.end, row.taken_by.name)
        steps[row.referral_id].append(taken)
    clocks = clocks_of([f"referral:{told.id}" for told in file], now)
    return CaseOnPaper(
        case_id=case_id,
        restricted=is_restricted(case_id),
        referrals=[
            ReferralOnPaper(told, clocks.get(f"referral:{told.id}", []), steps[told.id])
            for told in file
        ],
        documents=documents_of(case_id),
    )
