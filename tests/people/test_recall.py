"""How many are found again in spite of faults, over a synthetic county of 3,000 people.

The floors are what was measured in November 2026, less two in a hundred.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from random import Random

import pytest

from breakwater.people import lookup
from breakwater.people.lookup import Clues, Verdict
from breakwater.people.rules import PersonAsTold, PersonRole
from breakwater.synthetic import Person, damage, population
from breakwater.synthetic.faults import HELPERS, Fields
from breakwater.synthetic.mentions import RECORDS, as_told
from breakwater.synthetic.places import LAST_DAY

PEOPLE, CHILDREN, SEED = 3_000, 1_400, 7
Told = Callable[[Person, int, Random], tuple[Fields, list[str]]]


def whole(person: Person, faults: int, rng: Random) -> tuple[Fields, list[str]]:
    """Everything that anybody holds of a person, damaged."""
    fields = person.as_fields() | {"told_on": LAST_DAY.isoformat()}
    fields |= {name: v for name in HELPERS if (v := getattr(person, name, ""))}
    return damage(fields, faults, rng)


def police(person: Person, faults: int, rng: Random) -> tuple[Fields, list[str]]:
    """What a police notice holds: no number, often no date or postcode."""
    return as_told(person, RECORDS["police_notice"], LAST_DAY, rng, faults)


def clues(fields: Fields) -> Clues:
    return lookup.clues_of(PersonAsTold(PersonRole.CHILD, **fields))  # type: ignore[arg-type]


@dataclass
class County:
    people: list[Person]
    clues: list[Clues]
    by_key: dict[str, list[int]]

    def found(self, told: Clues) -> dict[int, Verdict]:
        near = {n for key in lookup.keys_of(told) for n in self.by_key.get(key, ())}
        verdicts = {n: lookup.compare(told, self.clues[n]).verdict for n in near}
        return {n: verdict for n, verdict in verdicts.items() if verdict is not Verdict.LEAVE}


@pytest.fixture(scope="module")
def county() -> County:
    born: Iterable[Person] = (p for p in population(CHILDREN, SEED) if p.born is not None)
    people = list(islice(born, PEOPLE))
    assert len(people) == PEOPLE
    all_clues = [clues(person.as_fields()) for person in people]
    by_key = defaultdict(list)
    for number, told in enumerate(all_clues):
        for key in lookup.keys_of(told):
            by_key[key].append(number)
    return County(people, all_clues, by_key)


@pytest.mark.parametrize(
    ("told", "faults", "floor"),
    [
        (whole, 1, 0.98),
        (whole, 2, 0.97),
        (whole, 3, 0.93),
        (police, 1, 0.74),
        (police, 2, 0.52),
        (police, 3, 0.34),
    ],
)
def test_who_is_told_with_faults_is_found_and_nobody_is_taken_for_another(
    county: County, told: Told, faults: int, floor: float
) -> None:
    rng = Random(faults)
    asked = found_again = sure = 0
    mistaken = []
    for number, person in enumerate(county.people):
        fields, struck = told(person, faults, rng)
        if len(struck) < faults:
            continue
        found = county.found(clues(fields))
        asked += 1
        found_again += number in found
        sure += found.get(number) is Verdict.SAME
        mistaken += [
            (fields, county.people[n].as_fields())
            for n, verdict in found.items()
            if n != number and verdict is Verdict.SAME
        ]
    print(
        f"{told.__name__}, {faults} faults: {found_again / asked:.1%} found,"
        f" {sure / asked:.1%} surely, of {asked:,}"
    )
    assert mistaken == []
    assert found_again / asked >= floor


def test_no_two_people_of_the_county_are_surely_the_same(county: County) -> None:
    mistaken = [
        (county.people[number].as_fields(), county.people[n].as_fields())
        for number, told in enumerate(county.clues)
        for n, verdict in county.found(told).items()
        if n != number and verdict is Verdict.SAME
    ]
    assert mistaken == []
