"""How much heat a heat pump lifts per unit of electricity.

When2Heat: Ruhnau, Hirth, Praktiknjo 2019, Scientific Data 6:189.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import ArrayLike

from wikivillage.climate.calendar_year import hour_of_leap_year
from wikivillage.climate.record import Floats, Weather

COP: Mapping[str, tuple[float, float, float]] = {
    "air": (6.08, -0.0941, 0.000464),
    "ground": (10.29, -0.2084, 0.001322),
    "water": (9.99, -0.2049, 0.001249),
}
"""COP = a + b dT + c dT2 by source, fitted to manufacturers' curves."""

FIELD_FACTOR = 0.85
"""What remains of a test bench COP in houses: part load, defrosting, controls."""

LEAST_LIFT_K = 15.0
SOIL_DEPTH_M = 1.9
"""Middle of the soil layer (1 to 2.89 m) from which When2Heat takes its ground temperatures."""
SOIL_DIFFUSIVITY_M2_S = 6e-7
"""Moist loam (grade C)."""
BRINE_BELOW_SOIL_K = 5.0

SINK_C: Mapping[str, Callable[[Floats], Floats]] = {
    "floor": lambda outside: 30.0 - 0.5 * outside,
    "radiator": lambda outside: 40.0 - outside,
    "dhw": lambda outside: np.full_like(outside, 50.0),
}
"""Temperature at which heat is delivered, degrees C, by the heating curve of When2Heat."""


def cop(source: str, lift_k: ArrayLike) -> Floats:
    """COP on the test bench at a lift of sink minus source in K, never less than 15 K."""
    a, b, c = COP[source]
    lift = np.maximum(np.asarray(lift_k, dtype=float), LEAST_LIFT_K)
    return np.asarray(a + b * lift + c * lift**2)


def cop_air(weather: Weather, *, sink: str) -> Floats:
    """(hours,) COP in the field with outside air as the source."""
    outside = weather.temperature_c
    return FIELD_FACTOR * cop("air", SINK_C[sink](outside) - outside)


def cop_ground(weather: Weather, *, sink: str) -> Floats:
    """(hours,) COP in the field with brine 5 K colder than the soil."""
    lift = SINK_C[sink](weather.temperature_c) - (soil_temperature(weather) - BRINE_BELOW_SOIL_K)
    return FIELD_FACTOR * cop("ground", lift)


def soil_temperature(weather: Weather) -> Floats:
    """(hours,) degrees C at 1.9 m: T = mean + swing exp(-z/d) cos(w (t - warmest) - z/d), d = sqrt(2 a / w).

    The yearly wave of the air, damped and late (Kusuda and Achenbach 1965).
    """
    assert weather.annual is not None, "the driver's needs are checked before it runs"
    w = 2.0 * np.pi / (365.25 * 86400.0)
    z_over_d = SOIL_DEPTH_M / np.sqrt(2.0 * SOIL_DIFFUSIVITY_M2_S / w)
    late = 2.0 * np.pi * (hour_of_leap_year(weather.times) - weather.annual.warmest_hour) / 8784.0 - z_over_d
    return np.asarray(weather.annual.mean_c + weather.annual.swing_k * np.exp(-z_over_d) * np.cos(late))
