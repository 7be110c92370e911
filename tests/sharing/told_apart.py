"""Disclosures about one child with somebody foreign in one of their texts, made by chance."""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime

from breakwater.access.rules import AgencyKind
from breakwater.people.queries import MentionFacts
from breakwater.people.rules import PersonAsTold, PersonRole
from breakwater.sharing.disclosures.checks import check_chosen
from breakwater.sharing.disclosures.parts import (
    ANSWERS,
    NOTE,
    SUMMARY,
    WORRY,
    Group,
    Offered,
    Part,
)
from breakwater.sharing.disclosures.rules import Chosen, Receiver
from breakwater.sharing.rules import ConsentAsked, InfoKind, Purpose

SEEDS = 1_000
GIVEN = (
    *("Aaron", "Beatriz", "Chloé", "Darius", "Elżbieta", "Fatima", "Günther", "Hannah", "Ines"),
    *("José", "Kwame", "Leila", "Märta", "Niamh", "Óscar", "Priscilla", "Quentin", "Rhys", "Siân"),
    *("Tomasz", "Uchenna", "Violet", "Wiremu", "Ximena", "Yusuf", "Zebulon"),
)
FAMILY = (
    *("Adeyemi", "Björk", "Castellanos", "D'Souza", "Eriksson", "Fitzgerald", "Grzelak", "Huang"),
    *("Ibrahim", "Jónsdóttir", "Kowalczyk", "Lindqvist", "MacLeod", "Nguyễn", "O'Connor", "Păun"),
    *("Quigley", "Rosenthal", "Sørensen", "Tchaikovsky"),
)
AROUND = (
    "The child was seen at school on Monday with {} and was quiet.",
    "Nothing new since the visit. {} was mentioned by a neighbour.",
    "{}: see the note of last week.",
    "Attendance fell to 61 %. According to the school, {} collected her twice.",
    "She was hungry (as {} says), and had no coat.",
)


@dataclass(frozen=True)
class Seeded:
    """A disclosure with a foreign text in one of its places, and what stands against it."""

    text: str
    place: str
    errors: list[tuple[str, str]]

    @property
    def held(self) -> bool:
        """Whether it is held back for that text, at the field where it stands."""
        return [field for field, _ in self.errors] == [self.place]


def seeded(chance: random.Random) -> Seeded:
    """A disclosure that could leave, but for one foreign thing in a text of it."""
    day, month, year = chance.randint(1, 28), chance.randint(1, 12), chance.randint(1950, 2024)
    number = f"07700 900{chance.randint(0, 999):03}"
    digit, letters = chance.randint(1, 9), "".join(chance.choices("ABDEFGHJLNPQRSTUWXYZ", k=2))
    child = PersonAsTold(PersonRole.CHILD, "Amelia", "Hartley", born="2017-05-14")
    foreign = PersonAsTold(
        PersonRole.HOUSEHOLD,
        chance.choice(GIVEN),
        chance.choice(FAMILY),
        born=f"{year}-{month:02}-{day:02}",
        phone=number,
        address=f"{chance.randint(1, 99)} {chance.choice(FAMILY)} Road",
        postcode=f"NP{digit} {digit}{letters}",
        handle=f"handle{chance.randint(10_000, 99_999)}",
    )
    bare = number.replace(" ", "")
    # What somebody pastes from elsewhere, in the ways that people write it.
    said = chance.choice(
        [
            foreign.given, foreign.family, f"{foreign.given} {foreign.family}",
            f"{foreign.given} {foreign.family}".upper(), foreign.family.lower(),
            f"Mr {foreign.family}", f"{foreign.given}'s sister", number, bare,
            f"+44 {bare[1:5]} {bare[5:]}", foreign.postcode, foreign.postcode.replace(" ", ""),
            foreign.handle, foreign.address, foreign.address.lower(), foreign.born,
            f"{day}/{month}/{year}", f"{day}.{month}.{year % 100:02}",
        ]
    )  # fmt: skip
    text = chance.choice(AROUND).format(said)
    place = chance.choice((SUMMARY, NOTE, WORRY, ANSWERS))
    parts = tuple(
        Part(name, (InfoKind.WORRY,), "What was told", text, "The worry", "School", free=True)
        for name in (WORRY, ANSWERS)
    )
    what = Offered(
        (Group("m1", "The child", ()), *(Group(one.key, one.key, (one,)) for one in parts)),
        (_mention(1, child), _mention(2, foreign)),
        frozenset({1}),
        (),
    )
    chosen = Chosen(
        Purpose.ENQUIRIES,
        parts=frozenset({place} & {WORRY, ANSWERS}),
        summary=text if place == SUMMARY else "Often hungry.",
        note=text if place == NOTE else "",
        necessity="They see her.",
        consent=ConsentAsked.SOUGHT,
        keep_until=date(2026, 6, 1),
    )
    to = Receiver(2, "Surgery", 2, "Surgery", AgencyKind.HEALTH)
    return Seeded(text, place, check_chosen(what, chosen, to, date(2026, 1, 1)))


def _mention(pk: int, person: PersonAsTold) -> MentionFacts:
    return MentionFacts(pk, 1, 1, datetime(2026, 1, 1, tzinfo=UTC), "School", person)
