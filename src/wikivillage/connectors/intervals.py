"""Steps are cut into quarters of an hour, hours and days, each closed with a deterministic id and its evidence.

A step within one interval counts there whole. A step across a border is spread evenly over its time, which is called
an estimate; its parts add up to it exactly. So the totals of days, of hours and of steps are the same number.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import groupby
from uuid import NAMESPACE_DNS, UUID, uuid5

from wikivillage.connectors.exact import EXACT, split, total
from wikivillage.connectors.kinds import Correction, Interval, Quality, Register, Step, StepRule
from wikivillage.connectors.local_time import Grid, Span, span_of, spans

NAMESPACE = uuid5(NAMESPACE_DNS, "intervals.wikivillage")
RULE_VERSION = "1"
"""Goes up whenever the same readings would give other intervals."""

MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a step that lies in one interval. ``is_estimate`` where it was spread over a border."""

    span: Span
    begin: datetime
    end: datetime
    amount: Decimal
    is_estimate: bool
    step: Step


def cut(steps: Iterable[Step], register: Register, grid: Grid, rule_version: str = RULE_VERSION) -> Iterator[Interval]:
    """The intervals that steps of one register touch, in order, the first and last as partial as they are.

    Intervals that no step touches are not made up; ``find_gaps`` names them.
    """
    parts = (part for step in steps for part in _parts(step, register, grid))
    for _, group in groupby(parts, key=lambda part: part.span):
        yield _close(list(group), register, rule_version)


def roll_up(intervals: Iterable[Interval], register: Register, grid: Grid) -> Iterator[Interval]:
    """Finer intervals, in order, summed into coarser ones: the same quantities as cutting the steps coarsely.

    Measured only if every part is: two estimates may make a measured hour, which cutting the steps would know.
    """
    by_span = groupby(intervals, key=lambda one: span_of(one.begin, grid, register.timezone))
    for (begin, end), group in by_span:
        parts = list(group)
        assert parts[-1].end <= end, "only finer intervals are summed into coarser ones"
        covered = sum((one.end - one.begin for one in parts), timedelta())
        whole = covered == end - begin and all(one.quality != "partial" for one in parts)
        yield Interval(
            id=interval_id(register.meter, register.name, begin, end, parts[0].rule_version),
            meter=register.meter,
            register=register.name,
            begin=begin,
            end=end,
            quantity=total(one.quantity for one in parts),
            unit=register.unit,
            rules=_union(rule for one in parts for rule in one.rules),
            quality=_quality(whole, all(one.quality == "measured" for one in parts)),
            first=parts[0].first,
            last=parts[-1].last,
            rule_version=parts[0].rule_version,
        )


def interval_id(meter: str, register: str, begin: datetime, end: datetime, rule_version: str = RULE_VERSION) -> UUID:
    """The id of an interval, the same whoever closes it and however often."""
    return uuid5(NAMESPACE, json.dumps(["interval", meter, register, _text(begin), _text(end), rule_version]))


def revise(closed: Interval, recomputed: Interval, last: Correction | None = None) -> Correction | None:
    """What to add to a closed interval after late readings, or None if nothing changes.

    ``last`` is the newest correction of the interval. Corrections form a chain, so that each has an id of its own
    also where a quantity comes back to what it was.
    """
    assert closed.id == recomputed.id, "an interval is only revised by itself"
    current = last.quantity if last else closed.quantity
    if recomputed.quantity == current:
        return None
    corrects = last.id if last else closed.id
    value = f"{EXACT.normalize(recomputed.quantity):f}"
    id = uuid5(NAMESPACE, json.dumps(["correction", str(corrects), value]))
    amount = EXACT.subtract(recomputed.quantity, current)
    return Correction(id, closed.id, corrects, amount, recomputed.quantity, closed.unit)


def find_gaps(steps: Iterable[Step], register: Register) -> Iterator[Span]:
    """The times of which too little is known: steps longer than the register allows, and what no step covers."""
    last: datetime | None = None
    for step in steps:
        if last is not None and step.begin > last:
            yield last, step.begin
        if step.is_gap:
            yield step.begin, step.end
        last = step.end


def _parts(step: Step, register: Register, grid: Grid) -> Iterator[Part]:
    touched = list(spans(step.begin, step.end, grid, register.timezone))
    ends = [min(end, step.end) for _, end in touched]
    begins = [step.begin, *ends[:-1]]
    elapsed = [(end - step.begin) // MICROSECOND for end in ends]
    amounts = split(step.amount, elapsed, elapsed[-1], register.decimals) if len(ends) > 1 else [step.amount]
    is_estimate = step.rule == "estimate" or (len(ends) > 1 and not _stood_still(step))
    for span, begin, end, amount in zip(touched, begins, ends, amounts, strict=True):
        yield Part(span, begin, end, amount, is_estimate, step)


def _stood_still(step: Step) -> bool:
    """A counter that shows the same twice has counted nothing in between, at any time."""
    return step.rule in ("difference", "gap") and step.amount == 0


def _close(parts: list[Part], register: Register, rule_version: str) -> Interval:
    begin, end = parts[0].span
    covered = sum((part.end - part.begin for part in parts), timedelta())
    return Interval(
        id=interval_id(register.meter, register.name, begin, end, rule_version),
        meter=register.meter,
        register=register.name,
        begin=begin,
        end=end,
        quantity=total(part.amount for part in parts),
        unit=register.unit,
        rules=_union(rule for part in parts for rule in _rules(part)),
        quality=_quality(covered == end - begin, not any(part.is_estimate for part in parts)),
        first=parts[0].step.first,
        last=parts[-1].step.last,
        rule_version=rule_version,
    )


def _rules(part: Part) -> Iterator[StepRule]:
    yield part.step.rule
    if part.step.is_gap:
        yield "gap"
    if part.is_estimate:
        yield "estimate"


def _union(rules: Iterable[StepRule]) -> tuple[StepRule, ...]:
    return tuple(sorted(set(rules)))


def _quality(whole: bool, measured: bool) -> Quality:
    if not whole:
        return "partial"
    return "measured" if measured else "estimated"


def _text(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")
