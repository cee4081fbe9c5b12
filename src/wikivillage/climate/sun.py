"""Where the sun stands (pvlib).

pvlib takes a second to import, so it is imported where it is used: villages without weather never wait for it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wikivillage.climate.record import Floats, Times

DELTA_T_S = 69.0
"""Terrestrial minus universal time in the 2020s, s (IERS); an error of 10 s moves the sun by 0.04 degrees."""


@dataclass(frozen=True, slots=True, eq=False)
class Sun:
    """(hours,) each: angles in degrees (azimuth from north, clockwise), extraterrestrial normal radiation in W/m2,
    relative air mass (NaN where the sun is down)."""

    zenith: Floats
    azimuth: Floats
    extraterrestrial: Floats
    air_mass: Floats

    @property
    def up(self) -> NDArray[np.bool_]:
        """(hours,) true where the middle of the sun's disc is above the horizon."""
        return self.zenith < 90.0

    @property
    def cos_zenith(self) -> Floats:
        """(hours,) never negative."""
        return np.maximum(np.cos(np.radians(self.zenith)), 0.0)


def sun_at(utc: Times, *, latitude: float, longitude: float, altitude_m: float) -> Sun:
    """The sun at the instants ``utc``: NREL's SPA for the angles, Spencer 1971 for the extraterrestrial radiation,
    Kasten and Young 1989 for the air mass."""
    from pvlib import atmosphere, irradiance, spa

    seconds = utc.astype("datetime64[s]").astype(np.float64)
    zenith, _, _, _, azimuth, _ = spa.solar_position_numpy(
        seconds, latitude, longitude, altitude_m, 1013.25, 12.0, DELTA_T_S, 0.5667, numthreads=1
    )
    day_of_year = (utc.astype("datetime64[D]") - utc.astype("datetime64[Y]")).astype(np.float64) + 1.0
    return Sun(
        zenith=zenith,
        azimuth=azimuth,
        extraterrestrial=np.asarray(irradiance.get_extra_radiation(day_of_year)),
        air_mass=np.asarray(atmosphere.get_relative_airmass(zenith)),
    )
