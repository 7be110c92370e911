"""What a partner reads of the papers that are open to them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from breakwater.access import call
from breakwater.access.rules import Actor
from breakwater.sharing import answers, papers
from breakwater.sharing.answers import AnswerFacts
from breakwater.sharing.disclosures.models import Disclosure
from breakwater.sharing.disclosures.paper import Line, SharedPaper, paper
from breakwater.sharing.models import Request
from breakwater.sharing.papers import Listed
from breakwater.sharing.requests.words import what_of
from breakwater.sharing.rules import (
    AWAITED,
    Basis,
    ConsentAsked,
    Handling,
    InfoKind,
    Purpose,
    Sent,
    Standing,
)


@dataclass(frozen=True)
class OpenedRequest:
    """What a team is asked, as it reads it: who asks, why, about whom, and what was said to it."""

    id: int
    reference: str
    standing: Standing
    version: int
    agency: str
    # Who asks, and the team that is asked.
    asked_by: str
    team: str
    asked_at: datetime
    due_at: datetime
    purpose: Purpose
    bases: tuple[Basis, ...]
    kinds: tuple[InfoKind, ...]
    handling: tuple[Handling, ...]
    consent: ConsentAsked
    necessity: str
    questions: tuple[str, ...]
    # The agreement that covers it; empty: a supervisor signed that it is asked without one.
    agreement: str
    # What is told of the person in order to ask; without lines where that was recalled.
    disclosure: SharedPaper | None
    # The newest first.
    answers: tuple[AnswerFacts, ...]

    @property
    def told(self) -> tuple[Line, ...]:
        return self.disclosure.lines if self.disclosure else ()

    @property
    def told_standing(self) -> Sent | None:
        return self.disclosure.standing if self.disclosure else None


@dataclass(frozen=True)
class OpenedDisclosure:
    """What was shared with a team, and the references of the versions before and after it."""

    paper: SharedPaper
    earlier: str
    later: str


@dataclass(frozen=True)
class Inbox:
    """What the actor's teams are asked and were told; what is late or changed stands first."""

    awaited: tuple[Listed, ...]
    settled: tuple[Listed, ...]
    # Taken back, and nobody of the team has confirmed that they acted on it.
    to_confirm: tuple[Listed, ...]
    shared: tuple[Listed, ...]


def inbox(actor: Actor) -> Inbox:
    """What waits for the actor's teams; nobody's name. 1 SQL statement."""
    mine = papers.my_papers(actor)
    asked = [one for one in mine if one.part == "requests"]
    told = sorted((one for one in mine if one.part == "disclosures"), key=_newest)
    taken_back = {one.id for one in told if one.standing != Sent.SENT and one.confirmed_at is None}
    waits = sorted((one for one in asked if one.standing in AWAITED), key=_due)
    return Inbox(
        awaited=tuple(waits),
        settled=tuple(sorted((one for one in asked if one.standing not in AWAITED), key=_newest)),
        to_confirm=tuple(one for one in told if one.id in taken_back),
        shared=tuple(one for one in told if one.id not in taken_back),
    )


def questions_of(request: Request) -> tuple[str, ...]:
    """What is asked, where the request is open. 1 SQL statement."""
    return tuple(_words(request)["questions"])


def opened_request(request_id: int) -> OpenedRequest:
    """A request that is open to the transaction. 8 SQL statements."""
    found = Request.objects.select_related("agency", "asked_by", "team", "agreement__agreement")
    request = found.get(pk=request_id)
    words = _words(request)
    told_id = Disclosure.objects.filter(request=request).values_list("pk", flat=True).first()
    return OpenedRequest(
        id=request.pk,
        reference=request.reference,
        standing=Standing(request.standing),
        version=request.version,
        agency=request.agency.name,
        asked_by=request.asked_by.name,
        team=request.team.name,
        asked_at=request.asked_at,
        due_at=request.due_at,
        purpose=Purpose(request.purpose),
        bases=tuple(Basis(code) for code in request.bases),
        kinds=tuple(InfoKind(kind) for kind in request.kinds),
        handling=tuple(Handling(one) for one in request.handling),
        consent=ConsentAsked(request.consent),
        necessity=words["necessity"],
        questions=tuple(words["questions"]),
        agreement=request.agreement.agreement.name if request.agreement else "",
        disclosure=paper(told_id) if told_id else None,
        answers=tuple(answers.of_requests([request_id]).get(request_id, ())),
    )


def opened_disclosure(disclosure_id: int) -> OpenedDisclosure | None:
    """What was shared, where it is open to the transaction. 4 SQL statements."""
    found = paper(disclosure_id)
    if found is None:
        return None
    beside = call.rows("versions_beside", disclosure_id)
    earlier, later = beside[0] if beside else ("", "")
    return OpenedDisclosure(found, earlier or "", later or "")


def _words(request: Request) -> dict[str, Any]:
    (words,) = papers.unsealed([(what_of(request.reference), request.words)])
    assert words is not None  # its key opens with it
    return words


def _due(one: Listed) -> datetime:
    return one.due_at or one.at


def _newest(one: Listed) -> float:
    return -one.at.timestamp()
