"""How long adding and opening a document takes. `python -m benchmarks.uploads`; one JSON line.

Needs clamd (see tests/clamd.py): with its own small database of signatures, so that a real one
scans longer.
"""

import json
import os
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from random import Random

from PIL import Image

from breakwater.site import database
from tests import clamd

NAME = "breakwater_benchmark_uploads"


def main() -> None:
    os.environ.setdefault("DEMO", "1")
    with clamd.running() as scanner, database.demo_database(), database.scratch(NAME):
        os.environ |= {"BREAKWATER_ONE_OFF": "1", "CLAMD_ADDRESS": scanner}
        database.start_django()
        database.migrate()
        print(json.dumps(measured()))
        database.close_connections()


def documents() -> dict[str, tuple[str, bytes]]:
    words = ("Attendance of the half term, day by day.\n" * 500_000).encode()
    picture = Image.frombytes("RGB", (400, 300), Random(7).randbytes(360_000)).resize((4000, 3000))
    photo = BytesIO()
    picture.save(photo, "JPEG", quality=90)
    return {
        "text of 20 KB": ("a.txt", words[:20_000]),
        "text of 19 MB": ("a.txt", words[:19_000_000]),
        f"photo of 12 megapixels, {len(photo.getvalue()) / 1e6:.1f} MB": (
            "a.jpg",
            photo.getvalue(),
        ),
    }


def measured() -> dict[str, dict[str, float]]:
    from breakwater.access.actions import add_team, add_user
    from breakwater.access.models import Case, Grant
    from breakwater.access.policy import Role
    from breakwater.access.queries import actor_of
    from breakwater.access.rules import AgencyKind, LawfulBasis, Relation, TeamKind
    from breakwater.attachments.actions import attach, open_document

    team = add_team("Wessex", AgencyKind.POLICE, "01632 960100", "CAIT", TeamKind.CAIT)
    add_user("patel", "Ana Patel", "a password of a benchmark", team, Role.PRACTITIONER)
    actor, now = actor_of("patel"), datetime.now(UTC)
    case = Case.objects.create(opened_at=now)
    Grant.objects.create(
        case=case, user_id=actor.user_id, relation=Relation.NAMED, purpose="a benchmark",
        lawful_basis=LawfulBasis.PUBLIC_TASK, starts=now,
    )  # fmt: skip
    report = {}
    for what, (name, content) in documents().items():
        kept: list[int] = []

        def add(name: str = name, content: bytes = content, kept: list[int] = kept) -> None:
            kept.append(attach(actor, case.pk, name=name, content=content))

        def opens(kept: list[int] = kept) -> None:
            opened = open_document(actor, case.pk, kept[0], "a benchmark")
            assert opened is not None
            for _ in opened.chunks():
                pass

        report[what] = {"add_ms": median_ms(add), "open_ms": median_ms(opens)}
    return report


def median_ms(work: Callable[[], object], times: int = 7) -> float:
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        taken.append((time.perf_counter() - started) * 1000)
    return round(statistics.median(taken), 1)


if __name__ == "__main__":
    main()
