"""Which agreement covers what is asked or shared."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q

from breakwater.sharing.agreements.models import AgreementParty, AgreementVersion
from breakwater.sharing.rules import Basis, InfoKind, Purpose


@dataclass(frozen=True)
class Covering:
    """The version that covers a request or disclosure, and the bases that it names."""

    id: int
    name: str
    version: int
    bases: tuple[Basis, ...]
    review_by: date


def covering(
    giver_id: int, receiver_id: int, kinds: Collection[InfoKind], purpose: Purpose, on: date
) -> Covering | None:
    """The version in force that lets one agency give another all of these kinds for the purpose.

    The newest where several do; None where none does. 1 SQL statement.
    """
    later = AgreementVersion.objects.filter(
        agreement=OuterRef("agreement"), version__gt=OuterRef("version"), effective_from__lte=on
    )
    parties = AgreementParty.objects.filter(version=OuterRef("pk"))
    versions = AgreementVersion.objects.filter(
        Q(ends_on=None) | Q(ends_on__gt=on),
        ~Exists(later),
        Exists(parties.filter(agency=giver_id, gives=True)),
        Exists(parties.filter(agency=receiver_id, receives=True)),
        effective_from__lte=on,
        kinds__contains=[kind.value for kind in kinds],
        purposes__contains=[purpose.value],
    )
    row = versions.select_related("agreement").order_by("-effective_from", "-pk").first()
    if row is None:
        return None
    bases = tuple(Basis(code) for code in row.bases)
    return Covering(row.pk, row.agreement.name, row.version, bases, row.review_by)
