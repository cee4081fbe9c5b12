"""The few statements that every event goes through, written out: the ORM takes ten times as long to say them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from wikivillage.web.fields import scaled, unscaled

AT_ONCE = 5000
"""How many values one statement asks for."""

ROWS = 500
"""How many rows one statement puts in, where a server is asked: each question is a way there and back."""

Row = dict[str, Any]
"""Values by column."""


def select(statement: str, ids: Sequence[Any], *then: Any) -> list[tuple[Any, ...]]:
    """The rows of a statement that asks for ``{ids}``, in as many runs as needed; ``then`` fills the marks after."""
    found: list[tuple[Any, ...]] = []
    with connection.cursor() as cursor:
        for start in range(0, len(ids), AT_ONCE):
            some = list(ids[start : start + AT_ONCE])
            marks = ", ".join(["%s"] * len(some))
            cursor.execute(statement.replace("{ids}", marks), [*some * statement.count("{ids}"), *then])
            found += cursor.fetchall()
    return found


def insert(table: str, rows: Sequence[Row]) -> None:
    """Put rows with the same columns into a table."""
    if not rows:
        return
    columns = list(rows[0])
    names = ", ".join(f'"{name}"' for name in columns)
    values = [[stored(row[name]) for name in columns] for row in rows]
    marks = f"({', '.join(['%s'] * len(columns))})"
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES {marks}", values)
            return
        for start in range(0, len(values), ROWS):
            some = values[start : start + ROWS]
            together = [value for row in some for value in row]
            cursor.execute(f"INSERT INTO {table} ({names}) VALUES {', '.join([marks] * len(some))}", together)


def update(table: str, rows: Iterable[tuple[Any, Row]], key: str = "id") -> None:
    """Change rows, each found by its key."""
    listed = list(rows)
    if listed:
        columns = list(listed[0][1])
        changes = ", ".join(f'"{name}" = %s' for name in columns)
        with connection.cursor() as cursor:
            statement = f"UPDATE {table} SET {changes} WHERE {key} = %s"
            values = [[*(stored(row[name]) for name in columns), id] for id, row in listed]
            cursor.executemany(statement, values)


def locking() -> str:
    """What makes others wait for a row that is read to be changed. On SQLite the whole transaction is the lock."""
    return " FOR NO KEY UPDATE" if connection.vendor == "postgresql" else ""


def stored(value: Any) -> Any:
    """A value as the database at hand keeps it."""
    match value:
        case Decimal():
            return scaled(value)
        case datetime():
            return connection.ops.adapt_datetimefield_value(value)
        case list() | dict():
            return json.dumps(value)
        case _:
            return value


def amount(value: Any) -> Decimal:
    """An amount from its billionths."""
    return unscaled(int(value))


def moment(value: Any) -> datetime | None:
    """A time as SQLite or PostgreSQL gives it, in UTC; None where there is none."""
    return None if value is None else instant(value)


def instant(value: Any) -> datetime:
    """The same of a time that is always there."""
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    assert isinstance(found, datetime), "the column holds times"
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def calendar_day(value: Any) -> date:
    """A day as SQLite or PostgreSQL gives it."""
    found = date.fromisoformat(value) if isinstance(value, str) else value
    assert isinstance(found, date), "the column holds days"
    return found


def structure(value: Any) -> Any:
    """JSON as SQLite or PostgreSQL gives it."""
    return json.loads(value) if isinstance(value, str) else value
