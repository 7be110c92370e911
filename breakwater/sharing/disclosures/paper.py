"""What was shared, as its receiver reads it: one shape for preview, portal and 'who was told'."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from breakwater.sharing.disclosures.models import Disclosure, Field
from breakwater.sharing.disclosures.writing import what_of
from breakwater.sharing.papers import unsealed
from breakwater.sharing.rules import BASES, Basis, Handling, InfoKind, Purpose, Sent

ERASED = "No longer kept"


@dataclass(frozen=True)
class Line:
    """One thing that was shared. `whose` it is; `third_party`: somebody other than the child."""

    kind: InfoKind
    label: str
    value: str
    whose: str
    source: str
    third_party: bool = False
    mention_id: int | None = None


@dataclass(frozen=True)
class SharedPaper:
    """A disclosure for one who may read it; without `lines` where it was taken back or is over."""

    reference: str
    standing: Sent
    version: int
    # Who shares, and who of them.
    agency: str
    sent_by: str
    sent_at: datetime | None
    # Who receives.
    team: str
    team_agency: str
    purpose: Purpose
    bases: tuple[Basis, ...]
    handling: tuple[Handling, ...]
    keep_until: date
    note: str
    lines: tuple[Line, ...] = ()
    id: int = 0
    # Of a correction: which earlier version it takes the place of.
    corrects: str = ""
    # Why it was recalled or corrected, and since when.
    notice: str = ""
    ended_at: datetime | None = None
    confirmed_at: datetime | None = None
    read_at: datetime | None = None
    # For whoever shared it: the receiver is not shown these.
    inside: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def basis_words(self) -> list[str]:
        return [f"{BASES[basis].words}: {BASES[basis].source}" for basis in self.bases]

    @property
    def people(self) -> list[tuple[str, bool, list[Line]]]:
        """Return the lines by whose they are, in the order in which they were written down."""
        groups: dict[tuple[str, bool], list[Line]] = defaultdict(list)
        for line in self.lines:
            groups[line.whose, line.third_party].append(line)
        return [(whose, third, lines) for (whose, third), lines in groups.items()]


def paper(disclosure_id: int) -> SharedPaper | None:
    """One disclosure, within a transaction that holds it. 3 SQL statements."""
    found = papers_of(with_names(Disclosure.objects.filter(pk=disclosure_id)))
    return found[0] if found else None


def with_names(rows: QuerySet[Disclosure]) -> QuerySet[Disclosure]:
    return rows.select_related("team__agency", "agency", "sent_by", "corrects")


def papers_of(rows: Iterable[Disclosure]) -> list[SharedPaper]:
    """These disclosures with their lines, in the same order. 2 SQL statements beside the rows'."""
    found = list(rows)
    fields: dict[int, list[Field]] = defaultdict(list)
    for one in Field.objects.filter(disclosure__in=[row.pk for row in found]).order_by("place"):
        fields[one.disclosure_id].append(one)
    sealed = []
    for row in found:
        sealed.append((what_of(row.reference), row.words))
        if row.notice:
            sealed.append((notice_of(row.reference), row.notice))
        sealed += [(what_of(row.reference, one.place), one.words) for one in fields[row.pk]]
    words: Iterator[dict[str, Any] | None] = iter(unsealed(sealed))
    papers = []
    for row in found:
        said_of_it: dict[str, str] | None = next(words)
        notice: dict[str, str] | None = next(words) if row.notice else None
        lines = [(one, next(words)) for one in fields[row.pk]]
        papers.append(
            _paper(
                row, said_of_it or {}, notice or {}, [(one, said) for one, said in lines if said]
            )
        )
    return papers


def notice_of(reference: str) -> str:
    """Return what the notice of a recall or correction is sealed as."""
    return f"disclosure:{reference}:notice"


def _paper(
    row: Disclosure,
    told: dict[str, str],
    notice: dict[str, str],
    lines: Sequence[tuple[Field, dict[str, str]]],
) -> SharedPaper:
    return SharedPaper(
        reference=row.reference,
        standing=Sent(row.standing),
        version=row.version,
        agency=row.agency.name,
        sent_by=row.sent_by.name,
        sent_at=row.sent_at,
        team=row.team.name,
        team_agency=row.team.agency.name,
        purpose=Purpose(row.purpose),
        bases=tuple(Basis(code) for code in row.bases),
        handling=tuple(Handling(one) for one in row.handling),
        keep_until=row.keep_until,
        note=told.get("note", ""),
        lines=tuple(
            Line(
                InfoKind(one.kind),
                said["label"],
                said["value"],
                said["whose"],
                said["source"],
                one.third_party,
                one.mention_id,
            )
            for one, said in lines
        ),
        id=row.pk,
        corrects=row.corrects.reference if row.corrects else "",
        notice=notice.get("reason", ""),
        ended_at=row.ended_at,
        confirmed_at=row.confirmed_at,
        read_at=row.read_at,
        inside={name: text for name, text in told.items() if name != "note"},
    )
