"""Written times become UTC: ISO 8601, seconds or milliseconds since 1970, or any described format."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from wikivillage.base.units import UnitError
from wikivillage.connectors.exact import read_decimal
from wikivillage.connectors.local_time import ClockError, is_twice, utc_of

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECONDS_FROM = Decimal(10) ** 11
"""Larger numbers are milliseconds: 1e11 seconds is the year 5138, 1e11 milliseconds the year 1973."""

ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d{1,9})?)?\s?(Z|[+-]\d\d(:?\d\d)?)?")
YEARS = range(1900, 2200)
"""Other years are refused: converting the first or last day of all time overflows."""


class TimeError(Exception):
    """A text or number that is no time, in words."""


def read_iso(text: str) -> datetime:
    """A date with a time, with its offset if it is written. Raises TimeError."""
    written = text.strip()
    if not ISO.fullmatch(written):
        raise TimeError(f'"{_short(written)}" is not a time such as 2026-11-22T10:00:00+01:00.')
    try:
        return _in_years(datetime.fromisoformat(written.replace(" +", "+").replace(" Z", "Z")), written)
    except ValueError as error:
        raise TimeError(f'"{_short(written)}" is a date or time that does not exist.') from error


def read_epoch(number: Decimal, unit: str = "any") -> datetime:
    """Seconds (``s``) or milliseconds (``ms``) since 1970; ``any`` decides by the size. Raises TimeError."""
    if not number.is_finite() or number.copy_abs() > 10**14:
        raise TimeError(f"{_short(str(number))} is not a time.")
    in_milliseconds = unit == "ms" or (unit == "any" and number.copy_abs() >= MILLISECONDS_FROM)
    microseconds = int(number * (1000 if in_milliseconds else 1_000_000))
    try:
        return _in_years(EPOCH + timedelta(microseconds=microseconds), str(number))
    except OverflowError as error:
        raise TimeError(f"{_short(str(number))} is not a time.") from error


def read_format(text: str, pattern: str) -> datetime:
    """A time in a described format: ``iso``, ``epoch``, ``epoch-ms`` or a pattern of strptime. Raises TimeError."""
    if pattern == "iso":
        return read_iso(text)
    if pattern in ("epoch", "epoch-ms"):
        try:
            return read_epoch(read_decimal(text), "s" if pattern == "epoch" else "ms")
        except UnitError as error:
            raise TimeError(error.what) from error
    try:
        return _in_years(datetime.strptime(text.strip(), pattern), text)
    except ValueError as error:
        raise TimeError(f'"{_short(text.strip())}" is not a time written as {pattern}.') from error


def nearest_to(local: datetime, zone: ZoneInfo, arrived: datetime) -> datetime:
    """A wall-clock time of a message as UTC; of an hour that came twice, the one nearer to its arrival.

    Raises ClockError for an hour that was skipped.
    """
    both = [utc_of(local, zone, fold) for fold in (0, 1)] if is_twice(local, zone) else [utc_of(local, zone)]
    return min(both, key=lambda one: abs(one - arrived))


@dataclass(slots=True)
class Folds:
    """Which of two equal wall-clock times a row of a file means, told from the order of its rows.

    In the hour that comes twice, the rows of a series belong to its first pass until a time does not come after the
    one before it; from there they belong to the second. In a file that runs backwards it is the other way round.
    A series that has only one pass of that hour is taken to have the pass that comes first in the file.
    """

    zone: ZoneInfo
    backwards: bool = False
    _seen: dict[Any, tuple[datetime, bool]] = field(default_factory=dict)

    def utc(self, series: Any, local: datetime) -> datetime:
        """The wall-clock time of a row of ``series`` as UTC. Raises ClockError: skipped, or a third pass."""
        if not is_twice(local, self.zone):
            self._seen.pop(series, None)
            return utc_of(local, self.zone)
        last, is_second = self._seen.get(series, (None, False))
        if last is not None and (local >= last if self.backwards else local <= last):
            if is_second:
                raise ClockError(f"{local:%Y-%m-%d %H:%M} comes a third time in the hour that comes twice.")
            is_second = True
        self._seen[series] = local, is_second
        return utc_of(local, self.zone, int(is_second != self.backwards))


def _in_years(at: datetime, written: str) -> datetime:
    if at.year not in YEARS:
        raise TimeError(f'"{_short(written)}" is in the year {at.year}.')
    return at


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:37]}..."
