"""Reads of the ledger."""

from dataclasses import dataclass
from datetime import datetime

from breakwater.audit.models import Entry


@dataclass(frozen=True)
class LedgerLine:
    at: datetime
    actor: str
    verb: str
    subject: str
    purpose: str
    allowed: bool


def entries_of_case(case_id: int) -> list[LedgerLine]:
    """Who did or saw what on a case, oldest first. 1 SQL statement."""
    columns = ("at", "actor", "verb", "subject", "purpose", "allowed")
    entries = Entry.objects.filter(cases__contains=[case_id]).order_by("at").values_list(*columns)
    return [LedgerLine(*entry) for entry in entries]


def happened(verb: str) -> bool:
    """Whether the ledger knows of such a thing at all. 1 SQL statement."""
    return Entry.objects.filter(verb=verb).exists()


def entry_count() -> int:
    """1 SQL statement."""
    return Entry.objects.count()
