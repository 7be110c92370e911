"""Fit the points of sharing.node.weigh: `python -m benchmarks.discovery.calibrate`.

Logistic regression (Newton's method, a little ridge) over what is found of each record that shares
a word with a query, on another county than accuracy.py's. Prints bits a finding; weigh.POINTS are
these rounded, numbers capped, and where hardly anything was seen, set by hand.
"""

import argparse
import json
import math
from collections import Counter, defaultdict

from benchmarks.discovery.partners import PlainIndex, a_county, words_of
from breakwater.sharing.node.weigh import POINTS, PRIOR, Hit, findings

RIDGE, ROUNDS, STEP = 0.05, 15, 4.0
Table = dict[tuple[str, ...], list[int]]  # what was found: how often not the person, how often it


def table(children: int, seed: int, queries: int) -> Table:
    partners, asked = a_county(children, seed, queries)
    seen: Table = defaultdict(lambda: [0, 0])
    for partner in partners.values():
        index = PlainIndex(partner.profiles)
        for query in asked:
            words = words_of(query.told)
            kinds, records = Counter(word[0] for word in words), defaultdict[int, list[Hit]](list)
            for hit in index.hits(words):
                records[hit.entry.record].append(hit)
            for number, hits in records.items():
                seen[findings(kinds, hits)][partner.person[number] == query.person] += 1
    return seen


def fitted(seen: Table) -> dict[str, float]:
    """Return the bits of each finding; "" is the prior."""
    names = ["", *sorted({name for found in seen for name in found})]
    place = {name: number for number, name in enumerate(names)}
    weights = [0.0] * len(names)
    for _ in range(ROUNDS):
        slope = [-RIDGE * weight for weight in weights]
        bend = [[RIDGE * (a == b) for b in range(len(names))] for a in range(len(names))]
        for found, (wrong, right) in seen.items():
            there = [0, *(place[name] for name in found)]
            likely = 1 / (1 + math.exp(-max(-30.0, min(30.0, sum(weights[n] for n in there)))))
            spread = (wrong + right) * likely * (1 - likely)
            for a in there:
                slope[a] += right - (wrong + right) * likely
                for b in there:
                    bend[a][b] += spread
        steps = solved(bend, slope)
        weights = [w + max(-STEP, min(STEP, s)) for w, s in zip(weights, steps, strict=True)]
    return {name: weight / math.log(2) for name, weight in zip(names, weights, strict=True)}


def solved(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Solve by elimination; there are some twenty unknowns."""
    size = len(right)
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for at in range(size):
        largest = max(range(at, size), key=lambda row: abs(rows[row][at]))
        rows[at], rows[largest] = rows[largest], rows[at]
        for row in range(at + 1, size):
            factor = rows[row][at] / rows[at][at]
            for column in range(at, size + 1):
                rows[row][column] -= factor * rows[at][column]
    found = [0.0] * size
    for at in reversed(range(size)):
        known = sum(rows[at][n] * found[n] for n in range(at + 1, size))
        found[at] = (rows[at][size] - known) / rows[at][at]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--children", type=int, default=40_000)
    parser.add_argument("--seed", type=int, default=31)
    parser.add_argument("--queries", type=int, default=5_000)
    args = parser.parse_args()
    seen = table(args.children, args.seed, args.queries)
    for name, bits in fitted(seen).items():
        wrong, right = (
            sum(counts[n] for found, counts in seen.items() if not name or name in found)
            for n in (0, 1)
        )
        used = POINTS[name] if name else PRIOR
        print(json.dumps({"finding": name or "prior", "bits": round(bits, 2), "used": used,
                          "right": right, "wrong": wrong}))  # fmt: skip


if __name__ == "__main__":
    main()
