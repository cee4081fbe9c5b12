"""What plants want of us beyond the rain, and what a green roof lets run: two buckets of soil water."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wikivillage.climate.calendar_year import sum_by
from wikivillage.climate.evapotranspiration import et0
from wikivillage.climate.rain import HOURS_OF_DAY
from wikivillage.climate.record import Floats, Weather
from wikivillage.climate.season import in_season

BARE_KC = 0.4
"""Crop coefficient outside the season: wet bare soil and mulch (FAO-56 table 12 gives 0.3 to 0.5; grade C)."""


def irrigation_need(
    weather: Weather, *, kc: float, efficiency: float, start: str, end: str, root_depth: float,
    water_capacity: float, depletion: float,
) -> Floats:  # fmt: skip
    """(hours,) m3 per m2 and hour to give, spread evenly over each day.

    Root-zone depletion of FAO-56 (eq. 85): D = D + ETc - rain - given, never below 0 (what is more drains). In season
    just so much is given each day that D stays within p TAW, TAW = water capacity x root depth.
    """
    hours = weather.hours
    day = np.arange(hours) // HOURS_OF_DAY
    grown = in_season(weather.times, start=start, end=end)
    loss = sum_by(day, et0(weather) * np.where(grown, kc, BARE_KC))
    gain = sum_by(day, weather.rain_mm / 1000.0)
    total = water_capacity * root_depth
    given = keep_moist(loss, gain, grown[::HOURS_OF_DAY], total=total, readily=depletion * total)
    return np.asarray((given / np.bincount(day) / efficiency)[day])


def keep_moist(loss: Floats, gain: Floats, watered: NDArray[np.bool_], *, total: float, readily: float) -> Floats:
    """(days,) least water given each day so that the depletion never passes ``readily`` on a watered day.

    All in one unit. Plants left dry take no more than ``total``. The days are run through twice, so that the soil
    begins as dry as it ends.
    """
    given = np.zeros(loss.size)
    dry = 0.0
    for _ in range(2):
        for day in range(loss.size):
            dry = min(max(dry + loss[day] - gain[day], 0.0), total if not watered[day] else np.inf)
            given[day] = max(dry - readily, 0.0) if watered[day] else 0.0
            dry -= given[day]
    return given


def green_roof_runoff(weather: Weather, *, depth: float, water_capacity: float, kc: float) -> Floats:
    """(hours,) m3 per m2 and hour that overflow: the substrate takes rain until full, and dries by kc ET0 times how
    full it is. Run through twice, so that the roof begins as wet as it ends."""
    holds = depth * water_capacity
    thirst = (kc * et0(weather) / holds).tolist()
    runoff = np.zeros(weather.hours)
    water = holds
    for _ in range(2):
        for hour, fallen in enumerate((weather.rain_mm / 1000.0).tolist()):
            water += fallen - min(thirst[hour], 1.0) * water
            runoff[hour] = max(water - holds, 0.0)
            water -= runoff[hour]
    return runoff
