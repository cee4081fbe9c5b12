"""What a tilted plane receives from the sun, the sky and the ground (pvlib)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from wikivillage.climate.record import Floats, Weather
from wikivillage.climate.sun import Sun, sun_at


@lru_cache(maxsize=4)
def sun_of(weather: Weather) -> Sun:
    """The sun over a weather's own place at the minute for which its radiation holds; computed once per weather."""
    utc = weather.times - np.timedelta64(weather.utc_offset_h, "h")
    utc = utc + np.timedelta64(round(weather.sun_minute * 60), "s")
    return sun_at(utc, latitude=weather.latitude, longitude=weather.longitude, altitude_m=weather.altitude_m)


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """(hours,) each: W/m2 of beam and of sky and ground on a tilted plane, angle of incidence in degrees."""

    beam: Floats
    diffuse: Floats
    incidence: Floats

    @property
    def total(self) -> Floats:
        """(hours,) W/m2."""
        return self.beam + self.diffuse


@lru_cache(maxsize=32)
def plane_of(weather: Weather, tilt_deg: float, azimuth_deg: float, albedo: float) -> Plane:
    """Radiation on a plane: Perez et al. 1990 sky, ground reflecting ``albedo`` of the horizontal radiation.

    ``tilt_deg`` 0 is flat, 90 a façade; ``azimuth_deg`` 180 is south. Zero where the sun is down.
    """
    from pvlib import irradiance

    sun = sun_of(weather)
    parts = irradiance.get_total_irradiance(
        tilt_deg, azimuth_deg, sun.zenith, sun.azimuth, weather.dni, weather.ghi, weather.dhi,
        dni_extra=sun.extraterrestrial, airmass=sun.air_mass, albedo=albedo, model="perez",
    )  # fmt: skip
    lit = sun.up & (weather.ghi > 0.0)
    incidence = irradiance.aoi(tilt_deg, azimuth_deg, sun.zenith, sun.azimuth)
    return Plane(beam=_where(lit, parts["poa_direct"]), diffuse=_where(lit, parts["poa_diffuse"]), incidence=incidence)


def _where(lit: NDArray[np.bool_], values: Floats) -> Floats:
    """Zero in the dark, where the sky model is undefined (NaN)."""
    return np.where(lit, np.maximum(np.nan_to_num(np.asarray(values), nan=0.0), 0.0), 0.0)
