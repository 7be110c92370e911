"""The worker's part: a warning and a miss are written down within a minute."""

from procrastinate.contrib.django import app

from breakwater.clocks.actions import record_misses, record_warnings


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="clocks.write_down_misses")
def write_down_misses(timestamp: int) -> None:
    record_misses()
    record_warnings()
