"""The worker's part: people in two referrals that arrived at the same moment."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from breakwater.people.actions import look_again, sure_but_younger


@app.task(retry=RetryStrategy(max_attempts=10, exponential_wait=3))
def find_who_came_at_once(referral_id: int) -> None:
    look_again(referral_id)
    for younger in sure_but_younger(referral_id):
        find_who_came_at_once.defer(referral_id=younger)
