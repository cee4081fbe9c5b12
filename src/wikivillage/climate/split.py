"""What a weather file leaves out and the sun tells: direct and diffuse radiation, and the pressure of the air."""

from __future__ import annotations

import numpy as np

from wikivillage.climate.record import Floats, Times
from wikivillage.climate.sun import Sun, sun_at

LEAST_COS_ZENITH = 0.065
"""Below 3.7 degrees of height a beam on level ground says nothing certain about the direct normal radiation (Erbs)."""
MOST_DIRECT = 1100.0
"""W/m2 of direct normal radiation that clear air lets through at most."""


def complete_radiation(
    columns: dict[str, Floats], times: Times, *, latitude: float, longitude: float, altitude_m: float,
    utc_offset_h: int, sun_minute: float,
) -> list[str]:  # fmt: skip
    """Adds ``ghi``, ``dni`` and ``dhi`` where the file has not all three, and says how.

    From the beam on level ground: Gn = Gb / cos z. From the global radiation alone: Erbs, Klein and Duffie 1982.
    """
    if {"ghi", "dni", "dhi"} <= columns.keys():
        return []
    utc = times - np.timedelta64(utc_offset_h, "h") + np.timedelta64(round(sun_minute * 60), "s")
    sun = sun_at(utc, latitude=latitude, longitude=longitude, altitude_m=altitude_m)
    if "beam_level" in columns and "dhi" in columns:
        return _from_beam(columns, sun)
    return _from_global(columns, sun, times)


def _from_beam(columns: dict[str, Floats], sun: Sun) -> list[str]:
    beam = columns.pop("beam_level")
    high = sun.cos_zenith > LEAST_COS_ZENITH
    columns["ghi"] = beam + columns["dhi"]
    columns["dni"] = np.where(high, np.minimum(beam / np.where(high, sun.cos_zenith, 1.0), MOST_DIRECT), 0.0)
    columns["dhi"] = columns["ghi"] - columns["dni"] * sun.cos_zenith
    return ["direct radiation is worked out from the beam on level ground"]


def _from_global(columns: dict[str, Floats], sun: Sun, times: Times) -> list[str]:
    from pvlib import irradiance

    ghi = columns["ghi"]
    day_of_year = (times.astype("datetime64[D]") - times.astype("datetime64[Y]")).astype(np.float64) + 1.0
    direct = np.asarray(irradiance.erbs(ghi, sun.zenith, day_of_year)["dni"])
    columns["dni"] = np.where(sun.up | np.isnan(ghi), np.minimum(direct, MOST_DIRECT), 0.0)
    columns["dhi"] = ghi - columns["dni"] * sun.cos_zenith
    return ["direct and diffuse radiation are split by Erbs 1982 from the global radiation"]


def standard_pressure(altitude_m: float) -> float:
    """Pa in the standard atmosphere (ISO 2533)."""
    return float(101325.0 * (1.0 - 2.25577e-5 * altitude_m) ** 5.25588)
