"""What signing in writes: entries in the ledger, and sessions that end."""

import time
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest

from breakwater.access.models import Session, User
from breakwater.access.sessions import BEGAN, DEVICE, MAY_WORK, hashed
from breakwater.access.signin.rules import device_name
from breakwater.audit.actions import Fact, record

NOBODY = "nobody"


def note(user: User | None, verb: str, *, allowed: bool = True, **facts: Fact) -> None:
    """One entry in the ledger; of a stranger only that there was one, never what was typed."""
    record(
        f"user:{user.pk}" if user else NOBODY,
        verb,
        agency_id=user.agency_id if user else None,
        subject=f"user:{user.pk}" if user else "",
        allowed=allowed,
        facts=facts,
    )


def refused(username: str) -> None:
    """A wrong password: whose account was tried, where there is one; never what was typed."""
    tried = User.objects.filter(username=username).values_list("pk", flat=True).first()
    record(NOBODY, "sign_in", subject=f"user:{tried}" if tried else "", allowed=False)


def begin_session(request: HttpRequest, user: User) -> None:
    """Somebody has just signed in: write down how, and what the session may be used for."""
    records = get_authentication_records(request, user)
    ways = [str(given.get("type") or given["method"]) for given in records]
    second = any(given["method"] == "mfa" for given in records)
    vouched = bool(getattr(request, "sso_says_multi_factor", False))
    may_work = second or vouched or settings.DEMO
    request.session[BEGAN] = time.time()
    request.session[DEVICE] = device_name(request.headers.get("User-Agent", ""))
    request.session[MAY_WORK] = may_work
    note(user, "sign_in", by=ways or ["password"], second_factor=second or vouched)


def sign_out(request: HttpRequest) -> None:
    note(_signed_in(request), "sign_out")
    logout(request)


def add_second_factor(request: HttpRequest, kind: str) -> None:
    """A second factor was set up, and so given: the session may work, the others begin anew.

    Another session of this person never gave it; whoever sits there must sign in with it.
    """
    note(_signed_in(request), "add_second_factor", kind=kind)
    request.session[MAY_WORK] = True
    _end_others(request)


def remove_second_factor(request: HttpRequest, kind: str) -> None:
    note(_signed_in(request), "remove_second_factor", kind=kind)
    _end_others(request)


def change_password(request: HttpRequest) -> None:
    """Written down; whoever knew the old one is signed out."""
    note(_signed_in(request), "change_password")
    _end_others(request)


@transaction.atomic
def end_session(request: HttpRequest, session: str) -> bool:
    """Sign somebody out on one of their own other devices; say whether it was signed in."""
    user = _signed_in(request)
    rows = Session.objects.filter(user=user, pk=session).exclude(pk=_own(request))
    ended, _ = rows.delete()
    if ended:
        note(user, "sign_out_device", ended=1)
    return bool(ended)


@transaction.atomic
def end_other_sessions(request: HttpRequest) -> int:
    """Sign somebody out everywhere but here; return on how many devices they were."""
    ended = _end_others(request)
    note(_signed_in(request), "sign_out_device", ended=ended)
    return ended


def _signed_in(request: HttpRequest) -> User:
    user: Any = request.user
    return user


def _own(request: HttpRequest) -> str:
    return hashed(request.session.session_key or "")


def _end_others(request: HttpRequest) -> int:
    others = Session.objects.filter(user=_signed_in(request)).exclude(pk=_own(request))
    return others.delete()[0]
