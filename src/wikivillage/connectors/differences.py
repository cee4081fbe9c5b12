"""Readings of one register, in the order of their time, become steps: what flowed between two, and by which rule.

A counter that falls is told apart in this order (the rule of Home Assistant, and roll-over before reset):

* a fall below ``reset_share`` of the old value is a dip, so that 0.1 kWh down from 215.7 never counts 215.6 again;
* a fall from the top tenth of the range to less than half of the range further on is a roll-over;
* any other fall is a reset: the new value counts from zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal

from wikivillage.connectors.exact import EXACT
from wikivillage.connectors.kinds import Mark, Reading, Register, Step, StepRule

TOP_OF_RANGE = Decimal("0.9")
FURTHEST_ROLL = Decimal("0.5")
"""Shares of the range: where a roll-over may start, and how much one step may count across it."""


def differences(readings: Iterable[Reading], register: Register, resume: Step | None = None) -> Iterator[Step]:
    """The steps between readings as they come, in linear time; the first reading of a counter is where it begins.

    ``readings`` are those that ``sort_batch`` let through, strictly rising in time. ``resume``: the last step
    that was made of the readings before these.
    """
    assert register.kind != "gauge", "a level is not summed"
    make = _counter_step if register.kind == "counter" else _interval_step
    last, baseline = (resume.last, resume.baseline) if resume else (None, Decimal(0))
    for reading in readings:
        assert reading.key[:2] == register.key, "readings of one register"
        assert last is None or reading.at > last.at, "readings in the order of their time, each time once"
        mark = Mark(reading.at, reading.value)
        if last is None and register.kind == "counter":
            last, baseline = mark, reading.value
            continue
        step = make(register, last, mark, baseline)
        yield step
        last, baseline = step.last, step.baseline


def judge(register: Register, baseline: Decimal, value: Decimal) -> tuple[StepRule, Decimal]:
    """By which rule a counter went from ``baseline`` to ``value``, and what that counts in units shown."""
    risen = EXACT.subtract(value, baseline)
    if risen >= 0:
        return "difference", risen
    if -risen < EXACT.multiply(register.reset_share, baseline):
        return "dip", risen if register.dip == "negative" else Decimal(0)
    if register.rolls_over_at is not None:
        rolled = EXACT.add(risen, register.rolls_over_at)
        at_top = baseline >= EXACT.multiply(TOP_OF_RANGE, register.rolls_over_at)
        if at_top and 0 < rolled <= EXACT.multiply(FURTHEST_ROLL, register.rolls_over_at):
            return "roll-over", rolled
    return "reset", value


def _counter_step(register: Register, last: Mark | None, mark: Mark, baseline: Decimal) -> Step:
    assert last is not None, "a counter begins with its first reading"
    rule, shown = judge(register, baseline, mark.value)
    is_gap = mark.at - last.at > register.gap_after * register.interval
    kept = baseline if rule == "dip" and register.dip == "quarantine" else mark.value
    rule = "gap" if is_gap and rule == "difference" else rule
    return _step(register, (last.at, mark.at), shown, rule, is_gap, (last, mark), kept)


def _interval_step(register: Register, last: Mark | None, mark: Mark, baseline: Decimal) -> Step:
    """The amount of the interval that ends at the mark; where it would overlap the one before, it is cut there."""
    begin = mark.at - register.interval
    overlaps = last is not None and last.at > begin
    start = last.at if last is not None and overlaps else begin
    rule: StepRule = "estimate" if overlaps else "given"
    return _step(register, (start, mark.at), mark.value, rule, False, (mark, mark), mark.value)


def _step(
    register: Register,
    span: tuple[datetime, datetime],
    shown: Decimal,
    rule: StepRule,
    is_gap: bool,
    pair: tuple[Mark, Mark],
    baseline: Decimal,
) -> Step:
    amount = EXACT.multiply(shown, register.multiplier)
    return Step(register.meter, register.name, *span, amount, register.unit, rule, is_gap, *pair, baseline)
