"""Calling functions of the door by name."""

from typing import Any, LiteralString

from django.db import connection


def rows(function: LiteralString, *values: Any) -> list[tuple[Any, ...]]:
    """What a function of the door gives, row by row. 1 SQL statement."""
    places = ", ".join(["%s"] * len(values))
    with connection.cursor() as cursor:
        # The name is written in our code, never made of what somebody typed: LiteralString.
        cursor.execute(f"select * from door.{function}({places})", list(values))  # noqa: S608
        return list(cursor.fetchall())


def value(function: LiteralString, *values: Any) -> Any:
    """The one value that a function of the door gives. 1 SQL statement."""
    ((only,),) = rows(function, *values)
    return only
