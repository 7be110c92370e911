"""The live score is Splink's own, for the same pair and the same model file, to a millionth."""

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from random import Random
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from splink import DuckDBAPI, Linker

from breakwater.people.linkage import Model, Profile, profile, training
from breakwater.people.linkage.model import HOME
from breakwater.synthetic import FAULTS, damage
from breakwater.synthetic.county import mentions
from breakwater.synthetic.faults import Fields

TODAY = date(2026, 11, 1)
# Pairs that chance seldom makes, so that every level of every comparison is met.
RARE = (
    ({"given": "Amelia Rose"}, {"given": "Amelia Rose"}),
    ({"given": "Rose", "family": "Hill"}, {"given": "Hill", "family": "Rose"}),
    ({"given": "Rose", "family": "Hill"}, {"given": "Hill", "family": "Moor"}),
    ({"given": "Orla Marie", "family": "Hill"}, {"given": "Marie Orla", "family": "Hill"}),
    ({"given": "A", "school": "Oakfield"}, {"given": "B", "school": "Saxon"}),
    ({"given": "A", "upn": "H801200001001"}, {"given": "B", "upn": "A838100019000"}),
    ({"given": "J", "family": "Hill"}, {"given": "James", "family": "Hill"}),
    ({"given": "Niamh"}, {"given": "Nim"}),
    ({"given": "Christa"}, {"given": "Christel"}),
    ({"family": "Bracknell"}, {"family": "Bracknall-Hythe"}),
    ({"family": "Knight"}, {"family": "Nigt"}),
    ({"family": "Winterton"}, {"family": "Wintersham"}),
    ({"given": "A", "born": "2010-01-01"}, {"given": "B", "born": "2010-01-01"}),
    ({"given": "A", "born": "2010-01-01"}, {"given": "B", "born": "2011-01-01"}),
    ({"given": "A", "born": "2010-04-03"}, {"given": "B", "born": "2010-03-04"}),
    ({"given": "A", "born": "2010-01-01"}, {"given": "B", "born": "2010-07-19"}),
    ({"given": "A", "born": "2010-04-03"}, {"given": "B", "born": "2010-04-25"}),
    ({"given": "A", "born": "2010-04"}, {"given": "B", "born": "2010-04"}),
    ({"given": "A", "born": "2010"}, {"given": "B", "born": "2010-07-19"}),
    ({"given": "A", "born": "2010-12-30"}, {"given": "B", "born": "2011-06-14"}),
    ({"given": "A", "age": 9}, {"given": "B", "age": 10}),
    ({"given": "A", "role": "child"}, {"given": "B", "born": "2015-02-19"}),
    ({"given": "A", "role": "parent"}, {"given": "B", "born": "2024-02-19"}),
    ({"postcode": "WX1 2AB"}, {"postcode": "WX1 2AC"}),
    ({"postcode": "WX1 2AB"}, {"postcode": "WX1 9ZZ"}),
    ({"address": "12 Quay Street"}, {"address": "12 Quay Streat"}),
    ({"address": "12 Quay Street"}, {"address": "14 Quay Street"}),
    ({"address": "12 Quayside Street"}, {"address": "14 Quaysid Street"}),
    ({"handle": "a_star"}, {"handle": "b_moon"}),
    ({"email": "a@mail.example"}, {"email": "b@mail.example"}),
)


@dataclass(frozen=True)
class Pairs:
    model: Model
    profiles: list[Profile]  # of pair n: 2n and 2n + 1
    splink: dict[int, dict[str, Any]]  # Splink's row for each pair


def some_pairs() -> list[Profile]:
    rng, told = Random(3), []
    records = [(m.fields, m.role) for _, m in mentions(60, 5)]
    records += [(fields, "") for pair in RARE for fields in pair]
    for (one, role), (other, role_) in pairwise(records):
        told += [({**one, "role": role}, ()), ({**other, "role": role_}, ())]
    people: list[Fields] = [fields for fields, _ in records]
    for fields in people * 3:
        kin = [[{"given": name} for name in rng.sample(["Mia", "Leo", "Ida", "Kai"], 2)]
               for _ in range(2)]  # fmt: skip
        slipped, _ = damage(fields, rng.randint(1, 4), rng, tuple(FAULTS))
        told += [(fields, kin[0]), (slipped, kin[1])]
    return [profile(fields, TODAY, kin) for fields, kin in told]


@pytest.fixture(scope="module")
def pairs() -> Pairs:
    model = Model.read()
    profiles = some_pairs()
    table = training.as_columns(range(len(profiles)), profiles)
    table = table.append_column("pair", pa.array([n // 2 for n in range(len(profiles))]))
    settings = json.loads((HOME / "model.json").read_text(encoding="utf-8"))
    settings["blocking_rules_to_generate_predictions"] = ["l.pair = r.pair"]
    api = DuckDBAPI(duckdb.connect())
    linker = Linker(api.register(table), settings)
    for column in ("first", "family"):
        values = sorted({getattr(one, column) for one in profiles} - {""})
        shares = [model.frequency(column, value) for value in values]
        linker.table_management.register_term_frequency_lookup(
            api.register(pa.table({column: values, f"tf_{column}": shares})), column
        )
    rows = linker.inference.predict().as_record_list()
    return Pairs(model, profiles, {row["unique_id_l"] // 2: row for row in rows})


def test_every_pair_has_splinks_weight(pairs: Pairs) -> None:
    assert len(pairs.splink) == len(pairs.profiles) // 2 > 500
    for number, row in pairs.splink.items():
        one, other = pairs.profiles[2 * number], pairs.profiles[2 * number + 1]
        score = pairs.model.score(one, other)
        for place, (name, level) in enumerate(zip(pairs.model.names, score.levels, strict=True)):
            ours = pairs.model.weight_of(place, level, one, other)
            theirs = row[f"mw_{name}"] + row.get(f"mw_tf_adj_{name}", 0)
            assert ours == pytest.approx(theirs, abs=1e-6), (name, one, other)
        assert score.weight == pytest.approx(row["match_weight"], abs=1e-6), (one, other)


def test_every_level_of_every_comparison_was_met(pairs: Pairs) -> None:
    met: dict[str, set[int]] = defaultdict(set)
    for number in pairs.splink:
        one, other = pairs.profiles[2 * number], pairs.profiles[2 * number + 1]
        for comparison in pairs.model.comparisons:
            met[comparison.name].add(comparison.compare(one, other))
    missed = {
        comparison.name: [
            level.words
            for n, level in enumerate(comparison.levels)
            if n not in met[comparison.name]
        ]
        for comparison in pairs.model.comparisons
    }
    assert {name: words for name, words in missed.items() if words} == {}


def test_the_evidence_adds_up_to_the_score(pairs: Pairs) -> None:
    for number in list(pairs.splink)[:200]:
        one, other = pairs.profiles[2 * number], pairs.profiles[2 * number + 1]
        score = pairs.model.score(one, other)
        parts = [
            pairs.model.weight_of(place, level, one, other)
            for place, level in enumerate(score.levels)
        ]
        assert pairs.model.prior + sum(parts) == pytest.approx(score.weight, abs=1e-9)


def test_who_comes_first_makes_no_difference(pairs: Pairs) -> None:
    for number in pairs.splink:
        one, other = pairs.profiles[2 * number], pairs.profiles[2 * number + 1]
        assert pairs.model.score(one, other).total == pytest.approx(
            pairs.model.score(other, one).total, abs=1e-9
        )
