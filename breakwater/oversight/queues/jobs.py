"""The worker's part: a queue that has waited too long is told to whoever runs the hub."""

from django.utils import timezone
from procrastinate.contrib.django import app

from breakwater.oversight.queues.actions import page_stale_queues as page


@app.periodic(cron="47 * * * *")
@app.task(queueing_lock="oversight.page_stale_queues")
def page_stale_queues(timestamp: int) -> None:
    page(timezone.now())
