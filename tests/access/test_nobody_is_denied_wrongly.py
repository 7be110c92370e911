"""Whoever has a grant that stands reads, every time, whatever happens beside it."""

import threading
from concurrent.futures import ThreadPoolExecutor
from random import Random

import psycopg

from tests.access.real_hub import RealHub, hold, look

THREADS, OPENS = 16, 320


def test_grants_come_and_go_and_no_standing_one_is_ever_denied(
    hub: RealHub, committed: str, capsys
) -> None:
    """Sixteen sessions open cases while a transaction that is older than all of them stays open.

    A door that waits for older transactions (xid < snapshot xmin) denied here whoever had a right.
    """
    cases = [hub.case() for _ in range(4)]
    people = [hub.somebody() for _ in range(THREADS)]
    for number, somebody in enumerate(people):
        hub.grant(cases[number % len(cases)], user=somebody.id)
    done, denied, given = threading.Event(), [], []

    def open_again_and_again(number: int) -> int:
        case, read = cases[number % len(cases)], 0
        with psycopg.connect(hub.app_url, autocommit=True) as session:
            for _ in range(OPENS):
                capability, seen = look(session, people[number].token, case)
                with session.transaction():
                    hold(session, capability)
                    (rows,) = session.execute(
                        "select count(*) from people_mention where case_id = %s", [case]
                    ).fetchone() or (0,)
                if seen != [case] or not rows:
                    denied.append((number, seen, rows))
                read += 1
        return read

    def give_and_take() -> None:
        """Other grants to the same people, begun and ended; exclusions from other cases."""
        chance = Random(7)
        with psycopg.connect(committed, autocommit=True) as session:
            own = RealHub(session, hub.app_url)
            while not done.is_set():
                number = chance.randrange(THREADS)
                case = cases[(number + 1) % len(cases)]
                grant = own.grant(case, user=people[number].id)
                own.shut_out(case, people[number].id)
                session.execute("update access_exclusion set ends = clock_timestamp()"
                                " where case_id = %s and ends is null", [case])  # fmt: skip
                session.execute(
                    "update access_grant set ends = clock_timestamp() where id = %s", [grant]
                )
                given.append(grant)

    with psycopg.connect(committed) as long_one, ThreadPoolExecutor(THREADS + 1) as pool:
        long_one.execute("select pg_current_xact_id()")
        changes = pool.submit(give_and_take)
        try:
            opens = sum(pool.map(open_again_and_again, range(THREADS)))
        finally:
            done.set()
        changes.result()
        long_one.rollback()
    with capsys.disabled():
        print(f"\n{opens:,} opens beside {len(given):,} other grants, {len(denied)} wrongly denied")
    assert opens >= 5_000
    assert given
    assert not denied
