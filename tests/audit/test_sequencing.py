"""The sequencer, on rows that really are committed: nothing skipped, nothing doubled."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import psycopg
import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from breakwater.audit import notes, sequencer
from breakwater.audit.actions import record
from breakwater.audit.hashes import StoredTree, last_checkpoint, size_of_tree
from breakwater.audit.models import Checkpoint, Leaf, Node
from breakwater.audit.sequencer import step
from breakwater.audit.tree import consistency, extends, leaf_hash, node_hash, root
from tests.ledgers import KEY, Ledger

ADD = "insert into ledger_entry (actor, verb, subject, purpose, allowed, facts) values"
ONE = f"{ADD} ('user:1', %s, '', '', true, '{{}}')"


def verbs_in_order(ledger: Ledger) -> list[str]:
    rows = ledger.ask(
        "select e.verb from ledger_leaf l join ledger_entry e on e.id = l.entry order by l.index"
    )
    return [verb for (verb,) in rows]


def plain_root(hashes: list[bytes]) -> bytes:
    if len(hashes) == 1:
        return hashes[0]
    k = 1 << ((len(hashes) - 1).bit_length() - 1)
    return node_hash(plain_root(hashes[:k]), plain_root(hashes[k:]))


def test_entries_get_the_places_0_1_2_and_a_signed_root(fresh: Ledger) -> None:
    fresh.write("one", "two", "three")
    note = fresh.sign()
    assert list(Leaf.objects.order_by("index").values_list("index", flat=True)) == [0, 1, 2]
    assert verbs_in_order(fresh) == ["one", "two", "three"]
    point = notes.read_checkpoint(note)
    assert (point.origin, point.size) == (KEY.name, 3)
    assert notes.signed_by(point, KEY.public)
    hashes = [leaf_hash(bytes(one.commitment)) for one in Leaf.objects.order_by("index")]
    assert point.root == plain_root(hashes)


def test_a_step_with_nothing_to_do_signs_nothing(fresh: Ledger) -> None:
    assert step(KEY) == sequencer.Step(0, 0)
    fresh.write("one")
    fresh.sign()
    step(KEY)
    assert Checkpoint.objects.count() == 1


def test_each_checkpoint_extends_the_last(fresh: Ledger) -> None:
    for number in range(7):
        fresh.write(*["verb"] * (number + 1))
        fresh.sign()
    points = list(Checkpoint.objects.order_by("size"))
    assert len(points) == 7
    for old, new in pairwise(points):
        proof = consistency(StoredTree(), old.size, new.size)
        assert extends(old.size, bytes(old.root), new.size, bytes(new.root), proof)


def test_a_transaction_under_way_holds_back_what_is_younger_and_nothing_is_skipped(
    fresh: Ledger,
) -> None:
    with psycopg.connect(fresh.address) as older:
        older.execute(ONE, ["older"])
        fresh.write("younger")
        step(KEY)
        assert size_of_tree() == 0
        older.commit()
    fresh.sign()
    assert verbs_in_order(fresh) == ["older", "younger"]


def test_a_transaction_under_way_that_writes_nothing_holds_nothing_back(fresh: Ledger) -> None:
    with psycopg.connect(fresh.address) as reader:
        reader.execute("select count(*) from ledger_entry")
        fresh.write("one")
        fresh.sign()
    assert verbs_in_order(fresh) == ["one"]


def test_an_entry_of_a_transaction_that_rolls_back_has_no_place(fresh: Ledger) -> None:
    with psycopg.connect(fresh.address) as other:
        other.execute(ONE, ["gone"])
        fresh.write("stays")
        other.rollback()
    with transaction.atomic():
        record("user:1", "gone too")
        transaction.set_rollback(True)
    fresh.sign()
    assert verbs_in_order(fresh) == ["stays"]


def test_two_sequencers_at_once_double_nothing(fresh: Ledger) -> None:
    done = threading.Event()

    def sequence() -> int:
        steps = 0
        try:
            while not done.is_set():
                steps += not step(KEY, most=7).busy
        finally:
            connection.close()
        return steps

    with ThreadPoolExecutor(3) as pool:
        workers = [pool.submit(sequence) for _ in range(3)]
        for number in range(200):
            fresh.write(f"verb {number}")
        end = time.monotonic() + 120
        while fresh.waiting() and time.monotonic() < end:
            time.sleep(0.05)
        done.set()
        assert all(worker.result() for worker in workers)
    fresh.sign()
    assert verbs_in_order(fresh) == [f"verb {number}" for number in range(200)]
    assert list(Leaf.objects.order_by("index").values_list("index", flat=True)) == [*range(200)]


def test_while_one_sequences_another_does_nothing_and_says_so(fresh: Ledger) -> None:
    fresh.write("one")
    with psycopg.connect(fresh.address) as other:
        other.execute("select ledger.sequence(10)")
        assert step(KEY).busy
        other.rollback()
    fresh.sign()
    assert verbs_in_order(fresh) == ["one"]


def test_a_sequencer_killed_in_the_middle_leaves_nothing_and_the_next_goes_on(
    fresh: Ledger,
) -> None:
    fresh.write("one", "two", "three")
    with psycopg.connect(fresh.address) as admin, psycopg.connect(fresh.address) as doomed:
        admin.autocommit = True
        doomed.execute("select ledger.sequence(2)")
        admin.execute("select pg_terminate_backend(%s)", [doomed.info.backend_pid])
        with pytest.raises(psycopg.OperationalError):
            doomed.execute("select 1")
    fresh.sign()
    assert verbs_in_order(fresh) == ["one", "two", "three"]


def test_places_without_a_checkpoint_are_signed_by_the_next_step(fresh: Ledger) -> None:
    """As another tool would leave it that sequences and then dies before it signs."""
    fresh.write("one")
    end = time.monotonic() + 120
    while fresh.waiting() and time.monotonic() < end:
        fresh.ask("select ledger.sequence(10)")
    assert (size_of_tree(), last_checkpoint()) == (1, None)
    assert step(KEY) == sequencer.Step(1, 1)


def test_entries_from_before_the_tree_are_sequenced_too(fresh: Ledger) -> None:
    call_command("migrate", "audit", "0003", verbosity=0)
    fresh.ask(f"{ADD} ('setup', 'ancient', '', '', true, '{{}}')")
    call_command("migrate", "audit", verbosity=0)
    fresh.write("new")
    fresh.sign()
    assert verbs_in_order(fresh) == ["ancient", "new"]


def test_entries_restored_from_another_cluster_with_higher_numbers_are_sequenced(
    fresh: Ledger,
) -> None:
    fresh.tamper("alter table ledger_entry alter column xid set default '9000000000000000'")
    fresh.write("restored")
    fresh.tamper("alter table ledger_entry alter column xid set default pg_current_xact_id()")
    fresh.write("new")
    fresh.sign()
    assert sorted(verbs_in_order(fresh)) == ["new", "restored"]


def test_a_step_costs_the_same_statements_however_long_the_ledger_is(fresh: Ledger) -> None:
    costs = []
    for entries in (3, 300, 600):
        fresh.write(*["verb"] * entries)
        fresh.sign()
        fresh.write("last")
        with CaptureQueriesContext(connection) as captured:
            while not step(KEY).placed:
                captured.connection.queries_log.clear()
                time.sleep(0.05)
        costs.append(len(captured))
    assert max(costs) <= 14


def test_kept_nodes_are_those_of_the_tree(fresh: Ledger) -> None:
    fresh.ask(
        f"{ADD.replace('values', '')} select 'user:1', n::text, '', '', true, '{{}}'"
        " from generate_series(1, 66000) n"
    )
    fresh.sign()
    hashes = [leaf_hash(bytes(c)) for (c,) in fresh.ask(
        "select commitment from ledger_leaf order by index")]  # fmt: skip
    assert Node.objects.filter(level=8).count() == 66000 // 256
    assert bytes(Node.objects.get(level=16, index=0).hash) == plain_root(hashes[:65536])
    assert root(StoredTree(), 66000) == plain_root(hashes)
    for size in (1, 2, 255, 256, 257, 511, 4097, 65535, 65536, 65793, 66000):
        in_the_database = fresh.ask("select ledger.root(%s)", size)[0][0]
        assert bytes(in_the_database) == plain_root(hashes[:size])
    assert bytes(last_checkpoint().root) == plain_root(hashes)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.integers(1, 40), st.integers(1, 50)), min_size=1, max_size=6))
def test_however_it_grows_the_tree_is_that_of_all_entries_in_order(
    fresh: Ledger, growth: list[tuple[int, int]]
) -> None:
    before = size_of_tree()
    for entries, most in growth:
        fresh.write(*["verb"] * entries)
        step(KEY, most)
    fresh.sign()
    assert size_of_tree() == before + sum(entries for entries, _ in growth)
    rows = fresh.ask(
        "select l.index, l.commitment, sha256(e.salt || convert_to(ledger.canonical(e), 'UTF8'))"
        " from ledger_leaf l join ledger_entry e on e.id = l.entry order by l.index"
    )
    assert [index for index, _, _ in rows] == [*range(len(rows))]
    assert all(kept == made for _, kept, made in rows)
    assert bytes(last_checkpoint().root) == plain_root([leaf_hash(bytes(c)) for _, c, _ in rows])


# -- beside the jobs --------------------------------------------------------------------------


def test_the_worker_places_and_signs_while_it_runs_and_a_last_time_when_it_ends(
    fresh: Ledger,
) -> None:
    with sequencer.sequencing(KEY):
        fresh.write("while it runs")
        end = time.monotonic() + 120
        while not Checkpoint.objects.exists() and time.monotonic() < end:
            time.sleep(0.05)
        assert verbs_in_order(fresh) == ["while it runs"]
    assert not any(thread.name == "ledger" for thread in threading.enumerate())


def test_one_error_does_not_end_the_sequencer(
    fresh: Ledger, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sequencer, "EVERY", 0.05)
    fresh.ask("alter function ledger.sequence(integer) rename to sequence_away")
    with sequencer.sequencing(KEY):
        fresh.write("one")
        end = time.monotonic() + 120
        while "tried again" not in caplog.text and time.monotonic() < end:
            time.sleep(0.05)
        fresh.ask("alter function ledger.sequence_away(integer) rename to sequence")
        while not Checkpoint.objects.exists() and time.monotonic() < end:
            time.sleep(0.05)
    assert verbs_in_order(fresh) == ["one"]
    assert "ProgrammingError" in caplog.text


# -- as the application's role ----------------------------------------------------------------


@pytest.fixture
def application(fresh: Ledger) -> Iterator[psycopg.Connection]:
    """A connection that may do what web and worker may."""
    with psycopg.connect(fresh.address, autocommit=True) as other:
        other.execute("set role breakwater_app")
        yield other


def test_the_application_sequences_and_publishes_and_reads_hashes_alone(
    fresh: Ledger, application: psycopg.Connection
) -> None:
    fresh.write("one")
    end = time.monotonic() + 120
    while fresh.waiting() and time.monotonic() < end:
        size = application.execute("select ledger.sequence(10)").fetchone()[0]
    assert size == 1
    signed = notes.checkpoint(KEY, 1, root(StoredTree(), 1))
    application.execute("select ledger.publish(1, %s, %s)", [signed.root, signed.note])
    for table in ("leaf", "node", "checkpoint"):
        application.execute(f"select * from ledger_{table}")


@pytest.mark.parametrize(
    "statement",
    [
        "select * from ledger_waiting",
        "delete from ledger_waiting",
        "insert into ledger_leaf values (5, gen_random_uuid(), sha256('x'))",
        "insert into ledger_node values (8, 5, sha256('x'))",
        "insert into ledger_checkpoint values (5, sha256('x'), now(), '')",
        "select ledger.erase(0)",
        "select ledger.keep_nodes(0)",
        "select ledger.root(0)",
        "update ledger_leaf set index = 9",
    ],
)
def test_the_application_may_do_nothing_else_with_the_tree(
    application: psycopg.Connection, statement: str
) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        application.execute(statement)


def test_a_root_that_is_not_that_of_the_leaves_is_not_published(
    fresh: Ledger, application: psycopg.Connection
) -> None:
    fresh.write("one")
    end = time.monotonic() + 120
    while fresh.waiting() and time.monotonic() < end:
        application.execute("select ledger.sequence(10)")
    with pytest.raises(psycopg.Error, match="not the root of 1 leaves"):
        application.execute("select ledger.publish(1, sha256('x'), '')")


@pytest.mark.parametrize("size", [0, 1, 3])
def test_a_checkpoint_is_about_all_leaves_and_more_than_the_last(fresh: Ledger, size: int) -> None:
    fresh.write("one")
    fresh.sign()
    fresh.write("two")
    end = time.monotonic() + 120
    while fresh.waiting() and time.monotonic() < end:
        fresh.ask("select ledger.sequence(10)")
    with pytest.raises(DatabaseError, match="a checkpoint is about"):
        fresh.ask("select ledger.publish(%s, sha256('x'), '')", size)
