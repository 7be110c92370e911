"""Which agreement covers what is asked or shared."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from breakwater.sharing.agreements.models import AgreementParty, AgreementReview, AgreementVersion
from breakwater.sharing.rules import Basis, InfoKind, Purpose


@dataclass(frozen=True)
class Covering:
    """The version that covers a request or disclosure, and the bases that it names.

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
    found = _covering(versions.order_by("-effective_from", "-pk")[:1])
    return found[0] if found else None


def by_version(version_ids: Collection[int]) -> dict[int, Covering]:
    """What was covered is shown with these, also when they are over. 1 SQL statement."""
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


def review_due() -> Coalesce:
    """Of a version: the day by which it is to be looked at again, as its last review says."""
    last = AgreementReview.objects.filter(version=OuterRef("pk")).order_by("-pk")
    return Coalesce(Subquery(last.values("review_by")[:1]), F("review_by"))


def _covering(versions: "QuerySet[AgreementVersion]") -> list[Covering]:
    rows = versions.values_list(
        "pk", "agreement__name", "version", "bases", review_due(), "agreement"
    )
    return [
        Covering(pk, name, version, tuple(Basis(code) for code in bases), due, agreement_id)
        for pk, name, version, bases, due, agreement_id in rows
    ]
