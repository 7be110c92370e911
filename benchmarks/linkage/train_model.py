"""Train the model that Breakwater ships, on a synthetic county: `python -m ... --out DIR`.

Splink learns m and u unsupervised from what partners hold of the county's people; what two of one
household share is counted, which takes the county's truth. A hub with enough mentions of its own
trains on those instead: `breakwater link train`.
"""

import argparse
import json
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from random import Random

from breakwater.people.linkage import Profile, profile, stored, training
from breakwater.people.linkage.model import HOME
from breakwater.synthetic.county import County

# Who is told of in the same breath: partners that write about families name some of the others.
TELL_OF_KIN = {"police_notice": 0.6, "social_care": 0.7}
# The prior is that of a hub about a million people; in a smaller one it is the more careful.
HUB_PEOPLE = 1_000_000


@dataclass
class Told:
    """Mentions as profiles, with whom they are about and with whom those live."""

    profiles: list[Profile] = field(default_factory=list)
    person: list[str] = field(default_factory=list)
    household: list[str] = field(default_factory=list)


def told_by_partners(children: int, seed: int) -> Told:
    """Return what the partners of a county hold, made comparable."""
    county, rng, told = County(children, seed), Random(seed), Told()
    for block in range(county.blocks):
        partners = county.partners(block)
        for household in county.households(block):
            people = {person.person_id: person for person in household.people}
            for mention in partners.mentions(household):
                share = TELL_OF_KIN.get(mention.source, 0.0)
                kin = [
                    {"given": other.given}
                    for other in household.people
                    if other.person_id != mention.person_id and rng.random() < share
                ]
                fields = {**mention.fields, "role": mention.role}
                told.profiles.append(profile(fields, mention.told_at.date(), kin))
                told.person.append(mention.person_id)
                told.household.append(people[mention.person_id].household_id)
    return told


def household_pairs(
    told: Told, most: int, rng: Random
) -> tuple[list[tuple[Profile, Profile]], int]:
    """Return pairs of mentions of two people who live together, and how many there are in all."""
    together: dict[str, list[int]] = defaultdict(list)
    for number, household in enumerate(told.household):
        together[household].append(number)
    pairs = [
        (one, other)
        for numbers in together.values()
        for one, other in combinations(numbers, 2)
        if told.person[one] != told.person[other]
    ]
    some = rng.sample(pairs, min(most, len(pairs)))
    return [(told.profiles[one], told.profiles[other]) for one, other in some], len(pairs)


def train(children: int, seed: int, out: Path) -> None:
    from splink import DuckDBAPI

    told = told_by_partners(children, seed)
    print(f"{len(told.profiles):,} mentions", file=sys.stderr)
    # The town stands in the postcode: to count both would count one thing twice.
    comparisons = training.comparisons_for(told.profiles, without=("town",))
    keys = [stored(one) for one in told.profiles]
    table = training.as_columns(range(len(told.profiles)), told.profiles, keys)
    teacher = training.Training(DuckDBAPI(), [table], comparisons)
    teacher.teach()
    settings = teacher.model()
    people = len(set(told.person))
    mentions = len(told.profiles)
    settings["probability_two_random_records_match"] *= people / HUB_PEOPLE
    training.save(out, settings, training.frequencies_of(told.profiles, least=1e-4))
    pairs, total = household_pairs(told, 300_000, Random(seed))
    odds = total / (mentions * (mentions - 1) / 2) * people / HUB_PEOPLE
    household = training.household_of(comparisons, pairs, odds)
    (out / "household.json").write_text(json.dumps(household, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--children", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--out", type=Path, default=HOME)
    args = parser.parse_args()
    train(args.children, args.seed, args.out)


if __name__ == "__main__":
    main()
