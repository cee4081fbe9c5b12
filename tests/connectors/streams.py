"""Readings in one line, for the tests of connectors; and whole streams of them for the laws."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

from hypothesis import strategies as st

from wikivillage.connectors.differences import differences
from wikivillage.connectors.intervals import cut
from wikivillage.connectors.kinds import BatchReport, Interval, Key, Reading, Register, Step
from wikivillage.connectors.local_time import Grid
from wikivillage.connectors.sort_readings import sort_batch

START = datetime(2026, 3, 1, tzinfo=UTC)
NOW = datetime(2027, 1, 1, tzinfo=UTC)
M1 = Register("m1", "import", "electricity", "kWh")


def reading(seconds: float, value: str | Decimal, meter: str = "m1", **changes: Any) -> Reading:
    """A reading of ``m1/import`` so many seconds after START."""
    at = START + timedelta(seconds=seconds)
    plain = Reading(meter, "import", at, Decimal(value), "test", NOW)
    return replace(plain, **changes)


def series(*values: str, every: int = 900) -> list[Reading]:
    """Readings one interval apart."""
    return [reading(every * position, value) for position, value in enumerate(values)]


def steps_of(*values: str, register: Register = M1, every: int = 900) -> list[Step]:
    """The steps between values one interval apart."""
    return list(differences(series(*values, every=every), register))


def intervals_of(readings: Iterable[Reading], grid: Grid = "quarter-hour", register: Register = M1) -> list[Interval]:
    """What readings in order of time come to."""
    return list(cut(differences(readings, register), register, grid))


def store(known: dict[Key, Reading], batch: Iterable[Reading], *registers: Register) -> BatchReport:
    """What a database does with a batch: sort it against what it has, keep what is new."""
    values = {key: one.value for key, one in known.items()}
    report = sort_batch(batch, values, {one.key: one for one in registers or (M1,)}, NOW)
    known.update((one.key, one) for one in report.new)
    return report


def state_hash(known: dict[Key, Reading], registers: Iterable[Register]) -> str:
    """One hash over stored readings and the intervals that follow from them."""
    digest = sha256()
    for register in registers:
        ordered = [known[key] for key in sorted(known) if key[:2] == register.key]
        digest.update(repr([(one.at, str(one.value)) for one in ordered]).encode())
        for interval in intervals_of(ordered, register=register):
            digest.update(repr((interval.id, interval.quantity, interval.rules, interval.quality)).encode())
    return digest.hexdigest()


amounts = st.decimals(min_value=0, max_value=99_999, places=3)
gaps_in_seconds = st.integers(1, 20_000)


@st.composite
def counters(draw: st.DrawFn, most: int = 30) -> list[Reading]:
    """Readings of one counter at any times with any values: rises, dips and resets alike."""
    values = draw(st.lists(amounts, min_size=1, max_size=most))
    begin = draw(st.integers(0, 300 * 86_400))
    times, at = [], begin
    for gap in draw(st.lists(gaps_in_seconds, min_size=len(values), max_size=len(values))):
        times.append(at)
        at += gap
    return [reading(second, value) for second, value in zip(times, values, strict=True)]
