"""What a board costs at scale: `python -m benchmarks.board`.

Starts a PostgreSQL, fills it with open and closed referrals (of one real one, as many copies), 1 %
of the cases restricted, a grant of triage for each, and asks for pages of the board as the
application's own login, through Django: the whole answer, with session, ledger entry, people and
page. Beside it stands, in the same run and in turns, what the machine itself needs: the bare index
scan of the same rows. Prints medians and 95th percentiles in milliseconds.
"""

import argparse
import hashlib
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from breakwater.site import database
from breakwater.site.login import application_url
from breakwater.site.postgres import running

OPEN, CLOSED, ROUNDS = 100_000, 5_000_000, 25
KEY = "benchmark"
PAGES = {
    "all": "/board",
    "all, page 400": "/board?page=400",
    "mine": "/board?whose=mine",
    "nobody's": "/board?whose=nobody",
    "nobody's, page 400": "/board?whose=nobody&page=400",
    "late or due today": "/board?urgency=today",
    "danger": "/board?urgency=danger",
    "amber": "/board?rating=amber",
    "one category": "/board?category=missing",
    "a rare category": "/board?category=fgm",
    "category, channel, rating": "/board?category=missing&channel=call_101&rating=red",
    "straight to a worker": "/board?went=straight",
    "news (a poll)": "/board/news",
}
BARE = """
select id, referral_id, case_id from referrals_item
where team_id = 1 and done_at is null and not restricted
order by urgent desc, due_at asc nulls last, id offset {} limit 50"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--open", type=int, default=OPEN, help=f"referrals (default: {OPEN:,})")
    parser.add_argument("--closed", type=int, default=CLOSED, help=f"(default: {CLOSED:,})")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"(default: {ROUNDS})")
    parser.add_argument("--folder", type=Path, default=Path("var/board"))
    args = parser.parse_args()
    os.environ["DEMO"] = "1"
    os.environ["BREAKWATER_ONE_OFF"] = "1"
    with running(args.folder / "postgres") as cluster:
        os.environ["DATABASE_URL"] = cluster.url("postgres")
        with database.scratch(f"board_{os.getpid()}"):
            database.start_django()
            database.migrate()
            owner = os.environ["DATABASE_URL"]
            began = time.monotonic()
            from tests.builders import amelia, received

            received(amelia())
            database.close_connections()
            with psycopg.connect(owner, autocommit=True) as session:
                fill(session, args.open, args.closed)
            print(f"filled in {time.monotonic() - began:.0f} s", flush=True)
            measure(owner, args.rounds)
            database.close_connections()


def fill(session: psycopg.Connection, opened: int, closed: int) -> None:
    """Open ones first, by id; closed ones have their items done. Nothing has triggers meanwhile."""
    total = opened + closed
    session.execute("set session_replication_role = replica")
    session.execute("set synchronous_commit = off")
    session.execute("set maintenance_work_mem = '512MB'")
    session.execute("alter table referrals_referral alter column words set storage external")
    session.execute(
        "insert into access_user (id, username, name, agency_id, password, email, is_active)"
        " select n, 'u' || n, 'Somebody ' || n, 1, '!', '', true from generate_series(101, 120) n"
    )
    session.execute(
        "insert into access_membership (user_id, team_id, role)"
        " select n, 1, 'triage worker' from generate_series(101, 120) n"
    )
    # Another team, at whose board some of it waits.
    session.execute(
        "insert into access_team (id, agency_id, name, kind, mailbox)"
        " select 101, 1, 'Another team', 'cait', ''"
    )
    indexes = without_indexes(
        session, "access_case", "access_grant", "referrals_referral", "referrals_item"
    )
    session.execute(
        "insert into access_case (id, opened_at, closed_at, restricted)"
        " select n, now() - interval '1 year', case when n > %s then now() end, n %% 100 = 7"
        " from generate_series(2, %s) n",
        [opened, total],
    )
    session.execute(
        "insert into access_grant (case_id, team_id, relation, purpose, lawful_basis, starts)"
        " select n, 1, 'triages what comes in', 'triage', 'DPA 2018 Part 3',"
        " now() - interval '1 year' from generate_series(2, %s) n",
        [total],
    )
    session.execute(
        "insert into referrals_referral (id, submission_id, case_id, reference, channel, sent_at,"
        " received_at, category, also, immediate_danger, words, has_reporter, consent, state,"
        " version, due_at)"
        " select n, n, n, 'BW-' || n,"
        "  (array['professional', 'public', 'call_101', 'police_notice'])[1 + n %% 4],"
        "  now() - interval '1 day', now() - interval '1 day',"
        "  case when n %% 1000 = 3 then 'fgm' else"
        "   (array['neglect', 'missing', 'domestic_abuse', 'physical_abuse'])[1 + n / 4 %% 4] end,"
        "  '{}', n %% 50 = 1, r.words, true, '',"
        "  case when n > %s then 'decided, no further action' else 'waiting for a decision' end,"
        "  1, now() + (n %% 200000 - 20000) * interval '1 second'"
        " from referrals_referral r, generate_series(2, %s) n where r.id = 1",
        [opened, total],
    )
    session.execute(
        "insert into referrals_item (id, referral_id, case_id, kind, team_id, worker_id, since,"
        " due_at, urgent, opened_at, done_at, restricted, categories, channel, rating)"
        " select r.id, r.id, r.case_id,"
        "  case when r.id %% 100 = 9 then 'new worry about a case of yours' else 'to triage' end,"
        "  case when r.id %% 100 = 9 then 101 else 1 end,"
        "  case when r.id %% 100 = 9 then 120 when r.id %% 3 = 0 then 101 + r.id %% 20 end,"
        "  r.received_at, r.due_at, coalesce(r.immediate_danger, false), null,"
        "  case when r.id > %s then now() end, k.restricted, array[r.category], r.channel,"
        "  (array['', 'red', 'amber', 'green', 'blue'])[1 + r.id / 16 %% 5]"
        " from referrals_referral r join access_case k on k.id = r.case_id where r.id > 1",
        [opened],
    )
    for index in indexes:
        session.execute(index)
    # People of what is open: what a page shows.
    session.execute(
        "insert into people_mention select (jsonb_populate_record(m, jsonb_build_object("
        " 'id', n + 1000, 'case_id', n, 'referral_id', n, 'made_in', '3'))).*"
        " from people_mention m, generate_series(2, %s) n"
        " where m.id = (select min(id) from people_mention)",
        [opened],
    )
    session.execute(
        "insert into people_identity (id) select n + 1000 from generate_series(2, %s) n"
        " on conflict do nothing",
        [opened],
    )
    session.execute(
        "insert into access_session (session_key, session_data, expire_date, idle_until, user_id,"
        " may_work, device) values (%s, '', now() + '1 day', now() + '1 day', 101, true, '')",
        [hashlib.sha256(KEY.encode()).hexdigest()],
    )
    session.execute("set session_replication_role = origin")
    session.execute("vacuum analyze")


def without_indexes(session: psycopg.Connection, *tables: str) -> list[str]:
    """Drop the indexes that are no constraints, to be made again when the rows are there."""
    found = session.execute(
        "select c.relname, pg_get_indexdef(i.indexrelid) from pg_index i"
        " join pg_class c on c.oid = i.indexrelid"
        " where i.indrelid = any(%s::regclass[]) and not exists ("
        "  select from pg_constraint k where k.conindid = i.indexrelid)",
        [list(tables)],
    ).fetchall()
    for name, _ in found:
        session.execute(f"drop index {name}")
    return [definition for _, definition in found]


def measure(owner: str, rounds: int) -> None:
    from django.conf import settings
    from django.db import connections
    from django.test import Client

    from tests.access.twin_worlds import connected, inside

    # Static files by their plain names: none are collected here.
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": plain}}
    wrapper = connected(application_url(owner))
    client = signed_in(wrapper)
    taken: dict[str, list[float]] = {name: [] for name in PAGES}
    own: dict[str, list[float]] = {name: [] for name in PAGES}
    asked: dict[str, list[float]] = {name: [] for name in PAGES}
    bare: dict[int, list[float]] = {0: [], 399 * 50: []}
    statements: dict[str, int] = {}
    with inside(wrapper), psycopg.connect(owner, autocommit=True) as session:
        assert isinstance(client, Client)
        for number in range(rounds + 2):
            for name, path in PAGES.items():
                began, used = time.perf_counter(), time.process_time()
                with wrapper.execute_wrapper(timed := Timed()):
                    answer = client.get(path)
                spent = (time.perf_counter() - began) * 1000
                used = (time.process_time() - used) * 1000
                assert answer.status_code == 200, (path, answer.status_code)
                if number > 1:  # the first are cold
                    taken[name].append(spent)
                    own[name].append(used)
                    asked[name].append(timed.seconds * 1000)
                    statements[name] = timed.number
            for skip, times in bare.items():
                began = time.perf_counter()
                session.execute(BARE.format(skip)).fetchall()
                if number > 1:
                    times.append((time.perf_counter() - began) * 1000)
    connections["default"].close()
    wrapper.close()
    heads = ("p50", "p95", "SQL p50", "SQL p95", "own CPU p50", "statements")
    print(f"{'milliseconds':28}" + "".join(f"{head:>12}" for head in heads))
    for name, times in taken.items():
        sql, cpu = asked[name], own[name]
        figures = (*both(times), *both(sql), statistics.median(cpu))
        told = "".join(f"{figure:12.1f}" for figure in figures)
        print(f"{name:28}{told}{statements[name]:12}")
    for skip, times in bare.items():
        name = f"bare index scan, page {skip // 50 + 1}"
        print(f"{name:28}" + "".join(f"{figure:12.1f}" for figure in both(times)))


def signed_in(wrapper: object) -> object:
    """A client whose session is written as signing in writes it, by the application's login."""
    from django.test import Client

    from breakwater.access.models import User
    from breakwater.access.sessions import MAY_WORK
    from tests.access.twin_worlds import inside

    with inside(wrapper):  # type: ignore[arg-type]
        client = Client(SERVER_NAME="localhost")
        client.force_login(User.objects.get(pk=101))
        session = client.session
        session[MAY_WORK] = True
        session.save()
    return client


class Timed:
    """How many statements an answer takes, and how long it waits for them."""

    number, seconds = 0, 0.0

    def __call__(self, execute: Callable[..., object], *args: object) -> object:
        began = time.perf_counter()
        try:
            return execute(*args)
        finally:
            self.number += 1
            self.seconds += time.perf_counter() - began


def both(times: list[float]) -> tuple[float, float]:
    """The median and the 95th percentile."""
    return statistics.median(times), sorted(times)[max(0, round(len(times) * 0.95) - 1)]


if __name__ == "__main__":
    main()
