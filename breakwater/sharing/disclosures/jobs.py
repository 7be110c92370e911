"""The worker's part: asking after recalls and corrections that nobody confirmed."""

from procrastinate.contrib.django import app

from breakwater.sharing.disclosures.chasing import chase


@app.periodic(cron="23 7-18 * * *")
@app.task(queueing_lock="disclosures.ask_to_confirm")
def ask_to_confirm(timestamp: int) -> None:
    """Hourly by day; each team at most once a working day."""
    chase()
