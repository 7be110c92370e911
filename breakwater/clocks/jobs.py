"""The worker's part: a miss is written down within a minute."""

from procrastinate.contrib.django import app

from breakwater.clocks.actions import record_misses


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="clocks.write_down_misses")
def write_down_misses(timestamp: int) -> None:
    record_misses()
