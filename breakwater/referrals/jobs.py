"""The worker's part: telling a team that something waits for it."""

from django.conf import settings
from django.core.mail import send_mail
from django.db.models.functions import Now
from django.urls import reverse
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from breakwater.referrals.models import Notice

SUBJECT = "Something waits for you in Breakwater"
WORDS = """Something new waits for your team in Breakwater.

Sign in to see it: {link}

This message says nothing about it, so that nothing is lost if it reaches the wrong person.
"""


@app.task(retry=RetryStrategy(max_attempts=20, exponential_wait=3))
def tell_team(notice_id: int) -> None:
    """Send the notice by e-mail when the team has a mailbox; the board shows it in any case."""
    notice = Notice.objects.select_related("team").get(pk=notice_id)
    if notice.sent_at is not None:
        return
    if notice.team.mailbox:
        link = settings.PUBLIC_URL + reverse("board")
        send_mail(SUBJECT, WORDS.format(link=link), None, [notice.team.mailbox])
        Notice.objects.filter(pk=notice_id).update(sent_at=Now())
