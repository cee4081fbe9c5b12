"""How much water short grass evaporates: FAO-56 (Allen, Pereira, Raes, Smith 1998, Irrigation and Drainage Paper 56).

Symbols are the paper's. Radiation in MJ/m2 per day or hour, pressures in kPa, temperatures in degrees C, wind at 2 m.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from wikivillage.climate.radiation import sun_of
from wikivillage.climate.record import Floats, Weather

F = TypeVar("F", float, Floats)

SOLAR_CONSTANT = 0.0820
"""MJ/m2/min."""
STEFAN_BOLTZMANN_DAY = 4.903e-9
"""MJ/K4/m2/day."""
ALBEDO = 0.23
"""Of the reference grass."""
MJ_PER_WH = 0.0036
LOW_SUN_DEG = 80.0
"""Zenith above which the ratio of radiation to clear sky says nothing; the last one before is kept (FAO-56, p. 75)."""


@dataclass(frozen=True, slots=True)
class ReferenceDay:
    """The reference evapotranspiration of a day, mm, with every intermediate of FAO-56's worked examples."""

    pressure: float
    gamma: float
    delta: float
    es: float
    ea: float
    ra: float
    daylight_h: float
    rs: float
    rso: float
    rns: float
    rnl: float
    rn: float
    et0: float


def reference_day(
    *, latitude: float, altitude_m: float, day_of_year: int, t_max: float, t_min: float, ea: float, u2: float,
    sunshine_h: float, soil_heat: float = 0.0,
) -> ReferenceDay:  # fmt: skip
    """ET0 of a day, or of a month's mean day with ``soil_heat`` 0.14 (T - T of the month before) (eq. 6, 44).

    ``sunshine_h`` gives the radiation by Angstrom's formula (eq. 35); ``ea`` is the vapour pressure.
    """
    t = (t_max + t_min) / 2.0
    pressure = atmospheric_pressure(altitude_m)
    gamma, delta = psychrometric_constant(pressure), slope_of_saturation(t)
    es = (saturation_pressure(t_max) + saturation_pressure(t_min)) / 2.0
    ra, daylight = extraterrestrial_day(latitude, day_of_year)
    rs, rso = (0.25 + 0.50 * sunshine_h / daylight) * ra, (0.75 + 2e-5 * altitude_m) * ra
    rns = (1.0 - ALBEDO) * rs
    warm = ((t_max + 273.16) ** 4 + (t_min + 273.16) ** 4) / 2.0
    rnl = STEFAN_BOLTZMANN_DAY * warm * (0.34 - 0.14 * ea**0.5) * (1.35 * min(rs / rso, 1.0) - 0.35)
    rn = rns - rnl
    et0 = (0.408 * delta * (rn - soil_heat) + gamma * 900.0 / (t + 273.0) * u2 * (es - ea)) / (
        delta + gamma * (1.0 + 0.34 * u2)
    )
    return ReferenceDay(pressure, gamma, delta, es, ea, ra, daylight, rs, rso, rns, rnl, rn, et0)


def reference_hour(
    *, t: Floats, humidity_pct: Floats, u2: Floats, rs: Floats, clearness: Floats, pressure: Floats
) -> Floats:
    """(hours,) mm (eq. 53): 0.408 D (Rn - G) + g 37/(T+273) u2 (e - ea), over D + g (1 + 0.34 u2); never below zero.

    ``clearness`` is Rs/Rso, at night that of the evening before; the soil takes 0.1 of Rn by day, 0.5 by night.
    """
    gamma, delta = psychrometric_constant(pressure), slope_of_saturation(t)
    es = saturation_pressure(t)
    ea = es * humidity_pct / 100.0
    black = STEFAN_BOLTZMANN_DAY / 24.0 * (t + 273.16) ** 4
    rn = (1.0 - ALBEDO) * rs - black * (0.34 - 0.14 * np.sqrt(ea)) * (1.35 * clearness - 0.35)
    soil = np.where(rs > 0.0, 0.1, 0.5) * rn
    et0 = (0.408 * delta * (rn - soil) + gamma * 37.0 / (t + 273.0) * u2 * (es - ea)) / (
        delta + gamma * (1.0 + 0.34 * u2)
    )
    return np.asarray(np.maximum(et0, 0.0))


def et0(weather: Weather) -> Floats:
    """(hours,) m3 per m2 and hour of reference evapotranspiration."""
    return reference_hour(
        t=weather.temperature_c, humidity_pct=np.minimum(weather.humidity_pct, 100.0),
        u2=wind_at_2m(weather.wind_m_s, measured_at_m=10.0), rs=weather.ghi * MJ_PER_WH,
        clearness=_clearness(weather), pressure=weather.pressure_pa / 1000.0,
    ) / 1000.0  # fmt: skip


def _clearness(weather: Weather) -> Floats:
    """(hours,) Rs/Rso from 0.3 to 1; while the sun is low or down, that of the last hour when it was not."""
    sun = sun_of(weather)
    clear = (0.75 + 2e-5 * weather.altitude_m) * sun.extraterrestrial * sun.cos_zenith
    high = sun.zenith < LOW_SUN_DEG
    if not high.any():
        return np.full(weather.hours, 0.7)
    ratio = np.clip(weather.ghi / np.where(high, clear, 1.0), 0.3, 1.0)
    last_high = np.maximum.accumulate(np.where(high, np.arange(weather.hours), -1))
    return ratio[np.where(last_high < 0, np.flatnonzero(high)[0], last_high)]


def saturation_pressure(t: F) -> F:
    """kPa over water (eq. 11)."""
    return 0.6108 * np.exp(17.27 * t / (t + 237.3))  # type: ignore[no-any-return]


def slope_of_saturation(t: F) -> F:
    """kPa/K (eq. 13)."""
    return 4098.0 * saturation_pressure(t) / (t + 237.3) ** 2


def atmospheric_pressure(altitude_m: float) -> float:
    """kPa (eq. 7)."""
    return float(101.3 * ((293.0 - 0.0065 * altitude_m) / 293.0) ** 5.26)


def psychrometric_constant(pressure: F) -> F:
    """kPa/K (eq. 8)."""
    return 0.665e-3 * pressure


def wind_at_2m(wind: F, *, measured_at_m: float) -> F:
    """m/s at 2 m from the wind at another height over grass (eq. 47)."""
    return wind * 4.87 / float(np.log(67.8 * measured_at_m - 5.42))


def extraterrestrial_day(latitude: float, day_of_year: int) -> tuple[float, float]:
    """Radiation outside the atmosphere on level ground, MJ/m2/day, and the hours of daylight (eq. 21 to 25, 34)."""
    phi, year = np.radians(latitude), 2.0 * np.pi / 365.0 * day_of_year
    distance = 1.0 + 0.033 * np.cos(year)
    decline = 0.409 * np.sin(year - 1.39)
    sunset = np.arccos(np.clip(-np.tan(phi) * np.tan(decline), -1.0, 1.0))
    height = sunset * np.sin(phi) * np.sin(decline) + np.cos(phi) * np.cos(decline) * np.sin(sunset)
    return float(24.0 * 60.0 / np.pi * SOLAR_CONSTANT * distance * height), float(24.0 / np.pi * sunset)
