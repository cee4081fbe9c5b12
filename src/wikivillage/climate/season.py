"""When plants grow: the share of a year's harvest or care that falls in each hour."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wikivillage.climate.calendar_year import day_of_season, hour_of_leap_year, with_mean_one
from wikivillage.climate.record import Floats, Times, Weather

DAYS = 366


def in_season(times: Times, *, start: str, end: str) -> NDArray[np.bool_]:
    """(hours,) whether the day lies from ``start`` to ``end`` (MM-DD, both included); a season may cross New Year."""
    return _along(times, start=start, end=end) < 1.0


def growth_season(weather: Weather, *, start: str, end: str) -> Floats:
    """(hours,) half a sine from ``start`` to ``end``, 0 outside, with a mean of 1 over each calendar year."""

    def shape(times: Times) -> Floats:
        along = _along(times, start=start, end=end)
        return np.where(along < 1.0, np.sin(np.pi * np.minimum(along, 1.0)), 0.0)

    return with_mean_one(shape, weather.times)


def _along(times: Times, *, start: str, end: str) -> Floats:
    """(hours,) 0 at the season's first hour, 1 after its last."""
    first = day_of_season(start)
    length = (day_of_season(end) - first) % DAYS + 1
    return np.asarray(((hour_of_leap_year(times) - 24 * first) % (24 * DAYS) + 0.5) / (24.0 * length))
