"""Writing to the ledger. Called by access.actions, which states who acts; rarely by others."""

from collections.abc import Collection, Mapping, Sequence

from breakwater.audit.models import Entry

Fact = str | int | bool | None | Sequence[str] | Sequence[int] | Mapping[str, int]


def record(
    actor: str,
    verb: str,
    *,
    agency_id: int | None = None,
    cases: Collection[int] = (),
    subject: str = "",
    purpose: str = "",
    allowed: bool = True,
    facts: Mapping[str, Fact] | None = None,
) -> None:
    """Add one entry, about all of `cases`, in the caller's transaction. 1 SQL statement.

    `facts` are ids, codes and counts, never content: the ledger outlives what it speaks of.
    """
    Entry.objects.create(
        actor=actor,
        verb=verb,
        agency_id=agency_id,
        cases=sorted(cases),
        subject=subject,
        purpose=purpose,
        allowed=allowed,
        facts=dict(facts or {}),
    )
