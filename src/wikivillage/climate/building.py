"""What heat a building wants: one resistance to the outside, one capacity inside."""

from __future__ import annotations

import numpy as np

from wikivillage.climate.radiation import plane_of
from wikivillage.climate.record import Floats, Weather


def heating_need(
    weather: Weather, *, ua: float, setpoint: float, floor_area: float, gains_per_area: float, gains: float,
    aperture: float, aperture_azimuth: float, time_constant: float, ventilate_above: float,
) -> Floats:  # fmt: skip
    """(hours,) kWh per hour of heat that keeps the rooms at ``setpoint`` (degrees C) or above.

    ``ua`` W/K, ``gains`` W, ``gains_per_area`` W/m2 of ``floor_area`` m2, ``aperture`` m2 of open hole that looks
    to ``aperture_azimuth``, ``time_constant`` h = capacity / ua. Windows are opened above ``ventilate_above``.
    """
    sun = plane_of(weather, 90.0, aperture_azimuth, 0.2).total if aperture > 0.0 else np.zeros(weather.hours)
    inside = gains + gains_per_area * floor_area + aperture * sun
    if ua == 0.0:
        return np.zeros(weather.hours)
    return hold_temperature(
        weather.temperature_c + inside / ua, ua=ua, setpoint=setpoint, time_constant=time_constant,
        ceiling=max(ventilate_above, setpoint),
    )  # fmt: skip


def hold_temperature(unheated: Floats, *, ua: float, setpoint: float, time_constant: float, ceiling: float) -> Floats:
    """(hours,) kWh: T' = Tu + q/UA + (T - Tu - q/UA) exp(-1/tau), with the least q >= 0 such that T' >= setpoint.

    ``unheated`` (hours,) Tu is where the rooms would settle without heat. Exact for an hour of steady weather. The
    horizon is run through twice, so that it begins as warm as it ends.
    """
    keeps = float(np.exp(-1.0 / time_constant))
    heat = np.zeros(unheated.size)
    room = setpoint
    for _ in range(2):
        for hour, settle in enumerate(unheated.tolist()):
            drifts = settle + (room - settle) * keeps
            heat[hour] = max(setpoint - drifts, 0.0) / (1.0 - keeps)
            room = min(max(drifts, setpoint), ceiling)
    return heat * ua / 1000.0
