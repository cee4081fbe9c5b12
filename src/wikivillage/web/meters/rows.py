"""Registers as rows and as the kind that the connectors know; times and amounts as both databases keep them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import DateTimeField, Field, Model, UUIDField

from wikivillage.connectors import kinds
from wikivillage.connectors.kinds import Reading, RegisterKey
from wikivillage.web.fields import AmountField, scaled, unscaled
from wikivillage.web.ledger.retry import RaceLostError
from wikivillage.web.ledger.sql import moment
from wikivillage.web.meters.models import Register

KIND_FIELDS = (
    *("name", "resource", "unit", "kind", "multiplier", "rolls_over_at", "reset_share", "dip", "largest_step_per_hour"),
    *("interval_minutes", "gap_after", "decimals", "timezone", "installed"),
)
"""What the connectors know of a register, by the same names."""

Row = tuple[int, Any, int, Any, str, bool, int]
"""A reading as the columns that are inserted."""


def kind_of(row: Register) -> kinds.Register:
    """A row as the kind that readings are sorted and summed by."""
    return kinds.Register(meter=row.meter_id, **{field: getattr(row, field) for field in KIND_FIELDS})


def time_writer() -> Callable[[datetime], Any]:
    """How moments in UTC become parameters of plain SQL: on SQLite the text that Django writes."""
    return _text if connection.vendor == "sqlite" else _itself


def _text(at: datetime) -> str:
    since = at - EPOCH
    text = _day(since.days) + _clock(since.seconds)
    return f"{text}.{since.microseconds:06}" if since.microseconds else text


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=4096)
def _day(number: int) -> str:
    return f"{EPOCH + timedelta(days=number):%Y-%m-%d} "


@lru_cache(maxsize=24 * 3600)
def _clock(second: int) -> str:
    return f"{EPOCH + timedelta(seconds=second):%H:%M:%S}"


def _itself(value: Any) -> Any:
    return value


def locked(rows: Any) -> Any:
    """Rows that nobody else changes until this transaction ends. On SQLite the transaction itself is the lock."""
    return rows.select_for_update(no_key=True)


def stored_values(wanted: Sequence[tuple[int, datetime]]) -> dict[tuple[int, datetime], Decimal]:
    """The stored values of some registers' times, by register and time."""
    found: dict[tuple[int, datetime], Decimal] = {}
    written = time_writer()
    with connection.cursor() as cursor:
        for begin in range(0, len(wanted), PAIRS):
            pairs = wanted[begin : begin + PAIRS]
            sql = LOOK_UP.format(pairs=", ".join([PAIR[connection.vendor]] * len(pairs)))
            cursor.execute(sql, [part for register, at in pairs for part in (register, written(at))])
            found |= {(register, _known(moment(at))): unscaled(value) for register, at, value in cursor.fetchall()}
    return found


def _known(at: datetime | None) -> datetime:
    assert at is not None, "the column is never empty"
    return at


PAIRS = 400
"""How many keys are looked for with one statement; SQLite takes a bounded number of parameters."""
PAIR = {"sqlite": "(%s, %s)", "postgresql": "(%s::bigint, %s::timestamptz)"}
LOOK_UP = """WITH wanted (register_id, moment) AS (VALUES {pairs})
SELECT r.register_id, r.at, r.value FROM wanted w
JOIN meters_reading r ON r.register_id = w.register_id AND r.at = w.moment"""

READING = {
    "register_id": "bigint",
    "at": "timestamptz",
    "value": "bigint",
    "received_at": "timestamptz",
    "source": "text",
    "stamped": "boolean",
    "batch_id": "bigint",
}
INSERT = f"INSERT INTO meters_reading ({', '.join(READING)}) {{rows}} ON CONFLICT DO NOTHING"
ROWS = 250
"""How many rows one statement takes on SQLite: its guards are prepared once for all of them."""


def write_readings(
    new: Sequence[Reading], values: Sequence[int], registers: Mapping[RegisterKey, int], batch: int
) -> None:
    """Insert readings without the ORM, each with its value in billionths, in the order of the index.

    Raises RaceLostError where one was there all the same, for all the locks.
    """
    rows = sorted(_rows(new, values, registers, batch), key=itemgetter(0))
    if write_rows(INSERT, list(READING.values()), rows) != len(new):
        raise RaceLostError


def _rows(
    new: Sequence[Reading], values: Sequence[int], registers: Mapping[RegisterKey, int], batch: int
) -> Iterator[Row]:
    written = time_writer()
    received_at, arrival = None, None
    for one, value in zip(new, values, strict=True):
        if one.received_at is not received_at:
            received_at, arrival = one.received_at, written(one.received_at)
        number = registers[one.meter, one.register]
        yield number, written(one.at), value, arrival, one.source, one.stamped_on_arrival, batch


def write_rows(statement: str, types: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> int:
    """Run a statement in which ``{rows}`` stands for a table of rows, with few questions; how many it wrote."""
    if not rows:
        return 0
    if connection.vendor == "sqlite":
        return sum(_write_part(statement, rows[at : at + ROWS]) for at in range(0, len(rows), ROWS))
    arrays = ", ".join(f"%s::{type}[]" for type in types)
    columns = [list(column) for column in zip(*rows, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(statement.replace("{rows}", f"SELECT * FROM unnest({arrays})"), columns)
        return int(cursor.rowcount)


def _write_part(statement: str, rows: Sequence[tuple[Any, ...]]) -> int:
    """Straight to SQLite: Django would look at each of thousands of marks."""
    marks = f"({', '.join('?' * len(rows[0]))})"
    table = f"VALUES {', '.join([marks] * len(rows))}"
    connection.ensure_connection()
    with connection.wrap_database_errors:
        done = connection.connection.execute(statement.replace("{rows}", table), list(chain.from_iterable(rows)))
    return int(done.rowcount)


def add_rows(rows: Sequence[Model]) -> None:
    """Insert rows of one table that have all their columns: for hundreds, Django takes longer than the database."""
    if not rows:
        return
    fields = rows[0]._meta.concrete_fields
    names = ", ".join(f'"{field.column}"' for field in fields)
    writers = [_writer(field) for field in fields]
    columns = [(field.attname, write) for field, write in zip(fields, writers, strict=True)]
    values = [tuple([write(getattr(row, name)) for name, write in columns]) for row in rows]
    statement = f'INSERT INTO "{rows[0]._meta.db_table}" ({names}) {{rows}}'
    write_rows(statement, [str(field.db_type(connection)) for field in fields], values)


def _writer(field: Field[Any, Any]) -> Callable[[Any], Any]:
    """How values of a field become parameters of plain SQL."""
    if isinstance(field, DateTimeField):
        return time_writer()
    if isinstance(field, AmountField):
        return scaled
    return _hex if isinstance(field, UUIDField) and connection.vendor == "sqlite" else _itself


def _hex(id: UUID) -> str:
    return id.hex
