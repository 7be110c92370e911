"""Behind a pool that hands one server connection from client to client after each transaction."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from tests.access import pgbouncer
from tests.access.real_hub import OF_A_CASE, RealHub, hold, look, opened, shown

NOTHING = dict.fromkeys(OF_A_CASE, 0)
ROUNDS, CLIENTS = 40, 6


@pytest.fixture
def pool(hub: RealHub) -> Iterator[str]:
    """Two server connections for however many clients."""
    program = pgbouncer.find()
    if program is None:
        pytest.skip(pgbouncer.HELP)
    with pgbouncer.pooled(program, hub.app_url, connections=2) as address:
        yield address


def connect(address: str) -> psycopg.Connection:
    # A prepared statement would belong to the server's connection, not to the client.
    return psycopg.connect(address, autocommit=True, prepare_threshold=None)


def test_two_sessions_take_turns_on_one_connection_and_never_see_each_others_case(
    hub: RealHub, pool: str
) -> None:
    ana, ben = hub.somebody(), hub.somebody()
    anas, bens = hub.case(), hub.case()
    hub.grant(anas, user=ana.id)
    hub.grant(bens, user=ben.id)
    with connect(pool) as one, connect(pool) as other:
        for _ in range(ROUNDS):
            for session, me, mine, theirs in ((one, ana, anas, bens), (other, ben, bens, anas)):
                capability, seen = look(session, me.token, mine, theirs)
                assert seen == [mine]
                with session.transaction():
                    hold(session, capability)
                    assert all(shown(session, mine).values())
                    assert shown(session, theirs) == NOTHING
                for either in (one, other):
                    assert shown(either, mine) == NOTHING


def test_many_clients_at_once_read_their_own_case_and_no_other(hub: RealHub, pool: str) -> None:
    people = [hub.somebody() for _ in range(CLIENTS)]
    cases = [hub.case() for _ in people]
    for somebody, case in zip(people, cases, strict=True):
        hub.grant(case, user=somebody.id)

    def work(number: int) -> tuple[int, set[int]]:
        right, servers = 0, set()
        with connect(pool) as session:
            for turn in range(ROUNDS):
                capability, _ = look(session, people[number].token, *cases)
                with session.transaction():
                    hold(session, capability)
                    visible = session.execute(
                        "select distinct case_id, pg_backend_pid() from people_mention"
                    ).fetchall()
                servers |= {pid for _, pid in visible}
                right += [case for case, _ in visible] == [cases[number]]
                foreign = cases[(number + turn + 1) % CLIENTS]
                if foreign != cases[number]:
                    right -= any(opened(session, foreign, capability).values())
        return right, servers

    with ThreadPoolExecutor(CLIENTS) as threads:
        done = list(threads.map(work, range(CLIENTS)))
    assert [right for right, _ in done] == [ROUNDS] * CLIENTS
    # They really shared: six clients on two connections.
    assert len(set().union(*(servers for _, servers in done))) <= 2
