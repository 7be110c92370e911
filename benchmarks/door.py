"""What the door costs: opening a case, against the raw rate of writing the same ledger row.

`python -m benchmarks.door` starts a PostgreSQL with fsync on, fills it, and lets PostgreSQL's own
pgbench run each at 1, 8 and 32 clients, in turns. "raw" inserts the same row into the same ledger
and commits, as the owner; as the application's login "look" is door.look alone; "open" looks,
commits, and in a second transaction reads the referral; "page" also what was handed in and the
people, each by a statement of its own.
"""

import argparse
import hashlib
import os
import re
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

from breakwater.site import database
from breakwater.site.login import application_url
from breakwater.site.postgres import find_binaries, running

CASES, PEOPLE, GRANTS_EACH, MANY = 20_000, 500, 200, 5_000
CLIENTS = (1, 8, 32)
RAW = """
\\set k random(1, {cases})
\\set u random(1, {people})
insert into ledger_entry (at, actor, agency_id, verb, cases, subject, purpose, allowed, facts,
  capability) values (statement_timestamp(), 'user:' || :u, 1, 'open_case', array[:k], 'referral:1',
  'work', true, '{{}}', gen_random_uuid());
"""
LOOK = """
\\set u random(1, {people})
\\set n random(0, {each} - 1)
\\set k ((:u * {each} + :n) % {cases}) + 1
select capability as held from door.look('token ' || :u, null, array[:k]::bigint[], 'open_case',
  'open_case', 'referral:1', 'work', '{{}}', true) \\gset
"""
HOLD = "begin\\; select set_config('door.capabilities', ':held', true)\\;"
READ = HOLD + "select * from referrals_referral where case_id = :k\\; commit;\n"
PAGE = (
    HOLD
    + """
select * from referrals_referral where case_id = :k\\;
select s.* from referrals_submission s where s.id = :k\\;
select * from people_mention where case_id = :k\\; commit;
"""
)
# One person with very many grants asks for a list.
LIST = "select case_id from door.my_cases('token {many}', null);"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=8, help="of each run (default: 8)")
    parser.add_argument("--turns", type=int, default=3, help="of each measure (default: 3)")
    parser.add_argument("--folder", type=Path, default=Path("var/door"))
    args = parser.parse_args()
    os.environ["DEMO"] = "1"
    with running(args.folder / "postgres") as cluster:
        os.environ["DATABASE_URL"] = cluster.url("postgres")
        with database.scratch(f"door_{os.getpid()}"):
            database.start_django()
            database.migrate()
            owner = os.environ["DATABASE_URL"]
            with psycopg.connect(owner, autocommit=True) as session:
                fill(session)
                print("fsync is", *(session.execute("show fsync").fetchone() or ()))
            database.close_connections()
            measure(owner, application_url(owner), args.seconds, args.turns)


def fill(session: psycopg.Connection) -> None:
    """Cases with content, and people with grants; as many copies of one real referral."""
    from tests.builders import received

    received()
    session.execute("set session_replication_role = replica")
    for table, changes in {
        "access_agency": "'name', 'a' || n",
        "access_team": "'name', 't' || n, 'agency_id', n",
    }.items():
        copies(session, table, 3, 50, changes)
    session.execute(
        "insert into access_user (id, username, name, agency_id, password, email, is_active)"
        " select n, 'u' || n, 'Somebody', 1 + n %% 50, '!', '', true"
        " from generate_series(1, %s) n",
        [PEOPLE + 1],
    )
    session.execute(
        "insert into access_membership (user_id, team_id, role)"
        " select n, 1 + n %% 50, 'practitioner' from generate_series(1, %s) n",
        [PEOPLE + 1],
    )
    copies(session, "access_case", 2, CASES, "")
    copies(
        session,
        "referrals_referral",
        2,
        CASES,
        "'case_id', n, 'submission_id', n, 'reference', 'R' || n",
    )
    copies(session, "referrals_submission", 2, CASES, "'key', 'k' || n")
    copies(session, "people_mention", 2, CASES, "'case_id', n, 'referral_id', n")
    give = (
        "insert into access_grant (case_id, user_id, relation, purpose, lawful_basis, starts)"
        " select {case}, {user}, 'was given the work', 'work', 'DPA 2018 Part 3', now()"
        " from generate_series(1, {people}) u, generate_series(0, {each} - 1) n"
    )
    session.execute(give.format(
        case=f"((u * {GRANTS_EACH} + n) % {CASES}) + 1", user="u", people=PEOPLE, each=GRANTS_EACH
    ))  # fmt: skip
    session.execute(give.format(case="n + 1", user=PEOPLE + 1, people=1, each=MANY))
    for user in range(1, PEOPLE + 2):
        key = hashlib.sha256(f"token {user}".encode()).hexdigest()
        session.execute(
            "insert into access_session (session_key, session_data, expire_date, idle_until,"
            " user_id, may_work, device)"
            " values (%s, '', now() + '1 day', now() + '1 day', %s, true, '')",
            [key, user],
        )
    session.execute("set session_replication_role = origin")
    session.execute("vacuum analyze")


def copies(session: psycopg.Connection, table: str, first: int, last: int, changes: str) -> None:
    """Rows like the table's first one with other ids."""
    statement = (
        f"insert into {table} select (jsonb_populate_record(r, jsonb_build_object('id', n,"
        f" 'made_in', '3' {',' if changes else ''} {changes}))).*"
        f" from {table} r, generate_series({first}, {last}) n"
        f" where r.id = (select min(id) from {table}) on conflict do nothing"
    )
    session.execute(statement)


def measure(owner: str, app: str, seconds: int, turns: int) -> None:
    numbers = {"cases": CASES, "people": PEOPLE, "each": GRANTS_EACH, "many": PEOPLE + 1}
    scripts = {
        "raw": (owner, RAW.format(**numbers)),
        "look": (app, LOOK.format(**numbers)),
        "open": (app, LOOK.format(**numbers) + READ),
        "page": (app, LOOK.format(**numbers) + PAGE),
    }
    print("medians, a second; in brackets against raw")
    print("clients        raw" + "".join(f"{name:>15}" for name in ("look", "open", "page")))
    for clients in CLIENTS:
        rates: dict[str, list[float]] = {name: [] for name in scripts}
        for _ in range(turns):  # in turns: the machine may be busy with something else for a while
            for name, (url, script) in scripts.items():
                rates[name].append(pgbench(url, script, clients, seconds))
        raw, *others = (statistics.median(rates[name]) for name in scripts)
        told = "".join(f"{rate:8,.0f} ({rate / raw:.2f})" for rate in others)
        print(f"{clients:7} {raw:10,.0f}{told}", flush=True)
    with psycopg.connect(app, autocommit=True) as session:
        taken = []
        for _ in range(20):
            began = time.perf_counter()
            found = len(session.execute(LIST.format(**numbers)).fetchall())
            taken.append((time.perf_counter() - began) * 1000)
        print(f"the list of a person with {found:,} cases: {statistics.median(taken):.1f} ms")


def pgbench(url: str, script: str, clients: int, seconds: int) -> float:
    """Transactions a second."""
    told = conninfo_to_dict(url)
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        done = subprocess.run(
            [find_binaries().folder / "pgbench", "-n", "-f", file.name, "-c", str(clients),
             "-j", "2" if clients > 1 else "1", "-T", str(seconds), "-h", str(told["host"]),
             "-p", str(told["port"]), "-U", str(told["user"]), str(told["dbname"])],
            env=os.environ | {"PGPASSWORD": str(told["password"])},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    rate = re.search(r"tps = ([\d.]+)", done.stdout)
    if done.returncode or not rate or "number of failed transactions: 0" not in done.stdout:
        raise RuntimeError(done.stdout + done.stderr)
    return float(rate[1])


if __name__ == "__main__":
    main()
