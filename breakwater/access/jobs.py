"""The worker's part: what is over is not kept. The jobs of the folders below are found here too."""

from django.utils import timezone
from procrastinate.contrib.django import app

from breakwater.access.alerts import jobs as alerts
from breakwater.access.glass import jobs as glass
from breakwater.access.models import SharedValue, SignInLink
from breakwater.access.sessions import SessionStore

__all__ = ["alerts", "forget_what_is_over", "glass"]


@app.periodic(cron="17 * * * *")
@app.task
def forget_what_is_over(timestamp: int) -> None:
    """Sessions that ended by themselves, counts whose time is up, links nobody used."""
    SessionStore.clear_expired()
    SharedValue.objects.filter(expires__lt=timezone.now()).delete()
    SignInLink.objects.filter(until__lt=timezone.now()).delete()
