"""BAD DAYS, on purpose: what goes wrong with meters in any house, so that the pages have it to show.

They happen once, when a village begins to live, a few days before its present. Each is marked in its readings by the
source ``demonstration: ...``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

from wikivillage.connectors.kinds import Reading

SILENT = "power-studios"
SILENT_FOR, MENDED_AFTER = timedelta(hours=27), timedelta(days=3)
"""The studio's meter has said nothing since yesterday; somebody changes its battery after three days, and it has kept
its readings."""


@dataclass(frozen=True, slots=True)
class BadDay:
    """What goes wrong with a register: how many hours before the present it begins, and for how many hours."""

    what: Literal["gap", "late", "absurd", "conflict"]
    meter: str
    register: str
    before: int
    hours: int = 1


BAD_DAYS = (
    BadDay("gap", "power-labs", "use", 4 * 24 + 10, 9),
    BadDay("late", "power-cafe", "use", 6 * 24 + 19, 26),
    BadDay("absurd", "mains", "in", 2 * 24 + 5),
    BadDay("conflict", "pv-school", "out", 5 * 24 + 9),
)
ABSURD = Decimal(999)
"""How much more than possible the water meter says once."""


@dataclass(frozen=True, slots=True)
class Spoiled:
    """The readings as they come in: in time, and those that come after everything was closed."""

    in_time: list[Reading]
    late: list[Reading]


def spoil(readings: Sequence[Reading], now: datetime, *, begins: bool) -> Spoiled:
    """What a week's readings become on bad days; only a life that begins has any."""
    if not begins:
        return Spoiled(list(readings), [])
    kept, late = list(readings), list[Reading]()
    for bad in BAD_DAYS:
        hit = [one for one in kept if _is_hit(one, bad, now)]
        if bad.what in ("gap", "late"):
            gone = {id(one) for one in hit}
            kept = [one for one in kept if id(one) not in gone]
        if bad.what == "late":
            late += [replace(one, source="demonstration: came late") for one in hit]
        kept += _extra(bad, hit)
    return Spoiled(kept, late)


def _is_hit(reading: Reading, bad: BadDay, now: datetime) -> bool:
    begin = now - timedelta(hours=bad.before)
    in_time = begin < reading.at <= begin + timedelta(hours=bad.hours)
    return (reading.meter, reading.register) == (bad.meter, bad.register) and in_time


def _extra(bad: BadDay, hit: Sequence[Reading]) -> list[Reading]:
    """Readings that nobody wanted: a number that cannot be, or a second one for the same time."""
    if bad.what == "absurd":
        return [
            replace(one, at=one.at + timedelta(minutes=20), value=one.value + ABSURD, source="demonstration: absurd")
            for one in hit[:1]
        ]
    if bad.what == "conflict":
        return [replace(one, value=one.value + 1, source="demonstration: conflicting") for one in hit[:1]]
    return []


def speaks_until(meter: str, last_at: datetime | None, others: datetime | None, now: datetime) -> datetime:
    """Until when a meter hands in what it has: the silent one until yesterday, or again when it has been mended."""
    if meter != SILENT:
        return now
    if last_at is None or others is None:
        return now - SILENT_FOR
    is_silent = others - last_at > timedelta(hours=3)
    return last_at if is_silent and now - last_at < MENDED_AFTER else now
