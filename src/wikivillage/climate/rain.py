"""Rain on a roof and what a tank makes of it, day by day: the two rules between which the truth lies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wikivillage.climate.record import Floats, Weather

HOURS_OF_DAY = 24


def rain(weather: Weather, *, loss: float) -> Floats:
    """(hours,) m3 per m2 and hour; the first ``loss`` metres of each day's rain are kept back or flushed away."""
    depth = weather.rain_mm / 1000.0
    if loss == 0.0:
        return depth
    days = -(-depth.size // HOURS_OF_DAY)
    fallen = np.cumsum(np.pad(depth, (0, days * HOURS_OF_DAY - depth.size)).reshape(days, HOURS_OF_DAY), axis=1)
    return np.diff(np.maximum(fallen - loss, 0.0), axis=1, prepend=0.0).ravel()[: depth.size]


@dataclass(frozen=True, slots=True, eq=False)
class TankDays:
    """(days,) each, in the unit of the inflow: what was used, what ran over, what was left in the evening."""

    used: Floats
    spilled: Floats
    level: Floats


def yield_after_spillage(inflow: Floats, demand: Floats, *, tank: float) -> TankDays:
    """Y = min(D, V[t-1]); V = min(V[t-1] + Q - Y, S - Y): what rains today is used from tomorrow on.

    Bounds the truth from below (Jenkins et al. 1978; Fewkes and Butler 2000). The tank of size S begins empty.
    """
    days = TankDays(*(np.zeros(inflow.size) for _ in range(3)))
    level = 0.0
    for day in range(inflow.size):
        used = min(demand[day], level)
        filled = min(level + inflow[day] - used, tank - used)
        days.used[day], days.spilled[day] = used, level + inflow[day] - used - filled
        days.level[day] = level = filled
    return days


def yield_before_spillage(inflow: Floats, demand: Floats, *, tank: float) -> TankDays:
    """Y = min(D, V[t-1] + Q); V = min(V[t-1] + Q - Y, S): today's rain is used first, then kept.

    Bounds the truth from above (Jenkins et al. 1978; Fewkes and Butler 2000). The tank of size S begins empty.
    """
    days = TankDays(*(np.zeros(inflow.size) for _ in range(3)))
    level = 0.0
    for day in range(inflow.size):
        used = min(demand[day], level + inflow[day])
        filled = min(level + inflow[day] - used, tank)
        days.used[day], days.spilled[day] = used, level + inflow[day] - used - filled
        days.level[day] = level = filled
    return days


def tank_by_bs8515(
    *, roof_m2: float, rain_mm: float, yield_coefficient: float, filter_share: float, demand_l_year: float
) -> float:
    """Litres: 5 % of the year's harvest or of the year's demand, whichever is less (BS 8515, intermediate approach)."""
    return 0.05 * min(roof_m2 * rain_mm * yield_coefficient * filter_share, demand_l_year)
