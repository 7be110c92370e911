"""Discovery's answers and the engine's in the clear, on one truth: who is found, who wrongly.

`python -m benchmarks.discovery.accuracy --children 40000`: six partners of a synthetic county,
people told of with one to three faults, whom each partner holds or not. Found: discovery says known
or perhaps of the right record; the engine would link or ask about it. Both see the same candidates.
A keyed hash stands in for the PRF; that the answers are the same with the real one, proofs and all,
is tried on a sample in the same run.
"""

import argparse
import json
from collections import Counter
from random import Random
from typing import Any

from benchmarks.discovery.partners import Partner, PlainIndex, Query, RealIndex, a_county, words_of
from breakwater.people.linkage import Verdict, judge
from breakwater.sharing.node.weigh import Hit, Known, weigh

SAMPLE_PEOPLE, SAMPLE_QUERIES = 200, 40


def compare(children: int, seed: int, queries: int) -> dict[str, Any]:
    partners, asked = a_county(children, seed, queries)
    by_partner = {name: count(partner, asked) for name, partner in partners.items()}
    whole: Counter[str] = sum(by_partner.values(), Counter())
    return {
        "children": children, "seed": seed, "queries": len(asked),
        "records": {name: len(partner.profiles) for name, partner in partners.items()},
        "all": figures(whole),
        "by_partner": {name: figures(some) for name, some in by_partner.items()},
        "recall_by_faults": {n: recall(whole, f"{n} faults ") for n in (1, 2, 3)},
        "prf": f"a plain keyed hash; with the real PRF {same_with_the_real(partners, asked)}",
    }  # fmt: skip


def count(partner: Partner, asked: list[Query]) -> Counter[str]:
    """Count what both say of every query; `right` is that the best record is of the person."""
    index, held, seen = PlainIndex(partner.profiles), set(partner.person), Counter[str]()
    for query in asked:
        words = words_of(query.told)
        hits = list(index.hits(words))
        answer = weigh(words, hits)
        engine, reachable = engines_best(partner, query, hits)
        here = query.person in held
        seen["held" if here else "absent"] += 1
        if here:
            seen[f"{query.faults} faults held"] += 1
        for who, verdict, record in (
            ("engine", engine[0], engine[1]),
            ("discovery", answer.verdict.value, answer.record),
        ):
            if verdict in (Verdict.LEAVE.value, Known.NOT_KNOWN.value):
                continue
            right = partner.person[record] == query.person
            seen[f"{who} {verdict}"] += 1
            seen[f"{who} said"] += 1
            seen[f"{who} {verdict} right"] += right
            seen[f"{who} right"] += right
            seen[f"{query.faults} faults {who} right"] += right
            seen[f"{who} said of absent"] += not here
        seen["engine reaches"] += reachable
    return seen


def engines_best(partner: Partner, query: Query, hits: list[Hit]) -> tuple[tuple[str, int], bool]:
    """Return the engine's verdict on its best candidate, and whether it links or asks the right."""
    best, weight, reached = (Verdict.LEAVE.value, -1), -1000.0, False
    for number in {hit.entry.record for hit in hits}:
        judged = judge(query.told, partner.profiles[number])
        if judged.verdict is Verdict.LEAVE:
            continue
        reached |= partner.person[number] == query.person
        if judged.weight > weight:
            best, weight = (judged.verdict.value, number), judged.weight
    return best, reached


def figures(seen: Counter[str]) -> dict[str, Any]:
    return {
        **recall(seen, ""),
        "precision_engine": share(seen["engine right"], seen["engine said"]),
        "precision_discovery": share(seen["discovery right"], seen["discovery said"]),
        "known": share(seen["discovery known right"], seen["discovery known"]),
        "perhaps": share(seen["discovery perhaps right"], seen["discovery perhaps"]),
        "engine_links": share(seen["engine same right"], seen["engine same"]),
        "engine_asks": share(seen["engine ask right"], seen["engine ask"]),
        "absent_said_known_or_perhaps": {
            who: share(seen[f"{who} said of absent"], seen["absent"])
            for who in ("engine", "discovery")
        },
    }


def recall(seen: Counter[str], of: str) -> dict[str, Any]:
    engine, discovery = seen[f"{of}engine right"], seen[f"{of}discovery right"]
    return {
        "recall_engine": share(engine, seen[f"{of}held"]),
        "recall_discovery": share(discovery, seen[f"{of}held"]),
        "of_the_engines_recall": round(discovery / engine, 4) if engine else None,
    }


def share(some: int, of: int) -> str:
    return f"{some / of:.4f} ({some:,} of {of:,})" if of else "none"


def same_with_the_real(partners: dict[str, Partner], asked: list[Query]) -> str:
    """Ask a sample of both indexes, with the people of the queries in it; compare every answer."""
    rng, same, known, asked_of = Random(5), 0, 0, 0
    for partner in partners.values():
        there = set(partner.person)
        some = [query for query in asked if query.person in there][:SAMPLE_QUERIES]
        about = {query.person for query in some}
        records = [
            record
            for record, person in zip(partner.profiles, partner.person, strict=True)
            if person in about
        ]
        records += rng.sample(partner.profiles, SAMPLE_PEOPLE)
        plain, real = PlainIndex(records), RealIndex(records)
        for query in [*some, *rng.sample(asked, SAMPLE_QUERIES // 4)]:
            words = words_of(query.told)
            answer = weigh(words, plain.hits(words))
            asked_of += 1
            known += answer.verdict is not Known.NOT_KNOWN
            same += answer == weigh(words, real.hits(words))
    return f"{same} of {asked_of} answers of a sample are the same ({known} say known or perhaps)"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--children", type=int, default=40_000)
    parser.add_argument("--seed", type=int, default=32)
    parser.add_argument("--queries", type=int, default=5_000)
    args = parser.parse_args()
    print(json.dumps(compare(args.children, args.seed, args.queries), indent=1))


if __name__ == "__main__":
    main()
