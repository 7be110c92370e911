"""Running the jobs that the rooms' jobs.py files define."""

import asyncio

from procrastinate.contrib.django import app

CONCURRENCY = 2


def run_worker(wait: bool = True) -> None:
    """Run jobs until told to stop; with wait=False, those that are there now, and return."""
    asyncio.run(_run(wait))


async def _run(wait: bool) -> None:
    with app.replace_connector(app.connector.get_worker_connector()) as worker:  # type: ignore[attr-defined]
        async with worker.open_async():
            await worker.run_worker_async(
                concurrency=CONCURRENCY, wait=wait, delete_jobs="successful"
            )
