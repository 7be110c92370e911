"""The look-up's rows: profiles and match keys, made from mentions and made anew at will.

New mentions are indexed as they are recorded (actions.record_mentions). build() makes what is
missing: after an upgrade whose profiles differ, or on a database restored without its index.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby
from multiprocessing import get_context
from typing import Any

import django
import psycopg
from django.db import connection

from breakwater.people.linkage import VERSION, Profile, stored
from breakwater.people.queries import profiles_of
from breakwater.people.rules import PersonAsTold
from breakwater.people.search.rules import known_by, search_words

# Referrals a worker takes at once: some tens of megabytes, and what a kill can cost.
CHUNK = 10_000
# With more than this missing it is faster to drop the indexes and make them when all is in.
MANY = 100_000
TOLD = ("role", "given", "family", "known_as", "born", "age", "sex", "address", "postcode",
        "nhs_number", "upn", "phone", "email", "handle", "school")  # fmt: skip
# Names, not constraints: a build that was killed finds by them what is left to do.
LOOK_UPS = {
    "people_matchkey_pkey": "alter table people_matchkey add constraint people_matchkey_pkey"
    " primary key (key, mention_id)",
    "people_profile_pkey": "alter table people_profile add constraint people_profile_pkey"
    " primary key (mention_id)",
}
SEARCH = {
    "profile_words": "create index profile_words on people_profile using gin (words gin_trgm_ops)"
}
DROPS = (
    "alter table people_matchkey drop constraint if exists people_matchkey_pkey",
    "alter table people_profile drop constraint if exists people_profile_pkey",
    "drop index if exists profile_words",
)


@dataclass(frozen=True)
class Built:
    """What a build did: mentions indexed now, how many there are in all, and after how many
    seconds look-ups worked again; the index of the search comes last."""

    indexed: int
    mentions: int
    look_ups_after: float


def add(told: Iterable[tuple[int, Profile, PersonAsTold]]) -> None:
    """Index new mentions: (id, profile, person as told). 2 SQL statements."""
    rows = [
        (mention_id, VERSION, one.packed(), search_words(person), known_by(person), stored(one))
        for mention_id, one, person in told
    ]
    keys = [(key, mention_id) for mention_id, *_, own in rows for key in own]
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into people_profile (mention_id, version, packed, words, names)"
            " select * from"
            " unnest(%s::bigint[], %s::smallint[], %s::text[], %s::text[], %s::text[])",
            [list(column) for column in zip(*(row[:5] for row in rows), strict=True)],
        )
        cursor.execute(
            "insert into people_matchkey (key, mention_id)"
            " select * from unnest(%s::bigint[], %s::bigint[])",
            [[key for key, _ in keys], [mention_id for _, mention_id in keys]],
        )


def missing() -> int:
    """Return how many mentions have no profile of this version. 1 SQL statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select (select count(*) from people_mention)"
            " - (select count(*) from people_profile where version = %s)",
            [VERSION],
        )
        return int(cursor.fetchone()[0])


def build(workers: int = 2, progress: Callable[[int], object] | None = None) -> Built:
    """Index every mention that is not; killed, it goes on where it was.

    While more than MANY are missing the indexes are away and look-ups find little: run it before
    the hub opens, as `breakwater migrate` does.
    """
    started = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("select exists (select from people_profile where version <> %s)", [VERSION])
        if cursor.fetchone()[0]:
            cursor.execute("truncate people_profile, people_matchkey")
        if missing() > MANY:
            for drop in DROPS:
                cursor.execute(drop)
        cursor.execute(
            "select coalesce(min(referral_id), 0), coalesce(max(referral_id), -1)"
            " from people_mention"
        )
        first, last = cursor.fetchone()
    indexed = 0
    chunks = [(low, low + CHUNK) for low in range(first, last + 1, CHUNK)]
    for number in _in_workers(chunks, workers):
        indexed += number
        if progress is not None:
            progress(number)
    _make_indexes(LOOK_UPS, workers)
    look_ups_after = time.monotonic() - started
    _make_indexes(SEARCH, workers)
    return Built(indexed, missing_in_all(), round(look_ups_after, 1))


def missing_in_all() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from people_mention")
        return int(cursor.fetchone()[0])


def _in_workers(chunks: list[tuple[int, int]], workers: int) -> Iterator[int]:
    address = _address()
    if workers == 1 or len(chunks) == 1:
        for low, high in chunks:
            yield _own_connection(address, low, high)
        return
    # A fork would copy this process's connections.
    with ProcessPoolExecutor(workers, get_context("spawn"), django.setup) as pool:
        waiting = [pool.submit(_own_connection, address, low, high) for low, high in chunks]
        for one in waiting:
            yield one.result()


def _address() -> dict[str, Any]:
    own = ("host", "port", "dbname", "user", "password")
    return {k: v for k, v in connection.get_connection_params().items() if k in own}


def _own_connection(address: dict[str, Any], low: int, high: int) -> int:
    with psycopg.connect(**address) as own:
        return index_chunk(own, low, high)


def index_chunk(own: "psycopg.Connection[Any]", low: int, high: int) -> int:
    """Index the mentions of the referrals from low to below high, in one transaction."""
    with own.transaction():
        rows = own.execute(
            "select m.id, m.referral_id, m.told_at, p.mention_id is not null,"  # noqa: S608
            f" {', '.join('m.' + name for name in TOLD)} from people_mention m"
            " left join people_profile p on p.mention_id = m.id"
            " where m.referral_id >= %s and m.referral_id < %s order by m.referral_id, m.place",
            [low, high],
        ).fetchall()
        profiles: list[str] = []
        keys: list[str] = []
        for _, some in groupby(rows, key=lambda row: row[1]):
            referral = list(some)
            if not all(done for _, _, _, done, *_ in referral):
                _add(referral, profiles, keys)
        with own.cursor() as cursor:
            _copy(cursor, "people_profile (mention_id, version, packed, words, names)", profiles)
            _copy(cursor, "people_matchkey (mention_id, key)", keys)
    return len(profiles)


def _add(referral: list[tuple[Any, ...]], profiles: list[str], keys: list[str]) -> None:
    """Add the lines of those who are not indexed; the others are still their kin."""
    people = [PersonAsTold(**dict(zip(TOLD, row[4:], strict=True))) for row in referral]
    made = profiles_of(people, referral[0][2])
    for row, person, one in zip(referral, people, made, strict=True):
        if row[3]:
            continue
        words, names = search_words(person), known_by(person)
        profiles.append(
            f"{row[0]}\t{VERSION}\t{_text(one.packed())}\t{_text(words)}\t{_text(names)}\n"
        )
        keys += [f"{row[0]}\t{key}\n" for key in stored(one)]


_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def _text(value: str) -> str:
    """Return a text as COPY wants it."""
    return (
        value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    )


def _copy(cursor: Any, table: str, lines: list[str]) -> None:
    with cursor.copy(f"copy {table} from stdin") as copy:
        for start in range(0, len(lines), 5_000):
            copy.write("".join(lines[start : start + 5_000]))


def _make_indexes(wanted: dict[str, str], workers: int) -> None:
    """Make the indexes that are not there; beside each other when there are workers for it."""
    absent = []
    with connection.cursor() as cursor:
        for name, make in wanted.items():
            cursor.execute("select to_regclass(%s)", [name])
            if cursor.fetchone()[0] is None:
                absent.append(make)
        if workers == 1:
            for make in absent:
                cursor.execute(make)
            return
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(_make_index, absent))


def _make_index(make: str) -> None:
    with psycopg.connect(**_address(), autocommit=True) as own:
        own.execute("set maintenance_work_mem = '512MB'")
        own.execute(make)
