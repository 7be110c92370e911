"""What was asked of whom, how it stands, and what came back."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from breakwater.access import call
from breakwater.access.rules import Actor
from breakwater.people.queries import mentions_by_id
from breakwater.sharing import answers, papers
from breakwater.sharing.agreements.queries import Covering, by_version
from breakwater.sharing.answers import AnswerFacts
from breakwater.sharing.disclosures.models import Disclosure
from breakwater.sharing.overrides import reason_of, ruling_of
from breakwater.sharing.requests.models import Reminder, Request
from breakwater.sharing.requests.words import what_of
from breakwater.sharing.rules import (
    AWAITED,
    Basis,
    ConsentAsked,
    Handling,
    InfoKind,
    Purpose,
    Standing,
)


@dataclass(frozen=True)
class AgreementFacts:
    """The version that covers a request."""

    version_id: int
    name: str
    version: int


@dataclass(frozen=True)
class OverrideFacts:
    """Why it is asked without an agreement, and what was said to that; empty while it waits."""

    reason: str
    signed: bool | None
    ruling: str
    by: str
    at: datetime | None


@dataclass(frozen=True)
class ReminderFacts:
    """Number 0 is the first telling; without `sent_at` no mail went to the team's mailbox."""

    number: int
    made_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True)
class RequestFacts:
    """A request as whoever holds its case sees it."""

    id: int
    reference: str
    referral: str
    referral_id: int
    team_id: int
    team: str
    agency: str
    contact: str
    mailbox: str
    about: str
    mention_id: int
    standing: Standing
    questions: tuple[str, ...]
    kinds: tuple[InfoKind, ...]
    necessity: str
    purpose: Purpose
    bases: tuple[Basis, ...]
    consent: ConsentAsked
    consent_reason: str
    handling: tuple[Handling, ...]
    asked_by: str
    asked_by_id: int
    asked_at: datetime
    due_at: datetime
    withdrawn: str
    agreement: AgreementFacts | None
    override: OverrideFacts | None
    # What the team was told in order to be asked, by reference; '' before it is written.
    disclosure: str
    disclosure_id: int | None
    answers: list[AnswerFacts] = field(default_factory=list)
    # When answers came that are for police eyes only, and the reader is not of the police.
    for_police: list[datetime] = field(default_factory=list)
    reminders: list[ReminderFacts] = field(default_factory=list)

    @property
    def awaited(self) -> bool:
        return self.standing in AWAITED

    def is_late(self, now: datetime) -> bool:
        return self.awaited and now > self.due_at


def requests_of(case_id: int) -> list[RequestFacts]:
    """What was asked about a case, the newest first, for one who holds it. 6 SQL statements."""
    return _facts(Request.objects.filter(case=case_id).order_by("-asked_at", "-pk"))


def request_by_id(request_id: int) -> RequestFacts:
    """One request, for one who holds its case. 6 SQL statements. Raise Request.DoesNotExist."""
    found = _facts(Request.objects.filter(pk=request_id))
    if not found:
        raise Request.DoesNotExist
    return found[0]


def requests_by_id(ids: Collection[int]) -> list[RequestFacts]:
    """These, those asked first before, for one who holds their cases. 6 SQL statements."""
    return _facts(Request.objects.filter(pk__in=ids).order_by("asked_at", "pk"))


def waiting_for(actor: Actor) -> list[tuple[str, int, int]]:
    """What waits for the actor's signature: (requests or disclosures, id, case). 1 statement."""
    return [
        (str(part), int(pk), int(case_id))
        for part, pk, case_id in call.rows("waits_for_signature", actor.session, actor.user_id)
    ]


def covering_of(one: RequestFacts) -> Covering | None:
    """The agreement that covers a request, for its page. 1 SQL statement at most."""
    if one.agreement is None:
        return None
    return by_version([one.agreement.version_id]).get(one.agreement.version_id)


def open_teams(referral_id: int) -> dict[int, Standing]:
    """The teams that still owe an answer about a referral. 1 SQL statement."""
    owed = [Standing.TO_SIGN, *AWAITED]
    rows = Request.objects.filter(referral=referral_id, standing__in=owed).order_by("pk")
    return {team: Standing(standing) for team, standing in rows.values_list("team", "standing")}


def _facts(requests: Any) -> list[RequestFacts]:
    reminders = Reminder.objects.filter(request=OuterRef("pk")).order_by("number")
    told = Disclosure.objects.filter(request=OuterRef("pk")).order_by("pk")
    rows: Sequence[Any] = list(
        requests.select_related(
            "team__agency", "asked_by", "referral", "agreement__agreement", "override__ruled_by"
        ).annotate(
            asked_after=ArraySubquery(
                reminders.values(one=JSONObject(n="number", made="made_at", sent="sent_at"))
            ),
            told=ArraySubquery(told.values(one=JSONObject(id="pk", reference="reference"))),
        )
    )
    ids = [row.pk for row in rows]
    words: Any = iter(papers.unsealed(pair for row in rows for pair in _sealed(row)))
    said = [tuple((next(words) or {}) for _ in _sealed(row)) for row in rows]
    found = answers.of_requests(ids)
    people = mentions_by_id({row.mention_id for row in rows})
    hidden: dict[int, list[datetime]] = {}
    for request_id, at in call.rows("answers_for_police", ids):
        hidden.setdefault(request_id, []).append(at)
    return [
        _one(row, told_words, found.get(row.pk, []), hidden.get(row.pk, []), people)
        for row, told_words in zip(rows, said, strict=True)
    ]


def _sealed(row: Any) -> list[tuple[str, bytes]]:
    sealed = [(what_of(row.reference), row.words)]
    if row.override:
        sealed.append((reason_of(row.override.key_id), row.override.reason))
    if row.override and row.override.ruling_reason is not None:
        sealed.append((ruling_of(row.override.key_id), row.override.ruling_reason))
    return sealed


def _one(
    row: Any,
    words: tuple[dict[str, Any], ...],
    given: list[AnswerFacts],
    for_police: list[datetime],
    people: dict[int, Any],
) -> RequestFacts:
    asked = words[0]
    about = people.get(row.mention_id)
    told: dict[str, Any] = row.told[0] if row.told else {"reference": "", "id": None}
    return RequestFacts(
        id=row.pk,
        reference=row.reference,
        referral=row.referral.reference,
        referral_id=row.referral_id,
        team_id=row.team_id,
        team=row.team.name,
        agency=row.team.agency.name,
        contact=row.team.agency.contact,
        mailbox=row.team.mailbox,
        about=about.person.name if about else "",
        mention_id=row.mention_id,
        standing=Standing(row.standing),
        questions=tuple(asked.get("questions", ())),
        kinds=tuple(InfoKind(kind) for kind in row.kinds),
        necessity=asked.get("necessity", ""),
        purpose=Purpose(row.purpose),
        bases=tuple(Basis(basis) for basis in row.bases),
        consent=ConsentAsked(row.consent),
        consent_reason=asked.get("consent_reason", ""),
        handling=tuple(Handling(one) for one in row.handling),
        asked_by=row.asked_by.name,
        asked_by_id=row.asked_by_id,
        asked_at=row.asked_at,
        due_at=row.due_at,
        withdrawn=asked.get("withdrawn", ""),
        agreement=row.agreement
        and AgreementFacts(row.agreement_id, row.agreement.agreement.name, row.agreement.version),
        override=row.override and _override(row.override, words),
        disclosure=told["reference"],
        disclosure_id=told["id"],
        answers=given,
        for_police=for_police,
        reminders=[
            ReminderFacts(
                one["n"],
                datetime.fromisoformat(one["made"]),
                datetime.fromisoformat(one["sent"]) if one["sent"] else None,
            )
            for one in row.asked_after
        ],
    )


def _override(row: Any, words: tuple[dict[str, Any], ...]) -> OverrideFacts:
    return OverrideFacts(
        words[1].get("reason", ""),
        row.signed,
        words[2].get("reason", "") if len(words) > 2 else "",
        row.ruled_by.name if row.ruled_by else "",
        row.ruled_at,
    )
