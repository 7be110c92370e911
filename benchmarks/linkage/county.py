"""Who is who in the synthetic county: our whole engine, and Splink's weights alone, on one truth.

`python -m benchmarks.linkage.county --children 6000`: mentions as partners hold them, with up to
three faults each, all pairs that share a key. Prints best F1, and how many links are left when at
most one in a thousand is false; `household` counts the false ones within one household.
"""

import argparse
import json
from collections import Counter, defaultdict
from typing import Any

from benchmarks.linkage.train_model import told_by_partners
from breakwater.people.linkage import MOST_PER_KEY, asked, stored
from breakwater.people.linkage.judge import doubts_about, shipped

Row = tuple[float, bool, bool]  # weight, right, one household


def compare(children: int, seed: int) -> dict[str, Any]:
    told, model = told_by_partners(children, seed), shipped()
    under: dict[int, list[int]] = defaultdict(list)
    for number, one in enumerate(told.profiles):
        for key in stored(one):
            under[key].append(number)
    ours: list[Row] = []
    splinks: list[Row] = []
    unasked: list[Row] = []
    pairs, met = 0, 0
    for here, one in enumerate(told.profiles):
        near = {n for key in asked(one) if len(under.get(key, ())) <= MOST_PER_KEY
                for n in under.get(key, ()) if n > here}  # fmt: skip
        for there in near:
            other = told.profiles[there]
            score = model.score(one, other)
            right = told.person[here] == told.person[there]
            home = told.household[here] == told.household[there]
            pairs, met = pairs + 1, met + right
            ours.append((score.total, right, home))
            splinks.append((score.weight, right, home))
            if not doubts_about(one, other):
                unasked.append((score.total, right, home))
    true = sum(n * (n - 1) // 2 for n in Counter(told.person).values())
    return {
        "mentions": len(told.profiles),
        "true_pairs": true,
        "pairs_compared": pairs,
        "candidate_recall": round(met / true, 4),
        "splinks_weights_alone": figures(splinks, true),
        "with_household": figures(ours, true),
        "with_household_and_doubts": figures(unasked, true),
    }


def figures(rows: list[Row], true: int) -> dict[str, Any]:
    right = wrong = home = 0
    best: tuple[float, float] = (0.0, 0.0)
    kept: dict[str, Any] = {}
    for weight, is_right, at_home in sorted(rows, reverse=True):
        right += is_right
        wrong += not is_right
        home += at_home and not is_right
        best = max(best, (2 * right / (right + wrong + true), weight))
        if wrong * 1000 <= right + wrong:
            kept = {"from": round(weight, 2), "recall": round(right / true, 4), "false": wrong,
                    "household": home}  # fmt: skip
    return {"best_f1": round(best[0], 4), "at": round(best[1], 2), "one_false_in_1000": kept}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--children", type=int, default=6_000)
    parser.add_argument("--seed", type=int, default=12)
    args = parser.parse_args()
    print(json.dumps(compare(args.children, args.seed)))


if __name__ == "__main__":
    main()
