"""Which agreement covers what is asked or shared, and what each of them says."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from breakwater.access import call
from breakwater.access.rules import Actor, AgencyKind
from breakwater.sharing.agreements.models import (
    Agreement,
    AgreementParty,
    AgreementReview,
    AgreementVersion,
)
from breakwater.sharing.agreements.rules import Party, Review, Terms, Version, bases_for
from breakwater.sharing.rules import Basis, InfoKind, Purpose


@dataclass(frozen=True)
class Covering:
    """The version that covers a request or disclosure, and its bases that the giver may use.

    Past `review_by` it still covers, and is shown as overdue (presenter.shown).
    """

    id: int
    name: str
    version: int
    bases: tuple[Basis, ...]
    review_by: date
    agreement_id: int


def covering(
    giver_id: int, receiver_id: int, kinds: Collection[InfoKind], purpose: Purpose, on: date
) -> Covering | None:
    """The version in force that lets one agency give another all of these kinds for the purpose.

    The newest where several do; None where none does. 1 SQL statement.
    """
    parties = AgreementParty.objects.filter(version=OuterRef("pk"))
    versions = in_force(on).filter(
        Exists(parties.filter(agency=giver_id, gives=True)),
        Exists(parties.filter(agency=receiver_id, receives=True)),
        kinds__contains=[kind.value for kind in kinds],
        purposes__contains=[purpose.value],
    )
    kind = parties.filter(agency=giver_id).values("agency__kind")[:1]
    found = _covering(versions.order_by("-effective_from", "-pk")[:1], Subquery(kind))
    return found[0] if found else None


def by_version(version_ids: Collection[int]) -> dict[int, Covering]:
    """What was covered is shown with these, also when they are over. 1 SQL statement.

    With every basis that a version names: what was chosen of them is with what was covered.
    """
    found = _covering(AgreementVersion.objects.filter(pk__in=version_ids))
    return {one.id: one for one in found}


def in_force(on: date) -> "QuerySet[AgreementVersion]":
    """Of each agreement the version that stands on a day: not one that a later one replaced."""
    later = AgreementVersion.objects.filter(
        agreement=OuterRef("agreement"), version__gt=OuterRef("version"), effective_from__lte=on
    )
    return AgreementVersion.objects.filter(
        Q(ends_on=None) | Q(ends_on__gt=on), ~Exists(later), effective_from__lte=on
    )


def in_agreement_with(agency_id: int, on: date) -> set[int]:
    """The agencies bound with this one by anything in force. 1 SQL statement."""
    ours = AgreementParty.objects.filter(version=OuterRef("version"), agency=agency_id)
    found = AgreementParty.objects.filter(Exists(ours), version__in=in_force(on))
    return set(found.values_list("agency", flat=True)) - {agency_id}


def review_due() -> Coalesce:
    """Of a version: the day by which it is to be looked at again, as its last review says."""
    last = AgreementReview.objects.filter(version=OuterRef("pk")).order_by("-pk")
    return Coalesce(Subquery(last.values("review_by")[:1]), F("review_by"))


@dataclass(frozen=True)
class AgreementFacts:
    """An agreement with its versions, the oldest first."""

    id: int
    name: str
    versions: tuple[Version, ...]

    @property
    def newest(self) -> Version:
        return self.versions[-1]


@dataclass(frozen=True)
class Uses:
    """How much rests on a version, not counting what the reader must not know of."""

    requests: int = 0
    disclosures: int = 0


def agreements(agreement_id: int | None = None) -> list[AgreementFacts]:
    """Every agreement, or one, by name. 3 SQL statements."""
    rows = AgreementVersion.objects.select_related("agreement", "made_by")
    if agreement_id is not None:
        rows = rows.filter(agreement=agreement_id)
    rows = rows.order_by("agreement__name", "version")
    versions = list(rows)
    ids = [row.pk for row in versions]
    parties: dict[int, list[Party]] = {}
    for party in AgreementParty.objects.filter(version__in=ids).select_related("agency"):
        agency = party.agency
        parties.setdefault(party.version_id, []).append(
            Party(agency.name, agency.pk, AgencyKind(agency.kind), party.gives, party.receives)
        )
    reviews: dict[int, list[Review]] = {}
    noted = AgreementReview.objects.filter(version__in=ids).select_related("reviewed_by")
    for one in noted.order_by("pk"):
        reviews.setdefault(one.version_id, []).append(
            Review(one.note, one.review_by, one.reviewed_by.name, one.reviewed_at)
        )
    found: dict[int, tuple[str, list[Version]]] = {}
    for row in versions:
        facts = _version(row, parties.get(row.pk, []), reviews.get(row.pk, []))
        found.setdefault(row.agreement_id, (row.agreement.name, []))[1].append(facts)
    return [AgreementFacts(pk, name, tuple(all_of)) for pk, (name, all_of) in found.items()]


def is_taken(name: str) -> bool:
    """Whether there is an agreement of this name. 1 SQL statement."""
    return Agreement.objects.filter(name=name.strip()).exists()


def uses(actor: Actor, agreement_id: int) -> dict[int, Uses]:
    """How much rests on each version, for who keeps the agreements. 1 SQL statement."""
    rows = call.rows("agreement_uses", actor.session, actor.user_id, agreement_id)
    return {int(version): Uses(int(asked), int(told)) for version, asked, told in rows}


def _version(row: AgreementVersion, parties: list[Party], reviews: list[Review]) -> Version:
    terms = Terms(
        parties=tuple(sorted(parties)),
        kinds=frozenset(InfoKind(kind) for kind in row.kinds),
        purposes=frozenset(Purpose(purpose) for purpose in row.purposes),
        bases=frozenset(Basis(basis) for basis in row.bases),
        summary=row.summary,
        effective_from=row.effective_from,
        review_by=row.review_by,
        ends_on=row.ends_on,
    )
    by = row.made_by.name if row.made_by else ""
    return Version(row.pk, row.version, terms, row.why, by, row.made_at, tuple(reviews))


def _covering(
    versions: "QuerySet[AgreementVersion]", giver: Subquery | None = None
) -> list[Covering]:
    """`giver` is the kind of agency that gives, where only what it may use is wanted."""
    rows = versions.values_list(
        "pk", "agreement__name", "version", "bases", review_due(), "agreement", giver or Value("")
    )
    found = []
    for pk, name, version, codes, due, agreement_id, kind in rows:
        bases = [Basis(code) for code in codes]
        usable = bases_for(AgencyKind(kind), bases) if kind else bases
        found.append(Covering(pk, name, version, tuple(usable), due, agreement_id))
    return found
