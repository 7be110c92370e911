"""What only the owner of the tables may conclude: that no row speaks of something."""

from django.db import connection


class NotAsOwner(Exception):
    """Row-level security hides rows from this login: what it does not see may well be there."""


def check_sees_every_row(table: str) -> None:
    """Raise NotAsOwner unless this login sees all rows of the table. 1 SQL statement."""
    with connection.cursor() as cursor:
        cursor.execute("select row_security_active(%s)", [table])
        if cursor.fetchone()[0]:
            raise NotAsOwner(
                "Run this as the owner of the database, as `breakwater migrate` is run: this login "
                "sees only what it may open."
            )
