"""Writing to the ledger. Called by access.actions, which states who acts; rarely by others."""

from collections.abc import Collection, Mapping, Sequence

from django.db import connection, transaction

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


def erase(actor: str, place: int, *, purpose: str) -> None:
    """Destroy what the entry at a place of the tree says, for good; 2 SQL statements.

    For the owner of the database alone. The leaf and every proof stay, and this leaves an entry of
    its own. The entry must have its place: what is not yet committed to could vanish unseen.
    """
    with transaction.atomic():
        record(actor, "erase", subject=f"leaf:{place}", purpose=purpose)
        with connection.cursor() as cursor:
            cursor.execute("select ledger.erase(%s)", [place])
