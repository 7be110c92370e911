"""The worker's part: telling who may agree that a restricted case is opened."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from breakwater.access.call import rows


@app.task(retry=RetryStrategy(max_attempts=10, exponential_wait=3))
def tell_who_may_agree(glass_id: int) -> None:
    """Tell them once; of a case that is not there nobody is told.

    By the worker, so that asking for what is there and for what is not takes the same.
    """
    rows("tell_who_may_agree", glass_id)
