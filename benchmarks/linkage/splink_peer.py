"""The peer of the live look-up: Splink itself, `predict_between` of one new record, on DuckDB.

`python -m benchmarks.linkage.splink_peer --people 1000000` reads the people that
benchmarks.linkage.hub --keep left in its database, takes the same queries and the same trained
model, and blocks as a Splink user writes it by hand: plain columns, no exploded keys, which would
only be slower. Prints one JSON object.
"""

import argparse
import json
import os
import pickle
import sys
import time
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.linkage import hub
from breakwater.site import database
from breakwater.site.postgres import running

BLOCKING = (
    "l.nhs_number = r.nhs_number",
    "l.upn = r.upn",
    "l.phone = r.phone and l.first_sound = r.first_sound",
    "l.email = r.email",
    "l.born = r.born and substr(l.first, 1, 1) = substr(r.first, 1, 1)",
    "l.born = r.born and l.family_sound = r.family_sound",
    "l.postcode = r.postcode and l.door = r.door",
    "l.street = r.street and l.door = r.door and l.first_sound = r.first_sound",
    "l.first_sound = r.first_sound and l.family_sound = r.family_sound"
    " and substr(l.born, 1, 4) = substr(r.born, 1, 4)",
    "l.first_sound = r.family_sound and l.family_sound = r.first_sound and l.born = r.born",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=40)
    args = parser.parse_args()
    os.environ |= {"DEMO": "1", "BREAKWATER_ONE_OFF": "1"}
    folder, name = Path("var") / "bench", f"people_{args.people}"
    # The queries were pickled by hub as a program.
    sys.modules["__main__"].Query = hub.Query  # type: ignore[attr-defined]
    asked = pickle.loads((folder / f"{name}.queries").read_bytes())  # noqa: S301 -- our own file
    with running(folder / "postgres", hub.POSTGRES) as cluster:
        os.environ["DATABASE_URL"] = cluster.url(name)
        database.start_django()
        ids, profiles = everybody()
        database.close_connections()
        report = measure(ids, profiles, Random(1).sample(asked, args.queries))
    print(json.dumps({"people": args.people} | report))


def everybody() -> tuple[list[int], list[Any]]:
    from breakwater.people.queries import profiles_after

    ids: list[int] = []
    profiles: list[Any] = []
    while rows := profiles_after(ids[-1] if ids else 0, 50_000):
        ids += [mention_id for mention_id, _ in rows]
        profiles += [one for _, one in rows]
    return ids, profiles


def measure(ids: list[int], profiles: list[Any], some: list[Any]) -> dict[str, Any]:
    from splink import DuckDBAPI, Linker

    from breakwater.people.linkage import profile, training
    from breakwater.people.linkage.evaluate import quiet
    from breakwater.people.linkage.judge import shipped
    from breakwater.synthetic.places import LAST_DAY

    settings = json.loads(json.dumps(shipped().settings))
    settings |= {
        "blocking_rules_to_generate_predictions": list(BLOCKING),
        "retain_intermediate_calculation_columns": False,
        "link_type": "link_only",
    }
    api = DuckDBAPI()
    with quiet():
        known = api.register(training.as_columns(ids, profiles), dataset_display_name="known")
        first = api.register(training.as_columns([-1], profiles[:1]), dataset_display_name="first")
        linker = Linker([known, first], settings)
        for column in ("first", "family"):
            linker.table_management.compute_tf_table(column)
    seconds, right, found = [], 0, 0
    for number, (mention, query) in enumerate(some):
        one = profile({**query.fields, "role": query.role}, LAST_DAY)
        table = training.as_columns([-2 - number], [one])
        start = time.perf_counter()
        with quiet():
            new = api.register(table, dataset_display_name=f"new_{number}")
            rows = linker.inference.predict_between(
                new, known, threshold_match_weight=-3.3
            ).as_record_list()
        seconds.append(time.perf_counter() - start)
        right += any(mention in (row["unique_id_l"], row["unique_id_r"]) for row in rows)
        found += len(rows)
    seconds.sort()
    return {
        "queries": len(some),
        "p50_ms": round(seconds[len(seconds) // 2] * 1000, 1),
        "p95_ms": round(seconds[int(len(seconds) * 0.95)] * 1000, 1),
        "found": round(right / len(some), 4),
        "answers_mean": round(found / len(some), 1),
    }


if __name__ == "__main__":
    main()
