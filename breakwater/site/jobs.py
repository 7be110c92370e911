"""Running the jobs that the rooms' jobs.py files define, and the ledger's sequencer beside them."""

import asyncio

from procrastinate.contrib.django import app

from breakwater.audit.notes import SecretKey
from breakwater.audit.sequencer import sequencing

CONCURRENCY = 2


def run_worker(wait: bool = True, ledger_key: SecretKey | None = None) -> None:
    """Run jobs until told to stop; with wait=False, those that are there now, and return.

    With a key the ledger is sequenced and signed as long as that takes.
    """
    if ledger_key is None:
        asyncio.run(_run(wait))
        return
    with sequencing(ledger_key):
        asyncio.run(_run(wait))


async def _run(wait: bool) -> None:
    with app.replace_connector(app.connector.get_worker_connector()) as worker:  # type: ignore[attr-defined]
        async with worker.open_async():
            await worker.run_worker_async(
                concurrency=CONCURRENCY, wait=wait, delete_jobs="successful"
            )
