"""Writing down what leaves, field by field; within the caller's action, which holds the case."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from breakwater.access.rules import Actor
from breakwater.sharing.disclosures.models import Disclosure, Field
from breakwater.sharing.papers import new_reference, seal
from breakwater.sharing.rules import Basis, ConsentAsked, Handling, InfoKind, Purpose, Sent
from breakwater.vault.actions import new_key


@dataclass(frozen=True)
class Told:
    """One thing that leaves: "Birth date", "2017-05-14", about "Amelia Hartley", from "school"."""

    kind: InfoKind
    label: str
    value: str
    whose: str
    source: str
    mention_id: int | None = None
    third_party: bool = False
    # More kinds than one: what a partner answered to a question about both.
    also: tuple[InfoKind, ...] = ()


@dataclass(frozen=True)
class Covers:
    """Why it may leave: purpose, bases, what was said of consent; an agreement or an override."""

    purpose: Purpose
    bases: tuple[Basis, ...]
    consent: ConsentAsked
    necessity: str
    consent_reason: str = ""
    handling: tuple[Handling, ...] = ()
    agreement_id: int | None = None
    override_id: int | None = None
    note: str = ""
    # Why it is necessary to share about anybody else than the child.
    third_parties: str = ""


def write(
    actor: Actor,
    case_id: int,
    team_id: int,
    told: Sequence[Told],
    covers: Covers,
    *,
    at: datetime,
    keep_until: date,
    referral_id: int | None = None,
    request_id: int | None = None,
    corrects: Disclosure | None = None,
    sent: Sent = Sent.SENT,
    agency_id: int | None = None,
) -> Disclosure:
    """Write a disclosure and its fields, sealed under a key of its own.

    `agency_id`: in whose name, where that is not the actor's own agency: of a correction.
    """
    assert actor.agency_id is not None  # who acts on a case is a person
    key = new_key(case_id)
    row = Disclosure(
        case_id=case_id,
        referral_id=referral_id,
        reference=new_reference("DS"),
        team_id=team_id,
        agency_id=agency_id or actor.agency_id,
        request_id=request_id,
        corrects=corrects,
        version=corrects.version + 1 if corrects else 1,
        key_id=key.id,
        words=b"",
        kinds=sorted(kinds_of(told)),
        purpose=covers.purpose,
        bases=[basis.value for basis in covers.bases],
        handling=[one.value for one in covers.handling],
        consent=covers.consent,
        agreement_id=covers.agreement_id,
        override_id=covers.override_id,
        standing=sent,
        keep_until=keep_until,
        sent_by_id=actor.person,
        sent_at=at,
    )
    row.words = seal(
        key,
        {
            "necessity": covers.necessity,
            "consent_reason": covers.consent_reason,
            "note": covers.note,
            "third_parties": covers.third_parties,
        },
        what_of(row.reference),
    )
    row.save()
    Field.objects.bulk_create(
        Field(
            disclosure=row,
            place=place,
            kind=one.kind,
            words=seal(
                key,
                {
                    "label": one.label,
                    "value": one.value,
                    "whose": one.whose,
                    "source": one.source,
                },
                what_of(row.reference, place),
            ),
            mention_id=one.mention_id,
            third_party=one.third_party,
        )
        for place, one in enumerate(told)
    )
    return row


def kinds_of(told: Collection[Told]) -> set[InfoKind]:
    return {kind for one in told for kind in (one.kind, *one.also)}


def what_of(reference: str, place: int | None = None) -> str:
    """Return what the words of a disclosure, or of one of its fields, are sealed as."""
    return f"disclosure:{reference}" if place is None else f"disclosure:{reference}:{place}"
