"""Faults to plant in the tables, past the guards: by raw SQL, with the guards of a table out of the way meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import BooleanField, DateTimeField, ForeignKey, JSONField, Model

from tests.flows.little_ledger import AT, HOUR, a_little_of_everything
from wikivillage.web.ledger.actions import record
from wikivillage.web.ledger.guards import create_guards, guards_of
from wikivillage.web.registry.actions import add_agent


def run(statement: str, *values: Any) -> int:
    """Run a statement; how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, list(values))
        return int(cursor.rowcount)


@contextmanager
def unguarded(table: str) -> Iterator[None]:
    """A table without its guards; afterwards they stand again, as if nothing had been."""
    names = [guard.name for guard in guards_of(connection.vendor) if guard.table == table]
    on = f" ON {table}" if connection.vendor == "postgresql" else ""
    for name in names:
        run(f"DROP TRIGGER {name}{on}")
    yield
    for statement in create_guards(connection.vendor):
        if any(statement.startswith(f"CREATE TRIGGER {name} ") for name in names):
            run(statement.replace("%", "%%"))


def plant(table: str, statement: str, *values: Any) -> None:
    """Change something in a table; it must have been there."""
    with transaction.atomic(), unguarded(table):
        assert run(statement, *values), "there was something to change"


def fill() -> None:
    """A small ledger with everything in it."""
    for agent in ("ada", "ben", "cyd"):
        add_agent(handle=f"{agent}_handle", name=f"Name of {agent}", kind="person", at=AT, pseudonym=agent)
    for number, entry in enumerate(a_little_of_everything()):
        record(entries=[entry], at=AT + timedelta(minutes=number), by="ada")


def columns(model: type[Model]) -> list[Any]:
    """The columns of a table, without a number that only tells its rows apart."""
    return [field for field in model._meta.concrete_fields if field.get_internal_type() != "BigAutoField"]


def change(model: type[Model], field: Any) -> None:
    """Give a column another value, in a row that has one if there is such a row."""
    rows = model.objects.order_by(field.attname).values_list("pk", field.attname)
    key, value = next((row for row in rows if row[1] is not None), rows[0])
    new = field.get_db_prep_save(another(field, value), connection)
    table, pk = model._meta.db_table, model._meta.pk
    key = pk.get_db_prep_save(key, connection)
    plant(table, f'UPDATE "{table}" SET "{field.column}" = %s WHERE "{pk.column}" = %s', new, key)


def another(field: Any, value: Any) -> Any:
    """A value that a column could as well have, other than the one it has."""
    if isinstance(field, ForeignKey) and field.related_model.__name__ == "Agent":
        return "cyd"
    if isinstance(field, BooleanField):
        return not value
    if isinstance(field, JSONField):
        return ["other"] if isinstance(value, list) else {"other": ["accept", "1"]}
    if isinstance(field, DateTimeField):
        return (value or AT) + HOUR
    if isinstance(value, str) or field.get_internal_type() == "CharField":
        return f"{(value or '')[:-1]}{'y' if (value or '').endswith('x') else 'x'}"
    return (value or 0) + 1
