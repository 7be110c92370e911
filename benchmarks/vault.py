"""What sealing costs: rates, bytes, rotation. `python -m benchmarks.vault`; prints one JSON line.

Needs DATABASE_URL of a PostgreSQL where it may make a database (it drops it again).
"""

import json
import os
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO

from breakwater.site import database

NAME = "breakwater_benchmark_vault"
# A long worry; what of a referral is sealed: narrative, reporter, the submission as it came.
WORRY = "Amelia came to school without a coat and hungry again. " * 20
PARTS = 3
KEYS = 20_000


def per_second(work: Callable[[], object], seconds: float = 2.0) -> float:
    """The best of five tries: what the machine can do, not what else it did."""
    rates = []
    for _ in range(5):
        count, started = 0, time.perf_counter()
        while (passed := time.perf_counter() - started) < seconds / 5:
            work()
            count += 1
        rates.append(count / passed)
    return max(rates)


def median_ms(work: Callable[[], object], times: int = 400) -> float:
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        taken.append((time.perf_counter() - started) * 1000)
    return round(statistics.median(taken), 3)


def main() -> None:
    os.environ.setdefault("DEMO", "1")
    with database.demo_database(), database.scratch(NAME):
        os.environ["BREAKWATER_ONE_OFF"] = "1"
        database.start_django()
        database.migrate()
        print(json.dumps(measured()))
        database.close_connections()


def measured() -> dict[str, float]:
    from django.conf import settings
    from django.db import transaction

    from breakwater.access.actions import open_case
    from breakwater.vault import rotation
    from breakwater.vault.actions import keep, new_key
    from breakwater.vault.files import seal_file, unseal_file
    from breakwater.vault.models import Key
    from breakwater.vault.queries import keys_of
    from breakwater.vault.rules import OVERHEAD, Keyring

    case = open_case(datetime.now(UTC))
    key = new_key(case)
    sealed = key.seal(WORRY, "referral:1:narrative")
    file = bytes(20_000_000)
    chunks = b"".join(seal_file(key, BytesIO(file), "document:1"))

    def a_referral() -> None:
        made = new_key()
        for part in range(PARTS):
            made.seal(WORRY, f"referral:1:{part}")
        keep(made, case)

    def reading() -> None:
        keys = keys_of([key.id])
        for _ in range(PARTS):
            keys[key.id].unseal_text(sealed, "referral:1:narrative")

    def seconds(work: Callable[[], object]) -> float:
        started = time.perf_counter()
        work()
        return time.perf_counter() - started

    report = {
        "letters": len(WORRY),
        "seal_per_second": round(per_second(lambda: key.seal(WORRY, "referral:1:narrative"))),
        "unseal_per_second": round(per_second(lambda: key.unseal(sealed, "referral:1:narrative"))),
        "bytes_a_value": OVERHEAD,
        "reading_ms": median_ms(reading),
        "file_mb_sealed_per_second": round(
            20 / seconds(lambda: list(seal_file(key, BytesIO(file), "document:1")))
        ),
        "file_mb_opened_per_second": round(
            20 / seconds(lambda: list(unseal_file(key, BytesIO(chunks), "document:1")))
        ),
    }
    # What it adds to the transaction of a referral, whose commit is paid for anyway.
    with transaction.atomic():
        report["added_to_a_referral_ms"] = median_ms(a_referral)
    new = [new_key() for _ in range(KEYS)]
    ring: Keyring = settings.DATA_KEYS
    Key.objects.bulk_create(
        [Key(pk=k.id, case_id=case, wrapped=(w := ring.wrap(k))[0], kek=w[1]) for k in new],
        batch_size=5000,
    )
    settings.DATA_KEYS = Keyring((("newest", os.urandom(32)), *ring.keys))
    report["rotated_per_second"] = round(rotation.left() / seconds(rotation.rotate))
    return report


if __name__ == "__main__":
    main()
