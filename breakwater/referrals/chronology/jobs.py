"""The worker's part: the area's pace, once a night."""

from procrastinate.contrib.django import app

from breakwater.referrals.chronology.actions import measure_pace


@app.periodic(cron="40 3 * * *")
@app.task(queueing_lock="referrals.measure_pace")
def measure_area_pace(timestamp: int) -> None:
    measure_pace()
