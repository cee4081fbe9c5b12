"""A batch of readings is sorted into new, duplicate, conflicting and quarantined. Nothing is dropped.

The outcome does not depend on how a stream was cut or shuffled, with two exceptions that need an order: of two
values for one key the first to arrive is kept, and a jump is judged against the reading before it, as known by then.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

from wikivillage.base.problems import Problem, nearest
from wikivillage.base.units import UnitError
from wikivillage.connectors.differences import judge
from wikivillage.connectors.exact import EXACT, convert_exactly, decimals_of
from wikivillage.connectors.kinds import (
    BatchReport,
    Conflict,
    Key,
    Quarantined,
    Reading,
    Register,
    RegisterKey,
)
from wikivillage.connectors.ordinary import LARGEST, MOST_DECIMALS, PLAIN_UNITS

MOST_DIGITS = 60
FUTURE_TOLERANCE = timedelta(seconds=300)
HOUR = timedelta(hours=1)
Verdict = Reading | Conflict | Quarantined | None
"""New, conflicting, quarantined; None is a duplicate."""


def sort_batch(
    readings: Iterable[Reading],
    known: Mapping[Key, Decimal],
    registers: Mapping[RegisterKey, Register],
    now: datetime,
    future_tolerance: timedelta = FUTURE_TOLERANCE,
    ordinary: Collection[RegisterKey] = (),
) -> BatchReport:
    """What each reading of a batch is, given the stored ones.

    ``known`` holds the stored values in the register's unit: at least those with a key of this batch, and for
    registers with a largest step the last one before each of them. ``ordinary`` are registers of which it is known
    that all their readings in this batch are new.
    """
    received = list(readings)
    seen = _Seen(known)
    verdicts: dict[int, Verdict] = {}
    examined: list[tuple[Key, int, Reading]] = []
    latest = now + future_tolerance
    for position, reading in enumerate(received):
        if ordinary and reading.key[:2] in ordinary:
            verdicts[position] = reading
            continue
        result = _examine(reading, registers, latest)
        if isinstance(result, Problem):
            verdicts[position] = Quarantined(reading, result)
        else:
            examined.append((result.key, position, result))
    for _, position, reading in sorted(examined, key=lambda one: one[:2]):
        outcome = _judge(reading, seen, registers[reading.key[:2]])
        verdicts[position] = Quarantined(received[position], outcome) if isinstance(outcome, Problem) else outcome
    return _report(received, verdicts)


@dataclass(slots=True)
class _Seen:
    """The values by key, and the times of each register in order."""

    values: dict[Key, Decimal]
    times: dict[RegisterKey, list[datetime]] = field(default_factory=dict)

    def __init__(self, known: Mapping[Key, Decimal]) -> None:
        self.values = dict(known)
        times = defaultdict(list)
        for meter, register, at in sorted(known):
            times[meter, register].append(at)
        self.times = dict(times)

    def add(self, reading: Reading) -> None:
        self.values[reading.key] = reading.value
        insort(self.times.setdefault(reading.key[:2], []), reading.at)

    def before(self, reading: Reading) -> tuple[datetime, Decimal] | None:
        times = self.times.get(reading.key[:2], [])
        position = bisect_left(times, reading.at)
        if position == 0:
            return None
        at = times[position - 1]
        return at, self.values[reading.meter, reading.register, at]


def _examine(reading: Reading, registers: Mapping[RegisterKey, Register], latest: datetime) -> Reading | Problem:
    """The reading in the unit of its register, or why it cannot be counted whatever else is known."""
    register = registers.get(reading.key[:2])
    if register is None:
        return _unknown(reading, registers)
    if not register.installed <= reading.at <= latest:
        what = f"its time is {reading.at:%Y-%m-%d %H:%M:%S} UTC."
        hint = f"Between {register.installed:%Y-%m-%d} and now is expected. Set the clock of the meter."
        return _problem("wrong-clock", reading, what, hint)
    if reading.stamped_on_arrival and register.kind == "interval":
        what = "it gives the amount of an interval without saying of which."
        return _problem("no-own-time", reading, what, "Let the meter send its time, or its counter.")
    value = _in_unit(reading, register)
    if isinstance(value, Problem):
        return value
    is_converted = value is not reading.value
    counted = replace(reading, value=value, unit=register.unit) if is_converted else reading
    return _out_of_range(reading, value, register) or counted


def _unknown(reading: Reading, registers: Mapping[RegisterKey, Register]) -> Problem:
    names = sorted(name for meter, name in registers if meter == reading.meter)
    if names:
        close = nearest(reading.register, names)
        hint = f'Did you mean "{close}"?' if close else f"It has {', '.join(names[:10])}."
        return _problem("unknown-register", reading, "the meter has no such register.", hint)
    close = nearest(reading.meter, {meter for meter, _ in registers})
    hint = f'Did you mean "{close}"?' if close else "Register the meter first."
    return _problem("unknown-meter", reading, "no such meter is registered.", hint)


def _in_unit(reading: Reading, register: Register) -> Decimal | Problem:
    if not reading.value.is_finite():
        return _problem("not-finite", reading, f"{reading.value} is not a finite number.")
    if reading.value.copy_abs() > LARGEST:
        return _problem("too-large", reading, f"{_short(reading.value)} is too large to be meant.")
    if _is_long(reading.value):
        return _problem("too-many-decimals", reading, f"{_short(reading.value)} has more than {MOST_DIGITS} digits.")
    if reading.unit in PLAIN_UNITS or reading.unit == register.unit:
        return reading.value
    assert reading.unit is not None, "None is among the plain units"
    try:
        converted = convert_exactly(reading.value, reading.unit, register.unit)
    except UnitError as error:
        return _problem("unit-mismatch", reading, error.what, f"The register counts in {register.unit}.")
    if converted is None:
        what = f"{_short(reading.value)} {reading.unit} is no exact number of {register.unit}."
        return _problem("unit-inexact", reading, what, f"Let the register count in {reading.unit}.")
    return converted


def _is_long(value: Decimal) -> bool:
    """Whether exact sums with this number would be a burden: many digits, or a very small unit of the last one."""
    _, digits, exponent = value.as_tuple()
    return len(digits) > MOST_DIGITS or (isinstance(exponent, int) and exponent < -MOST_DIGITS)


def _out_of_range(reading: Reading, value: Decimal, register: Register) -> Problem | None:
    if value.copy_abs() > LARGEST:
        return _problem("too-large", reading, f"{_short(value)} is too large to be meant.")
    if decimals_of(EXACT.multiply(value, register.multiplier)) > MOST_DECIMALS or decimals_of(value) > MOST_DECIMALS:
        what = f"{_short(value)} {register.unit} has more than {MOST_DECIMALS} decimals."
        return _problem("too-many-decimals", reading, what, "Round it where it is measured.")
    if register.kind == "counter" and value < 0:
        return _problem("below-zero", reading, f"{_short(value)} is below zero, which a counter never shows.")
    if register.rolls_over_at is not None and value >= register.rolls_over_at:
        what = f"{_short(value)} is beyond {register.rolls_over_at}, where this counter begins again."
        return _problem("beyond-range", reading, what, "Check its number of digits.")
    return None


def _judge(reading: Reading, seen: _Seen, register: Register) -> Reading | Conflict | Problem | None:
    kept = seen.values.get(reading.key)
    if kept is not None:
        return None if kept == reading.value else Conflict(reading, kept)
    jump = _implausible(reading, seen, register)
    if jump is not None:
        return jump
    seen.add(reading)
    return reading


def _implausible(reading: Reading, seen: _Seen, register: Register) -> Problem | None:
    """A step larger than the register allows. Steps shorter than an interval are given a whole one."""
    most, elapsed = register.largest_step_per_hour, register.interval
    if most is None or register.kind == "gauge":
        return None
    shown = reading.value
    if register.kind == "counter":
        before = seen.before(reading)
        if before is None:
            return None
        elapsed = max(elapsed, reading.at - before[0])
        _, shown = judge(register, before[1], reading.value)
    amount = EXACT.multiply(shown, register.multiplier).copy_abs()
    seconds = Decimal(elapsed // timedelta(seconds=1))
    if EXACT.multiply(amount, Decimal(3600)) <= EXACT.multiply(most, seconds):
        return None
    what = f"{_short(amount)} {register.unit} in {elapsed} is more than {most} {register.unit} an hour."
    return _problem("implausible-jump", reading, what, "Was the meter exchanged? Then describe the new one.")


def _report(received: list[Reading], verdicts: Mapping[int, Verdict]) -> BatchReport:
    ordered = [verdicts[position] for position in range(len(received))]
    return BatchReport(
        new=tuple(one for one in ordered if isinstance(one, Reading)),
        duplicate=tuple(reading for reading, one in zip(received, ordered, strict=True) if one is None),
        conflicting=tuple(one for one in ordered if isinstance(one, Conflict)),
        quarantined=tuple(one for one in ordered if isinstance(one, Quarantined)),
    )


def _problem(code: str, reading: Reading, what: str, hint: str = "") -> Problem:
    return Problem(code, reading.source, f"{reading.meter}/{reading.register}: {what}", hint)


def _short(value: Decimal) -> str:
    text = str(value)
    return text if len(text) <= 30 else f"{text[:27]}..."
