"""Hears what Django and allauth report of people signing in, and writes it down."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed, authenticator_used
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

from breakwater.access.models import User
from breakwater.access.signin.actions import begin_session, note


@receiver(user_logged_in)
def signed_in(*, request: Any, user: User, **_: Any) -> None:
    begin_session(request, user)


@receiver(authenticator_used)
def factor_given(
    *, user: User, authenticator: Authenticator, reauthenticated: bool, **_: Any
) -> None:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        authenticator.refresh_from_db()  # allauth marks the code on another copy of the row
        left = len(authenticator.wrap().get_unused_codes())
        note(user, "use_recovery_code", left=left)
    if reauthenticated:
        note(user, "confirm_identity", by=[str(authenticator.type)])


@receiver(authentication_failed)
def factor_refused(*, user: User, authenticator: Authenticator, **_: Any) -> None:
    note(user, "second_factor", allowed=False, kind=str(authenticator.type))
