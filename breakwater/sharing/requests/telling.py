"""What a partner may be told of a person in order to be asked: things to tick, each with a code.

The values come from what the referral told, never from the page that ticks them.
"""

from collections.abc import Collection
from dataclasses import dataclass

from breakwater.access.rules import AgencyKind
from breakwater.people.queries import MentionFacts
from breakwater.people.rules import PersonAsTold, PersonRole
from breakwater.sharing.disclosures.parts import born_on
from breakwater.sharing.disclosures.writing import Told
from breakwater.sharing.rules import InfoKind

# Whose name may help a partner to find the child, or the household.
GROWN_UP = frozenset({PersonRole.PARENT, PersonRole.CARER, PersonRole.HOUSEHOLD})
# The number by which each kind of agency knows a child.
NUMBERS = {AgencyKind.EDUCATION: "upn", AgencyKind.HEALTH: "nhs_number"}
LABELS = {
    "name": "Name",
    "born": "Birth date",
    "address": "Address",
    "nhs_number": "NHS number",
    "upn": "Unique pupil number",
    "school": "School",
}


@dataclass(frozen=True)
class Tellable:
    """One thing that may be told; `usual`: told unless somebody takes it away."""

    code: str
    told: Told
    usual: bool


def tellable(
    about: MentionFacts, everybody: Collection[MentionFacts], agency: AgencyKind
) -> list[Tellable]:
    """Return what may be told of a person to an agency of this kind, the least of it ticked.

    Of others only their names, who live with a child or care for it: nobody's by default.
    """
    values = _of(about.person)
    usual = {"name", "born", "address", NUMBERS.get(agency, "")}
    found = [
        Tellable(
            code,
            Told(InfoKind.IDENTITY, LABELS[code], value, _name(about), about.told_by, about.id),
            code in usual,
        )
        for code, value in values.items()
        if value
    ]
    return found + [
        Tellable(
            f"person:{one.id}",
            Told(
                InfoKind.HOUSEHOLD,
                f"Name of a {one.person.role}",
                one.person.name,
                _name(one),
                one.told_by,
                one.id,
                third_party=True,
            ),
            usual=False,
        )
        for one in everybody
        if one.id != about.id and one.person.role in GROWN_UP and one.person.name
    ]


def _of(person: PersonAsTold) -> dict[str, str]:
    lines = ", ".join(part for part in (person.address, person.postcode) if part)
    return {
        "name": person.name,
        "born": born_on(person.born) if person.born else "",
        "address": lines,
        "nhs_number": person.nhs_number,
        "upn": person.upn,
        "school": person.school,
    }


def _name(one: MentionFacts) -> str:
    return one.person.name or f"a {one.person.role}"
