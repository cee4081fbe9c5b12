"""Local days and their parts as UTC times. The day of a clock change has 23 or 25 hours, and so many hours are cut.

A part of a day begins a whole number of its lengths after local midnight, in time that passes; the last one ends at the
next midnight. So parts nest in each other and in their day, in every time zone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

Grid = Literal["quarter-hour", "half-hour", "hour", "day"]

LENGTHS: dict[Grid, timedelta] = {
    "quarter-hour": timedelta(minutes=15),
    "half-hour": timedelta(minutes=30),
    "hour": timedelta(hours=1),
    "day": timedelta(hours=48),
}
"""A day is cut at midnight before its length ends."""

Span = tuple[datetime, datetime]
"""Begin and end in UTC, the end not included."""


def span_of(at: datetime, grid: Grid, timezone: str) -> Span:
    """The part of the grid that holds the time ``at``."""
    begin, end = day_span(at.astimezone(ZoneInfo(timezone)).date(), timezone)
    length = LENGTHS[grid]
    start = begin + (at - begin) // length * length
    return start, min(start + length, end)


def spans(begin: datetime, end: datetime, grid: Grid, timezone: str) -> Iterator[Span]:
    """Every part of the grid that ``begin`` to ``end`` touches, in order."""
    while begin < end:
        span = span_of(begin, grid, timezone)
        yield span
        begin = span[1]


@lru_cache(maxsize=4096)
def day_span(day: date, timezone: str) -> Span:
    """From one local midnight to the next, or to the first moment of a day whose midnight is skipped."""
    zone = ZoneInfo(timezone)
    midnights = (datetime.combine(one, time(), zone) for one in (day, day + timedelta(days=1)))
    begin, end = (midnight.astimezone(UTC) for midnight in midnights)
    return begin, end


class ClockError(ValueError):
    """A local time that does not exist, or that no rule can place."""


def utc_of(local: datetime, zone: ZoneInfo, fold: int = 0) -> datetime:
    """A wall-clock time as UTC; ``fold`` 1 is the second of two. Raises ClockError for an hour that was skipped."""
    utc = local.replace(tzinfo=zone, fold=fold).astimezone(UTC)
    if utc.astimezone(zone).replace(tzinfo=None) != local:
        raise ClockError(f"{local:%Y-%m-%d %H:%M} does not exist in {zone.key}: the clocks went forward.")
    return utc


def is_twice(local: datetime, zone: ZoneInfo) -> bool:
    """Whether the clocks showed this time twice."""
    first, second = (local.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    assert first is not None
    assert second is not None
    return first > second
