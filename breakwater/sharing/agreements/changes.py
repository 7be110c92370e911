"""What a new version of an agreement would change, in words. Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar
from zlib import crc32

from breakwater.sharing.agreements.rules import Party, Terms, Version, in_force
from breakwater.sharing.rules import BASES, Basis, InfoKind, Purpose
from breakwater.web import times

Code = TypeVar("Code", bound=StrEnum)


@dataclass(frozen=True)
class Lost:
    """What one agency could give others for a purpose, and could no more."""

    giver: str
    receivers: tuple[str, ...]
    kinds: tuple[InfoKind, ...]
    purposes: tuple[Purpose, ...]


# Giver, receiver, kind, purpose.
Flow = tuple[str, str, InfoKind, Purpose]


def changes(before: Terms | None, after: Terms) -> list[str]:
    """Return in words what is different from the version before; of a first one, nothing."""
    if before is None:
        return []
    if after.is_an_end:
        return ["It covers nothing any more"]
    said = ["It covers again what follows"] if before.is_an_end else []
    said += _changed_parties(before.parties, after.parties)
    said += _in_and_out("may be shared", before.kinds, after.kinds, InfoKind)
    said += _in_and_out("is a purpose", before.purposes, after.purposes, Purpose)
    said += [
        f"{'Rests also on' if basis in after.bases else 'Rests no longer on'}: "
        f"{BASES[basis].words} ({BASES[basis].source})"
        for basis in Basis
        if (basis in before.bases) != (basis in after.bases)
    ]
    if before.ends_on != after.ends_on and not before.is_an_end:
        last = f"It ends on {times.date(after.ends_on)}"
        said.append(last if after.ends_on else "It has no last day any more")
    if before.summary.strip() != after.summary.strip():
        said.append("The summary is worded anew")
    return said


def flows(terms: Terms | None) -> frozenset[Flow]:
    """Return everything that a version covers: who gives whom which kind for what."""
    if terms is None or terms.is_an_end:
        return frozenset()
    return frozenset(
        (giver.agency, receiver.agency, kind, purpose)
        for giver in terms.parties
        if giver.gives
        for receiver in terms.parties
        if receiver.receives and receiver.agency_id != giver.agency_id
        for kind in terms.kinds
        for purpose in terms.purposes
    )


def lost(before: Terms | None, after: Terms, others: Iterable[Terms] = ()) -> list[Lost]:
    """Return what would no longer be covered, by this or any of the other agreements."""
    kept = flows(after).union(*(flows(other) for other in others))
    by_purpose: dict[tuple[str, str, Purpose], set[InfoKind]] = {}
    for giver, receiver, kind, purpose in flows(before) - kept:
        by_purpose.setdefault((giver, receiver, purpose), set()).add(kind)
    by_pair: dict[tuple[str, str, tuple[InfoKind, ...]], set[Purpose]] = {}
    for (giver, receiver, purpose), kinds in by_purpose.items():
        by_pair.setdefault((giver, receiver, in_order(kinds, InfoKind)), set()).add(purpose)
    alike: dict[tuple[str, tuple[InfoKind, ...], tuple[Purpose, ...]], set[str]] = {}
    for (giver, receiver, of_kinds), purposes in by_pair.items():
        said = (giver, of_kinds, in_order(purposes, Purpose))
        alike.setdefault(said, set()).add(receiver)
    rows = [
        Lost(giver, tuple(sorted(receivers)), of_kinds, of_purposes)
        for (giver, of_kinds, of_purposes), receivers in alike.items()
    ]
    return sorted(rows, key=lambda row: (row.giver, row.receivers, row.kinds))


def in_order(codes: Collection[Code], kind: type[Code]) -> tuple[Code, ...]:
    """Return codes in the order in which they are declared."""
    return tuple(code for code in kind if code in codes)


def _changed_parties(before: Collection[Party], after: Collection[Party]) -> list[str]:
    names = {one.agency_id: one.agency for one in (*before, *after)}
    said = []
    for agency_id, name in sorted(names.items(), key=lambda each: each[1]):
        for verb in ("gives", "receives"):
            did, does = (
                any(one.agency_id == agency_id and getattr(one, verb) for one in parties)
                for parties in (before, after)
            )
            if did != does:
                said.append(f"{name} {'now' if does else 'no longer'} {verb}")
    return said


def _in_and_out(
    verb: str, before: Collection[Code], after: Collection[Code], kind: type[Code]
) -> list[str]:
    return [
        f"{code[:1].upper()}{code[1:]}: {'now' if code in after else 'no longer'} {verb}"
        for code in kind
        if (code in before) != (code in after)
    ]


@dataclass(frozen=True)
class Preview:
    """What is shown before a version is saved."""

    terms: Terms
    changes: list[str]
    lost: list[Lost]
    # Versions that were to begin later and never will.
    never: list[Version]

    @property
    def seen(self) -> str:
        """Return by what a preview is known again. It guards against surprise, not forgery: who
        may see a preview may save it."""
        said = (
            [str(party) for party in self.terms.parties],
            [sorted(part) for part in (self.terms.kinds, self.terms.purposes, self.terms.bases)],
            [str(day) for day in (self.terms.effective_from, self.terms.ends_on)],
            [str(self.terms.review_by), self.terms.summary],
            (self.changes, self.lost, [one.number for one in self.never]),
        )
        return str(crc32(repr(said).encode()))


def preview(
    versions: Sequence[Version], terms: Terms, others: Iterable[Sequence[Version]], today: date
) -> Preview:
    """Return what a new version would change, beside the other agreements as they stand then."""
    begins = terms.effective_from
    now = in_force(versions, begins)
    before = now or max(versions, key=lambda one: one.number, default=None)
    beside = [one.terms for other in others if (one := in_force(other, begins))]
    return Preview(
        terms,
        changes(before.terms if before else None, terms),
        lost(now.terms if now else None, terms, beside),
        [one for one in versions if one.terms.effective_from > max(begins, today)],
    )
