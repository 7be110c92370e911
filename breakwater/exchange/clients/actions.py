"""Setting up clients, by commands of the owner of the database; and giving them tokens."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from breakwater.access import systems
from breakwater.access.queries import TeamFacts
from breakwater.audit.actions import record
from breakwater.exchange.clients.assertions import NotProved
from breakwater.exchange.clients.keys import PublicKey
from breakwater.exchange.clients.queries import KnownClient
from breakwater.exchange.models import AnsweredOnce, Client
from breakwater.exchange.rules import KEYS_LAST, TOKEN_LASTS, Scope

NAME = "client"
SCOPES = "scopes"


@dataclass(frozen=True)
class Token:
    """What a client acts with. Its key is never stored: the sessions' table has a hash of it."""

    key: str
    lasts: timedelta
    scopes: frozenset[Scope]


@transaction.atomic
def add(
    name: str,
    team: TeamFacts,
    keys: list[PublicKey],
    scopes: Collection[Scope],
    *,
    starts: datetime | None = None,
    ends: datetime | None = None,
) -> str:
    """Let a partner's system act for a team; return the client's id."""
    client_id = f"bw-{secrets.token_hex(8)}"
    user_id = systems.add(client_id, name, team)
    client = Client.objects.create(
        client_id=client_id,
        name=name,
        team_id=team.id,
        user_id=user_id,
        keys=keys,
        scopes=sorted(scope.value for scope in scopes),
        starts=starts or timezone.now(),
        ends=ends,
    )
    _note("add_client", client)
    return client_id


@transaction.atomic
def change_keys(client_id: str, keys: list[PublicKey]) -> bool:
    """Take these keys instead of the old ones; False where there is no such client in use."""
    client = Client.objects.select_for_update().filter(client_id=client_id, ends=None).first()
    if client is None:
        return False
    client.keys = keys
    client.save(update_fields=["keys"])
    _note("change_client_keys", client)
    return True


@transaction.atomic
def end(client_id: str) -> bool:
    """End a client and its tokens at once; False where there is none that is not ended."""
    now = timezone.now()
    client = Client.objects.select_for_update().filter(client_id=client_id).first()
    if client is None or (client.ends is not None and client.ends <= now):
        return False
    # One that had yet to begin never does.
    client.starts = min(client.starts, now - timedelta(microseconds=1))
    client.ends = now
    client.save(update_fields=["starts", "ends"])
    systems.end(client.user_id)
    _note("end_client", client)
    return True


@transaction.atomic
def take_token(client: KnownClient, scopes: frozenset[Scope]) -> Token:
    """Give a client that has proved itself a token, which no later than the client ends.

    Its own entry, and one of the session, which the database writes.
    """
    now = timezone.now()
    lasts = TOKEN_LASTS if client.ends is None else min(TOKEN_LASTS, client.ends - now)
    words = sorted(scope.value for scope in scopes)
    key = systems.open_session(client.user_id, lasts, {NAME: client.id, SCOPES: words})
    AnsweredOnce.objects.filter(client=client.id, made_at__lt=now - KEYS_LAST).delete()
    record(
        f"user:{client.user_id}",
        "take_token",
        agency_id=client.agency_id,
        subject=f"client:{client.id}",
        facts={"scopes": words},
    )
    return Token(key, lasts, scopes)


def note_refusal(refused: NotProved) -> None:
    """One entry: why, and of which client, if it was signed by it; never what was sent."""
    client = refused.client
    record(
        f"user:{client.user_id}" if client else "nobody",
        "take_token",
        agency_id=client.agency_id if client else None,
        subject=f"client:{client.id}" if client else "",
        allowed=False,
        facts={"why": refused.why.value},
    )


def _note(verb: str, client: Client) -> None:
    record("setup", verb, agency_id=client.team.agency_id, subject=f"client:{client.pk}")
