"""How an agreement is shown, on its own pages and wherever something rests on it. No database."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from breakwater.sharing.agreements.queries import Covering
from breakwater.sharing.rules import BASES, Basis


@dataclass(frozen=True)
class ShownBasis:
    """A lawful basis in words, and where it stands."""

    words: str
    source: str


@dataclass(frozen=True)
class Shown:
    """What sharing/agreement.html draws of the agreement that covers something."""

    name: str
    version: int
    href: str
    bases: list[ShownBasis]
    review_by: date
    overdue: bool


def shown(covering: Covering, today: date, bases: Iterable[Basis | str] | None = None) -> Shown:
    """Return what a page shows; `bases` are those chosen, where not all of the agreement's are.

    In a template: {% from "sharing/agreement.html" import agreement %}{{ agreement(shown) }}
    """
    return Shown(
        name=covering.name,
        version=covering.version,
        href=reverse("agreement", args=[covering.agreement_id]),
        bases=bases_shown(covering.bases if bases is None else bases),
        review_by=covering.review_by,
        overdue=is_overdue(covering.review_by, today),
    )


def bases_shown(bases: Iterable[Basis | str]) -> list[ShownBasis]:
    """Return bases in words with their source, for {{ bases(...) }} of sharing/agreement.html."""
    facts = [BASES[Basis(basis)] for basis in bases]
    return [ShownBasis(one.words, one.source) for one in facts]


def is_overdue(review_by: date, today: date) -> bool:
    """Whether the day by which it was to be looked at again is past."""
    return today > review_by
