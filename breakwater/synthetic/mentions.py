"""Mentions: what each partner's own records say of a person, clean or faulty, as of some day.

Words: record (what a kind of partner holds at all), mention (one person in one partner's record).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random

from breakwater.synthetic.families import Household, Person
from breakwater.synthetic.faults import Fields, damage
from breakwater.synthetic.places import COUNCILS, Places

FAULT_SHARES = (0.58, 0.85, 0.96, 1.0)  # with 0, 1, 2, 3 faults, cumulative


@dataclass(frozen=True)
class Record:
    """The fields a kind of record has, and for how many of a hundred entries each is filled in."""

    holds: dict[str, int]
    child: float = 0.0  # how many children and adults it knows
    adult: float = 0.0


RECORDS = {
    "gp_list": Record(
        {"given": 100, "family": 100, "born": 100, "sex": 100, "ethnicity": 70, "address": 98,
         "postcode": 98, "nhs_number": 97, "phone": 75, "email": 20}, 0.97, 0.95),
    "school_roll": Record(
        {"given": 100, "family": 100, "known_as": 70, "born": 100, "sex": 100, "ethnicity": 90,
         "address": 96, "postcode": 95, "upn": 99, "school": 100, "phone": 80, "email": 50},
        0.93, 0.55),
    "police_notice": Record(
        {"given": 98, "family": 96, "known_as": 40, "born": 75, "sex": 90, "address": 85,
         "postcode": 65, "phone": 40, "handle": 10, "ethnicity": 50}, 0.07, 0.09),
    "social_care": Record(
        {"given": 100, "family": 100, "known_as": 50, "born": 95, "sex": 98, "ethnicity": 85,
         "address": 92, "postcode": 90, "nhs_number": 40, "upn": 60, "phone": 50, "school": 60},
        0.09, 0.06),
    "housing": Record(
        {"given": 98, "family": 100, "born": 85, "sex": 60, "address": 100, "postcode": 100,
         "phone": 70, "email": 45}),
}  # fmt: skip
# Whoever rings up or shouts over a fence knows little; see worries.py for who tells what.
HEARSAY = Record(
    {"given": 85, "family": 45, "known_as": 35, "sex": 60, "address": 65, "postcode": 20,
     "school": 25, "born": 12})  # fmt: skip


@dataclass(frozen=True)
class Mention:
    mention_id: str
    source: str
    agency: str
    told_at: datetime
    role: str
    fields: Fields
    person_id: str
    faults: tuple[str, ...]


def as_told(person: Person, record: Record, day: date, rng: Random, faults: int) -> tuple[
    Fields, list[str]
]:  # fmt: skip
    """Say what a record holds of a person on a day, with so many faults in it."""
    whole = person.as_fields(day)
    if person.born is None or person.born > day:
        whole = {"family": whole.get("family", "")}
    chance = rng.random
    fields: Fields = {
        name: whole[name]
        for name, share in record.holds.items()
        if name in whole and (share == 100 or chance() * 100 < share)
    }
    age = person.age_on(day)
    if age >= 0 and "born" not in fields and "age" not in fields and chance() < 0.8:
        fields["age"] = max(0, age + rng.choice((-1, 0, 0, 0, 0, 1))) if record is HEARSAY else age
    if not faults:
        return fields, []
    fields["told_on"] = day.isoformat()
    if person.middle and "given" in fields:
        fields["middle"] = person.middle
    if person.former_family:
        fields["former_family"] = person.former_family
    if person.previous_address:
        fields["previous_address"] = person.previous_address
        fields["previous_postcode"] = person.previous_postcode
    return damage(fields, faults, rng)


def draw_faults(rng: Random) -> int:
    roll = rng.random()
    return next(count for count, upto in enumerate(FAULT_SHARES) if roll < upto)


def told_as(role: str) -> str:
    """Return the role that a submission has for a role of the truth."""
    return {
        "unborn": "child",
        "separated_parent": "parent",
        "step_parent": "carer",
        "grandparent": "household",
        "other_adult": "household",
    }.get(role, role)


class Partners:
    """The partners' records of one block of households."""

    def __init__(self, seed: int, block: int, until: date, places: Places):
        self.rng = Random(f"{seed}/{block}/mentions")
        self.block, self.until, self.places = block, until, places
        self.serial = 0

    def mentions(self, household: Household) -> Iterator[Mention]:
        known = household.risk > 2
        for person in household.people:
            for source in self._sources(person, household, known):
                yield self._mention(person, household, source)

    def _sources(self, person: Person, household: Household, known: bool) -> list[str]:
        chance = self.rng.random
        if person.role == "unborn":
            return ["social_care"]
        child = person.role == "child"
        sources = []
        for source, record in RECORDS.items():
            share = record.child if child else record.adult
            if known and source in ("police_notice", "social_care"):
                share *= 3
            if source == "housing" and household.social_housing:
                share = 0.5 if child else 0.8
            if source == "school_roll" and child and not person.school:
                share = 0.0
            if source == "school_roll" and person.role not in ("child", "parent", "step_parent",
                                                               "separated_parent"):  # fmt: skip
                share = 0.0
            if chance() < share:
                sources.append(source)
        return sources or ["gp_list"]

    def _mention(self, person: Person, household: Household, source: str) -> Mention:
        rng = self.rng
        day = self.until - timedelta(days=1 + int(rng.random() * 1000))
        if person.born is not None and day < person.born:
            day = person.born + (self.until - person.born) // 2
        hour = timedelta(seconds=7 * 3600 + int(rng.random() * 12 * 3600))
        told_at = datetime(day.year, day.month, day.day, tzinfo=UTC) + hour
        fields, struck = as_told(person, RECORDS[source], day, rng, draw_faults(rng))
        self.serial += 1
        return Mention(
            f"m{self.block:05}{self.serial:05}", source, self._agency(person, household, source),
            told_at, told_as(person.role), fields, person.person_id, tuple(struck),
        )  # fmt: skip

    def _agency(self, person: Person, household: Household, source: str) -> str:
        district = self.places.districts[household.district - 1]
        if source == "gp_list":
            return self.places.surgeries[household.surgery].name
        if source == "school_roll":
            schools = [child.school for child in household.children if child.school]
            return person.school or (schools[0] if schools else f"{COUNCILS[district.la_code]}")
        if source == "police_notice":
            return "Wessex County Police"
        if source == "social_care":
            return f"{COUNCILS[district.la_code]} children's social care"
        return ("Saltmere Homes", "Wessex Bay Housing", "Chalk Valley Housing Association")[
            household.surgery % 3
        ]
