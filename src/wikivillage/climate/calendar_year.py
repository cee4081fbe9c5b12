"""Where an hour stands in its calendar year, and what belongs to each year of a horizon."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from wikivillage.climate.record import Floats, Times

LEAP_DAY = 59
"""29 February, counting the days of a leap year from zero."""

_MONTH_STARTS = np.cumsum([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30])


def month_of(times: Times) -> NDArray[np.int64]:
    """(hours,) month, 0 is January."""
    return np.asarray(times.astype("datetime64[M]").astype(np.int64) % 12)


def hour_of_leap_year(times: Times) -> NDArray[np.int64]:
    """(hours,) the hour of a leap year of 8784 hours that has the same month, day and clock."""
    months = times.astype("datetime64[M]")
    hour_of_month = (times.astype("datetime64[h]") - months.astype("datetime64[h]")).astype(np.int64)
    return np.asarray(_MONTH_STARTS[month_of(times)] * 24 + hour_of_month)


def hour_of_day(times: Times) -> NDArray[np.int64]:
    """(hours,) 0 to 23."""
    return np.asarray(times.astype("datetime64[h]").astype(np.int64) % 24)


def day_of_season(month_day: str) -> int:
    """``04-15`` as a day of a leap year, counted from 0. Raises ValueError when there is no such day."""
    return int(hour_of_leap_year(np.array([f"2024-{month_day}"], dtype="datetime64[h]"))[0]) // 24


def hours_of_year(year: int) -> Times:
    """(8760 or 8784,) hour beginnings of a calendar year."""
    return np.arange(f"{year}-01-01T00", f"{year + 1}-01-01T00", dtype="datetime64[h]")


def sum_by(group: NDArray[np.int64], values: Floats, *, groups: int = 0) -> Floats:
    """(groups,) sums of ``values`` by the number of the group that each belongs to."""
    return np.bincount(group, weights=values, minlength=groups).astype(np.float64)


def with_mean_one(shape: Callable[[Times], Floats], times: Times) -> Floats:
    """(hours,) the shape scaled, calendar year by calendar year, so that each whole year has a mean of 1.

    A horizon of two days in July thus gets its true share of the year. A shape that is zero all year stays zero.
    """
    values = shape(times)
    years = times.astype("datetime64[Y]").astype(np.int64) + 1970
    for year in np.unique(years):
        own, whole = years == year, hours_of_year(int(year))
        mean = values[own].mean() if own.sum() == whole.size else shape(whole).mean()
        values[own] /= mean if mean > 0.0 else 1.0
    return values
