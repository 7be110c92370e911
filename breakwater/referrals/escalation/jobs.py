"""The worker's part: whoever must know of a deadline is told within a minute or two."""

from procrastinate.contrib.django import app

from breakwater.referrals.escalation.actions import tell_of_clocks


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="escalation.tell_of_deadlines")
def tell_of_deadlines(timestamp: int) -> None:
    tell_of_clocks()
