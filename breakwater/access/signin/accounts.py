"""Accounts as whoever manages them sees them: links for a password, lost factors, ends."""

import hashlib
import secrets

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import timezone

from breakwater.access.models import Session, SignInLink, User
from breakwater.access.signin.actions import note
from breakwater.access.signin.rules import LINK_LASTS
from breakwater.audit.actions import record


def find(username: str) -> User | None:
    """Somebody by their username; never a partner's system. 1 SQL statement."""
    return User.objects.filter(username=username, is_system=False).first()


@transaction.atomic
def disable(user: User) -> None:
    """End an account: it stays in the ledger and the history, and nobody comes in with it."""
    user.is_active = False
    user.save(update_fields=["is_active"])
    Session.objects.filter(user=user).delete()
    SignInLink.objects.filter(user=user).delete()
    record("setup", "disable_user", agency_id=user.agency_id, subject=f"user:{user.pk}")


@transaction.atomic
def make_link(user: User) -> str:
    """Return what a link for a new password holds; earlier links of this person end."""
    SignInLink.objects.filter(user=user).delete()
    secret = secrets.token_urlsafe(32)
    SignInLink.objects.create(key=_key_of(secret), user=user, until=timezone.now() + LINK_LASTS)
    record("setup", "make_sign_in_link", agency_id=user.agency_id, subject=f"user:{user.pk}")
    return secret


def user_of_link(secret: str) -> User | None:
    """Whose link this is, if it still works. 1 SQL statement."""
    people = SignInLink.objects.filter(user__is_active=True, user__is_system=False)
    links = people.filter(until__gt=timezone.now())
    link = links.filter(pk=_key_of(secret)).select_related("user__agency").first()
    return link.user if link else None


@transaction.atomic
def use_link(secret: str, password: str) -> bool:
    """Set the password that a link was made for, once; end what was signed in with the old one."""
    user = user_of_link(secret)
    # Of two who use it at once, one deletes the row.
    if user is None or not SignInLink.objects.filter(pk=_key_of(secret)).delete()[0]:
        return False
    user.set_password(password)
    user.save(update_fields=["password"])
    Session.objects.filter(user=user).delete()
    note(user, "use_sign_in_link")
    return True


@transaction.atomic
def reset_factors(user: User) -> int:
    """Take away all second factors of somebody who lost them, their password and sessions too.

    Else whoever knows the password alone would set up a factor of their own: they begin again with
    a link that works once.
    """
    removed, _ = Authenticator.objects.filter(user=user).delete()
    user.set_unusable_password()
    user.save(update_fields=["password"])
    Session.objects.filter(user=user).delete()
    record("setup", "reset_factors", agency_id=user.agency_id, subject=f"user:{user.pk}")
    return removed


def _key_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
