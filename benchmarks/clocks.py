"""What the worker's look at each minute costs among millions of closed clocks.

`python -m benchmarks.clocks` starts a PostgreSQL, fills it (5,000,000 closed, 100,000 running) and
times a minute in which nothing happens, one in which 1,000 clocks come near and 1,000 are missed,
and what a person waits for: starting, pausing, resuming and meeting a clock. Prints milliseconds.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import psycopg

from breakwater.site import database
from breakwater.site.postgres import running

FILL = """
insert into clocks_clock (definition_id, code, subject, case_id, started_at, due_at, warn_at,
  met_at, stopped_because, miss_recorded_at, warned_at)
select d.id, d.code, %(name)s || n, n, began, began + '24 hours', began + '18 hours',
  case when %(closed)s then began + '20 hours' end, '', null, null
from (select id, code from clocks_clockdefinition where code = 'CRIME_REC' and version = 1) d,
  (select n, now() - n %% %(spread)s * interval '1 second' - %(ago)s::interval as began
   from generate_series(1, %(rows)s) n) c
"""
YEARS = 5 * 365 * 86_400


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--closed", type=int, default=5_000_000)
    parser.add_argument("--running", type=int, default=100_000)
    parser.add_argument("--turns", type=int, default=50)
    parser.add_argument("--folder", type=Path, default=Path("var/clocks"))
    args = parser.parse_args()
    os.environ["DEMO"] = "1"
    with running(args.folder / "postgres") as cluster:
        os.environ["DATABASE_URL"] = cluster.url("postgres")
        with database.scratch(f"clocks_{os.getpid()}"):
            database.start_django()
            database.migrate()
            with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as session:
                fill(session, "closed:", True, args.closed, YEARS, "2 days")
                # None of these comes near within the hour that this takes.
                fill(session, "running:", False, args.running, 16 * 3600, "0 hours")
                session.execute("vacuum analyze clocks_clock")
                measure(session, args.turns)


def fill(
    session: psycopg.Connection, name: str, closed: bool, rows: int, spread: int, ago: str
) -> None:
    session.execute(
        FILL, {"name": name, "closed": closed, "rows": rows, "spread": spread, "ago": ago}
    )


def measure(session: psycopg.Connection, turns: int) -> None:
    from django.utils import timezone

    from breakwater.clocks.actions import meet_clock, pause_clock, resume_clock, start_clock
    from breakwater.clocks.jobs import write_down_misses
    from breakwater.clocks.models import Clock

    print("clocks", Clock.objects.count())
    told("a quiet minute", [timed(lambda: write_down_misses(timestamp=0)) for _ in range(turns)])
    fill(session, "near:", False, 1000, 3600, "19 hours")
    fill(session, "late:", False, 1000, 3600, "25 hours")
    told("1,000 near, 1,000 missed", [timed(lambda: write_down_misses(timestamp=0))])
    now = timezone.now()
    deeds: dict[str, Callable[[int], object]] = {
        "start": lambda n: start_clock("DECIDE", f"new:{n}", n, now),
        "pause": lambda n: pause_clock(f"new:{n}", ("DECIDE",), "waits", now),
        "resume": lambda n: resume_clock(f"new:{n}", ("DECIDE",), now + timedelta(hours=1)),
        "meet": lambda n: meet_clock(f"new:{n}", ("DECIDE",), now + timedelta(hours=2)),
    }
    for name, deed in deeds.items():
        told(name, [timed(lambda n=n, deed=deed: deed(n)) for n in range(turns)])  # type: ignore[misc]


def timed(deed: Callable[[], object]) -> float:
    began = time.perf_counter()
    deed()
    return 1000 * (time.perf_counter() - began)


def told(what: str, milliseconds: list[float]) -> None:
    median, most = statistics.median(milliseconds), max(milliseconds)
    print(f"{what}: median {median:.1f} ms, most {most:.1f} ms, {len(milliseconds)} turns")


if __name__ == "__main__":
    main()
