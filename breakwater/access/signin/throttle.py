"""Limits on attempts to sign in, counted over all processes; who must wait is told until when."""

from datetime import UTC, datetime, timedelta

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from allauth.core.internal.ratelimit import RateLimitUsage
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from breakwater.access.signin.actions import note
from breakwater.access.signin.rules import LIMITS

APP = "allauth.account"


def count_attempt(request: HttpRequest, username: str, address: str) -> list[RateLimitUsage]:
    """Count an attempt before it is made; raise the page for who must wait.

    What is returned takes it back when the attempt was good: only wrong ones count. A name is
    counted whether or not somebody is called so.
    """
    name = username.strip().lower()
    keys = {"name and address": f"{name}|{address}", "name": name, "address": address}
    counted = []
    for limit, key in keys.items():
        # Behind a proxy that does not say for whom it asks, everybody has one address: counting
        # that would keep the whole hub out.
        if limit == "address" and not address:
            continue
        config = {limit: LIMITS[limit]}
        used = ratelimit.consume(request, app=APP, action=limit, config=config, key=key)
        if used is None:
            until = _free_at(request, limit, key)
            _note_once(limit, key, until)
            raise ImmediateHttpResponse(wait(request, until))
        counted.append(used)
    return counted


def address_of(request: HttpRequest) -> str:
    """The address that an attempt comes from; nothing where only a proxy's is known."""
    from allauth.account.adapter import get_adapter

    if settings.ALLAUTH_TRUSTED_PROXY_COUNT and "X-Forwarded-For" not in request.headers:
        return ""
    try:
        return ratelimit.truncate_ip(get_adapter().get_client_ip(request))
    except PermissionDenied:
        return ""


def wait(request: HttpRequest, until: datetime) -> HttpResponse:
    """The page for somebody who tried too often: until when, and what else there is."""
    seconds = max(1, round((until - timezone.now()).total_seconds()))
    # Pages say minutes: the one after, so that nobody comes back some seconds too early.
    context = {"until": until + timedelta(seconds=59), "advice": settings.ERROR_ADVICE}
    response = render(request, "429.html", context, status=429)
    response.headers["Retry-After"] = str(seconds)
    return response


def _note_once(limit: str, key: str, until: datetime) -> None:
    """One entry for each time that somebody must wait: a machine may go on trying all night."""
    if cache.add(f"noted:{limit}:{key}", 1, max(1, (until - timezone.now()).total_seconds())):
        note(None, "sign_in_throttled", allowed=False, limit=limit)


def _free_at(request: HttpRequest, limit: str, key: str) -> datetime:
    rate = ratelimit.parse_rate(LIMITS[limit])
    history = cache.get(ratelimit.get_cache_key(request, app=APP, action=limit, rate=rate, key=key))
    oldest = history[-1] if history else timezone.now().timestamp()
    return datetime.fromtimestamp(oldest + rate.duration, UTC)
