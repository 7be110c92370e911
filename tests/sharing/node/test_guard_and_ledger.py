"""What a service remembers, and what it can prove."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from breakwater.sharing.node import wire
from breakwater.sharing.node.guard import Guard
from breakwater.sharing.node.ledger import Ledger, LedgerProblem
from breakwater.sharing.node.wire import Refused

NOW = 1_764_000_000.0


def a_statement(sender="hub"):
    return wire.statement(wire.EVALUATE, sender, "school", b"", NOW)


@pytest.fixture
def guard(tmp_path):
    return Guard(tmp_path / "guard.sqlite3")


def take(guard, what, amount=1, hour=10, day=15, now=NOW):
    guard.take(what, amount, hour, day, now, "queries")


def test_a_statement_is_taken_once_also_after_a_restart(guard):
    what = a_statement()
    take(guard, what)
    with pytest.raises(Refused, match="used-before"):
        take(guard, what)
    with pytest.raises(Refused, match="used-before"):
        take(Guard(guard.path), what, now=NOW + 239)


def test_a_number_is_remembered_for_longer_than_its_time_is_good():
    assert 2 * wire.MOST_SECONDS_APART > wire.MOST_SECONDS_APART + 1


def test_of_many_at_once_one_is_taken(guard):
    what = a_statement()

    def once(_):
        try:
            take(guard, what)
        except Refused:
            return 0
        return 1

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(once, range(40))) == 1


def test_no_more_than_the_limit_in_any_hour(guard):
    for _ in range(10):
        take(guard, a_statement())
    with pytest.raises(Refused, match="at most 10 queries in one hour") as refusal:
        take(guard, a_statement())
    assert (refusal.value.code, refusal.value.status) == ("hourly-limit", 429)
    take(guard, a_statement(), now=NOW + 3_660)


def test_no_more_than_the_limit_in_any_day(guard):
    for hour in range(15):
        take(guard, a_statement(), now=NOW + hour * 3_660)
    with pytest.raises(Refused, match="at most 15 queries in one day") as refusal:
        take(guard, a_statement(), now=NOW + 16 * 3_660)
    assert refusal.value.code == "daily-limit"
    take(guard, a_statement(), now=NOW + 86_400 + 61)


def test_what_was_refused_is_not_counted_and_limits_are_a_senders_own(guard):
    with pytest.raises(Refused, match="hourly-limit"):
        take(guard, a_statement(), amount=11)
    take(guard, a_statement(), amount=10)
    take(guard, a_statement("other"), amount=10)


@pytest.fixture
def ledger(tmp_path):
    return Ledger(tmp_path / "ledger.jsonl")


def test_every_line_holds_the_hash_of_the_line_before(ledger):
    heads = [ledger.append({"query": f"Q{n}"}) for n in range(5)]
    assert ledger.check() == heads[-1]
    assert [h.lines for h in heads] == [1, 2, 3, 4, 5]
    lines = [json.loads(line) for line in ledger.path.read_text().splitlines()]
    assert [line["before"] for line in lines[1:]] == [h.hash for h in heads[:-1]]
    assert ledger.path.stat().st_mode & 0o777 == 0o600


def test_a_changed_line_a_missing_line_and_another_order_are_found(ledger):
    for n in range(5):
        ledger.append({"query": f"Q{n}"})
    lines = ledger.path.read_bytes().splitlines(keepends=True)
    for forged, words in (
        ([lines[0], lines[1].replace(b"Q1", b"QX"), *lines[2:]], "line 3 does not follow"),
        ([lines[0], *lines[2:]], "line 2 says that it is line 3"),
        ([lines[0], lines[2], lines[1], *lines[3:]], "line 2 says"),
        ([b"no\n", *lines[1:]], "line 1 is not whole"),
        ([*lines[:4], lines[4][:-1]], "line 5 is not whole"),
    ):
        ledger.path.write_bytes(b"".join(forged))
        with pytest.raises(LedgerProblem, match=words):
            ledger.check()


def test_lines_cut_off_the_end_are_found_by_a_head_noted_before(ledger):
    heads = [ledger.append({"query": f"Q{n}"}) for n in range(3)]
    assert ledger.check(str(heads[1])) == heads[2]
    ledger.path.write_bytes(b"".join(ledger.path.read_bytes().splitlines(keepends=True)[:1]))
    assert ledger.check() == heads[0]
    with pytest.raises(LedgerProblem, match="taken away"):
        ledger.check(str(heads[1]))


def test_a_line_that_a_crash_tore_is_removed_and_said(ledger):
    head = ledger.append({"query": "Q0"})
    with ledger.path.open("ab") as file:
        file.write(b'{"n": 2, "que')
    ledger.append({"query": "Q2"})
    lines = [json.loads(line) for line in ledger.path.read_text().splitlines()]
    assert [line.get("torn_bytes_removed") for line in lines] == [None, 13, None]
    assert lines[1]["before"] == head.hash
    assert ledger.check().lines == 3


def test_a_ledger_that_is_not_there_is_not_proven(ledger):
    with pytest.raises(LedgerProblem, match="is not there"):
        ledger.check()


def test_lines_longer_than_any_buffer_follow_too(ledger):
    for n in range(3):
        ledger.append({"query": "Q" * 100_000, "at": n})
    assert ledger.check().lines == 3


def test_several_processes_write_one_ledger_that_holds(ledger):
    code = ("import sys; from pathlib import Path\n"
            "from breakwater.sharing.node.ledger import Ledger\n"
            "for n in range(40): Ledger(Path(sys.argv[1])).append({'query': n})")  # fmt: skip
    writers = [subprocess.Popen([sys.executable, "-c", code, str(ledger.path)]) for _ in range(3)]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    assert ledger.check().lines == 120
