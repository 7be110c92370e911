"""Accounts through which a partner's own system acts over the API. Nobody signs in with one.

A session of such an account is a row as every other, so that the database door knows by its key who
asks; what is kept in it is signed as every session is, and names no user that a browser could be.
Doors in: add, end, open_session (once exchange has proved who asks). Doors out: acting_by.
"""

import secrets
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from breakwater.access.models import Membership, Session, Team, User
from breakwater.access.policy import Role
from breakwater.access.queries import TeamFacts, actor_for
from breakwater.access.rules import Actor
from breakwater.access.sessions import SessionStore, hashed
from breakwater.audit.actions import record

DEVICE = "A partner's system"


@transaction.atomic
def add(username: str, name: str, team: TeamFacts) -> int:
    """Make the account of a system that acts for a partner's team; return its id."""
    home = Team.objects.get(pk=team.id)
    user = User(username=username, name=name, agency_id=home.agency_id, is_system=True)
    user.set_unusable_password()
    user.save()
    Membership.objects.create(user=user, team=home, role=Role.PARTNER)
    record("setup", "add_user", agency_id=home.agency_id, subject=f"user:{user.pk}")
    return user.pk


@transaction.atomic
def end(user_id: int) -> None:
    """End the account and whatever it does right now; it stays in the ledger and the history."""
    user = User.objects.get(pk=user_id, is_system=True)
    user.is_active = False
    user.save(update_fields=["is_active"])
    Session.objects.filter(user=user).delete()
    record("setup", "disable_user", agency_id=user.agency_id, subject=f"user:{user.pk}")


def open_session(user_id: int, lasts: timedelta, content: dict[str, Any]) -> str:
    """Return the key of a new session that may work and neither sleeps nor lasts longer.

    Its entry in the ledger comes from the database. Raise User.DoesNotExist for whom a person
    signs in, and for who was ended. 2 SQL statements.
    """
    user = User.objects.get(pk=user_id, is_system=True, is_active=True)
    key, until = secrets.token_urlsafe(32), timezone.now() + lasts
    Session.objects.create(
        session_key=hashed(key),
        session_data=SessionStore().encode(content),
        expire_date=until,
        idle_until=until,
        user=user,
        device=DEVICE,
        may_work=True,
    )
    return key


def acting_by(key: str) -> tuple[Actor, dict[str, Any]] | None:
    """Who acts by a session's key, and what was kept in it; None for a person's session.

    2 SQL statements, 1 where there is none.
    """
    now = timezone.now()
    lasting = Session.objects.filter(expire_date__gt=now, idle_until__gt=now, may_work=True)
    systems = lasting.filter(user__is_system=True, user__is_active=True)
    row = systems.filter(pk=hashed(key)).select_related("user").first()
    if row is None or row.user is None:
        return None
    return actor_for(row.user, key), dict(SessionStore().decode(row.session_data))
