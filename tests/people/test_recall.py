"""How many are found again in spite of faults, over a synthetic county of 3,000 people.

The floors are what was measured in November 2026, less one in a hundred.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from itertools import islice
from random import Random

import pytest

from breakwater.people.linkage import Profile, Verdict, asked, judge, profile, stored
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


def comparable(person: Person, fields: Fields) -> Profile:
    grown = person.age_on(LAST_DAY) >= 18
    return profile({**fields, "role": "parent" if grown else "child"}, LAST_DAY)


class County:
    def __init__(self, people: list[Person]) -> None:
        self.people = people
        self.profiles = [comparable(person, person.as_fields()) for person in people]
        self.under: dict[int, list[int]] = {}
        for number, one in enumerate(self.profiles):
            for key in stored(one):
                self.under.setdefault(key, []).append(number)

    def near(self, told: Profile) -> set[int]:
        return {number for key in asked(told) for number in self.under.get(key, ())}

    def found(self, told: Profile) -> dict[int, Verdict]:
        verdicts = {n: judge(told, self.profiles[n]).verdict for n in self.near(told)}
        return {n: verdict for n, verdict in verdicts.items() if verdict is not Verdict.LEAVE}


@pytest.fixture(scope="module")
def county() -> County:
    born: Iterable[Person] = (p for p in population(CHILDREN, SEED) if p.born is not None)
    people = list(islice(born, PEOPLE))
    assert len(people) == PEOPLE
    return County(people)


@pytest.mark.parametrize(
    ("told", "faults", "met", "found", "linked"),
    [
        (whole, 1, 0.99, 0.99, 0.92),
        (whole, 2, 0.99, 0.99, 0.84),
        (whole, 3, 0.99, 0.98, 0.69),
        (police, 1, 0.98, 0.97, 0.36),
        (police, 2, 0.94, 0.89, 0.17),
        (police, 3, 0.85, 0.73, 0.05),
    ],
)
def test_who_is_told_with_faults_is_found_and_nobody_is_taken_for_another(
    county: County, told: Told, faults: int, met: float, found: float, linked: float
) -> None:
    rng = Random(faults)
    counts: Counter[str] = Counter()
    mistaken = []
    for number, person in enumerate(county.people[::2]):
        number *= 2
        fields, struck = told(person, faults, rng)
        if len(struck) < faults:
            continue
        one = comparable(person, fields)
        verdicts = county.found(one)
        counts["asked"] += 1
        counts["met"] += number in county.near(one)
        counts["found"] += number in verdicts
        counts["linked"] += verdicts.get(number) is Verdict.SAME
        mistaken += [
            (fields, county.people[n].as_fields())
            for n, verdict in verdicts.items()
            if n != number and verdict is Verdict.SAME
        ]
    shares = {name: counts[name] / counts["asked"] for name in ("met", "found", "linked")}
    print(told.__name__, faults, {name: f"{share:.1%}" for name, share in shares.items()})
    assert mistaken == []
    assert shares["met"] >= met
    assert shares["found"] >= found
    assert shares["linked"] >= linked


def test_no_two_people_of_the_county_are_surely_the_same(county: County) -> None:
    mistaken = [
        (county.people[number].as_fields(), county.people[n].as_fields())
        for number, told in enumerate(county.profiles)
        for n, verdict in county.found(told).items()
        if n != number and verdict is Verdict.SAME
    ]
    assert mistaken == []
