"""`breakwater link ...`: teach, judge and run the identity engine."""

import argparse
import csv
import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tqdm import tqdm

from breakwater.people.linkage.files import FileError, read_labels, read_map, read_people
from breakwater.people.linkage.model import Model, ModelError
from breakwater.site import database

BAD_USE = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the commands below `breakwater link`."""
    below = parser.add_subparsers(title="commands", required=True, metavar="COMMAND", dest="what")
    evaluate = below.add_parser("evaluate", help="link anybody's files and compare with the truth")
    evaluate.add_argument("left", type=Path, metavar="LEFT.csv")
    evaluate.add_argument("right", type=Path, nargs="?", metavar="RIGHT.csv")
    evaluate.add_argument("--truth", type=Path, required=True, metavar="T.csv")
    evaluate.add_argument("--map", type=Path, required=True, metavar="MAP.toml")
    evaluate.add_argument("--model", type=Path, metavar="DIR", help="default: learn from the files")
    evaluate.add_argument("--json", action="store_true", help="one line of JSON")
    train = below.add_parser("train", help="learn a model with Splink")
    train.add_argument("--mentions", type=Path, metavar="FILE.csv", help="default: the database")
    train.add_argument("--map", type=Path, metavar="MAP.toml")
    train.add_argument("--labels", type=Path, metavar="LABELS.csv", help="see `link labels`")
    train.add_argument("--out", type=Path, required=True, metavar="DIR")
    train.add_argument("--engine", choices=("duckdb", "spark"), default="duckdb")
    labels = below.add_parser("labels", help="write the pairs that people answered")
    labels.add_argument("--out", type=Path, required=True, metavar="LABELS.csv")
    index = below.add_parser("index", help="make what look-ups read anew, where it is missing")
    index.add_argument("--workers", type=int, default=2)
    batch = below.add_parser("batch", help="look everybody up: the nightly run")
    batch.add_argument("--state", type=Path, help="where it notes how far it came")


def run(args: argparse.Namespace) -> int:
    """Run one of the commands; errors of use are one line on stderr."""
    commands = {"evaluate": _evaluate, "train": _train, "labels": _labels, "index": _index,
                "batch": _batch}  # fmt: skip
    try:
        return commands[args.what](args)
    except (FileError, ModelError) as error:
        print(f"breakwater link {args.what}: {error}", file=sys.stderr)
        return BAD_USE
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in ("splink", "duckdb", "pyarrow", "pyspark"):
            raise
        extra = "spark" if missing.name == "pyspark" else "linkage"
        print(f"breakwater link {args.what}: needs the extra breakwater[{extra}]", file=sys.stderr)
        return BAD_USE


def _say(words: str) -> None:
    print(words, file=sys.stderr)


def _evaluate(args: argparse.Namespace) -> int:
    from breakwater.people.linkage.evaluate import evaluate

    started = time.monotonic()
    model = Model.read(args.model) if args.model else None
    report = evaluate(args.left, args.right, args.truth, read_map(args.map), model, _say)
    report["seconds"] = round(time.monotonic() - started, 1)
    print(json.dumps(report) if args.json else _in_words(report))
    return 0


def _in_words(report: dict[str, Any]) -> str:
    lines = [
        f"{one['file']}: {one['read']:,} rows read, {one['kept']:,} kept, "
        f"{sum(one['refused'].values()):,} refused"
        for one in report["records"]
    ]
    lines += [place for one in report["records"] for place in one["where"]]
    for name, key in (("at even odds", "at_threshold"), ("at the best", "at_best_threshold")):
        figures = report[key]
        lines.append(
            f"{name} (weight {figures['threshold']}): precision {figures['precision']:.4f},"
            f" recall {figures['recall']:.4f}, F1 {figures['f1']:.4f}"
        )
    return "\n".join(lines)


def _train(args: argparse.Namespace) -> int:
    from breakwater.people.linkage import training

    if args.mentions and not args.map:
        raise FileError("--mentions needs --map: which column tells what")
    labels = read_labels(args.labels) if args.labels else []
    if args.mentions:
        people = read_people(args.mentions, read_map(args.map))
        for place in people.examples:
            _say(place)
        ids, profiles = people.ids, people.profiles
    else:
        with database.one_off():
            ids, profiles = _everybody()
    _say(f"{len(profiles):,} mentions")
    report = training.train(ids, profiles, labels, args.out, args.engine)
    print(json.dumps(report))
    return 0


def _everybody() -> tuple[list[str], list[Any]]:
    from breakwater.people.queries import profiles_after

    ids: list[str] = []
    profiles: list[Any] = []
    last = 0
    while rows := profiles_after(last, 20_000):
        ids += [str(mention_id) for mention_id, _ in rows]
        profiles += [one for _, one in rows]
        last = rows[-1][0]
    if not profiles:
        raise FileError("the database holds no indexed mention: see `breakwater link index`")
    return ids, profiles


def _labels(args: argparse.Namespace) -> int:
    with database.one_off():
        from breakwater.people.review.queries import labels

        number = 0
        with args.out.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("id_l", "id_r", "answer"))
            for row in labels():
                writer.writerow(row)
                number += 1
    print(json.dumps({"labels": number, "out": str(args.out)}))
    return 0


def _index(args: argparse.Namespace) -> int:
    if not 1 <= args.workers <= 64:
        raise FileError("--workers must be from 1 to 64")
    started = time.monotonic()
    with database.one_off():
        from breakwater.people import index

        with tqdm(total=index.missing(), unit="mention", desc="index", file=sys.stderr) as bar:
            built = index.build(args.workers, bar.update)
    seconds = round(time.monotonic() - started, 1)
    print(json.dumps(asdict(built) | {"seconds": seconds}))
    return 0


def _batch(args: argparse.Namespace) -> int:
    started = time.monotonic()
    with database.one_off():
        from breakwater.people import batch

        state = args.state or database.var_folder() / "link-batch.json"
        with tqdm(total=batch.left(state), unit="mention", desc="batch", file=sys.stderr) as bar:
            report = batch.run(state, bar.update)
    print(json.dumps(report | {"seconds": round(time.monotonic() - started, 1)}))
    return 0
