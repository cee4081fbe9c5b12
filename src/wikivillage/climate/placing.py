"""Lays a weather record on the hours of a horizon and refuses hours that are missing or impossible."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.climate.calendar_year import LEAP_DAY, hour_of_leap_year
from wikivillage.climate.record import AnnualWave, Floats, Record, Times, Weather
from wikivillage.model.kinds import Horizon

HOURS_OF_YEAR = 8760
OPTIONAL = ("rain_mm", "humidity_pct", "wind_m_s")
"""Columns that a record may lack; a driver that needs one refuses then."""

LIMITS: dict[str, tuple[float, float, str]] = {
    "temperature_c": (-60.0, 60.0, "degC"),
    "ghi": (0.0, 1500.0, "W/m2"),
    "dni": (0.0, 1500.0, "W/m2"),
    "dhi": (0.0, 1500.0, "W/m2"),
    "wind_m_s": (0.0, 75.0, "m/s"),
    "humidity_pct": (0.0, 110.0, "%"),
    "pressure_pa": (30_000.0, 110_000.0, "Pa"),
    "rain_mm": (0.0, 400.0, "mm"),
}
"""What an hour on Earth can hold (WMO records, rounded outwards)."""


def utc_offset_hours(timezone: str) -> int:
    """Whole hours by which local standard time is ahead of UTC; half-hour zones are rounded down.

    Standard time is the earlier of what clocks show in January and in July, whatever a country calls it.
    """
    zone = ZoneInfo(timezone)
    offsets = [datetime(2025, month, 1, tzinfo=zone).utcoffset() or timedelta() for month in (1, 7)]
    return int(min(offsets) // timedelta(hours=1))


def lay_on_horizon(record: Record, horizon: Horizon) -> Weather:
    """The record's hours on the horizon's clock.

    A typical year, and a dated record of one year, is laid by month, day and hour on the horizon's years; 29
    February takes the 28th where the record has none. A longer dated record must hold the horizon itself.
    Raises ProblemError naming the first hour that is missing or impossible in each column.
    """
    start = np.datetime64(horizon.start.replace(tzinfo=None), "h")
    times = start + np.arange(horizon.hours).astype("timedelta64[h]")
    rows, remarks = _rows_of(record, times)
    problems = list(_missing(record, times, rows))
    if not problems:
        problems = list(_impossible(record, rows))
    if problems:
        raise ProblemError(problems)
    return _weather(record, times, rows, remarks)


def _rows_of(record: Record, times: Times) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """(hours,) the row of the record for each hour, -1 where there is none, and what was done to find it."""
    if _holds(record, times):
        return _find(record.times, times), ()
    if not (record.typical or _span_hours(record) <= HOURS_OF_YEAR + 24):
        return np.full(times.size, -1), ()
    found = _find_by_season(record.times, times)
    leap = (found < 0) & (hour_of_leap_year(times) // 24 == LEAP_DAY)
    if leap.any():
        found[leap] = _find_by_season(record.times, times[leap] - np.timedelta64(24, "h"))
    remarks = ("29 February repeats the weather of 28 February",) if leap.any() else ()
    if not record.typical:
        remarks = (_moved(record, times, found), *remarks)
    return found, remarks


def _moved(record: Record, times: Times, rows: NDArray[np.int64]) -> str:
    """What to say of a dated year that is laid by month, day and hour."""
    year, own = (str(some[some.size // 2].astype("datetime64[Y]")) for some in (times, record.times))
    if year != own:
        return f"the weather of {own} laid on {year}"
    return f"{int((record.times[rows] != times).sum())} hours taken from the other end of the year"


def _holds(record: Record, times: Times) -> bool:
    return not record.typical and bool(record.times.min() <= times[0] and times[-1] <= record.times.max())


def _span_hours(record: Record) -> int:
    return int((record.times.max() - record.times.min()).astype("timedelta64[h]").astype(int)) + 1


def _find(rows: Times, times: Times) -> NDArray[np.int64]:
    return _lookup(_hour_number(rows), _hour_number(times))


def _find_by_season(rows: Times, times: Times) -> NDArray[np.int64]:
    return _lookup(hour_of_leap_year(rows), hour_of_leap_year(times))


def _hour_number(times: Times) -> NDArray[np.int64]:
    return times.astype("datetime64[h]").astype(np.int64)


def _lookup(keys: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.int64]:
    """(wanted,) index into ``keys`` of each wanted key, -1 where it is absent."""
    order = np.argsort(keys, kind="stable")
    place = np.minimum(np.searchsorted(keys[order], wanted), keys.size - 1)
    return np.where(keys[order][place] == wanted, order[place], -1)


def _missing(record: Record, times: Times, rows: NDArray[np.int64]) -> Iterator[Problem]:
    """The first hour of the horizon that the record does not hold, with how many others."""
    absent = np.flatnonzero(rows < 0)
    if absent.size == 0:
        return
    first, last = record.times.min(), record.times.max()
    covers = f"It holds {record.times.size} hours, from {_said(first)} to {_said(last)}."
    if absent.size == times.size or _is_tail(absent, times.size):
        yield Problem(
            "weather_too_short", record.where,
            f"the weather does not reach over the horizon: {absent.size} of {times.size} hours are missing, "
            f"from {_said(times[absent[0]])}.",
            f"{covers} Choose a year that it holds, or a file that is not cut off.",
        )  # fmt: skip
    else:
        before = int(rows[absent[0] - 1]) if absent[0] > 0 else 0
        yield Problem(
            "weather_missing_hours", record.place_of_row(before),
            f"no weather for {_said(times[absent[0]])}{_first_of(absent)}.",
            f"{covers} Nothing is filled in silently: mend the file or take another.",
        )  # fmt: skip


def _is_tail(absent: NDArray[np.int64], hours: int) -> bool:
    """Whether the missing hours are one block that reaches the end: a file cut off."""
    return bool(absent[-1] == hours - 1 and absent.size == hours - absent[0])


def _impossible(record: Record, rows: NDArray[np.int64]) -> Iterator[Problem]:
    """For each column, the first value that is missing and the first that cannot be."""
    for column, (low, high, unit) in LIMITS.items():
        if column not in record.columns:
            continue
        values = record.columns[column][rows]
        gaps = np.flatnonzero(np.isnan(values))
        if gaps.size and column not in OPTIONAL:
            where = record.place_of_row(int(rows[gaps[0]]))
            yield Problem(
                "weather_no_value", where, f"{column} has no value{_first_of(gaps)}.",
                "Nothing is filled in silently: mend the file or take another.",
            )  # fmt: skip
        wrong = np.flatnonzero((values < low) | (values > high))
        if wrong.size:
            where = record.place_of_row(int(rows[wrong[0]]))
            yield Problem(
                "weather_impossible", where,
                f"{column} is {values[wrong[0]]:g} {unit}{_first_of(wrong)}.",
                f"It must lie between {low:g} and {high:g} {unit}.",
            )  # fmt: skip


def _first_of(found: NDArray[np.int64]) -> str:
    return f", the first of {found.size} such hours" if found.size > 1 else ""


def _said(time: np.datetime64) -> str:
    """A time as people read it: ``2025-02-28 17:00``."""
    return str(time.astype("datetime64[m]")).replace("T", " ")


def _weather(record: Record, times: Times, rows: NDArray[np.int64], remarks: tuple[str, ...]) -> Weather:
    """The columns of the record in the order of the horizon's hours."""
    taken = {column: _frozen(values[rows]) for column, values in record.columns.items()}
    lacking = {column for column in OPTIONAL if column not in taken or np.isnan(taken[column]).any()}
    partly = tuple(
        f"{column} is missing in {int(np.isnan(taken[column]).sum())} hours and therefore not used"
        for column in sorted(lacking & taken.keys())
    )
    return Weather(
        name=record.name, source=record.source, grade=record.grade, synthetic=record.synthetic,
        times=times.astype("datetime64[s]"),
        **(taken | {column: _frozen(np.zeros(times.size)) for column in lacking}),
        latitude=record.latitude, longitude=record.longitude, altitude_m=record.altitude_m,
        utc_offset_h=record.utc_offset_h, sun_minute=record.sun_minute,
        lacking=frozenset(lacking), annual=annual_wave(record.times, record.columns["temperature_c"]),
        remarks=(*record.remarks, *remarks, *partly),
    )  # fmt: skip


def _frozen(values: Floats) -> Floats:
    """The same array, which nobody may write to any more."""
    values.setflags(write=False)
    return values


def annual_wave(times: Times, temperature_c: Floats) -> AnnualWave | None:
    """The least-squares cosine of a year through hourly temperatures; None where less than a year is known."""
    known = ~np.isnan(temperature_c)
    season = hour_of_leap_year(times)[known]
    if np.unique(season).size < HOURS_OF_YEAR - 48:
        return None
    angle = 2.0 * np.pi * season / 8784.0
    waves = np.column_stack([np.ones_like(angle), np.cos(angle), np.sin(angle)])
    mean, along, across = np.linalg.lstsq(waves, temperature_c[known], rcond=None)[0]
    warmest_hour = float(np.arctan2(across, along) % (2.0 * np.pi)) * 8784.0 / (2.0 * np.pi)
    return AnnualWave(mean_c=float(mean), swing_k=float(np.hypot(along, across)), warmest_hour=warmest_hour)
