"""Shapes of use laid on the hours of a horizon: working days, weekends, months, and days when nobody comes."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from wikivillage.climate.calendar_year import hour_of_day, month_of, with_mean_one
from wikivillage.climate.record import Floats, Times
from wikivillage.model.kinds import Profile

FRENCH_HOLIDAYS = "public_holidays_fr"
"""What a profile writes among its closed days to be closed on the public holidays of France."""

SATURDAY = 5


def profile_values(profile: Profile, times: Times) -> Floats:
    """(hours,) the profile's shape; its mean over every whole calendar year is 1."""
    return with_mean_one(lambda hours: _shape(profile, hours), times)


def _shape(profile: Profile, times: Times) -> Floats:
    """(hours,) weight of the hour in its day x weight of the weekday x weight of the month, 0 on closed days.

    The 24 weights of a day are taken as shares of that day, so that the weekdays alone say how much a day is used.
    """
    days = times.astype("datetime64[D]")
    weekday = (days.astype(np.int64) + 3) % 7  # 1 January 1970 was a Thursday
    clock = hour_of_day(times)
    by_day = np.where(weekday >= SATURDAY, _shares(profile.weekend)[clock], _shares(profile.workday)[clock])
    open_ = ~np.isin(days, _closed_days(profile, days))
    return np.asarray(by_day * np.array(profile.weekdays)[weekday] * np.array(profile.months)[month_of(times)] * open_)


def _shares(weights: tuple[float, ...]) -> Floats:
    total = sum(weights)
    return np.array(weights) / (total if total > 0.0 else 1.0)


def _closed_days(profile: Profile, days: NDArray[np.datetime64]) -> NDArray[np.datetime64]:
    """Every closed date in the calendar years of the horizon: ISO dates, ``MM-DD`` of each year, public holidays."""
    years = np.unique(days.astype("datetime64[Y]").astype(np.int64) + 1970)
    closed: set[date] = set()
    for entry in profile.closed:
        for year in map(int, years):
            closed |= _dates(entry, year)
    return np.array(sorted(closed), dtype="datetime64[D]")


def _dates(entry: str, year: int) -> set[date]:
    if entry == FRENCH_HOLIDAYS:
        return french_holidays(year)
    written = entry if len(entry) == len("2025-01-31") else f"{year}-{entry}"
    try:
        return {date.fromisoformat(written)}
    except ValueError:  # 29 February does not come in this year
        return set()


def french_holidays(year: int) -> set[date]:
    """The eleven public holidays of metropolitan France (Code du travail, L3133-1)."""
    always = ("01-01", "05-01", "05-08", "07-14", "08-15", "11-01", "11-11", "12-25")
    fixed = {date.fromisoformat(f"{year}-{day}") for day in always}
    sunday = easter_sunday(year)
    return fixed | {sunday + timedelta(days=days) for days in (1, 39, 50)}


def easter_sunday(year: int) -> date:
    """Easter of the Gregorian calendar (Meeus, Astronomical Algorithms, chapter 8; Butcher's rule)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    l_ = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 19 * l_) // 433
    month, day = divmod(h + l_ - 7 * m + 114, 31)
    return date(year, month, day + 1)
