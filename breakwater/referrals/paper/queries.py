"""Reads of a case for paper."""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any

from breakwater.access.restricted.queries import is_restricted
from breakwater.attachments.queries import DocumentLine, documents_of
from breakwater.clocks.queries import ClockFace, clocks_of
from breakwater.referrals.case_file import FiledReferral, case_file
from breakwater.referrals.rules import subject_of, subject_of_route


@dataclass(frozen=True)
class ReferralOnPaper:
    told: FiledReferral
    clocks: list[ClockFace]


@dataclass(frozen=True)
class CaseOnPaper:
    case_id: int
    restricted: bool
    referrals: list[ReferralOnPaper]
    documents: list[DocumentLine]
    # What the rooms above say: settings.PAPER_PANELS.
    panels: list[dict[str, Any]] = field(default_factory=list)


def case_on_paper(case_id: int, now: datetime) -> CaseOnPaper:
    """All of a case, oldest first, for one who holds it. At most 22 SQL statements."""
    file = case_file(case_id)
    subjects = {
        told.id: [
            subject_of(told.id),
            *(subject_of_route(route.id) for route in told.progress.routes),
        ]
        for told in file
    }
    clocks = clocks_of(chain(*subjects.values()), now)
    return CaseOnPaper(
        case_id=case_id,
        restricted=is_restricted(case_id),
        referrals=[
            ReferralOnPaper(
                told, [clock for subject in subjects[told.id] for clock in clocks.get(subject, ())]
            )
            for told in file
        ],
        documents=documents_of(case_id),
    )
