"""Weather as it was found or made, on its own clock (Record), and laid on the hours of a horizon (Weather)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wikivillage.model.kinds import Grade

Floats = NDArray[np.float64]
Times = NDArray[np.datetime64]

COLUMNS = ("temperature_c", "ghi", "dni", "dhi", "wind_m_s", "humidity_pct", "pressure_pa", "rain_mm")
"""What a full record holds per hour; radiation in W/m2, rain in mm per hour."""


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """Hours of weather at one place.

    ``name`` in English and French. ``times`` (rows,) hour beginnings on a clock that is ``utc_offset_h`` ahead of
    UTC; ``typical``: the years in ``times`` mean nothing (a typical year joins months of several); ``columns``
    (rows,) each, NaN where a value is missing, absent where the record has no such column; ``sun_minute`` the minute
    of the hour for which radiation holds; ``lines`` (rows,) the line of the file that each row stands in.
    """

    where: str
    name: Mapping[str, str]
    source: str
    grade: Grade
    synthetic: bool
    typical: bool
    latitude: float
    longitude: float
    altitude_m: float
    utc_offset_h: int
    times: Times
    columns: Mapping[str, Floats]
    lines: NDArray[np.int64]
    sun_minute: float = 30.0
    remarks: tuple[str, ...] = ()

    def place_of_row(self, row: int) -> str:
        """``file:line`` of a row, or the record itself where it was not read from a file."""
        line = int(self.lines[row])
        return f"{self.where}:{line}" if line else self.where


@dataclass(frozen=True, slots=True)
class AnnualWave:
    """The year's temperature as one cosine: what the ground remembers of it.

    Mean in degrees C, swing (half of highest minus lowest) in K, ``warmest_hour`` of a leap year of 8784 hours.
    """

    mean_c: float
    swing_k: float
    warmest_hour: float


@dataclass(frozen=True, slots=True, eq=False)
class Weather:
    """Weather on the hours of a horizon; every array is (hours,), free of NaN, and read-only.

    ``name`` in English and French (``en``, ``fr``). ``times``: hour beginnings in local standard time. Radiation
    ``ghi``, ``dni``, ``dhi`` in W/m2 is the mean of its hour. ``latitude``, ``longitude`` and ``utc_offset_h`` belong
    to the place that was observed: the sun that made this radiation stood over it. A column named in ``lacking``
    holds zeros and no driver may read it. ``annual`` is None where the record is shorter than a year. ``remarks``
    say what was done to lay the record on the horizon.
    """

    name: Mapping[str, str]
    source: str
    grade: Grade
    synthetic: bool
    times: Times
    temperature_c: Floats
    ghi: Floats
    dni: Floats
    dhi: Floats
    wind_m_s: Floats
    humidity_pct: Floats
    pressure_pa: Floats
    rain_mm: Floats
    latitude: float
    longitude: float
    altitude_m: float
    utc_offset_h: int
    sun_minute: float = 30.0
    lacking: frozenset[str] = frozenset()
    annual: AnnualWave | None = None
    remarks: tuple[str, ...] = ()

    @property
    def has_rain(self) -> bool:
        """Whether rain was recorded."""
        return "rain_mm" not in self.lacking

    @property
    def sun_hours(self) -> int:
        """Hours of sunshine as the WMO counts them: with more than 120 W/m2 of direct radiation."""
        return int((self.dni > 120.0).sum())

    @property
    def hours(self) -> int:
        """Length of the horizon."""
        return int(self.times.size)
