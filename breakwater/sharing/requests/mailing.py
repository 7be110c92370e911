"""The mail to a team that is asked: that something waits, and nothing else.

No case is open to the worker: requests.sql gives it an address and a reference.
"""

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from breakwater.access.call import rows

SUBJECT = "Something waits for you in Breakwater"
WORDS = """Something waits for your team in Breakwater.

Sign in to see it: {link}

This message says nothing about it, so that nothing is lost if it reaches the wrong person.
"""


@app.task(retry=RetryStrategy(max_attempts=20, exponential_wait=3))
def mail_asked_team(reminder_id: int) -> None:
    """Send the asked team's mailbox one link; its people have an alert in any case."""
    with transaction.atomic():
        # A second worker on the same row waits here, and then finds it sent.
        for mailbox, reference in rows("unsent_request", reminder_id):
            link = settings.PUBLIC_URL + reverse("asked-request", args=[reference])
            send_mail(SUBJECT, WORDS.format(link=link), None, [mailbox])
            rows("request_sent", reminder_id)
