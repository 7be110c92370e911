"""From pairs to people: who belongs together when every pair has its own weight."""

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping

Pair = tuple[int, int]
# A pair that was never compared speaks against its two clusters by this much (bits): it shared
# no key, which one person's records seldom do.
NOT_COMPARED = -8.0
LEAST = -3.0  # two clusters below this on average are not looked at again


def average_linkage(weights: Mapping[Pair, float], threshold: float = 0.0) -> list[list[int]]:
    """Return clusters of two or more, joined while the mean weight between two is enough.

    A pair in doubt is held together by others that are sure, and two clusters that one pair
    joins by chance are kept apart by all the pairs that do not. Sokal and Michener, 1958.
    """
    near: dict[int, dict[int, float]] = defaultdict(dict)
    for (one, other), weight in weights.items():
        near[one][other] = near[other][one] = weight
    clusters = {number: [number] for number in near}
    home = {number: number for number in near}
    waiting = [(-weight, *pair, 1, 1) for pair, weight in weights.items() if weight >= threshold]
    heapq.heapify(waiting)
    while waiting:
        _, one, other, size, other_size = heapq.heappop(waiting)
        stale = len(clusters.get(one, ())) != size or len(clusters.get(other, ())) != other_size
        if stale:
            continue
        joined = clusters[one] = clusters[one] + clusters.pop(other)
        for number in joined:
            home[number] = one
        for neighbour in {home[there] for here in joined for there in near[here]} - {one}:
            others = clusters[neighbour]
            mean = _mean(near, joined, others)
            if mean >= max(threshold, LEAST):
                heapq.heappush(waiting, (-mean, one, neighbour, len(joined), len(others)))
    return [sorted(cluster) for cluster in clusters.values() if len(cluster) > 1]


def _mean(near: Mapping[int, Mapping[int, float]], some: list[int], others: list[int]) -> float:
    weights = [near[one].get(other, NOT_COMPARED) for one in some for other in others]
    return sum(weights) / len(weights)


def one_to_one(weights: Mapping[Pair, float]) -> dict[Pair, float]:
    """Return of all pairs the heaviest, each record in at most one."""
    taken: set[tuple[str, int]] = set()
    kept: dict[Pair, float] = {}
    for (one, other), weight in sorted(weights.items(), key=lambda item: (-item[1], item[0])):
        if ("left", one) not in taken and ("right", other) not in taken:
            taken |= {("left", one), ("right", other)}
            kept[one, other] = weight
    return kept


def pairs_in(clusters: Iterable[list[int]]) -> set[Pair]:
    """Return every pair of two in one cluster, the smaller number first."""
    return {
        (one, other)
        for cluster in clusters
        for place, one in enumerate(cluster)
        for other in cluster[place + 1 :]
    }
