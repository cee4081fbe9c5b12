"""Heat of a flat-plate collector, hour by hour."""

from __future__ import annotations

import numpy as np

from wikivillage.climate.radiation import plane_of
from wikivillage.climate.record import Floats, Weather

ETA_0 = 0.78
A1_W_M2_K = 3.8
A2_W_M2_K2 = 0.015
"""A usual flat plate (grade B): optical efficiency, linear and quadratic loss."""


def solar_thermal(weather: Weather, *, tilt: float, azimuth: float, temperature: float, albedo: float) -> Floats:
    """(hours,) kWh per hour and m2: q = max(0, eta0 G - a1 (Tm - Ta) - a2 (Tm - Ta)^2) / 1000 (EN ISO 9806).

    ``temperature`` is Tm, the mean of the collector's water in degrees C; below it nothing is pumped.
    """
    plane = plane_of(weather, tilt, azimuth, albedo)
    colder = np.maximum(temperature - weather.temperature_c, 0.0)
    return np.asarray(np.maximum(ETA_0 * plane.total - A1_W_M2_K * colder - A2_W_M2_K2 * colder**2, 0.0) / 1000.0)
