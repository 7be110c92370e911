"""Agreements as tests speak of them."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from breakwater.access.models import Agency
from breakwater.access.rules import Actor, AgencyKind
from breakwater.sharing.agreements.actions import make_agreement
from breakwater.sharing.agreements.rules import Party, Terms, Version
from breakwater.sharing.rules import Basis, InfoKind, Purpose

DAY = timedelta(days=1)
# For what needs no database.
SOME_DAY = date(2026, 11, 25)
BASES = frozenset({Basis.ART6E, Basis.ART9G, Basis.PARA18})


def party(
    number: int, *, gives: bool = True, receives: bool = True, kind: str = "education"
) -> Party:
    return Party(f"Agency {number}", number, AgencyKind(kind), gives, receives)


def terms(*parties: Party, **changes: Any) -> Terms:
    """Terms that can stand from SOME_DAY on, between these agencies or agencies 1 and 2."""
    given: dict[str, Any] = {
        "parties": parties or (party(1), party(2)),
        "kinds": frozenset({InfoKind.IDENTITY, InfoKind.SCHOOL}),
        "purposes": frozenset({Purpose.ENQUIRIES}),
        "bases": BASES,
        "summary": "What protects a child.",
        "effective_from": SOME_DAY,
        "review_by": SOME_DAY + 365 * DAY,
    }
    return Terms(**(given | changes))


def version(number: int, said: Terms | None = None, **changes: Any) -> Version:
    at = timezone.now()
    given = {"id": number, "why": "Agreed.", "made_by": "Ruth Kerr", "made_at": at}
    return Version(**(given | {"number": number, "terms": said or terms()} | changes))


def between(*agencies: Agency, gives: bool = True, receives: bool = True) -> tuple[Party, ...]:
    return tuple(Party(one.name, one.pk, AgencyKind(one.kind), gives, receives) for one in agencies)


def agreed(
    keeper: Actor, *agencies: Agency, name: str = "Together", today: date, **changes: Any
) -> int:
    """An agreement between these agencies that stands from a day on."""
    dates = {"effective_from": today, "review_by": today + 365 * DAY}
    said = terms(**({"parties": between(*agencies)} | dates | changes))
    return make_agreement(keeper, name, said, "Agreed.", today=today)
