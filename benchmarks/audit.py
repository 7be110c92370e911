"""The ledger's proof, in a real PostgreSQL on this disk: what sequencing and verifying cost.

`python -m benchmarks.audit --entries 200000` fills a scratch database's ledger with entries of the
demo's shape, sequences them, exports them all, and has the verifier check the export, beside raw
SHA-256 over the same bytes in the same run. Then a stream of single commits measures how old the
newest checkpoint gets. It prints one line of JSON.
"""

import argparse
import hashlib
import json
import os
import statistics
import sys
import tempfile
import threading
import time
from binascii import unhexlify
from pathlib import Path
from typing import Any

from breakwater.audit import notes, verifier
from breakwater.site import database
from breakwater.site.postgres import running

KEY = notes.new_key("benchmark/ledger")
INSERT = """
insert into ledger_entry (actor, agency_id, verb, cases, subject, purpose, allowed, facts)
select 'user:' || n %% 400, n %% 12,
  (array['open_case', 'see_board', 'decide', 'submit'])[1 + n %% 4],
  array[n %% 50000], 'referral:' || n, 'work routed to the team', true,
  jsonb_build_object('shown', jsonb_build_array(n, n + 1, n + 2))
from generate_series(1::bigint, %s) n
"""


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def fill(entries: int) -> float:
    from django.db import connection

    started = time.perf_counter()
    with connection.cursor() as cursor:
        for _ in range(0, entries, 20_000):
            cursor.execute(INSERT, [min(20_000, entries)])
    return time.perf_counter() - started


def sequence_all() -> float:
    from breakwater.audit.sequencer import step

    started = time.perf_counter()
    while step(KEY).placed:
        pass
    return time.perf_counter() - started


def verify(export: Path, checkpoint: Path) -> float:
    """The verifier as an inspector runs it, reading the file included. Processor seconds."""
    started = time.process_time()
    done = verifier.Check(export, checkpoint, str(KEY.public))
    spent = time.process_time() - started
    assert done.faults == [], done.faults
    return spent


def raw_hashing(export: Path) -> dict[str, float]:
    """SHA-256 and nothing else over the same bytes, which are in memory before the clock starts.

    Processor seconds, as of the verifier: other work on the machine is in neither.
    """
    sha256 = hashlib.sha256
    contents, leaves = [], []
    with export.open("rb") as file:
        file.readline()
        for line in file:
            _, salt, commitment, _, content = line[:-1].split(b" ", 4)
            contents.append(unhexlify(salt) + content)
            leaves.append(b"\0" + unhexlify(commitment))
    nodes = [b"\1" + leaf + leaf[1:] for leaf in leaves[1:]]
    spent = {}
    for name, parts in (("contents", [contents]), ("all", [contents, leaves, nodes])):
        started = time.process_time()
        for part in parts:
            for one in part:
                sha256(one).digest()
        spent[name] = time.process_time() - started
    whole = export.read_bytes()
    started = time.process_time()
    sha256(whole).digest()
    spent["file in one piece"] = time.process_time() - started
    return spent


def lag(seconds: float) -> dict[str, Any]:
    """Commit one entry after another beside the worker's sequencer; how old gets the youngest
    entry that no checkpoint covers?"""
    from django.db import connection

    from breakwater.audit.actions import record
    from breakwater.audit.sequencer import sequencing

    ages: list[float] = []
    stop = threading.Event()

    def watch() -> None:
        with connection.cursor() as cursor:
            while not stop.is_set():
                cursor.execute("select clock_timestamp() - min(at) from ledger_waiting")
                (age,) = cursor.fetchone()
                ages.append(age.total_seconds() if age else 0.0)
                time.sleep(0.02)
        connection.close()

    watcher = threading.Thread(target=watch)
    written = 0
    with sequencing(KEY):
        time.sleep(1.0)
        watcher.start()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            record("user:1", "open_case", cases=[5], subject="referral:1")
            written += 1
        stop.set()
        watcher.join()
    ages.sort()
    return {
        "commits a second beside it": round(written / seconds),
        "seconds, median": round(statistics.median(ages), 2),
        "seconds, 99 %": round(ages[int(len(ages) * 0.99)], 2),
        "seconds, most": round(ages[-1], 2),
    }


def inserting(rounds: int = 10, commits: int = 300) -> list[int]:
    """Single commits a second with the row that the trigger queues, and without: medians of
    rounds that take turns."""
    from django.db import connection

    from breakwater.audit.actions import record

    speeds: dict[str, list[float]] = {"enable": [], "disable": []}
    for _ in range(rounds):
        for state, seen in speeds.items():
            with connection.cursor() as cursor:
                cursor.execute(f"alter table ledger_entry {state} trigger waits")
            started = time.perf_counter()
            for _ in range(commits):
                record("user:1", "open_case", cases=[5], subject="referral:1")
            seen.append(commits / (time.perf_counter() - started))
    with connection.cursor() as cursor:
        cursor.execute("alter table ledger_entry enable trigger waits")
    return [round(statistics.median(seen)) for seen in speeds.values()]


def measure(entries: int, seconds: float) -> dict[str, Any]:
    from breakwater.audit.export import export_case, export_range, newest

    database.migrate()
    report: dict[str, Any] = {"entries": entries}
    report["single inserts a second, with / without the queue"] = inserting()
    say(f"writing {entries:,} entries")
    fill(entries)
    say("sequencing")
    spent = sequence_all()
    size = newest().size
    report["sequenced a second"] = round(size / spent)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "export"
        say("exporting")
        started = time.perf_counter()
        export_range(out, 0, None)
        report["exported a second"] = round(size / (time.perf_counter() - started))
        report["bytes an entry"] = round(out.stat().st_size / size)
        say("verifying")
        held = Path(folder) / "checkpoint"
        held.write_text(newest().note)
        spent = min(verify(out, held) for _ in range(3))
        hashing = min((raw_hashing(out) for _ in range(3)), key=lambda times: times["all"])
        report["verified a second"] = round(size / spent)
        report["verifying, as a share of the speed of raw SHA-256 over"] = {
            "all that must be hashed": round(hashing["all"] / spent, 3),
            "the contents alone": round(hashing["contents"] / spent, 3),
            "the file in one piece": round(hashing["file in one piece"] / spent, 3),
        }
        started = time.perf_counter()
        done = export_case(out, 7)
        report["case of so many entries exported in ms"] = [
            done.entries, round((time.perf_counter() - started) * 1000, 1),
        ]  # fmt: skip
        report["and verified in ms"] = round(verify(out, held) * 1000, 1)
        report["proof in bytes, longest"] = max(
            len(line.split(b" ", 4)[3]) for line in out.read_bytes().splitlines()[1:]
        )
    say("measuring the lag")
    report["lag of the newest checkpoint"] = lag(seconds)
    return report


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--entries", type=int, default=200_000)
    parser.add_argument("--seconds", type=float, default=15.0, help="of the lag's measurement")
    args = parser.parse_args()
    os.environ["BREAKWATER_ONE_OFF"] = "1"
    os.environ.setdefault("DEMO", "1")
    with running(database.var_folder() / "benchmark" / "audit") as cluster:
        os.environ["DATABASE_URL"] = cluster.url("postgres")
        with database.scratch(f"audit_{os.getpid()}"):
            database.start_django()
            try:
                report = measure(args.entries, args.seconds)
            finally:
                database.close_connections()
    print(json.dumps(report))


if __name__ == "__main__":
    main()
