"""The policy twice, compared at length: database and oracle over random worlds, then the faults.

`python -m benchmarks.policy --decisions 1000000` (`make proof`). Ends with status 1 where they
disagree or where a fault of tests/access/mutants.py goes unnoticed.
"""

import argparse
import os
import sys
import time
from collections import Counter
from itertools import islice
from pathlib import Path
from random import SystemRandom

import psycopg

from breakwater.site import database
from breakwater.site.postgres import running
from tests.access.agreement import Agreement, compare, decisive, expected
from tests.access.mutants import MUTANTS
from tests.access.worlds import worlds

LOT, CLAUSES_OF = 50, 40
# Nothing here is kept: speed is worth more than surviving a power cut.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--decisions", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, help="for the same worlds again")
    parser.add_argument("--folder", type=Path, default=Path("var/proof"))
    args = parser.parse_args()
    seed = args.seed if args.seed is not None else SystemRandom().randrange(10**9)
    os.environ["DEMO"] = "1"
    with running(args.folder / "postgres", FAST) as cluster:
        os.environ["DATABASE_URL"] = cluster.url("postgres")
        with database.scratch(f"proof_{os.getpid()}"):
            database.start_django()
            database.migrate()
            database.close_connections()
            with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as session:
                agreed = agree(session, args.decisions, seed)
                caught = catch_faults(session, seed)
    return 0 if agreed and caught else 1


def agree(session: psycopg.Connection, decisions: int, seed: int) -> bool:
    found, clauses, endless, began = Agreement(), Counter[str](), worlds(seed), time.monotonic()
    while found.decisions < decisions:
        lot = list(islice(endless, LOT))
        found += compare(session, lot)
        clauses += decisive(lot) if found.decisions <= CLAUSES_OF * 5000 else Counter()
    seconds = time.monotonic() - began
    denied = found.decisions - found.allowed
    print(f"seed {seed}: {found.decisions:,} decisions, each asked three ways: {found.allowed:,}")
    print(f"allowed ({found.allowed / found.decisions:.0%}), {denied:,} denied, in {seconds:.0f} s")
    print(f"disagreements: {len(found.disagreements)}")
    for question, person, case, right in found.disagreements[:10]:
        print(f"  {question}: person {person}, case {case}: the oracle says {right}")
    sample = min(found.decisions, CLAUSES_OF * 5000)
    print(f"how often a clause decided, of {sample:,} decisions:")
    for clause, count in clauses.most_common():
        print(f"  {count:8,}  {clause}")
    return not found.disagreements


def catch_faults(session: psycopg.Connection, seed: int) -> bool:
    asked = {"allowed": "allowed", "look": "look", "may": "look"}
    missed = 0
    print("faults put into the policy, and after how many decisions each was caught:")
    for mutant in MUTANTS:
        found, endless = Agreement(), worlds(seed)
        while found.first is None and found.decisions < 50_000:
            lot = list(islice(endless, 10))
            question = asked.get(mutant.function, "visible")
            found += compare(session, lot, [question], expected(lot), mutant.sql())
        missed += found.first is None
        print(f"  {found.first or 'NEVER':>8}  {mutant.fault}")
    print(f"{len(MUTANTS) - missed} of {len(MUTANTS)} caught")
    return not missed


if __name__ == "__main__":
    sys.exit(main())
