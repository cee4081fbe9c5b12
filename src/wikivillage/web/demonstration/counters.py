"""What the registers show in a week of life: counters that go on from where they stood, and levels."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np

from wikivillage.connectors.kinds import Reading
from wikivillage.web.demonstration.cast import TEMPERATURE, Counter
from wikivillage.web.demonstration.noise import chance
from wikivillage.web.demonstration.planned import DAYS_OF_WEEK, HOURS_OF_WEEK, Amounts
from wikivillage.web.demonstration.week import Week, shared_out

QUARTERS = 4
WATER_BY_HOUR = (2, 1, 1, 1, 1, 2, 6, 12, 12, 10, 9, 9, 11, 12, 9, 8, 8, 9, 10, 10, 8, 7, 5, 3)
"""When water is drawn, hour by hour."""
WARM, SWING = 52_000, 9_000
"""A compost heap that works: thousandths of degrees, and how far they go up and down."""


def first_value(seed: int, counter: Counter) -> int:
    """What a counter shows when life begins, as nobody resets a meter."""
    return int(chance(seed, "counter", counter.meter, counter.register).integers(1_000_000, 60_000_000))


def shown(week: Week, counter: Counter) -> tuple[list[datetime], Amounts]:
    """The times at which a register is read in a week, and what it counts up to each, or the level it shows."""
    begin, hours = week.span.begin, week.span.hours
    if counter.is_gauge:
        return [one + timedelta(hours=1) for one in hours], _levels(week, counter)
    if counter.minutes == 1440:
        ends = np.cumsum(np.bincount(week.span.day_of_hour, minlength=DAYS_OF_WEEK))
        return [begin + timedelta(hours=int(one)) for one in ends], week.days_of(counter.flow)
    hourly = week.hourly[counter.flow] if counter.flow in week.hourly else _spread(week, week.days_of(counter.flow))
    if counter.minutes == 60:
        return [one + timedelta(hours=1) for one in hours], hourly
    quarters = [one + timedelta(minutes=15 * part) for one in hours for part in range(1, QUARTERS + 1)]
    return quarters, _quarters(hourly)


def _spread(week: Week, days: Amounts) -> Amounts:
    spread = week.no_hours()
    for day, total in enumerate(days):
        here = np.flatnonzero(week.span.day_of_hour == day)
        clock = [week.span.hours[one].astimezone(week.planned.zone).hour for one in here]
        spread[here] = shared_out(int(total), np.array([WATER_BY_HOUR[one] for one in clock]))
    return spread


def _quarters(hourly: Amounts) -> Amounts:
    """Hours in four whole parts, a little more where the hour before or after has more."""
    before, after = np.roll(hourly, 1), np.roll(hourly, -1)
    slope = np.clip((after - before) / 8, -hourly / 8, hourly / 8)
    parts = [
        np.rint(hourly * (one + 1) / QUARTERS - slope * one_off).astype(np.int64) for one, one_off in enumerate(BOW)
    ]
    parts[-1] = hourly
    return np.asarray(np.diff(np.stack(parts, axis=1), axis=1, prepend=0).reshape(-1), dtype=np.int64)


BOW = (0.6, 0.8, 0.6, 0.0)
"""How far the sum of an hour lags behind a straight line at each quarter, by how much the hour rises."""


def _levels(week: Week, counter: Counter) -> Amounts:
    if counter.flow == TEMPERATURE:
        return _temperature(week, counter)
    store = counter.flow.removesuffix(".level")
    levels = week.planned.levels[store]
    if len(levels) >= week.planned.length * HOURS_OF_WEEK:
        return levels[week.span.planned_hours].copy()
    begin = week.place * DAYS_OF_WEEK
    known = np.concatenate([[week.level_before(store)], levels[begin : begin + DAYS_OF_WEEK]])
    places = np.arange(1, len(week.span.hours) + 1) * DAYS_OF_WEEK / len(week.span.hours)
    return np.rint(np.interp(places, np.arange(DAYS_OF_WEEK + 1), known)).astype(np.int64)


def _temperature(week: Week, counter: Counter) -> Amounts:
    drift = week.factors("temperature", 0.15)[week.span.day_of_hour]
    hours = np.array([one.hour for one in week.span.hours])
    flicker = chance(week.seed, counter.flow, week.span.number).uniform(-200, 200, len(hours))
    return np.rint((WARM * drift + SWING / 3 * np.sin((hours - 9) * np.pi / 12) + flicker) / 100).astype(np.int64) * 100


def readings_of(
    counter: Counter, times: list[datetime], amounts: Amounts, known: tuple[datetime, int] | None, until: datetime
) -> Iterator[Reading]:
    """Readings after the last that is ``known`` and up to ``until``; counters count on from what it showed."""
    after, value = known if known else (datetime.min.replace(tzinfo=until.tzinfo), 0)
    for at, amount in zip(times, amounts.tolist(), strict=True):
        if at > until:
            return
        if at > after:
            value = amount if counter.is_gauge else value + amount
            yield reading(counter, at, value)


def reading(counter: Counter, at: datetime, value: int) -> Reading:
    """What a register showed at some time, in thousandths."""
    return Reading(counter.meter, counter.register, at, Decimal(value).scaleb(-3), "demonstration", at)
