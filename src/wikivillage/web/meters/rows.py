"""Registers as rows and as the kind that the connectors know; times and amounts as both databases keep them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from wikivillage.connectors import kinds
from wikivillage.web.fields import unscaled
from wikivillage.web.ledger.sql import moment
from wikivillage.web.meters.models import Register

KIND_FIELDS = (
    *("name", "resource", "unit", "kind", "multiplier", "rolls_over_at", "reset_share", "dip", "largest_step_per_hour"),
    *("interval_minutes", "gap_after", "decimals", "timezone", "installed"),
)
"""What the connectors know of a register, by the same names."""


def kind_of(row: Register) -> kinds.Register:
    """A row as the kind that readings are sorted and summed by."""
    return kinds.Register(meter=row.meter_id, **{field: getattr(row, field) for field in KIND_FIELDS})


def time_writer() -> Callable[[datetime], Any]:
    """How moments in UTC become parameters of plain SQL: on SQLite the text that Django writes."""
    return _text if connection.vendor == "sqlite" else _itself


def _text(at: datetime) -> str:
    return str(at)[:-6]


def _itself(at: datetime) -> datetime:
    return at


def locked(rows: Any) -> Any:
    """Rows that nobody else changes until this transaction ends. On SQLite the transaction itself is the lock."""
    return rows.select_for_update(no_key=True) if connection.features.has_select_for_no_key_update else rows


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
