"""The synthetic county: families, what partners hold of them, and the worries of some years.

Words: block (some hundred children and their kin, made alike by any worker), person (the truth),
mention (a person as a partner's record has it), fault (what goes wrong between the two).
Doors in: `county_referrals`, `population`, `damage`; `breakwater county` (command.py).
Doors out: the files of files.py. Every number and address is one that belongs to nobody.
"""

from breakwater.synthetic.county import county_referrals, mentions, population
from breakwater.synthetic.families import Person
from breakwater.synthetic.faults import FAULTS, damage
from breakwater.synthetic.worries import SyntheticReferral

__all__ = [
    "FAULTS",
    "Person",
    "SyntheticReferral",
    "county_referrals",
    "damage",
    "mentions",
    "population",
]
