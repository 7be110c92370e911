"""The scorer: Fellegi-Sunter, with the parameters that Splink saved, and a household's say.

A pair is one person, two strangers, or two of one household. Splink knows the first two: its
weight is  log2 prior odds + sum of log2(m/u), with rare names counting for more. The household is
the third: brothers share address, phone and family name, so what they share speaks for no one.
With k the chance of a level between two of one household,

    odds = m-odds / (1 + k-odds),   k-odds = prior k-odds * product of k/u.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import log2
from pathlib import Path
from typing import Any

from breakwater.people.linkage import knobs
from breakwater.people.linkage.comparisons import BY_NAME, Compare
from breakwater.people.linkage.profile import Profile

HOME = Path(__file__).parent
Frequencies = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Score:
    """`levels`: for each comparison of the model the level reached, -1 where one side is silent.

    `weight` is Splink's; `household` is what the household takes off it, at most 0.
    """

    weight: float
    household: float
    levels: tuple[int, ...]

    @property
    def total(self) -> float:
        return self.weight + self.household


@dataclass(frozen=True)
class _Part:
    compare: Compare
    weights: tuple[float, ...]  # the last, at -1, is 0: nothing is known
    household: tuple[float, ...]
    rare: tuple[tuple[int, float] | None, ...]  # column of the profile, log2 u of the exact level


class ModelError(ValueError):
    """The model file does not fit this version's comparisons."""


class Model:
    """A trained model. `settings` is the JSON that Splink saves."""

    def __init__(
        self,
        settings: Mapping[str, Any],
        frequencies: Frequencies | None = None,
        household: Mapping[str, Any] | None = None,
    ) -> None:
        self.settings = settings
        self.names = tuple(part["output_column_name"] for part in settings["comparisons"])
        self.comparisons = tuple(self._known(name) for name in self.names)
        chance = settings["probability_two_random_records_match"]
        self.prior = log2(chance / (1 - chance))
        self._household_prior = log2(household["prior_odds"]) if household else None
        columns = Profile._fields
        self._frequencies = tuple((frequencies or {}).get(column, {}) for column in columns)
        levels_of = (household or {}).get("levels", {})
        self._parts = tuple(
            _part(comparison, levels_of.get(comparison["output_column_name"]))
            for comparison in settings["comparisons"]
        )

    @classmethod
    def read(cls, folder: Path = HOME) -> "Model":
        """Read model.json (Splink's), frequencies.json and household.json; the latter two may miss.

        Raise ModelError when there is no model or it has other comparisons than this version.
        """

        def part(name: str) -> Any:
            path = folder / name
            return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None

        settings = part("model.json")
        if settings is None:
            raise ModelError(f"no model.json in {folder}")
        return cls(settings, part("frequencies.json"), part("household.json"))

    def score(self, one: Profile, other: Profile) -> Score:
        """Return the weight of a pair, level by level."""
        weight = self.prior
        prior = self._household_prior
        same_house = prior or 0.0
        levels = []
        for part in self._parts:
            level = part.compare(one, other)
            levels.append(level)
            if level < 0:
                continue
            says = part.weights[level]
            house = part.household[level]
            rare = part.rare[level]
            if rare is not None:
                column, usual = rare
                bonus = usual - log2(self._frequency(column, one[column], other[column]))
                says += bonus
                house += bonus
            weight += says
            same_house += house
        if prior is None or same_house < -20:
            return Score(weight, 0.0, tuple(levels))
        # Beyond 60 bits the 1 in 1 + 2^x is nothing.
        household = -same_house if same_house > 60 else -log2(1 + 2**same_house)
        return Score(weight, household, tuple(levels))

    def weight_of(self, place: int, level: int, one: Profile, other: Profile) -> float:
        """Return what the comparison at `place` of the model says at this level."""
        part = self._parts[place]
        if level < 0:
            return 0.0
        rare = part.rare[level]
        if rare is None:
            return part.weights[level]
        column, usual = rare
        return (
            part.weights[level] + usual - log2(self._frequency(column, one[column], other[column]))
        )

    def frequency(self, column: str, value: str) -> float:
        """Return the share of people who have this value in a column that counts rare ones."""
        place = Profile._fields.index(column)
        return self._frequencies[place].get(value, knobs.RAREST)

    def _frequency(self, column: int, one: str, other: str) -> float:
        known = self._frequencies[column]
        a = known.get(one, knobs.RAREST)
        return a if one == other else max(a, known.get(other, knobs.RAREST))

    @staticmethod
    def _known(name: str) -> Any:
        if name not in BY_NAME:
            raise ModelError(f"the model compares {name!r}, which this version does not know")
        return BY_NAME[name]


def _part(comparison: Mapping[str, Any], household: list[float] | None) -> _Part:
    name = comparison["output_column_name"]
    own = BY_NAME[name]
    levels = [lv for lv in comparison["comparison_levels"] if not lv.get("is_null_level")]
    told, expected = [lv["label_for_charts"] for lv in levels], [lv.words for lv in own.levels]
    if told != expected:
        raise ModelError(
            f"the model's levels of {name!r} are not those of this version: train anew"
        )
    m, u = ([float(lv[f"{which}_probability"]) for lv in levels] for which in "mu")
    chances = household or u
    if len(chances) != len(u):
        raise ModelError(f"household.json has {len(chances)} levels of {name!r}, not {len(u)}")
    return _Part(
        own.compare,
        (*(log2(a / b) for a, b in zip(m, u, strict=True)), 0.0),
        (*(log2(a / b) for a, b in zip(chances, u, strict=True)), 0.0),
        tuple(_rare(level, levels, u) for level in levels),
    )


def _rare(level: Mapping[str, Any], levels: list[Any], u: list[float]) -> tuple[int, float] | None:
    """Say which column's frequency takes the place of u: Splink's, of the exactly equal level."""
    column = level.get("tf_adjustment_column")
    if column is None:
        return None
    exact = f"{column}_l = {column}_r"
    usual = next(p for lv, p in zip(levels, u, strict=True) if lv["sql_condition"] == exact)
    return Profile._fields.index(column), log2(usual)
