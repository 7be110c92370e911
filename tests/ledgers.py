"""A ledger as tests of its proof handle it: written, signed, tampered with, exported, checked."""

import time
from dataclasses import dataclass
from pathlib import Path

import psycopg
from django.db import connection

from breakwater.audit import notes
from breakwater.audit.actions import record
from breakwater.audit.export import export_case, export_range, newest
from breakwater.audit.sequencer import step
from breakwater.audit.verifier import Check

KEY = notes.new_key("hub.test/ledger")
# Other tests' transactions in the same cluster hold sequencing back while they are open.
PATIENCE = 120.0


@dataclass
class Ledger:
    """A database with a ledger in it, and what an inspector does with it."""

    address: str
    folder: Path
    key: notes.SecretKey = KEY

    def write(self, *verbs: str, case: int = 5) -> None:
        for verb in verbs:
            record("user:1", verb, cases=[case], subject=f"referral:{case}")

    def sign(self) -> str:
        """Sequence and sign until nothing waits; return the newest checkpoint."""
        end = time.monotonic() + PATIENCE
        while True:
            step(self.key)
            if not self.waiting():
                return newest().note
            assert time.monotonic() < end, "a transaction elsewhere stays open"
            time.sleep(0.05)

    def waiting(self) -> int:
        return self.ask("select count(*) from ledger_waiting")[0][0]

    def ask(self, query: str, *values: object) -> list[tuple]:
        with connection.cursor() as cursor:
            cursor.execute(query, values or None)
            return cursor.fetchall() if cursor.description else []

    def tamper(self, *statements: str) -> None:
        """Do it as the database's superuser with every trigger off, and put them on again."""
        with psycopg.connect(self.address, autocommit=True) as superuser:
            tables = ("ledger_entry", "ledger_leaf", "ledger_node", "ledger_checkpoint")
            for state, done in (("disable", statements), ("enable", ())):
                for table in tables:
                    superuser.execute(f"alter table {table} {state} trigger user")
                for statement in done:
                    superuser.execute(statement)

    def export(self, first: int = 0, end: int | None = None, since: tuple[int, ...] = ()) -> Path:
        out = self.folder / "export"
        export_range(out, first, end, since)
        return out

    def export_case(self, case: int, since: tuple[int, ...] = ()) -> Path:
        out = self.folder / f"case-{case}"
        export_case(out, case, since)
        return out

    def faults(self, export: Path, checkpoint: str) -> list[str]:
        """What the inspector's verifier finds."""
        held = self.folder / "held"
        held.write_text(checkpoint)
        return Check(export, held, str(self.key.public)).faults
