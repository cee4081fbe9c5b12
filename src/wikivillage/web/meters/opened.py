"""The registers that a batch of readings names: locked, with their last reading, and as the kinds they are read by.

Every batch asks for them, so this is plain SQL, and a kind is only made anew where its description changed.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection

from wikivillage.connectors import kinds
from wikivillage.connectors.kinds import RegisterKey
from wikivillage.connectors.ordinary import Course, Limits, limits_of
from wikivillage.flows.check_entry import LARGEST
from wikivillage.web.fields import unscaled
from wikivillage.web.ledger.sql import moment, select
from wikivillage.web.meters.rows import KIND_FIELDS

Time = datetime | str | None
"""As a database gives it."""
AMOUNTS = {"multiplier", "rolls_over_at", "reset_share", "largest_step_per_hour"}
TIMES = ("r.last_at", "r.stale_from", "r.stale_until", "m.retired_at", "r.installed")
OPEN = f"""SELECT r.id, r.last_value, {{times}}, r.meter_id, {", ".join(f"r.{name}" for name in KIND_FIELDS[:-1])}
FROM meters_register r JOIN meters_meter m ON m.id = r.meter_id"""
WANTED = " WHERE r.meter_id IN ({ids})"
LOCKED = " ORDER BY r.id FOR NO KEY UPDATE OF r"
AS_TEXT = "CAST({} AS TEXT)"
"""Django reads each time of SQLite on its own, and slowly."""


class Opened(NamedTuple):
    """A register as a batch finds it, its last value in billionths. A batch makes hundreds of these.

    ``largest``: more than this, as shown, is beyond every sum of the ledger.
    """

    id: int
    last_at: datetime | None
    last_value: int | None
    stale_from: datetime | None
    stale_until: datetime | None
    retired_at: datetime | None
    kind: kinds.Register
    largest: Decimal
    limits: Limits

    def course(self, latest: datetime) -> Course:
        """Where its next ordinary readings are, none of them after ``latest``."""
        begin = self.kind.installed - timedelta.resolution
        after = begin if self.last_at is None or self.last_at < begin else self.last_at
        until = latest if self.retired_at is None else min(latest, self.retired_at)
        return Course(self.limits, after, until, self.last_value)


def open_registers(wanted: set[RegisterKey]) -> dict[RegisterKey, Opened]:
    """Lock the registers that are wanted and there, in the order of their numbers."""
    lock = LOCKED if connection.vendor == "postgresql" else ""
    rows = select(_open() + WANTED + lock, sorted({meter for meter, _ in wanted if "\0" not in meter}))
    return {(row[7], row[8]): _opened(*row) for row in rows if (row[7], row[8]) in wanted}


def all_kinds() -> dict[RegisterKey, kinds.Register]:
    """Every register there is, not locked: what an unknown name may have meant."""
    with connection.cursor() as cursor:
        cursor.execute(_open())
        found = (_opened(*row).kind for row in cursor.fetchall())
        return {kind.key: kind for kind in found}


def _open() -> str:
    shape = AS_TEXT if connection.vendor == "sqlite" else "{}"
    return OPEN.replace("{times}", ", ".join(shape.format(time) for time in TIMES))


def _opened(
    id: int, last_value: int | None, last_at: Time, stale_from: Time, stale_until: Time, retired_at: Time, *kind: Any
) -> Opened:
    times = (_time(last_at), last_value, _time(stale_from), _time(stale_until), _time(retired_at))
    return Opened(id, *times, *_kind(*kind))


def _time(value: Time) -> datetime | None:
    return datetime.fromisoformat(f"{value}+00:00") if isinstance(value, str) else moment(value)


@lru_cache(maxsize=4096)
def _kind(installed: Time, meter: str, *description: Any) -> tuple[kinds.Register, Decimal, Limits]:
    values = dict(zip(KIND_FIELDS, (*description, _time(installed)), strict=True))
    values |= {name: unscaled(values[name]) for name in AMOUNTS if values[name] is not None}
    kind = kinds.Register(meter=meter, **values)
    largest = min(LARGEST, LARGEST / kind.multiplier)
    return kind, largest, limits_of(kind, largest)
