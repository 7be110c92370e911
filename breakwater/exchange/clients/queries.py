"""Reads of who may use the API."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from breakwater.exchange.models import Client
from breakwater.exchange.rules import Scope


@dataclass(frozen=True)
class KnownClient:
    id: int
    client_id: str
    name: str
    agency: str
    agency_id: int
    team: str
    user_id: int
    scopes: frozenset[Scope]
    starts: datetime
    ends: datetime | None
    keys: tuple[dict[str, Any], ...]


def every() -> list[KnownClient]:
    """All clients by name, also those that ended. 1 SQL statement."""
    return [_known(row) for row in _rows().order_by("name", "pk")]


def by_client_id(client_id: str) -> KnownClient | None:
    """1 SQL statement."""
    row = _rows().filter(client_id=client_id).first()
    return _known(row) if row else None


def _rows() -> Any:
    return Client.objects.select_related("team__agency")


def _known(row: Client) -> KnownClient:
    return KnownClient(
        id=row.pk,
        client_id=row.client_id,
        name=row.name,
        agency=row.team.agency.name,
        agency_id=row.team.agency_id,
        team=row.team.name,
        user_id=row.user_id,
        scopes=frozenset(map(Scope, row.scopes)),
        starts=row.starts,
        ends=row.ends,
        keys=tuple(row.keys),
    )
