"""How well the engine links anybody's files: precision, recall and F1 against their own truth."""

import logging
import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from breakwater.people.linkage import keys, training
from breakwater.people.linkage.clusters import Pair, average_linkage, one_to_one, pairs_in
from breakwater.people.linkage.files import (
    FileError,
    Map,
    People,
    header_of,
    read_people,
    rows_of,
)
from breakwater.people.linkage.model import Model
from breakwater.people.linkage.profile import Profile

# In a file nobody waits for: more mentions under a key are followed than in a look-up.
MOST_PER_KEY = 500
THRESHOLD = 0.0  # even odds
Say = Callable[[str], object]


@dataclass(frozen=True)
class Scored:
    """Every pair that shared a key, by the places of its two in the files, with its weight."""

    weights: dict[Pair, float]
    too_common: int


def evaluate(
    left: Path, right: Path | None, truth: Path, how: Map, model: Model | None, say: Say
) -> dict[str, Any]:
    """Link the files and return the report. Raise FileError for what cannot be used."""
    first = read_people(left, how)
    second = read_people(right, how) if right else None
    same, unknown = read_truth(truth, first, second)
    say(
        f"{len(first.ids) + (len(second.ids) if second else 0):,} records, {len(same):,} true pairs"
    )
    if model is None:
        say("learning from the files themselves")
        model = learn([first.profiles, *([second.profiles] if second else [])])
    say("comparing")
    scored = score(model, first.profiles, second.profiles if second else None)
    weights = scored.weights
    if second is None:
        linked = pairs_in(average_linkage(weights, THRESHOLD))
    else:
        weights = one_to_one(weights) if how.one_to_one else weights
        linked = {pair for pair, weight in weights.items() if weight >= THRESHOLD}
    return {
        "records": [_counts(left, first), *([_counts(right, second)] if right and second else [])],
        "truth": {"pairs": len(same), "with_unknown_ids": unknown},
        "pairs_compared": len(scored.weights),
        "keys_too_common": scored.too_common,
        "candidate_recall": _share(len(same & scored.weights.keys()), len(same)),
        "at_threshold": {"threshold": THRESHOLD} | _figures(linked, same),
        "at_best_threshold": _best(weights, same),
    }


def learn(tables: Sequence[list[Profile]]) -> Model:
    """Train on the profiles alone, without anybody's truth."""
    from splink import DuckDBAPI

    everybody = [one for table in tables for one in table]
    comparisons = training.comparisons_for(everybody)
    if len(comparisons) < 2:
        raise FileError("the map names too little to compare: two fields that rows have, or more")
    columns, start = [], 0
    for table in tables:
        columns.append(training.as_columns(range(start, start + len(table)), table))
        start += len(table)
    kind: training.LinkType = "dedupe_only" if len(tables) == 1 else "link_only"
    with quiet():
        teacher = training.Training(DuckDBAPI(), columns, comparisons, link_type=kind)
        teacher.teach(recall=0.8)
        settings = teacher.model()
    return Model(settings, training.frequencies_of(everybody, least=1 / len(everybody)))


def score(model: Model, left: list[Profile], right: list[Profile] | None) -> Scored:
    """Weigh every pair that shares a key, live keys and coarse ones; of two files across them."""
    under: dict[int, list[int]] = defaultdict(list)
    others = left if right is None else right
    for place, one in enumerate(others):
        for key in keys.stored(one) | keys.coarse(one):
            under[key].append(place)
    common = {key for key, places in under.items() if len(places) > MOST_PER_KEY}
    weights: dict[Pair, float] = {}
    for here, one in enumerate(left):
        own = (keys.asked(one) | keys.coarse(one)) - common
        for there in {place for key in own for place in under.get(key, ())}:
            if right is None and there == here:
                continue
            pair = (here, there) if right is not None or here < there else (there, here)
            if pair not in weights:
                weights[pair] = model.score(one, others[there]).total
    return Scored(weights, len(common))


def read_truth(path: Path, left: People, right: People | None) -> tuple[set[Pair], int]:
    """Return the true pairs by place, and how many rows named an id that no file has.

    The file's first two columns are the ids of a pair, or an id and whom it belongs to.
    """
    header = header_of(path)
    if len(header) < 2:
        raise FileError(f"{path}: needs two columns: two ids, or an id and an entity")
    place = {identity: n for n, identity in enumerate(left.ids)}
    place_right = {identity: n for n, identity in enumerate(right.ids)} if right else place
    rows = list(rows_of(path, header[:2], told := People()))
    if told.refused:
        raise FileError(told.examples[0])
    if header[1] == "entity":
        return _by_entity(rows, header, place, place_right if right else None)
    same, unknown = set[Pair](), 0
    for _, row in rows:
        one, other = place.get(row[header[0]]), place_right.get(row[header[1]])
        if one is None or other is None:
            unknown += 1
        else:
            same.add((one, other) if right or one < other else (other, one))
    return same, unknown


def _by_entity(
    rows: list[tuple[int, dict[str, str]]],
    header: list[str],
    left: dict[str, int],
    right: dict[str, int] | None,
) -> tuple[set[Pair], int]:
    here, there, unknown = defaultdict(list), defaultdict(list), 0
    for _, row in rows:
        identity, entity = row[header[0]], row[header[1]]
        if identity in left:
            here[entity].append(left[identity])
        if right is not None and identity in right:
            there[entity].append(right[identity])
        unknown += identity not in left and (right is None or identity not in right)
    if right is None:
        return {pair for some in here.values() for pair in combinations(sorted(some), 2)}, unknown
    return {(a, b) for entity, some in here.items() for a in some for b in there[entity]}, unknown


def _counts(path: Path, people: People) -> dict[str, Any]:
    return {
        "file": path.name,
        "read": people.read,
        "kept": len(people.ids),
        "refused": dict(people.refused),
        "where": people.examples,
    }


def _figures(linked: set[Pair], same: set[Pair]) -> dict[str, Any]:
    right = len(linked & same)
    return {
        "links": len(linked),
        "precision": _share(right, len(linked)),
        "recall": _share(right, len(same)),
        "f1": _share(2 * right, len(linked) + len(same)),
    }


def _best(weights: dict[Pair, float], same: set[Pair]) -> dict[str, Any]:
    """Return the figures at the threshold that the truth would have chosen, pair by pair."""
    best, at, right = 0.0, 0.0, 0
    chosen = 0
    for number, (pair, weight) in enumerate(sorted(weights.items(), key=lambda i: -i[1]), start=1):
        right += pair in same
        f1 = 2 * right / (number + len(same))
        if f1 > best:
            best, at, chosen = f1, weight, number
    linked = {pair for pair, weight in weights.items() if weight >= at} if chosen else set()
    return {"threshold": round(at, 2)} | _figures(linked, same)


def _share(part: int, whole: int) -> float:
    return round(part / whole, 6) if whole else 0.0


@contextmanager
def quiet() -> Iterator[None]:
    """Keep Splink's own progress off the output, which is the report's."""
    logging.disable(logging.WARNING)
    try:
        with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere):
            yield
    finally:
        logging.disable(logging.NOTSET)
