"""The county: its blocks, and what can be asked of it without writing a file."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from breakwater.synthetic import places as places_
from breakwater.synthetic.families import Block, Household, Person
from breakwater.synthetic.mentions import Mention, Partners
from breakwater.synthetic.places import LAST_DAY, Places
from breakwater.synthetic.worries import SyntheticReferral, Worries

# Small enough that a worker's share fits in memory, large enough to keep the workers busy.
CHILDREN_A_BLOCK = 500


@dataclass(frozen=True)
class County:
    """What a county depends on, and nothing else: not the time, the machine or the workers."""

    children: int
    seed: int
    until: date = LAST_DAY
    years: int = 3

    @property
    def blocks(self) -> int:
        return -(-self.children // CHILDREN_A_BLOCK)

    @cached_property
    def places(self) -> Places:
        return places_.build(self.seed, self.children)

    def households(self, block: int) -> Iterator[Household]:
        first = block * CHILDREN_A_BLOCK
        wanted = min(CHILDREN_A_BLOCK, self.children - first)
        return Block(
            self.seed, block, self.blocks, wanted, first, self.until, self.places
        ).households()

    def partners(self, block: int) -> Partners:
        return Partners(self.seed, block, self.until, self.places)

    def worries(self, block: int) -> Worries:
        return Worries(self.seed, block, self.until, self.years, self.places)


def population(children: int, seed: int, until: date = LAST_DAY) -> Iterator[Person]:
    """Yield everybody of a county, household by household."""
    county = County(children, seed, until)
    for block in range(county.blocks):
        for household in county.households(block):
            yield from household.people


def mentions(children: int, seed: int, until: date = LAST_DAY) -> Iterator[tuple[Person, Mention]]:
    """Yield what the partners' records say, each with the person it is about."""
    county = County(children, seed, until)
    for block in range(county.blocks):
        partners = county.partners(block)
        for household in county.households(block):
            people = {person.person_id: person for person in household.people}
            for mention in partners.mentions(household):
                yield people[mention.person_id], mention


def county_referrals(
    children: int, seed: int, until: date = LAST_DAY, years: int = 3
) -> Iterator[SyntheticReferral]:
    """Yield the referrals of these years in the order they came; holds them all to sort them."""
    county = County(children, seed, until, years)
    referrals: list[SyntheticReferral] = []
    for block in range(county.blocks):
        worries = county.worries(block)
        for household in county.households(block):
            referrals += worries.about(household)
    referrals.sort(key=lambda referral: (referral.received_at, str(referral.submission["key"])))
    yield from referrals
