"""History stands: whatever way somebody takes around the ledger's own, the database refuses; and where its owner takes
the guards away, the check says so."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.serializers import serialize
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from tests.web.ledger.forbidden import AGAIN, forbidden, like, open_mill
from wikivillage.web.ledger.check import check_ledger
from wikivillage.web.ledger.guards import GUARDS, NEVER_REMOVED, PROMISED, Guard, guards_of
from wikivillage.web.ledger.models import Event, Head, Keeping, Posting, Process, Promise, Record, Stock

ROOT = Path(__file__).parents[3]


def _execute(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _refusal(*statements: str) -> str:
    """What the database says to the last of some statements; nothing of them stays."""
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        _execute(*statements)
    return str(refused.value)


def _rows_touched(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.rowcount)


def _is_postgres() -> bool:
    return bool(connection.vendor == "postgresql")


def _ready_for_changes() -> None:
    """PostgreSQL changes a table only when none of its foreign keys waits to be checked."""
    if _is_postgres():
        _execute("SET CONSTRAINTS ALL IMMEDIATE", "SET CONSTRAINTS ALL DEFERRED")


def _drop(name: str, table: str) -> None:
    _ready_for_changes()
    _execute(f"DROP TRIGGER {name}{f' ON {table}' if _is_postgres() else ''}")


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name)
@pytest.mark.usefixtures("ledger")
def test_each_guard_refuses_what_nothing_else_does(guard: Guard) -> None:
    """Its statement fails; without this one guard, the control, it succeeds."""
    open_mill()
    case = forbidden()[guard.name]
    if guard not in guards_of(connection.vendor):
        assert _rows_touched(case.statement) == 0, "what has the key of another row is left out by PostgreSQL itself"
        return
    assert guard.says in _refusal(*case.before, case.statement)
    _execute(*case.before)
    _drop(guard.name, guard.table)
    _execute(case.statement)


@pytest.mark.parametrize("table", NEVER_REMOVED)
@pytest.mark.usefixtures("ledger")
def test_no_table_is_emptied(table: str) -> None:
    """PostgreSQL's TRUNCATE fires no trigger of rows. On SQLite the word does not exist, and DELETE is as fast."""
    open_mill()
    if not _is_postgres():
        assert "nothing is removed" in _refusal(f"DELETE FROM {table}")
        return
    _ready_for_changes()
    assert "nothing is removed" in _refusal(f"TRUNCATE {table} CASCADE")
    for each in NEVER_REMOVED:
        _drop(f"{each}_not_emptied", each)
    _execute(f"TRUNCATE {table} CASCADE")


@pytest.mark.usefixtures("ledger")
def test_bookings_of_one_thing_are_kept_apart_twice() -> None:
    """On PostgreSQL by a constraint besides the guard; on both by what Python checks before."""
    open_mill()
    over = like("ledger_promise", "id = 'booked'", id="'over'", number="number + 100")
    _drop("ledger_promise_fits", "ledger_promise")
    if _is_postgres():
        assert "bookings_of_one_thing_never_overlap" in _refusal(over)
        _ready_for_changes()
        _execute("ALTER TABLE ledger_promise DROP CONSTRAINT bookings_of_one_thing_never_overlap")
    _execute(over)


CONSTRAINTS = {
    "negative_only_to_correct": {"quantity": "-1"},
    "an_amount_has_a_unit": {"unit": "NULL"},
    "input_or_output": {"input_of": "'milling'", "output_of": "'milling'"},
}


@pytest.mark.parametrize("name", CONSTRAINTS)
@pytest.mark.usefixtures("ledger")
def test_what_an_event_may_say_is_constrained(name: str) -> None:
    open_mill()
    _execute(like("ledger_record", "id = 'added'", number="number + 1", id="'more'", previous="hash"))
    wrong = like("ledger_event", "id = 'added'", number="number + 1", id="'more'", **CONSTRAINTS[name])
    assert name in _refusal(wrong)
    _execute(like("ledger_event", "id = 'added'", number="number + 1", id="'more'"))


REWRITTEN = {
    **dict.fromkeys(("resource", "begin", "end", "kind", "unit"), "NULL"),
    "expires": "'2029-01-01 00:00:00'",
    "id": "'other'",
    "number": "number + 100",
    "amount": "amount / 2",
    **{column: f"NOT {column}" for column in ("counts", "booking", "single")},
}
"""What would free a hall that is booked."""


@pytest.mark.parametrize("column", REWRITTEN)
@pytest.mark.usefixtures("ledger")
def test_nothing_of_a_promise_is_rewritten(column: str) -> None:
    """To set something to nothing is a change too, which SQL's comparison does not see."""
    open_mill()
    refusal = _refusal(f"UPDATE ledger_promise SET \"{column}\" = {REWRITTEN[column]} WHERE id = 'booked'")
    assert "a promise is kept or ended, not rewritten" in refusal


@pytest.mark.usefixtures("ledger")
def test_a_promise_lapses_at_its_time_and_never_comes_back() -> None:
    open_mill()
    _refusal("UPDATE ledger_promise SET lapsed = true WHERE id = 'booked'")
    _execute("UPDATE ledger_promise SET ended = 'cancelled' WHERE id = 'booked'")
    _refusal("UPDATE ledger_promise SET ended = NULL WHERE id = 'booked'")


def _changed(row: Any, **values: Any) -> Any:
    for name, value in values.items():
        setattr(row, name, value)
    return row


def _event() -> Any:
    return _changed(Event.objects.get(id="added"), quantity=100)


BY_ORM: dict[str, Callable[[], Any]] = {
    "save an event": lambda: _event().save(),
    "save a field": lambda: _event().save(update_fields=["quantity"]),
    "force an insert": lambda: _event().save(force_insert=True),
    "bulk_update": lambda: Event.objects.bulk_update([_event()], ["quantity"]),
    "bulk_create over": lambda: Event.objects.bulk_create(
        [_event()], update_conflicts=True, update_fields=["quantity"], unique_fields=["record"]
    ),
    "bulk_create beside": lambda: Event.objects.bulk_create([_event()], ignore_conflicts=True),
    "update events": lambda: Event.objects.update(quantity=F("quantity") + 1),
    "update_or_create": lambda: Record.objects.update_or_create(number=1, defaults={"body": "{}"}),
    "update a text": lambda: Record.objects.filter(id="added").update(body="{}"),
    "update a sum": lambda: Stock.objects.filter(pk="flour").update(onhand=100),
    "update a posting": lambda: Posting.objects.update(onhand_change=0),
    "update what was kept": lambda: Keeping.objects.update(amount=0),
    "rename a process": lambda: Process.objects.filter(pk="milling").update(name="baking"),
    "delete an event": lambda: Event.objects.get(id="added").delete(),
    "delete events": lambda: Event.objects.all().delete(),
    "delete keepings": lambda: Keeping.objects.all().delete(),
    "delete postings": lambda: Posting.objects.all().delete(),
    "delete records raw": lambda: Record.objects.all()._raw_delete("default"),
    "delete a promise raw": lambda: Promise.objects.all()._raw_delete("default"),
    "delete the head": lambda: Head.objects.all().delete(),
    "create a full stock": lambda: _changed(Stock.objects.get(pk="flour"), id="more").save(force_insert=True),
}


@pytest.mark.parametrize("way", BY_ORM)
@pytest.mark.usefixtures("ledger")
def test_django_cannot_rewrite(way: str) -> None:
    open_mill()
    before = _every_row()
    leaves_out = way == "bulk_create beside" and _is_postgres()
    with nullcontext() if leaves_out else pytest.raises(IntegrityError), transaction.atomic():
        BY_ORM[way]()
    assert _every_row() == before
    assert check_ledger().ok


def _every_row() -> list[tuple[Any, ...]]:
    return [
        row for model in (Record, Event, Posting, Stock, Promise, Keeping, Head) for row in model.objects.values_list()
    ]


@pytest.mark.usefixtures("ledger")
def test_a_fixture_with_another_amount_is_not_loaded(tmp_path: Path) -> None:
    open_mill()
    dumped = json.loads(serialize("json", Event.objects.filter(id="added")))
    dumped[0]["fields"]["quantity"] = "100"
    file = tmp_path / "changed.json"
    file.write_text(json.dumps(dumped), "utf-8")
    with pytest.raises(IntegrityError):
        call_command("loaddata", file, verbosity=0)
    assert check_ledger().ok


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_plain_connection_to_the_file_cannot_rewrite(database: str) -> None:
    """Opened as any other program would: without foreign keys, and REPLACE fires no trigger for what it removes."""
    open_mill()
    statements = [case.statement for case in forbidden().values() if not case.before]
    statements += [like(table, where, verb="REPLACE", **changes) for table, (where, changes) in AGAIN.items()]
    statements += [f"UPDATE OR REPLACE {table} SET number = number + 1" for table in ("ledger_event", "ledger_process")]
    statements += [like("ledger_event", "id = 'added'", end="ON CONFLICT DO UPDATE SET quantity = 0")]
    plain = sqlite3.connect(database.removeprefix("sqlite:///"), isolation_level=None)
    assert plain.execute("PRAGMA recursive_triggers").fetchone() == (0,)
    for statement in statements:
        with pytest.raises(sqlite3.IntegrityError):
            plain.execute(statement)
    plain.close()
    assert check_ledger().ok


def test_the_admin_cannot_rewrite(database: str) -> None:
    """Django's admin with every table of the ledger in it, as a superuser sees it."""
    open_mill()
    env = {**os.environ, "DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "tests.web.ledger.admin_settings"}
    command = [sys.executable, "-c", "from tests.web.ledger.admin_attempts import main; main()"]
    ran = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    assert len(told) >= 6
    assert {way: error for way, error in told.items() if error != "IntegrityError"} == {}
    assert check_ledger().ok


NEUTERED = {
    "sqlite": (
        "DROP TRIGGER ledger_event_kept",
        "CREATE TRIGGER ledger_event_kept BEFORE DELETE ON ledger_event WHEN 1 = 0 BEGIN SELECT 1; END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION ledger_event_kept() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'",
    ),
}


@pytest.mark.usefixtures("ledger")
def test_the_check_names_every_guard_that_is_missing() -> None:
    open_mill()
    assert check_ledger().ok
    for guard in guards_of(connection.vendor)[:5]:
        _drop(guard.name, guard.table)
        assert any(f"the guard {guard.name} " in each for each in check_ledger().differences)


@pytest.mark.usefixtures("ledger")
def test_the_check_names_a_guard_that_only_looks_like_one() -> None:
    open_mill()
    _ready_for_changes()
    _execute(*NEUTERED[connection.vendor])
    (difference,) = check_ledger().differences
    assert "the guard ledger_event_kept " in difference


@pytest.mark.usefixtures("ledger")
def test_the_check_names_a_guard_that_is_switched_off() -> None:
    """On PostgreSQL a trigger can be left in place, disabled, and a constraint dropped."""
    open_mill()
    if not _is_postgres():
        return
    _ready_for_changes()
    _execute(
        "ALTER TABLE ledger_event DISABLE TRIGGER ledger_event_kept",
        "ALTER TABLE ledger_event ENABLE REPLICA TRIGGER ledger_event_unchanged",
        "ALTER TABLE ledger_promise DROP CONSTRAINT bookings_of_one_thing_never_overlap",
        "ALTER TABLE ledger_stock DROP CONSTRAINT no_stock_below_zero",
    )
    names = (
        "ledger_event_kept",
        "ledger_event_unchanged",
        "no_stock_below_zero",
        "bookings_of_one_thing_never_overlap",
    )
    found = check_ledger().differences
    assert [name for name in names if not any(f"the guard {name} " in each for each in found)] == []
    assert len(found) == len(names)


BEHIND = {
    "a text": ("ledger_record", "UPDATE ledger_record SET body = replace(body, '\"2\"', '\"3\"') WHERE id = 'added'"),
    "a text and its hash": ("ledger_record", "UPDATE ledger_record SET body = '{}', body_hash = hash WHERE number = 3"),
    "who recorded": ("ledger_record", "UPDATE ledger_record SET recorded_by_id = 'miller' WHERE number = 3"),
    "an event": ("ledger_event", "UPDATE ledger_event SET quantity = quantity + 1 WHERE id = 'added'"),
    "a posting": ("ledger_posting", "UPDATE ledger_posting SET onhand_change = 0 WHERE resource = 'flour'"),
    "no keeping": ("ledger_keeping", "DELETE FROM ledger_keeping"),
    "a stock": ("ledger_stock", "UPDATE ledger_stock SET onhand = onhand + 1 WHERE id = 'flour'"),
    "a promise": ("ledger_promise", "UPDATE ledger_promise SET amount = amount + 1 WHERE id = 'reserved'"),
    "no promise": ("ledger_promise", "DELETE FROM ledger_promise WHERE id = 'booked'"),
    "a freed hall": ("ledger_promise", "UPDATE ledger_promise SET \"begin\" = NULL WHERE id = 'booked'"),
    "a process": ("ledger_process", "UPDATE ledger_process SET name = 'baking'"),
    "no last record": ("ledger_record", "DELETE FROM ledger_record WHERE id = 'added'"),
    "a head": ("ledger_head", "UPDATE ledger_head SET number = number + 1"),
}


@pytest.mark.parametrize("what", BEHIND)
@pytest.mark.usefixtures("ledger")
def test_the_check_finds_what_was_changed_behind_the_guards(what: str) -> None:
    """The owner of a database can take the guards of a table away, change something, and put them back."""
    open_mill()
    table, statement = BEHIND[what]
    if _is_postgres():
        _execute("SET session_replication_role = replica", statement, "SET session_replication_role = DEFAULT")
    else:
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
            guards = cursor.fetchall()
        _execute(*(f"DROP TRIGGER {name}" for name, _ in guards), statement, *(text for _, text in guards))
    found = check_ledger().differences
    assert found
    assert not any("guard" in each for each in found)


def test_the_lists_are_complete() -> None:
    assert set(REWRITTEN) == set(PROMISED)
