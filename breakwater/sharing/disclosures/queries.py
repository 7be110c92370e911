"""Who has been told what of a case, what was withheld, and which conditions are in force."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from breakwater.sharing.agreements.queries import Covering
from breakwater.sharing.disclosures.answers import conditions_of
from breakwater.sharing.disclosures.models import Disclosure, Withheld
from breakwater.sharing.disclosures.paper import SharedPaper, papers_of, with_names
from breakwater.sharing.papers import unsealed
from breakwater.sharing.rules import Basis, Handling, InfoKind, Sent

TAKEN_BACK = (Sent.RECALLED, Sent.CORRECTED)


@dataclass(frozen=True)
class Version:
    """One disclosure as whoever holds the case sees it."""

    paper: SharedPaper
    consent: str
    # What covers it; else who signed, if anybody did.
    covering: Covering | None
    signed_by: str
    # Told in order to ask: the request's reference.
    request: str
    read_by: str
    ended_by: str
    confirmed_by: str
    corrected_by: str

    @property
    def unconfirmed(self) -> bool:
        """Whether somebody may still go by a version that was taken back."""
        return self.paper.standing in TAKEN_BACK and self.paper.confirmed_at is None


@dataclass(frozen=True)
class NotShared:
    kinds: tuple[InfoKind, ...]
    reason: str
    more_detrimental: bool
    by: str
    at: datetime


@dataclass
class TeamTold:
    """All that one team of a partner was told, the newest first, and what it was not told."""

    team: str
    agency: str
    versions: list[Version] = field(default_factory=list)
    withheld: list[NotShared] = field(default_factory=list)


@dataclass(frozen=True)
class Count:
    """How sharing stands in a case, for its page."""

    teams: int
    standing: int
    to_sign: int
    withheld: int
    # References of what was taken back and not confirmed yet, with the team.
    unconfirmed: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Condition:
    """A condition in force on a case, and who of the partners set it."""

    handling: Handling
    agency: str
    team: str


@dataclass(frozen=True)
class ToldPage:
    teams: list[TeamTold]
    conditions: list[Condition]


def told_page(case_id: int) -> ToldPage:
    """All of the page 'Who has been told what'. 6 SQL statements."""
    return ToldPage(told_what(case_id), handling_of(case_id))


def told_what(case_id: int) -> list[TeamTold]:
    """Who has been told what, by team, for one who holds the case. 5 SQL statements."""
    rows = with_names(Disclosure.objects.filter(case=case_id)).select_related(
        "agreement__agreement",
        "override__ruled_by",
        "request",
        "read_by",
        "ended_by",
        "confirmed_by",
        "corrected_by",
    )
    found = list(rows.order_by("team__agency__name", "team__name", "-sent_at", "-pk"))
    teams: dict[int, TeamTold] = {}
    for row, paper in zip(found, papers_of(found), strict=True):
        team = teams.setdefault(row.team_id, TeamTold(row.team.name, row.team.agency.name))
        team.versions.append(_version(row, paper))
    kept = Withheld.objects.filter(case=case_id).select_related("team__agency", "decided_by")
    not_shared = list(kept.order_by("-decided_at", "-pk"))
    reasons = unsealed((withheld_as(one.key_id), one.reason) for one in not_shared)
    for one, words in zip(not_shared, reasons, strict=True):
        team = teams.setdefault(one.team_id, TeamTold(one.team.name, one.team.agency.name))
        team.withheld.append(
            NotShared(
                tuple(InfoKind(kind) for kind in one.kinds),
                (words or {}).get("reason", ""),
                one.more_detrimental,
                one.decided_by.name,
                one.decided_at,
            )
        )
    return sorted(teams.values(), key=lambda team: (team.agency, team.team))


def handling_of(case_id: int) -> list[Condition]:
    """Under which conditions partners gave what is in a case. 1 SQL statement.

    What is for police eyes only is not told to others: the database leaves it out.
    """
    return [Condition(*one) for one in conditions_of(case_id)]


def count_of(case_id: int) -> Count:
    """How sharing stands in a case. 2 SQL statements."""
    rows: Sequence[tuple[int, str, str, str, datetime | None]] = list(
        Disclosure.objects.filter(case=case_id)
        .exclude(standing=Sent.NOT_SIGNED)
        .order_by("-pk")
        .values_list("team", "team__name", "reference", "standing", "confirmed_at")
    )
    sent = [row for row in rows if row[3] != Sent.TO_SIGN]
    return Count(
        teams=len({row[0] for row in sent}),
        standing=sum(row[3] == Sent.SENT for row in rows),
        to_sign=len(rows) - len(sent),
        withheld=Withheld.objects.filter(case=case_id).count(),
        unconfirmed=tuple(
            (reference, team)
            for _, team, reference, standing, confirmed in rows
            if standing in TAKEN_BACK and confirmed is None
        ),
    )


def withheld_as(key_id: int) -> str:
    """Return what the reason for not sharing is sealed as."""
    return f"withheld:{key_id}"


def waiting_for_signature(case_ids: Sequence[int], signer: int | None = None) -> list[str]:
    """References of what waits for a signature in these cases, oldest first. 1 SQL statement.

    Not what the signer asked for.
    """
    rows = Disclosure.objects.filter(
        ~Q(sent_by=signer), case__in=case_ids, standing=Sent.TO_SIGN, request__isnull=True
    )
    return list(rows.order_by("pk").values_list("reference", flat=True))


def _version(row: Disclosure, paper: SharedPaper) -> Version:
    later = getattr(row, "corrected_by", None)
    return Version(
        paper=paper,
        consent=row.consent,
        covering=_covering(row),
        signed_by=row.override.ruled_by.name if row.override and row.override.ruled_by else "",
        request=row.request.reference if row.request else "",
        read_by=row.read_by.name if row.read_by else "",
        ended_by=row.ended_by.name if row.ended_by else "",
        confirmed_by=row.confirmed_by.name if row.confirmed_by else "",
        corrected_by=later.reference if later else "",
    )


def _covering(row: Disclosure) -> Covering | None:
    version = row.agreement
    if version is None:
        return None
    return Covering(
        id=version.pk,
        name=version.agreement.name,
        version=version.version,
        bases=tuple(Basis(code) for code in row.bases),
        review_by=version.review_by,
        agreement_id=version.agreement_id,
    )
