"""The policy in SQL and the policy in an inspector's words give the same answers.

100,000 decisions here; `make proof` takes a million. Both must also notice: every fault of
mutants.py, put into the real functions, has to be caught.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import islice

import psycopg
import pytest

from tests.access.agreement import CLAUSES, Agreement, compare, decisive, expected
from tests.access.mutants import MUTANTS, Mutant
from tests.access.worlds import worlds

# Small lots: the database joins them quickly.
LOT, LOTS, SEED = 50, 20, 20261124
MUTANT_LOTS = 10


@pytest.fixture
def database(committed: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(committed, autocommit=True) as connection:
        yield connection


def test_database_and_oracle_agree_on_every_decision(
    database: psycopg.Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    found, clauses, endless = Agreement(), Counter[str](), worlds(SEED)
    for number in range(LOTS):
        lot = list(islice(endless, LOT))
        # door.allowed is door.visible asked of one case at a time: slower and no other text.
        one_by_one = ("allowed",) if number % 4 == 0 else ()
        found += compare(database, lot, ("visible", "look", *one_by_one))
        clauses += decisive(lot) if number < 2 else Counter()
    with capsys.disabled():
        print(
            f"\n{found.decisions:,} decisions, {found.allowed:,} allowed,"
            f" {len(found.disagreements)} disagreements"
        )
    assert found.decisions >= 100_000
    assert not found.disagreements
    # Both answers, and each clause of the policy, have to come up often to be tested at all.
    assert 0.2 < found.allowed / found.decisions < 0.8
    assert min(clauses[clause] for clause in CLAUSES) >= 20, clauses


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.fault)
def test_a_fault_in_the_policy_is_caught(database: psycopg.Connection, mutant: Mutant) -> None:
    question = {"allowed": "allowed", "look": "look", "may": "look"}.get(mutant.function, "visible")
    found, endless = Agreement(), worlds(SEED)
    while found.first is None and found.decisions < MUTANT_LOTS * 1000:
        lot = list(islice(endless, 10))
        found += compare(database, lot, [question], expected(lot), changed=mutant.sql())
    assert found.first is not None, f"not noticed in {found.decisions:,} decisions"
