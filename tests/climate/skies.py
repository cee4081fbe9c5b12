"""Weather that the tests make: the synthetic Paris year, and steady skies of a few hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path

import numpy as np

from wikivillage.climate.record import Weather
from wikivillage.climate.weather import load_weather
from wikivillage.model.kinds import SYNTHETIC_PARIS, Horizon, Site

DATA = Path(__file__).parent / "data"
PARIS = Site(
    latitude=48.857, longitude=2.410, timezone="Europe/Paris", altitude_m=60.0, weather=SYNTHETIC_PARIS, seed=1
)
NEW_YORK = Site(latitude=40.78, longitude=-73.97, timezone="America/New_York", weather="new_york_tmy3.epw")
YEAR = Horizon(datetime(2025, 1, 1), 8760)


@cache
def paris(year: int = 2025, *, seed: int = 1, start: str = "01-01", hours: int = 8760) -> Weather:
    """The synthetic Paris year, or some hours of it."""
    begins = datetime.fromisoformat(f"{year}-{start}")
    return load_weather(replace(PARIS, seed=seed), Horizon(begins, hours), DATA)


@cache
def new_york() -> Weather:
    """The typical year of New York on 2025."""
    return load_weather(NEW_YORK, YEAR, DATA)


def steady(hours: int = 48, **columns: object) -> Weather:
    """Weather of some hours from 1 January 2025: dry, dark, windless and 10 degrees, but for the columns given."""
    quiet = {"temperature_c": 10.0, "ghi": 0.0, "dni": 0.0, "dhi": 0.0, "wind_m_s": 0.0, "humidity_pct": 70.0,
             "pressure_pa": 101325.0, "rain_mm": 0.0}  # fmt: skip
    arrays = {
        name: np.broadcast_to(np.asarray(value, dtype=float), (hours,)) for name, value in (quiet | columns).items()
    }
    return replace(paris(hours=hours), **arrays)


def by_month(values: np.ndarray, weather: Weather) -> np.ndarray:
    """(12,) sums of (hours,) values."""
    return np.bincount(weather.times.astype("datetime64[M]").astype(int) % 12, weights=values, minlength=12)
