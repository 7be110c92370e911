"""The hub's own look-up over a synthetic county, in a real PostgreSQL on this disk.

`python -m benchmarks.linkage.hub --people 1000000` fills a database with one mention a person,
builds the index, and then looks up damaged tellings of people who are there: time, recall, what
was compared; and adds mentions. --keep leaves the database for the next run.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any

from breakwater.people.rules import PersonAsTold, PersonRole
from breakwater.site import database
from breakwater.site.postgres import running
from breakwater.synthetic import Person, damage
from breakwater.synthetic.county import County
from breakwater.synthetic.faults import HELPERS, Fields
from breakwater.synthetic.places import LAST_DAY

SEED = 7
CHILDREN_PER_PERSON = 0.39
NOW = datetime(LAST_DAY.year, LAST_DAY.month, LAST_DAY.day, tzinfo=UTC)
FIELDS = ("given", "family", "known_as", "born", "sex", "address", "postcode", "nhs_number",
          "upn", "phone", "email", "handle", "school")  # fmt: skip
COLUMNS = ("id", "case_id", "referral_id", "place", "told_at", "told_by", "role", *FIELDS,
           "ethnicity", "note")  # fmt: skip
QUERY_SHARE = 0.004
# Another county counts its numbers from the start again: they would be somebody's here.
NUMBERS = ("nhs_number", "upn", "phone", "email", "handle")
# What a look-up reads.
READ = ("people_matchkey_pkey", "people_profile_pkey", "people_profile", "people_link",
        "one_identity_a_mention", "people_mention_pkey", "people_mention")  # fmt: skip
POSTGRES = {"shared_buffers": "1GB", "max_wal_size": "8GB"}
ADDED = 10**9  # referrals from here on are what add() recorded


@dataclass(frozen=True)
class Query:
    """A damaged telling of somebody who is there, and with how many faults."""

    block: int
    place: int
    faults: int
    role: str
    fields: Fields


def role_of(person: Person) -> str:
    return "child" if person.age_on(LAST_DAY) < 18 else "parent"


def damaged(person: Person, faults: int, rng: Random) -> Fields | None:
    """Return everything that anybody holds of a person with so many faults, if it can have them."""
    fields = person.as_fields() | {"told_on": LAST_DAY.isoformat()}
    fields |= {name: value for name in HELPERS if (value := getattr(person, name, ""))}
    changed, struck = damage(fields, faults, rng)
    return changed if len(struck) == faults else None


_county: County | None = None


def _start(county: County) -> None:
    global _county
    _county = county


def _block(number: int) -> tuple[list[list[str]], list[Query]]:
    """Return a block's rows without ids: households of people; and queries about some of them."""
    assert _county is not None
    rng, rows, queries, place = Random(f"{SEED}/{number}/queries"), [], [], 0
    for household in _county.households(number):
        home = []
        for person in household.people:
            if person.born is None:
                continue
            fields = person.as_fields()
            text = "\t".join([role_of(person), *(str(fields.get(name, "")) for name in FIELDS)])
            home.append(text)
            if rng.random() < QUERY_SHARE:
                for faults in (1, 2, 3):
                    told = damaged(person, faults, rng)
                    if told is not None:
                        queries.append(Query(number, place, faults, role_of(person), told))
            place += 1
        rows.append(home)
    return rows, queries


def blocks(county: County) -> Iterator[tuple[list[list[str]], list[Query]]]:
    context = get_context("spawn")
    with ProcessPoolExecutor(2, context, _start, (county,)) as pool:
        yield from pool.map(_block, range(county.blocks), chunksize=4)


def fill(people: int, connection: Any) -> list[tuple[int, Query]]:
    """Put one mention a person into the tables; return queries with the mention they are about."""
    county = County(int(people * CHILDREN_PER_PERSON), SEED)
    county.places  # noqa: B018 -- made once, before it goes to the workers
    mention = referral = 0
    asked: list[tuple[int, Query]] = []
    with connection.cursor() as cursor:
        for rows, queries in blocks(county):
            first = mention
            lines: dict[str, list[str]] = {"case": [], "mention": [], "identity": [], "link": []}
            for home in rows:
                referral += 1
                lines["case"].append(f"{referral}\t{NOW}\tf\n")
                for place, text in enumerate(home):
                    mention += 1
                    lines["mention"].append(
                        f"{mention}\t{referral}\t{referral}\t{place}\t{NOW}\tcounty\t{text}\t\t\n"
                    )
                    lines["identity"].append(f"{mention}\t{NOW}\n")
                    lines["link"].append(f"{mention}\t{mention}\tlinked\t0\t[]\tcounty\t{NOW}\n")
            asked += [(first + 1 + query.place, query) for query in queries]
            for table, columns in (
                ("access_case", "id, opened_at, restricted"),
                ("people_mention", ", ".join(COLUMNS)),
                ("people_identity", "id, made_at"),
                ("people_link", "mention_id, identity_id, standing, weight, evidence, decided_by,"
                                " decided_at"),
            ):  # fmt: skip
                with cursor.copy(f"copy {table} ({columns}) from stdin") as copy:
                    copy.write("".join(lines[table.partition("_")[2]]))
        for table in ("access_case", "people_mention", "people_identity", "people_link"):
            cursor.execute(
                f"select setval(pg_get_serial_sequence('{table}', 'id'), max(id)) from {table}"
            )
    return asked


def measure(asked: list[tuple[int, Query]], count: int, warm_up: int) -> dict[str, Any]:
    """Look up so many of the queries; time in milliseconds, all in: keys, rows, score, evidence.

    What an earlier run added is about the same people: it does not count as false.
    """
    from breakwater.people.queries import find

    some = Random(1).sample(asked, min(count + warm_up, len(asked)))
    seconds, compared, met = [], [], {1: [0, 0], 2: [0, 0], 3: [0, 0]}
    verdicts = {"same": 0, "ask": 0}
    false_links = 0
    for number, (mention, query) in enumerate(some):
        person = PersonAsTold(PersonRole(query.role), **query.fields)  # type: ignore[arg-type]
        start = time.perf_counter()
        found = find(person, NOW)
        if number >= warm_up:
            seconds.append(time.perf_counter() - start)
        compared.append(found.compared)
        verdict = {c.mention_id: c.verdict for c in found.candidates if c.referral_id < ADDED}
        met[query.faults][1] += 1
        met[query.faults][0] += mention in verdict
        if mention in verdict:
            verdicts[verdict[mention].value] += 1
        false_links += sum(v == "same" for m, v in verdict.items() if m != mention)
    ordered = sorted(seconds)
    links = verdicts["same"] + false_links
    return {
        "queries": len(some),
        "p50_ms": round(ordered[len(ordered) // 2] * 1000, 2),
        "p95_ms": round(ordered[int(len(ordered) * 0.95)] * 1000, 2),
        "max_ms": round(ordered[-1] * 1000, 2),
        "compared_mean": round(sum(compared) / len(compared), 1),
        "compared_max": max(compared),
        "found_by_faults": {n: round(hit / of, 4) for n, (hit, of) in met.items() if of},
        "found": round(sum(h for h, _ in met.values()) / sum(o for _, o in met.values()), 4),
        "linked_unasked": round(verdicts["same"] / len(some), 4),
        "false_links": f"{false_links} of {links}",
    }


def calibrate(asked: list[tuple[int, Query]], people: int) -> dict[str, Any]:
    """Look up everybody asked about and as many who are not there: which links would be false?

    Every candidate without a doubt counts at its weight; the curve says for a threshold how many
    links there would be, and how many of them false. `at_home`: false ones of one household, that
    is twins, brothers and sisters, fathers and sons.
    """
    from django.db import connection

    from breakwater.people.linkage import knobs
    from breakwater.people.queries import find

    def candidates(query: Query) -> Iterator[tuple[float, int, int]]:
        person = PersonAsTold(PersonRole(query.role), **query.fields)  # type: ignore[arg-type]
        for found in find(person, NOW).candidates:
            if not found.judgement.doubts and found.referral_id < ADDED:
                yield found.judgement.weight, found.mention_id, found.referral_id

    with connection.cursor() as cursor:
        cursor.execute("select id, referral_id from people_mention where id = any(%s)",
                       [[mention for mention, _ in asked]])  # fmt: skip
        home = dict(cursor.fetchall())
    rows: list[tuple[float, bool, bool]] = []
    for mention, query in asked:
        for weight, found, referral in candidates(query):
            rows.append((weight, found == mention, referral == home[mention]))
    strangers = 0
    for query in not_there(len(asked), people):
        strangers += 1
        rows += [(weight, False, False) for weight, *_ in candidates(query)]
    rows.sort(reverse=True)
    curve = []
    for least in (7, 9, 11, 12, 13, 14, 15, 17, 20):
        some = [(right, at_home) for weight, right, at_home in rows if weight >= least]
        wrong = [at_home for right, at_home in some if not right]
        curve.append({"from": least, "links": len(some), "false": len(wrong),
                      "at_home": sum(wrong)})  # fmt: skip
    return {"asked": len(asked), "not_there": strangers, "link_from": knobs.LINK_FROM,
            "curve": curve}  # fmt: skip


def not_there(count: int, people: int) -> Iterator[Query]:
    """Yield damaged tellings of people of another county."""
    rng = Random(3)
    county = County(int(people * CHILDREN_PER_PERSON), SEED + 1)
    for block in range(county.blocks):
        for household in county.households(block):
            for person in household.people:
                if person.born is None or rng.random() > QUERY_SHARE * 4:
                    continue
                told = damaged(person, rng.choice((1, 2, 3)), rng)
                if told is not None:
                    yield Query(block, 0, 0, role_of(person),
                                {k: v for k, v in told.items() if k not in NUMBERS})  # fmt: skip
                    count -= 1
                    if not count:
                        return


def add(asked: list[tuple[int, Query]], count: int) -> dict[str, float]:
    """Record so many new mentions, look-up and all, each in its own transaction."""
    from django.db import connection, transaction

    from breakwater.people.actions import record_mentions
    from breakwater.people.queries import find_all

    with connection.cursor() as cursor:
        cursor.execute("select greatest(max(referral_id), %s) from people_mention", [ADDED])
        referral = int(cursor.fetchone()[0])
    whole, writing = [], []
    for number, (_, query) in enumerate(Random(2).sample(asked, count)):
        person = PersonAsTold(PersonRole(query.role), **query.fields)  # type: ignore[arg-type]
        start = time.perf_counter()
        found = find_all([person], NOW)
        looked = time.perf_counter()
        with transaction.atomic():
            record_mentions(case_id=1, referral_id=referral + 1 + number, told_at=NOW,
                            told_by="benchmark", people=[person], found=found)  # fmt: skip
        end = time.perf_counter()
        whole.append(end - start)
        writing.append(end - looked)
    whole.sort()
    writing.sort()
    return {
        "add_p50_ms": round(writing[count // 2] * 1000, 2),
        "add_p95_ms": round(writing[int(count * 0.95)] * 1000, 2),
        "look_up_and_add_p50_ms": round(whole[count // 2] * 1000, 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=2_000)
    parser.add_argument("--keep", action="store_true", help="use, and leave, the filled database")
    parser.add_argument("--cold", action="store_true", help="nothing in memory (needs root)")
    parser.add_argument("--calibrate", action="store_true", help="only: which links are false?")
    args = parser.parse_args()
    os.environ |= {"DEMO": "1", "BREAKWATER_ONE_OFF": "1"}
    folder = Path("var") / "bench"
    if args.cold:
        Path("/proc/sys/vm/drop_caches").write_text("3")
    name = f"people_{args.people}"
    saved = folder / f"{name}.queries"
    with running(folder / "postgres", POSTGRES) as cluster:
        fresh = not cluster.database_exists(name)
        if fresh:
            cluster.create_database(name)
        os.environ["DATABASE_URL"] = cluster.url(name)
        database.start_django()
        report = run(args, fresh, saved)
        database.close_connections()
    print(json.dumps(report))


def run(args: argparse.Namespace, fresh: bool, saved: Path) -> dict[str, Any]:
    import pickle

    from django.db import connection

    from breakwater.people import index

    report: dict[str, Any] = {"people": args.people}
    if fresh:
        database.migrate()
        started = time.monotonic()
        asked = fill(args.people, connection)
        report["fill_seconds"] = round(time.monotonic() - started, 1)
        saved.write_bytes(pickle.dumps(asked))
        print(json.dumps(report), file=sys.stderr)
        started = time.monotonic()
        built = index.build(workers=2)
        report["index_seconds"] = round(time.monotonic() - started, 1)
        report["look_ups_after_seconds"] = built.look_ups_after
        report["mentions"] = built.mentions
        with connection.cursor() as cursor:
            cursor.execute("vacuum analyze people_matchkey, people_profile, people_link")
            cursor.execute("analyze people_mention")
        print(json.dumps(report), file=sys.stderr)
    asked = pickle.loads(saved.read_bytes())  # noqa: S301 -- this program's own file
    if args.calibrate:
        return report | calibrate(asked, args.people)
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_relation_size('people_matchkey') >> 20,"
            " pg_relation_size('people_matchkey_pkey') >> 20,"
            " pg_total_relation_size('people_profile') >> 20,"
            " (select count(*) from people_matchkey)"
        )
        names = ("keys_mib", "keys_index_mib", "profiles_mib", "keys")
        report |= dict(zip(names, cursor.fetchone(), strict=True))
    if not args.cold:
        with connection.cursor() as cursor:
            cursor.execute("create extension if not exists pg_prewarm")
            for name in READ:
                cursor.execute("select pg_prewarm(%s)", [name])
    report |= {"cold": args.cold} | measure(asked, args.queries, warm_up=0 if args.cold else 100)
    return report if args.cold else report | add(asked, 200)


if __name__ == "__main__":
    main()
