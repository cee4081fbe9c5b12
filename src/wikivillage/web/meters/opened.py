"""The registers that a batch of readings names: locked, with their last reading, and as the kinds they are read by.

Every batch asks for them, so this is plain SQL, and a kind is only made anew where its description changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db import connection

from wikivillage.connectors import kinds
from wikivillage.connectors.kinds import RegisterKey
from wikivillage.flows.check_entry import LARGEST
from wikivillage.web.fields import unscaled
from wikivillage.web.ledger.sql import moment, select
from wikivillage.web.meters.rows import KIND_FIELDS

AMOUNTS = {"multiplier", "rolls_over_at", "reset_share", "largest_step_per_hour"}
COLUMNS = ", ".join(f"r.{name}" for name in ("meter_id", *KIND_FIELDS))
OPEN = f"""SELECT r.id, r.last_at, r.last_value, r.stale_from, r.stale_until, m.retired_at, {COLUMNS}
FROM meters_register r JOIN meters_meter m ON m.id = r.meter_id WHERE r.meter_id IN ({{ids}}) ORDER BY r.id"""
ALL = OPEN.replace("WHERE r.meter_id IN ({ids})", "")


@dataclass(frozen=True, slots=True)
class Opened:
    """A register as a batch finds it. ``largest``: more than this, as shown, is beyond every sum of the ledger."""

    id: int
    last_at: datetime | None
    last_value: Decimal | None
    stale_from: datetime | None
    stale_until: datetime | None
    retired_at: datetime | None
    kind: kinds.Register
    largest: Decimal


def open_registers(wanted: set[RegisterKey]) -> dict[RegisterKey, Opened]:
    """Lock the registers that are wanted and there, in the order of their numbers."""
    lock = " FOR NO KEY UPDATE OF r" if connection.vendor == "postgresql" else ""
    rows = select(OPEN + lock, sorted({meter for meter, _ in wanted if "\0" not in meter}))
    found = (_opened(row) for row in rows if (row[6], row[7]) in wanted)
    return {one.kind.key: one for one in found}


def all_kinds() -> dict[RegisterKey, kinds.Register]:
    """Every register there is, not locked: what an unknown name may have meant."""
    with connection.cursor() as cursor:
        cursor.execute(ALL)
        return {one.kind.key: one.kind for one in map(_opened, cursor.fetchall())}


def _opened(row: Iterable[Any]) -> Opened:
    id, last_at, last_value, stale_from, stale_until, retired_at, *description = row
    kind, largest = _kind(*description)
    last = unscaled(last_value) if last_value is not None else None
    return Opened(id, moment(last_at), last, moment(stale_from), moment(stale_until), moment(retired_at), kind, largest)


@lru_cache(maxsize=4096)
def _kind(meter: str, *description: Any) -> tuple[kinds.Register, Decimal]:
    values = dict(zip(KIND_FIELDS, description, strict=True))
    values |= {name: unscaled(values[name]) for name in AMOUNTS if values[name] is not None}
    kind = kinds.Register(meter=meter, **{**values, "installed": moment(values["installed"])})
    return kind, min(LARGEST, LARGEST / kind.multiplier)
