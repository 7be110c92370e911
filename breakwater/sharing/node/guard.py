"""What a service must remember across requests, processes and restarts: numbers, and how much.

A small SQLite file: every number of a statement until it is out of time anyway, and how much each
sender asked by the minute for a day.
"""

import sqlite3
import threading
from pathlib import Path

from breakwater.sharing.node.wire import MOST_SECONDS_APART, Refused, Statement

HOUR, DAY = 3600, 86_400
_TABLES = """
create table if not exists number (number text primary key, until integer not null) without rowid;
create table if not exists used (sender text, minute integer, amount integer not null,
                                 primary key (sender, minute)) without rowid;
"""


class Guard:
    """Takes each statement once, and no more than a sender's limits."""

    def __init__(self, path: Path):
        self.path = path
        self._local = threading.local()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection().executescript(_TABLES)

    def take(
        self, what: Statement, amount: int, an_hour: int, a_day: int, now: float, unit: str
    ) -> None:
        """Count the statement, or raise Refused: used before, or over a limit."""
        second = int(now)
        connection = self._connection()
        connection.execute("begin immediate")
        try:
            connection.execute("delete from number where until < ?", [second])
            connection.execute("delete from used where minute < ?", [(second - DAY) // 60])
            new = connection.execute(
                "insert or ignore into number values (?, ?)",
                [what.number, second + 2 * MOST_SECONDS_APART],
            ).rowcount
            if not new:
                raise Refused("used-before", "the statement was used before")
            for code, span, most in (
                ("hourly-limit", HOUR, an_hour),
                ("daily-limit", DAY, a_day),
            ):
                if self._used(what.sender, second - span) + amount > most:
                    words = "hour" if span == HOUR else "day"
                    raise Refused(code, f"at most {most} {unit} in one {words}")
            connection.execute(
                "insert into used values (?, ?, ?) on conflict do update set"
                " amount = amount + excluded.amount",
                [what.sender, second // 60, amount],
            )
        finally:
            connection.execute("commit")

    def _used(self, sender: str, since: int) -> int:
        [(amount,)] = self._connection().execute(
            "select coalesce(sum(amount), 0) from used where sender = ? and minute > ?",
            [sender, since // 60],
        )
        return int(amount)

    def _connection(self) -> sqlite3.Connection:
        if not hasattr(self._local, "one"):
            self._local.one = sqlite3.connect(self.path, isolation_level=None, timeout=10)
            self._local.one.execute("pragma journal_mode = wal")
            self._local.one.execute("pragma synchronous = normal")
        return self._local.one  # type: ignore[no-any-return]
