"""The worker's part: telling a team that something waits for it. The rooms below join here."""

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from breakwater.referrals.chronology import jobs as chronology
from breakwater.referrals.escalation import jobs as escalation
from breakwater.referrals.models import Notice

__all__ = ["chronology", "escalation", "tell_team"]

SUBJECT = "Something waits for you in Breakwater"
WORDS = """Something new waits for your team in Breakwater.

Sign in to see it: {link}

This message says nothing about it, so that nothing is lost if it reaches the wrong person.
"""


@app.task(retry=RetryStrategy(max_attempts=20, exponential_wait=3))
def tell_team(notice_id: int) -> None:
    """Send the notice by e-mail when the team has a mailbox; the board shows it in any case."""
    with transaction.atomic():
        # A second worker on the same notice waits here, and then finds it sent.
        notices = Notice.objects.select_for_update(of=("self",)).select_related("team")
        notice = notices.get(pk=notice_id)
        if notice.sent_at is None and notice.team.mailbox:
            link = settings.PUBLIC_URL + reverse("board")
            send_mail(SUBJECT, WORDS.format(link=link), None, [notice.team.mailbox])
            notice.sent_at = timezone.now()
            notice.save(update_fields=["sent_at"])
