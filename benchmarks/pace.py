"""What the area's pace costs: once a night over every worry, and one row for a page.

`python -m benchmarks.pace` starts a PostgreSQL with fsync on, fills it with one worry a case, each
about a child and a parent, spread over five years, and measures the worker's statement as the
application's login.
"""

import argparse
import os
import time
from pathlib import Path

import psycopg

from breakwater.site import database
from breakwater.site.login import application_url
from breakwater.site.postgres import running

FILL = (
    "set session_replication_role = replica",
    "insert into access_case (id, restricted, opened_at)"
    " select n, n % 50 = 0, now() from generate_series(1, {referrals}) n",
    "insert into referrals_referral (id, submission_id, case_id, reference, channel, sent_at,"
    " received_at, category, also, words, has_reporter, consent, state, version, due_at)"
    " select n, n, n, 'BW-' || n, 'professional', now(),"
    " now() - n * interval '5 years' / {referrals}, 'neglect', '{{}}', repeat('x', 400)::bytea,"
    " true, '', 'decided, no further action', 2, now() from generate_series(1, {referrals}) n",
    "insert into people_mention (id, case_id, referral_id, place, told_at, told_by, role, given,"
    " family, known_as, born, sex, ethnicity, address, postcode, nhs_number, upn, phone, email,"
    " handle, school, note)"
    " select n, (n + 1) / 2, (n + 1) / 2, n % 2, now(), 'School',"
    " case n % 2 when 0 then 'child' else 'parent' end, 'Given', 'Family', '', '2015-01-01', '',"
    " '', '12 Quay Street', 'PR1 4AB', '', '', '', '', '', '', ''"
    " from generate_series(1, 2 * {referrals}) n",
    # A child in three is told of more than once.
    "insert into people_link (mention_id, identity_id, standing, weight, evidence, decided_by,"
    " decided_at)"
    " select n, (n::bigint * 7919) % ({referrals} * 3 / 2), 'linked', 0, '[]', 'engine', now()"
    " from generate_series(1, 2 * {referrals}) n",
    "set session_replication_role = origin",
    "vacuum analyze",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--referrals", type=int, default=1_000_000, help="(default: 1,000,000)")
    parser.add_argument("--turns", type=int, default=3, help="(default: 3)")
    parser.add_argument("--folder", type=Path, default=Path("var/pace"))
    args = parser.parse_args()
    os.environ["DEMO"] = "1"
    with running(args.folder / "postgres") as cluster:
        os.environ["DATABASE_URL"] = cluster.url("postgres")
        with database.scratch(f"pace_{os.getpid()}"):
            database.start_django()
            database.migrate()
            owner = os.environ["DATABASE_URL"]
            with psycopg.connect(owner, autocommit=True) as session:
                for statement in FILL:
                    session.execute(statement.format(referrals=args.referrals))
            database.close_connections()
            measure(application_url(owner), args.referrals, args.turns)


def measure(app_url: str, referrals: int, turns: int) -> None:
    latest = "select day, children, median, ninth from referrals_areapace order by day desc limit 1"
    with psycopg.connect(app_url, autocommit=True) as app:
        for statement, what in (
            ("select door.measure_pace()", "measuring, once a night"),
            (latest, "reading it, for a page"),
        ):
            took = []
            for _ in range(turns):
                started = time.perf_counter()
                app.execute(statement)
                took.append(time.perf_counter() - started)
            print(f"{what}: {min(took) * 1000:,.1f} to {max(took) * 1000:,.1f} ms")
        row = app.execute(latest).fetchone()
        assert row is not None
        print(f"{referrals:,} referrals over five years; {row[1]:,} children in 12 months")


if __name__ == "__main__":
    main()
