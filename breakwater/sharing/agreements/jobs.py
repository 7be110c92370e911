"""The worker's part: a review that comes near, or was missed, is told to who keeps agreements."""

from django.utils import timezone
from procrastinate.contrib.django import app

from breakwater.sharing.agreements import actions


@app.periodic(cron="13 6 * * *")
@app.task(queueing_lock="sharing.tell_of_reviews")
def tell_of_reviews(timestamp: int) -> None:
    actions.tell_of_reviews(timezone.localdate())
