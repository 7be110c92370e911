"""Mentions in words, as the pages of people show them. Plain functions, no database."""

from breakwater.people.queries import MentionFacts
from breakwater.people.rules import PersonAsTold
from breakwater.web import times

Row = tuple[str, str]


def name_of(person: PersonAsTold) -> str:
    return person.name or "Name not known"


def told(mention: MentionFacts) -> list[Row]:
    """Return everything that was told, row by row; "" where nothing was."""
    person = mention.person
    return [
        ("Given names", person.given),
        ("Family name", person.family),
        ("Known as", person.known_as),
        ("Born", person.born),
        ("Age as told", "" if person.age is None else str(person.age)),
        ("Sex", person.sex),
        ("Address", person.address),
        ("Postcode", person.postcode),
        ("NHS number", person.nhs_number),
        ("Pupil number", person.upn),
        ("Phone", person.phone),
        ("Email", person.email),
        ("Account", person.handle),
        ("School", person.school),
        ("Role", person.role.value),
    ]


def told_by(mention: MentionFacts) -> str:
    """Return "Harbour Road Surgery, 24 Nov 2026"."""
    return f"{mention.told_by}, {times.short_date(mention.told_at)}"


def in_a_line(mention: MentionFacts) -> str:
    """Return "Amelia Hartley, born 2017-05-14, 12 Quay Street": enough to know who is meant."""
    person = mention.person
    born = f"born {person.born}" if person.born else ""
    age = "" if person.age is None or born else f"aged {person.age}"
    parts = (name_of(person), born, age, person.address or person.postcode)
    return ", ".join(part for part in parts if part)
