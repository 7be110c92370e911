"""The worker's part: an e-mail that says that something waits, and nothing else.

A trigger on the alerts' table defers it, so that no alert forgets its e-mail.
"""

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from breakwater.access.call import rows

SUBJECT = "Something waits for you in Breakwater"
WORDS = """Something new waits for you in Breakwater.

Sign in to see it: {link}

This message says nothing about it, so that nothing is lost if it reaches the wrong person.
"""


@app.task(retry=RetryStrategy(max_attempts=20, exponential_wait=3))
def tell_by_mail(recipient_id: int) -> None:
    """Send one e-mail for all that somebody has not seen; the page shows it in any case."""
    with transaction.atomic():
        # A second worker on the same recipient waits here, and then finds it sent.
        ((address, ids),) = rows("unsent_alerts", recipient_id)
        if address and ids:
            link = settings.PUBLIC_URL + reverse("alerts")
            send_mail(SUBJECT, WORDS.format(link=link), None, [address])
            rows("alerts_sent", ids)
