"""Asked or shared without an agreement: why, and what a supervisor ruled. Within a caller's action.

The key is that of a request, or one of its own where something is shared.
"""

from datetime import datetime

from breakwater.sharing import papers
from breakwater.sharing.models import Override
from breakwater.vault.rules import DataKey


def ask_for(case_id: int, key: DataKey, reason: str, by: int, at: datetime) -> Override:
    """Write down why something is wanted without an agreement; it waits for a signature."""
    return Override.objects.create(
        case_id=case_id,
        key_id=key.id,
        reason=papers.seal(key, {"reason": reason}, reason_of(key.id)),
        asked_by_id=by,
        asked_at=at,
    )


def rule(override_id: int, reason: str, by: int, at: datetime, *, signed: bool) -> None:
    """Write down whether it was signed, and why. 3 SQL statements."""
    row = Override.objects.get(pk=override_id)
    row.signed, row.ruled_by_id, row.ruled_at = signed, by, at
    row.ruling_reason = papers.seal_with(row.key_id, {"reason": reason}, ruling_of(row.key_id))
    row.save(update_fields=["signed", "ruled_by", "ruled_at", "ruling_reason"])


def reason_of(key_id: int) -> str:
    """Return what the reason for wanting it is sealed as."""
    return f"override:{key_id}:reason"


def ruling_of(key_id: int) -> str:
    return f"override:{key_id}:ruling"
