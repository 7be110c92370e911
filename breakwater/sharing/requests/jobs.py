"""The worker's part: asking after what partners owe. The mail to a team is in mailing."""

from procrastinate.contrib.django import app

from breakwater.sharing.requests.chasing import chase


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="requests.ask_after_late_answers")
def ask_after_late_answers(timestamp: int) -> None:
    """Once a working day, while the hub works."""
    chase()
