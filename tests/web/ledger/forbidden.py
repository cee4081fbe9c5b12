"""For each guard of the ledger one statement in SQL that this guard, and no other rule of the database, refuses."""

from __future__ import annotations

from dataclasses import dataclass

from django.apps import apps
from django.db import connection

from tests.web.ledger import storm_entries as scene
from wikivillage.web.ledger.guards import APPEND_ONLY, KEYS, NEVER_REMOVED


def open_mill() -> None:
    """Eleven of flour, three of it reserved and one of that reservation taken; a hall that is booked."""
    scene.open_village()
    scene.write(
        [
            scene.fill("flour", 10),
            scene.fill("hall", 1, "one"),
            {"kind": "process", "id": "milling"},
            scene.reserve("reserved", "flour", 4),
            scene.book("booked", "hall", 9),
            scene.consume("taken", "flour", 1, fulfills=("reserved",)),
            scene.add("added", "flour", 2),
        ]
    )


@dataclass(frozen=True, slots=True)
class Forbidden:
    """A statement, and those that set the scene for it."""

    statement: str
    before: tuple[str, ...] = ()


def like(table: str, where: str, *, verb: str = "INSERT", end: str = "", **changes: str) -> str:
    """The statement that adds a row like those that are there, with changes in SQL. A number that the database gives
    is left to it."""
    model = next(model for model in apps.get_app_config("ledger").get_models() if model._meta.db_table == table)
    auto = model._meta.auto_field
    columns = [field.column for field in model._meta.concrete_fields if field is not auto]
    values = ", ".join(changes.get(column, f'"{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    return f"{verb} INTO {table} ({names}) SELECT {values} FROM {table} WHERE {where} {end}"


LAST = "number = (SELECT max(number) FROM ledger_record)"
NEXT = "(SELECT max(number) FROM ledger_record)"
LAST_OF_FLOUR = "resource = 'flour' AND sequence = (SELECT max(sequence) FROM ledger_posting WHERE resource = 'flour')"
NOTHING = {"sequence": "0", "accounting": "0", "onhand": "0"}

UNCHANGED = {
    "ledger_record": "body = '{}'",
    "ledger_event": "quantity = quantity + 1",
    "ledger_posting": "onhand = 0",
    "ledger_keeping": "amount = 0",
}
AGAIN = {
    "ledger_record": (LAST, {"number": "number + 1", "previous": "hash", "body": "'{}'"}),
    "ledger_event": ("id = 'added'", {"quantity": "quantity + 1"}),
    "ledger_posting": (LAST_OF_FLOUR, {"number": "1"}),
    "ledger_keeping": ("event = 'taken'", {"amount": "0"}),
    "ledger_stock": ("id = 'flour'", NOTHING),
    "ledger_promise": ("id = 'reserved'", {"amount": "delivered"}),
    "ledger_process": ("id = 'milling'", {"name": "'baking'"}),
    "ledger_head": ("id = 1", {"number": "0"}),
}
"""Rows with the key of one that is there."""


def record_row() -> str:
    """The statement that adds a record to hang an event on."""
    return like("ledger_record", LAST, number="number + 1", id="'more'", previous="hash", kind="'event'")


def _again(table: str) -> Forbidden:
    """REPLACE removes the row that was there, without a trigger where SQLite is not asked for it; on PostgreSQL a row
    is only ever left out."""
    where, changes = AGAIN[table]
    if connection.vendor == "sqlite":
        return Forbidden(like(table, where, verb="INSERT OR REPLACE", **changes), ("PRAGMA recursive_triggers = OFF",))
    return Forbidden(like(table, where, end="ON CONFLICT DO NOTHING", **changes))


def _next_posting(accounting: str, onhand: str, **more: str) -> Forbidden:
    where = {"sequence": "sequence + 1", "accounting": accounting, "onhand": onhand, **more}
    return Forbidden(like("ledger_posting", LAST_OF_FLOUR, **where))


def _event(**changes: str) -> Forbidden:
    return Forbidden(like("ledger_event", "id = 'added'", number=NEXT, id="'more'", **changes), (record_row(),))


def _promise(id: str, **changes: str) -> Forbidden:
    return Forbidden(like("ledger_promise", f"id = '{id}'", id="'more'", number="number + 100", **changes))


def forbidden() -> dict[str, Forbidden]:
    """By the name of the guard."""
    return {
        **{f"{table}_unchanged": Forbidden(f"UPDATE {table} SET {UNCHANGED[table]}") for table in APPEND_ONLY},
        **{f"{table}_kept": Forbidden(f"DELETE FROM {table}") for table in NEVER_REMOVED},
        **{f"{table}_once": _again(table) for table in KEYS},
        "ledger_record_chained": Forbidden(like("ledger_record", LAST, number="number + 2", id="'gap'")),
        "ledger_event_recorded": Forbidden(like("ledger_event", "id = 'added'", number="3", id="'milling'")),
        "ledger_event_unit": _event(unit="'t'"),
        "ledger_event_correction": _event(corrects="'added'", quantity="-quantity - 1"),
        "ledger_posting_adds_up": _next_posting("accounting + accounting_change + 1", "onhand + onhand_change"),
        "ledger_posting_not_overdrawn": _next_posting(
            "-1", "-1", accounting_change="-accounting - 1", onhand_change="-onhand - 1"
        ),
        "ledger_stock_opens_empty": Forbidden(like("ledger_stock", "id = 'flour'", id="'more'")),
        "ledger_stock_is_its_postings": Forbidden("UPDATE ledger_stock SET onhand = onhand + 1 WHERE id = 'flour'"),
        "ledger_promise_stands": Forbidden("UPDATE ledger_promise SET amount = amount + 1 WHERE id = 'reserved'"),
        "ledger_promise_fits": _promise("booked", single="false"),
        "ledger_promise_covered": _promise("reserved", amount="100 * amount"),
        "ledger_process_stands": Forbidden("UPDATE ledger_process SET name = 'baking'"),
    }
