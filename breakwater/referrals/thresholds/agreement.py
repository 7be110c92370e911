"""How far people decide as the rules suggest. Pure.

People should differ: a rule set that everybody always follows decides. What matters is which way
they differ, at which level, and whether that moves when the rules do.
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Line:
    """So many decisions of a month, by rule version, suggested and decided level."""

    month: date
    version: int
    suggested: int
    decided: int
    number: int


@dataclass(frozen=True)
class Tally:
    """Decisions: as suggested, at a higher level, at a lower one."""

    agreed: int = 0
    higher: int = 0
    lower: int = 0

    @property
    def number(self) -> int:
        return self.agreed + self.higher + self.lower

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.agreed + other.agreed, self.higher + other.higher, self.lower + other.lower
        )


def tally(line: Line) -> Tally:
    if line.decided == line.suggested:
        return Tally(agreed=line.number)
    if line.decided > line.suggested:
        return Tally(higher=line.number)
    return Tally(lower=line.number)


def tallies(lines: Iterable[Line], key: Callable[[Line], Key]) -> dict[Key, Tally]:
    """Return the lines added up by whatever the key says, in the order of the lines."""
    sums: dict[Key, Tally] = {}
    for line in lines:
        sums[key(line)] = sums.get(key(line), Tally()) + tally(line)
    return sums
