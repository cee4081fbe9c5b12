"""What one kWp of photovoltaic modules yields, hour by hour (the PVWatts chain, by pvlib).

Plane: Perez 1990 at mid-hour; glass: Fresnel reflection of the beam; cells: Faiman 2008; modules: PVWatts with
gamma = -0.0035 per K and 14 % losses; inverter: PVWatts, 96 % (Dobos 2014, NREL/TP-6A20-62641).
"""

from __future__ import annotations

import numpy as np

from wikivillage.climate.radiation import plane_of
from wikivillage.climate.record import Floats, Weather

GAMMA_PER_K = -0.0035
INVERTER_EFFICIENCY = 0.96
DC_TO_AC = 1.2
"""kWp of modules per kW of inverter, the default of PVWatts."""


def pv_yield(weather: Weather, *, tilt: float, azimuth: float, losses: float, albedo: float) -> Floats:
    """(hours,) kWh per hour and kWp, alternating current. Angles in degrees, losses and albedo as shares."""
    effective, cells = light_and_cells(weather, tilt=tilt, azimuth=azimuth, albedo=albedo)
    direct_current = module_power(effective, cells) * (1.0 - losses)
    return inverter_power(direct_current, rated=1.0 / DC_TO_AC)


def light_and_cells(weather: Weather, *, tilt: float, azimuth: float, albedo: float) -> tuple[Floats, Floats]:
    """(hours,) each: W/m2 that reach the cells, and their temperature in degrees C."""
    from pvlib import iam, temperature

    plane = plane_of(weather, tilt, azimuth, albedo)
    effective = plane.beam * np.asarray(iam.physical(plane.incidence)) + plane.diffuse
    cells = temperature.faiman(plane.total, weather.temperature_c, weather.wind_m_s)
    return effective, np.asarray(cells)


def module_power(effective: Floats, cells_c: Floats) -> Floats:
    """(hours,) kW per kWp: P = G/1000 (1 + gamma (T - 25))."""
    return np.asarray(np.maximum(effective / 1000.0 * (1.0 + GAMMA_PER_K * (cells_c - 25.0)), 0.0))


def inverter_power(direct_current: Floats, *, rated: float) -> Floats:
    """(hours,) alternating current of an inverter that gives ``rated`` at most, in the unit of ``direct_current``."""
    from pvlib import inverter

    limit = rated / INVERTER_EFFICIENCY
    return np.asarray(np.maximum(inverter.pvwatts(direct_current, limit, INVERTER_EFFICIENCY), 0.0))
