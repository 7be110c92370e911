"""What it costs to ask 20 partners about one child: `python -m benchmarks.discovery.twenty`.

Starts a PostgreSQL, a key holder and 20 nodes as processes of their own on loopback, each node with
an index of a million people. The entries of those are random bytes: an index is noise to whoever
has not the node's and the key holder's keys, so none that were enrolled would be larger, smaller or
found more slowly; enrolling 20 million people has its own figure. Among them are people who really
are enrolled, at a quarter of the nodes each: every answer of every query is checked.

Asks about one child at a time as the application's own login: from the question to the answers
written down (`ask`), and through the page. Beside it, in the same run, stands what the machine
itself needs for it: the multiplications that the protocol asks for, by the time that one takes.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg

from breakwater.site import database
from breakwater.site.login import application_url
from breakwater.site.postgres import running

NODES, PEOPLE, ROUNDS, ENTRIES = 20, 1_000_000, 60, 14
WARM_UP = 4
QUICK = {"fsync": "off", "max_wal_size": "16GB", "shared_buffers": "512MB"}
GIVEN = ("Amelia", "Jake", "Tamsin", "Piers", "Isla", "Corin", "Lark", "Zofia", "Imran", "Nia")
FAMILY = ("Hartley", "Reed", "Marlow", "Alder", "Quist", "Okafor", "Begum", "Nowak", "Price")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--nodes", type=int, default=NODES, help=f"(default: {NODES})")
    parser.add_argument("--people", type=int, default=PEOPLE, help=f"(default: {PEOPLE:,})")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"(default: {ROUNDS})")
    parser.add_argument(
        "--entries", type=int, default=ENTRIES, help=f"of one person (default: {ENTRIES})"
    )
    parser.add_argument("--folder", type=Path, default=Path("var/discovery"))
    args = parser.parse_args()
    os.environ["DEMO"] = "1"
    os.environ["BREAKWATER_ONE_OFF"] = "1"
    with running(args.folder / "postgres", QUICK) as cluster:
        os.environ["DATABASE_URL"] = cluster.url("postgres")
        with database.scratch(f"twenty_{os.getpid()}"):
            database.start_django()
            database.migrate()
            with partners(args.folder / "services", args.nodes) as nodes:
                children = [child(number) for number in range(args.rounds + WARM_UP)]
                fill(nodes, children, args.people, args.entries)
                settle()
                measure(nodes, children)
            database.close_connections()


def child(number: int) -> dict[str, Any]:
    given, family = GIVEN[number % len(GIVEN)], FAMILY[number % len(FAMILY)]
    return {
        "given": f"{given} {GIVEN[(number // 3) % len(GIVEN)]}",
        "family": family,
        "born": f"20{10 + number % 8}-{1 + number % 12:02}-{1 + number % 28:02}",
        "address": f"{number + 1} Quay Street, Saltmere",
        "postcode": f"PR{1 + number % 9} {number % 10}AB",
        "phone": f"07700 900{number % 1000:03}",
        "school": "Mill Lane School",
    }


@contextmanager
def partners(folder: Path, number: int) -> Iterator[list[Any]]:
    """Keys, and the processes of key holder and nodes; the hub's settings speak of them."""
    import shutil

    from django.conf import settings

    from breakwater.sharing import oprf
    from breakwater.sharing.node import keys
    from tests.sharing.discovery import running as services
    from tests.sharing.discovery.nodes import Partner

    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    keys.make(folder / "hub.key", keys.SIGNING)
    hub, key = keys.signing_key(folder / "hub.key"), oprf.Key.new()
    with ExitStack() as stack:
        serve = stack.enter_context
        holder = serve(services.key_holder(folder / "holder", key, {"hub": hub.public}, most=10**9))
        settings.DISCOVERY = replace(
            settings.DISCOVERY,
            key=str(folder / "hub.key"),
            key_holder_address=holder.address,
            key_holder_public=keys.text_of(key.public),
        )
        made = []
        for place in range(number):
            partner = Partner(f"node-{place}", key)
            served = serve(services.node(folder / partner.name, partner, hub.public, an_hour=10**6))
            made.append((partner, served.address))
        yield made


def fill(nodes: list[Any], children: list[Any], people: int, entries: int) -> None:
    from breakwater.sharing.node.index import ENTRY_SIZE, bits_for, bucket_of

    began, size = time.monotonic(), 0
    bits = bits_for(people * entries)
    usual = people * entries // (1 << bits)
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as session:
        session.execute("set synchronous_commit = off")
        session.execute(
            "insert into access_user (id, username, name, agency_id, password, email, is_active)"
            " values (101, 'u101', 'Somebody', 1, '!', '', true)"
        )
        session.execute(
            "insert into access_membership (user_id, team_id, role) values"
            " (101, 1, 'triage worker')"
        )
        for place, (partner, address) in enumerate(nodes):
            real: dict[int, bytes] = {}
            for outer, entry in partner.entries(known_at(place, children)):
                number = bucket_of(outer, bits)
                real[number] = real.get(number, b"") + entry
            (node,) = session.execute(
                "insert into sharing_node (agency_id, name, address, identity_key, voprf_key,"
                " added_by_id, starts) values (1, %s, %s, %s, %s, 101, now()) returning id",
                [partner.name, address, partner.signing.public, partner.key.public],
            ).fetchone() or (0,)
            (generation,) = session.execute(
                "insert into sharing_generation (node_id, code, bits, parts, entries, contacts,"
                " made_at, begun_at, live_at) values"
                " (%s, 'x', %s, 1, %s, '{\"0\": \"Desk\"}', now(), now(), now()) returning id",
                [node, bits, people * entries],
            ).fetchone() or (0,)
            table = "copy sharing_bucket (generation_id, number, packed) from stdin (format binary)"
            with session.cursor().copy(table) as copy:
                copy.set_types(["int8", "int4", "bytea"])
                for number in range(1 << bits):
                    packed = os.urandom(usual * ENTRY_SIZE) + real.get(number, b"")
                    size += len(packed)
                    copy.write_row((generation, number, packed))
            if sys.stderr.isatty():
                print(f"filled {partner.name}", file=sys.stderr)
        session.execute("vacuum analyze sharing_bucket")
    print(
        f"{len(nodes)} indexes of {people:,} people, {people * entries:,} entries in {1 << bits:,} "
        f"buckets each, {size / 1e9:.1f} GB in all; filled in {time.monotonic() - began:.0f} s",
        flush=True,
    )


def known_at(place: int, children: list[Any]) -> list[Any]:
    """Each child at every fourth node."""
    return [one for number, one in enumerate(children) if (number + place) % 4 == 0]


def settle() -> None:
    """From here on commits reach the disk, as in production."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as session:
        session.execute("alter system set fsync = on")
        session.execute("select pg_reload_conf()")
        session.execute("checkpoint")


def measure(nodes: list[Any], children: list[Any]) -> None:
    from django.conf import settings
    from django.db import connections
    from django.test import Client

    from benchmarks.board import both, signed_in
    from breakwater.access.models import User
    from breakwater.access.queries import actor_for
    from breakwater.people.linkage import profile
    from breakwater.people.linkage.keys import asked_words
    from breakwater.people.models import Mention
    from breakwater.referrals.models import Referral
    from breakwater.sharing import oprf
    from breakwater.sharing.discovery import actions, rules
    from breakwater.sharing.discovery.rules import State
    from breakwater.sharing.node import wire
    from breakwater.sharing.rules import Purpose
    from tests.access.twin_worlds import connected, inside
    from tests.builders import a_person, received

    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": plain}}
    rules.MOST_AN_HOUR = 10**9
    told = []
    for one in children:
        reference = received(a_person(**one)).reference
        referral = Referral.objects.get(reference=reference)
        told.append((reference, Mention.objects.get(referral_id=referral.pk).pk))
    words = [len(wire.padded(sorted(asked_words(_profile(one, profile))))) for one in children]
    wrapper = connected(application_url(os.environ["DATABASE_URL"]))
    client = signed_in(wrapper)
    assert isinstance(client, Client)
    taken: list[float] = []
    paged: list[float] = []
    slowest: list[int] = []
    right = wrong = failed = 0
    with inside(wrapper):
        actor = actor_for(User.objects.get(pk=101), client.session.session_key or "")
        for number, (reference, mention) in enumerate(told):
            began = time.perf_counter()
            answers = actions.ask(actor, reference, mention, Purpose.PROTECTION)
            spent = (time.perf_counter() - began) * 1000
            if number >= WARM_UP:
                taken.append(spent)
                slowest += [answer.took_ms for answer in answers]
            for place, answer in enumerate(answers_by_place(answers)):
                known = (number + place) % 4 == 0
                expected = State.KNOWN if known else State.NOT_KNOWN
                failed += answer is State.NOT_ASKED
                right += answer is expected
                wrong += answer not in (expected, State.NOT_ASKED)
        for reference, mention in told[:20]:
            began = time.perf_counter()
            page = client.post(
                f"/referrals/{reference}/who-knows",
                {"child": mention, "purpose": Purpose.PROTECTION.value},
            )
            shown = client.get(page.headers["Location"])
            paged.append((time.perf_counter() - began) * 1000)
            assert shown.status_code == 200, shown.status_code
    connections["default"].close()
    wrapper.close()

    one = multiplication_ms(oprf)
    needed = statistics.mean(words) * (1 + 2 + 3 + 1 + 5 * len(nodes))
    cores = len(os.sched_getaffinity(0))
    print(f"{len(taken)} children, {statistics.mean(words):.0f} blinded words each (with fillers)")
    print(f"answers: {right:,} right, {wrong:,} wrong, {failed:,} could not be asked")
    print(f"{'milliseconds':44}{'p50':>10}{'p95':>10}")
    for name, times in (
        ("ask: question to answers written down", taken),
        ("page: form sent to answers shown", paged),
        ("of it, a node's own answer", [float(ms) for ms in slowest]),
    ):
        median, high = both(times)
        print(f"{name:44}{median:10.0f}{high:10.0f}")
    print(
        f"physical limit: {needed:,.0f} multiplications x {one * 1000:.0f} us / {cores} cores = "
        f"{needed * one / cores:.0f} ms (hub, key holder and {len(nodes)} nodes on one machine)"
    )


def answers_by_place(answers: list[Any]) -> list[Any]:
    by_name = {one.node.name: one.held.state for one in answers}
    return [by_name[f"node-{place}"] for place in range(len(answers))]


def _profile(one: dict[str, Any], profile: Any) -> Any:
    from datetime import date

    return profile(one | {"role": "child"}, date(2026, 3, 2))


def multiplication_ms(oprf: Any) -> float:
    """The time of one multiplication in the group, the fastest of some runs."""
    from breakwater.sharing.oprf import group

    scalar = group.random_scalar()
    element = oprf.Key.new().public
    times = []
    for _ in range(5):
        began = time.perf_counter()
        for _ in range(400):
            element = group.times(scalar, element)
        times.append((time.perf_counter() - began) / 400 * 1000)
    return min(times)


if __name__ == "__main__":
    main()
