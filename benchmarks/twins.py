"""Does the time of an answer tell of a case that one may not see? `python -m benchmarks.twins`.

The pages that could betray it are asked in turn of two worlds that differ in that case alone,
and of two that do not differ at all (tests/access/twin_worlds.py): the control says how much
of a difference this machine makes by itself. Welch's t over what is below the 90th percentile of
both, as dudect does; |t| above 4.5 is a tell-tale. Prints one JSON line a page.

Needs DATABASE_URL of a PostgreSQL where it may make databases, else uses the demo's. TWIN_SECONDS
says for how long (150); names of routes as arguments, which pages alone: more samples of each.
"""

import json
import math
import os
import random
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from breakwater.site import database

if TYPE_CHECKING:
    from tests.access.twin_worlds import World
    from tests.access.walking import Step

NAME = "breakwater_benchmark_twins"
TELL_TALE = 4.5
LEFT_OUT = 0.10  # the slowest: what else the machine did


def main() -> None:
    os.environ.setdefault("DEMO", "1")
    os.environ["BREAKWATER_ONE_OFF"] = "1"
    with database.demo_database() if "DATABASE_URL" not in os.environ else _nothing():
        server = os.environ["DATABASE_URL"]
        with database.scratch(NAME):
            database.start_django()
            database.migrate()
            database.close_connections()
            with _quietly():
                measure(server, float(os.environ.get("TWIN_SECONDS", "150")))


def measure(server: str, seconds: float) -> None:
    from tests.access.twin_worlds import Builder, Forbidden

    builder = Builder(server, NAME, f"{NAME}_world")
    try:
        restricted = builder.pair(Forbidden.RESTRICTED)
        suspect = builder.pair(Forbidden.SUSPECT)
        pairs = {
            "control": (restricted[0], suspect[0]),
            "restricted": restricted,
            "suspect": suspect,
        }
        taken = sample(pairs, seconds)
        for (kind, what), (one, twin) in sorted(taken.items()):
            print(json.dumps({"worlds": kind, "page": what} | verdict(one, twin)))
    finally:
        builder.close()


def sample(
    pairs: "dict[str, tuple[World, World]]", seconds: float
) -> dict[tuple[str, str], tuple[list[float], list[float]]]:
    """Seconds of each answer in both worlds, asked in turn; which one first is chance."""
    clients: dict[tuple[str, str], object] = {}
    taken: dict[tuple[str, str], tuple[list[float], list[float]]] = defaultdict(lambda: ([], []))
    only = set(sys.argv[1:]) or None
    until = time.perf_counter() + seconds
    rounds = -5  # the first are not counted: everything is cold
    while time.perf_counter() < until:
        rounds += 1
        for kind, worlds in pairs.items():
            for step in (page for page in pages() if only is None or page.route in only):
                for side in random.sample((0, 1), 2):
                    world = worlds[side]
                    key = (world.url, step.walker)
                    client = clients.setdefault(key, world.client(step.walker))
                    spent = once(world, client, step)
                    if rounds > 0:
                        taken[kind, str(step)][side].append(spent)
    return taken


def once(world: "World", client: object, step: "Step") -> float:
    from tests.access.twin_worlds import inside

    path = step.path(world)
    with inside(world.wrapper):
        started = time.perf_counter()
        if step.post is None:
            client.get(path)  # type: ignore[attr-defined]
        else:
            client.post(path, step.post)  # type: ignore[attr-defined]
        return time.perf_counter() - started


def pages() -> "Iterator[Step]":
    """What a curious insider would time: ids that are hidden, and pages that stand beside them."""
    from tests.access.routes import Walker
    from tests.access.twin_worlds import ZEBULON
    from tests.access.walking import Step

    who, search = Walker.TRIAGE_WORKER, "find-a-person"
    yield Step(who, "referral", ("forbidden",))
    yield Step(who, "take-on", ("forbidden",), {})
    yield Step(who, "question", ("forbidden",))
    yield Step(who, "person-history", ("forbidden",))
    yield Step(who, "documents", ("forbidden",))
    yield Step(who, "document", ("own", "forbidden"))
    yield Step(who, search, (), {"who": ZEBULON["family"], "purpose": "triage"})
    yield Step(who, search, (), {"who": "Amelia Hartley", "purpose": "triage"})
    yield Step(who, "referral", ("own",))
    yield Step(who, "person-history", ("own",))
    yield Step(who, "question", ("own",))
    yield Step(who, "questions")
    yield Step(who, "board")


def verdict(one: Sequence[float], twin: Sequence[float]) -> dict[str, object]:
    ordered = sorted([*one, *twin])
    most = ordered[int(len(ordered) * (1 - LEFT_OUT))]
    t = welch([x for x in one if x <= most], [x for x in twin if x <= most])
    return {
        "samples": len(one),
        "median_ms": [round(statistics.median(some) * 1000, 2) for some in (one, twin)],
        "t": round(t, 1),
        "t_of_all": round(welch(one, twin), 1),
        "tell_tale": abs(t) > TELL_TALE,
    }


def welch(one: Sequence[float], other: Sequence[float]) -> float:
    """Welch's t: how many standard errors two means are apart."""
    spread = statistics.variance(one) / len(one) + statistics.variance(other) / len(other)
    return (statistics.mean(other) - statistics.mean(one)) / math.sqrt(spread)


@contextmanager
def _nothing() -> Iterator[None]:
    yield


@contextmanager
def _quietly() -> Iterator[None]:
    """No log, no collected static files, documents in a folder of their own."""
    import logging

    from django.conf import settings
    from django.test import override_settings

    logging.disable(logging.CRITICAL)
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    storages = settings.STORAGES | {"staticfiles": plain}
    with (
        tempfile.TemporaryDirectory() as folder,
        override_settings(STORAGES=storages, ATTACHMENTS_ROOT=folder, CLAMD_ADDRESS=""),
    ):
        yield


if __name__ == "__main__":
    main()
