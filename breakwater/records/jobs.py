"""The worker's part: classing closed cases within the hour, erasing at night."""

from procrastinate.contrib.django import app

from breakwater.records.retention.actions import class_closed_cases
from breakwater.records.retention.erasing import erase_what_was_let_go


@app.periodic(cron="7 * * * *")
@app.task(queueing_lock="records.class_closed_cases")
def find_how_long_it_is_kept(timestamp: int) -> None:
    class_closed_cases()


@app.periodic(cron="30 2 * * *")
@app.task(queueing_lock="records.erase", lock="records.erase")
def erase_at_night(timestamp: int) -> None:
    erase_what_was_let_go()
