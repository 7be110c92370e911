"""Who may ask whom for what, and tell whom what, from one agency's side. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from breakwater.sharing.agreements.changes import in_order
from breakwater.sharing.agreements.rules import Version, in_force
from breakwater.sharing.rules import Basis, InfoKind, Purpose


@dataclass(frozen=True)
class Line:
    """What one agreement lets one agency give another."""

    agreement_id: int
    agreement: str
    version: int
    kinds: tuple[InfoKind, ...]
    purposes: tuple[Purpose, ...]
    # Of Part 3 only police and probation may make use.
    bases: tuple[Basis, ...]
    review_by: date


@dataclass(frozen=True)
class Partner:
    """Another agency: what it may be asked for, and what it may be told."""

    agency_id: int
    agency: str
    contact: str
    may_ask: tuple[Line, ...]
    may_tell: tuple[Line, ...]

    @property
    def nameless(self) -> tuple[Purpose, ...]:
        """Purposes for which it may be asked, but not be told whom the question is about."""
        told = {
            purpose
            for line in self.may_tell
            if InfoKind.IDENTITY in line.kinds
            for purpose in line.purposes
        }
        asked = {purpose for line in self.may_ask for purpose in line.purposes}
        return in_order(asked - told, Purpose)


# An agreement as (id, name, versions); an agency as (id, name, contact).
Standing = tuple[int, str, Sequence[Version]]
Agency = tuple[int, str, str]


def partners(
    own_id: int, agencies: Iterable[Agency], agreements: Iterable[Standing], on: date
) -> list[Partner]:
    """Return every other agency with what stands on a day between it and one's own."""
    every = list(agencies)
    standing = [
        (agreement_id, name, now)
        for agreement_id, name, versions in agreements
        if (now := in_force(versions, on))
    ]

    def lines(giver: int, receiver: int) -> tuple[Line, ...]:
        return tuple(
            _line(agreement_id, name, now)
            for agreement_id, name, now in standing
            if any(one.agency_id == giver and one.gives for one in now.terms.parties)
            and any(one.agency_id == receiver and one.receives for one in now.terms.parties)
        )

    return [
        Partner(agency_id, name, contact, lines(agency_id, own_id), lines(own_id, agency_id))
        for agency_id, name, contact in every
        if agency_id != own_id and any(one[0] == own_id for one in every)
    ]


def _line(agreement_id: int, name: str, now: Version) -> Line:
    return Line(
        agreement_id,
        name,
        now.number,
        in_order(now.terms.kinds, InfoKind),
        in_order(now.terms.purposes, Purpose),
        in_order(now.terms.bases, Basis),
        now.review_by,
    )
