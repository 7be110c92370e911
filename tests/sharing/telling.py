"""Disclosures as tests speak of them."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from breakwater.access.rules import Actor, AgencyKind
from breakwater.people.queries import mentions_of
from breakwater.referrals.models import Referral
from breakwater.sharing.disclosures import actions
from breakwater.sharing.disclosures.models import Disclosure
from breakwater.sharing.disclosures.rules import Chosen
from breakwater.sharing.rules import ConsentAsked, Purpose
from tests.builders import a_person, amelia, received
from tests.sharing.asking import a_partner, an_agreement, team_of

SURGERY = "Harbour Road Surgery"
# The child, her brother and her father, who is not of her household.
JAMIE: dict[str, Any] = a_person(
    "sibling", given="Jamie", family="Okafor", born="2014-11-02", phone="07700 900123"
)
VICTOR: dict[str, Any] = a_person(
    "parent",
    given="Victor",
    family="Okafor",
    born="1984-02-29",
    address="14 Quay Lane, Norport",
    postcode="NP4 6QD",
    phone="07700 900456",
    email="victor.okafor@mail.example",
)


def a_case(*people: dict[str, Any], **changes: Any) -> Referral:
    """A referral about Amelia, Jamie and Victor, or about these people."""
    told = people or (amelia(address="3 Mill Row, Preston"), JAMIE, VICTOR)
    return Referral.objects.get(reference=received(*told, **changes).reference)


def mention(referral: Referral, given: str) -> int:
    """The mention of the person who is called so in a referral."""
    return next(m.id for m in mentions_of([referral.pk]) if m.person.given == given)


def a_surgery(name: str = SURGERY, person: str = "Dr Iris Lee") -> Actor:
    return a_partner(name, AgencyKind.HEALTH, person)


def agreed(sender: Actor, *partners: Actor, **terms: Any) -> None:
    """These agencies have an agreement."""
    an_agreement(sender.agency_id, *(one.agency_id for one in partners), **terms)


def chosen(child: int, *names: str, **changes: Any) -> Chosen:
    """What is shared: the child's name and birth date, or these parts, and why."""
    given = {
        "purpose": Purpose.ENQUIRIES,
        "parts": frozenset(f"m{child}.{name}" for name in names or ("name", "born")),
        "necessity": "The surgery sees her next week.",
        "consent": ConsentAsked.SOUGHT,
        "keep_until": timezone.localdate() + timedelta(days=365),
    }
    return Chosen(**(given | changes))


def shared(
    sender: Actor, referral: Referral, partner: Actor, what: Chosen | None = None, **changes: Any
) -> Disclosure:
    """Something of a case was shared with a partner's team, as previewed."""
    child = mention(referral, "Amelia")
    what = what or chosen(child, **changes)
    case, team = referral.case_id, team_of(partner).pk
    seen = actions.preview(sender, case, child, team, what).digest
    done = actions.share(sender, case, child, team, what, seen=seen)
    return Disclosure.objects.get(reference=done.reference)
