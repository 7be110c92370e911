"""What is sent and answered: codes with their words, so that no system keeps a list of its own."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal

from ninja import Field, Schema
from pydantic import ConfigDict, StringConstraints

from breakwater.sharing.answers import AnswerFacts
from breakwater.sharing.disclosures.paper import Line, SharedPaper
from breakwater.sharing.portal.queries import OpenedDisclosure, OpenedRequest
from breakwater.sharing.rules import BASES, LONGEST_LINE, LONGEST_TEXT, Basis

StandingCode = Literal["asked", "by_phone", "answered", "nothing_known", "declined"]
SentCode = Literal["sent", "recalled", "corrected"]
ReplyCode = Literal["answer", "nothing_known", "decline", "phone"]
HandlingCode = Literal["not_family", "police_only", "no_onward", "no_record"]
Text = Annotated[str, StringConstraints(max_length=LONGEST_TEXT)]
REFERENCE = "RQ-7F3K-M2PQ-XW9D"


class Coded(Schema):
    """A code and what it says."""

    code: str = Field(examples=["enquiries"])
    words: str = Field(examples=["deciding what a child needs"])


class BasisOut(Schema):
    code: str = Field(examples=["ART6E"])
    words: str
    source: str = Field(description="The law.", examples=["UK GDPR Article 6(1)(e)"])


class LineOut(Schema):
    """One thing that the team is told."""

    kind: Coded
    label: str = Field(examples=["Birth date"])
    value: str
    whose: str = Field(description="Whom it is about.")
    source: str = Field(description="Who told it to the hub.")
    third_party: bool = Field(description="Somebody other than the child.")


class AnswerOut(Schema):
    """An answer that the team gave."""

    reference: str = Field(examples=[REFERENCE])
    reply: ReplyCode
    standing: StandingCode = Field(description="What the request became by it.")
    answered_by: str
    answered_at: datetime


class SaidOut(Schema):
    """An earlier answer of the team, with its words."""

    reply: ReplyCode
    answers: list[str] = Field(description="By question.")
    reason: str
    phone: str
    third_parties: bool
    handling: list[Coded]
    documents: list[str] = Field(description="Their names.")
    answered_by: str
    answered_at: datetime
    by_phone: bool = Field(description="Somebody of the hub noted it during a call.")


class RequestLine(Schema):
    """A request on a list: of nobody."""

    reference: str = Field(examples=[REFERENCE])
    standing: StandingCode
    asked_at: datetime
    due_at: datetime | None
    agency: str = Field(description="Who asks.")
    team: str = Field(description="Who is asked.")


class RequestsOut(Schema):
    items: list[RequestLine]
    next: str | None = Field(description="The cursor of the next page, if there is one.")


class RequestOut(Schema):
    """A request: who asks what of whom, why, and what was said to it."""

    reference: str = Field(examples=[REFERENCE])
    standing: StandingCode
    asked_at: datetime
    due_at: datetime
    agency: str = Field(description="Who asks.")
    asked_by: str
    team: str = Field(description="Who is asked.")
    purpose: Coded
    bases: list[BasisOut]
    agreement: str = Field(
        description="What covers it; empty: a supervisor signed that it is asked without one."
    )
    kinds: list[Coded] = Field(description="Kinds of information that are asked for.")
    necessity: str
    consent: Coded
    handling: list[Coded] = Field(description="How what is told may be used.")
    questions: list[str]
    told: list[LineOut] = Field(
        description="About whom; empty where that was recalled: see told_standing."
    )
    told_standing: SentCode | None
    told_notice: str = Field(description="Why it was recalled or corrected.")
    keep_until: date | None = Field(description="The team lets go of what it was told after it.")
    answers: list[SaidOut] = Field(description="The newest first.")


class AnswerIn(Schema):
    """A reply. What counts of it depends on `reply`; the rest is not kept."""

    model_config = ConfigDict(extra="forbid")
    reply: ReplyCode
    answers: list[Text] = Field(
        [], max_length=100, description="By question, empty where left; at least one."
    )
    reason: Text = Field("", description="Why it is declined; or anything to add.")
    phone: str = Field("", max_length=LONGEST_LINE, description='For "phone": whom to ring.')
    handling: list[HandlingCode] = Field(
        [], max_length=4, description="How the answer may be used where it goes."
    )
    third_parties: bool = Field(False, description="It speaks of somebody beside the child.")


class SharedLine(Schema):
    """Something that was shared, on a list: of nobody."""

    reference: str = Field(examples=["DS-8GTR-2MMX-PL4A"])
    standing: SentCode
    sent_at: datetime
    read_at: datetime | None = Field(description="When somebody of the team first read it.")
    confirmed_at: datetime | None = Field(
        description="When the team confirmed that it let go of what was taken back."
    )
    agency: str = Field(description="Who shares.")
    team: str


class SharedListOut(Schema):
    items: list[SharedLine]
    next: str | None = Field(description="The cursor of the next page, if there is one.")


class SharedOut(Schema):
    """What was shared with the team; without lines where it was taken back or its time is over."""

    reference: str = Field(examples=["DS-8GTR-2MMX-PL4A"])
    standing: SentCode
    version: int
    corrects: str = Field(description="The reference that this one takes the place of, or empty.")
    corrected_by: str = Field(description="The reference of the later version, or empty.")
    agency: str = Field(description="Who shares.")
    sent_by: str
    sent_at: datetime | None
    team: str
    purpose: Coded
    bases: list[BasisOut]
    handling: list[Coded]
    keep_until: date = Field(description="The team lets it go after this day.")
    note: str
    notice: str = Field(description="Why it was recalled or corrected.")
    lines: list[LineOut]


def coded(one: StrEnum) -> Coded:
    return Coded(code=one.name.lower(), words=str(one))


def all_coded(several: tuple[StrEnum, ...]) -> list[Coded]:
    return [coded(one) for one in several]


def bases_out(bases: tuple[Basis, ...]) -> list[BasisOut]:
    return [
        BasisOut(code=one.value, words=BASES[one].words, source=BASES[one].source) for one in bases
    ]


def lines_out(lines: tuple[Line, ...]) -> list[LineOut]:
    return [
        LineOut(
            kind=coded(one.kind),
            label=one.label,
            value=one.value,
            whose=one.whose,
            source=one.source,
            third_party=one.third_party,
        )
        for one in lines
    ]


def request_out(found: OpenedRequest) -> RequestOut:
    told = found.disclosure
    return RequestOut(
        reference=found.reference,
        standing=coded(found.standing).code,  # type: ignore[arg-type]
        asked_at=found.asked_at,
        due_at=found.due_at,
        agency=found.agency,
        asked_by=found.asked_by,
        team=found.team,
        purpose=coded(found.purpose),
        bases=bases_out(found.bases),
        agreement=found.agreement,
        kinds=all_coded(found.kinds),
        necessity=found.necessity,
        consent=coded(found.consent),
        handling=all_coded(found.handling),
        questions=list(found.questions),
        told=lines_out(told.lines) if told else [],
        told_standing=coded(told.standing).code if told else None,  # type: ignore[arg-type]
        told_notice=told.notice if told else "",
        keep_until=told.keep_until if told else None,
        answers=[said_out(one) for one in found.answers],
    )


def said_out(one: AnswerFacts) -> SaidOut:
    words = one.words
    return SaidOut(
        reply=coded(one.reply).code,  # type: ignore[arg-type]
        answers=list(words.answers) if words else [],
        reason=words.reason if words else "",
        phone=words.phone if words else "",
        third_parties=bool(words and words.third_parties),
        handling=all_coded(one.handling),
        documents=list(words.names) if words else [],
        answered_by=one.by,
        answered_at=one.at,
        by_phone=one.by_phone,
    )


def shared_out(found: OpenedDisclosure) -> SharedOut:
    paper: SharedPaper = found.paper
    return SharedOut(
        reference=paper.reference,
        standing=coded(paper.standing).code,  # type: ignore[arg-type]
        version=paper.version,
        corrects=found.earlier,
        corrected_by=found.later,
        agency=paper.agency,
        sent_by=paper.sent_by,
        sent_at=paper.sent_at,
        team=paper.team,
        purpose=coded(paper.purpose),
        bases=bases_out(paper.bases),
        handling=all_coded(paper.handling),
        keep_until=paper.keep_until,
        note=paper.note,
        notice=paper.notice,
        lines=lines_out(paper.lines),
    )
