"""The kinds of weather file: how each is recognised, where it says its place, and what its columns mean.

EnergyPlus weather (EPW), NREL TMY3, PVGIS typical year and hourly series (JRC), hourly climatology of Météo-France,
and a plain CSV whose columns bear our own names.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from wikivillage.climate.record import COLUMNS
from wikivillage.model.kinds import Site

Lines = Sequence[str]


class RefusedError(Exception):
    """A heading that cannot be used. ``line`` counts from 1; 0 is the file as a whole."""

    def __init__(self, what: str, hint: str = "", *, line: int = 0) -> None:
        super().__init__(what)
        self.what, self.hint, self.line = what, hint, line


@dataclass(frozen=True, slots=True)
class Source:
    """A column of a file, by heading or by position: ours = ``factor`` x theirs; ``missing`` is their sign for none."""

    header: str | int
    factor: float = 1.0
    missing: float = float("nan")
    required: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """What a file says above its rows. ``header_line`` holds the column names, ``first_row`` follows; both from 0.

    ``utc_offset_h`` None: the site's. ``sun_minute``: the minute of the hour at which its radiation holds.
    """

    name: str
    latitude: float
    longitude: float
    altitude_m: float
    header_line: int
    first_row: int
    utc_offset_h: float | None = None
    typical: bool = False
    sun_minute: float = 30.0


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of file. ``hour`` makes the beginning of the hour out of the cells of the columns ``clock``.

    ``one_place``: the column that must not change; ``either``: groups of columns of which one must be whole.
    """

    name: str
    recognise: Callable[[Lines], bool]
    read_heading: Callable[[Lines, Site], Heading]
    clock: tuple[str | int, ...]
    hour: Callable[..., datetime]
    columns: Mapping[str, Source]
    delimiter: str = ","
    in_utc: bool = False
    one_place: str | None = None
    either: tuple[tuple[str, ...], ...] = ()


def _cells(lines: Lines, line: int, delimiter: str = ",") -> list[str]:
    return next(csv.reader([lines[line]], delimiter=delimiter)) if line < len(lines) else []


def _numbers(cells: Sequence[str], *names: str, line: int = 1) -> list[float]:
    """The numbers of a heading, in the order of their names. Raises RefusedError for the first that is not there."""
    numbers = []
    for position, name in enumerate(names):
        try:
            numbers.append(float(cells[position]))
        except (ValueError, IndexError):
            hint = "Is the file cut off, or edited by hand?"
            raise RefusedError(f"the heading does not say the {name}.", hint, line=line) from None
    return numbers


# EPW: eight lines of heading, 35 columns by position, hours 1 to 24 that end at their number.

EPW_HEADING = 8


def _epw_heading(lines: Lines, site: Site) -> Heading:
    place = _cells(lines, 0)
    periods = _cells(lines, EPW_HEADING - 1)
    if not periods or not periods[0].startswith("DATA PERIODS"):
        ends = min(EPW_HEADING, len(lines))
        raise RefusedError("the eight lines of heading are not complete.", "Is the file cut off?", line=ends)
    if len(periods) > 2 and periods[2].strip() != "1":
        raise RefusedError(f"the file has {periods[2]} records an hour.", "Take a file with one.", line=EPW_HEADING)
    latitude, longitude, offset, altitude = _numbers(place[6:10], "latitude", "longitude", "time zone", "altitude")
    return Heading(
        name=", ".join(part.strip() for part in place[1:5:2] + place[4:5] if part.strip() not in ("", "-")),
        latitude=latitude, longitude=longitude, altitude_m=altitude, utc_offset_h=offset,
        header_line=EPW_HEADING - 1, first_row=EPW_HEADING, typical=True,
    )  # fmt: skip


EPW = Format(
    name="EPW",
    recognise=lambda lines: lines[0].startswith("LOCATION,"),
    read_heading=_epw_heading,
    clock=(0, 1, 2, 3),
    hour=lambda year, month, day, hour: datetime(int(year), int(month), int(day), int(hour) - 1),
    columns={
        "temperature_c": Source(6, missing=99.9, required=True),
        "humidity_pct": Source(8, missing=999),
        "pressure_pa": Source(9, missing=999999),
        "ghi": Source(13, missing=9999, required=True),
        "dni": Source(14, missing=9999, required=True),
        "dhi": Source(15, missing=9999, required=True),
        "wind_m_s": Source(21, missing=999),
        "rain_mm": Source(33, missing=999),
    },
)


# TMY3: a line about the station, a line of column names, hours 01:00 to 24:00 that end at their number.


def _tmy3_heading(lines: Lines, site: Site) -> Heading:
    station = _cells(lines, 0)
    offset, latitude, longitude, altitude = _numbers(station[3:7], "time zone", "latitude", "longitude", "altitude")
    return Heading(
        name=", ".join(part.strip() for part in station[1:3]), latitude=latitude, longitude=longitude,
        altitude_m=altitude, utc_offset_h=offset, header_line=1, first_row=2, typical=True,
    )  # fmt: skip


def _tmy3_hour(date: str, clock: str) -> datetime:
    month, day, year = date.split("/")
    return datetime(int(year), int(month), int(day), int(clock.split(":")[0]) - 1)


TMY3 = Format(
    name="TMY3",
    recognise=lambda lines: len(lines) > 1 and lines[1].startswith("Date (MM/DD/YYYY),Time (HH:MM)"),
    read_heading=_tmy3_heading,
    clock=("Date (MM/DD/YYYY)", "Time (HH:MM)"),
    hour=_tmy3_hour,
    columns={
        "temperature_c": Source("Dry-bulb (C)", missing=-9900, required=True),
        "humidity_pct": Source("RHum (%)", missing=-9900),
        "pressure_pa": Source("Pressure (mbar)", factor=100.0, missing=-9900),
        "ghi": Source("GHI (W/m^2)", missing=-9900, required=True),
        "dni": Source("DNI (W/m^2)", missing=-9900, required=True),
        "dhi": Source("DHI (W/m^2)", missing=-9900, required=True),
        "wind_m_s": Source("Wspd (m/s)", missing=-9900),
        "rain_mm": Source("Lprecip depth (mm)", missing=-9900),
    },
)


# PVGIS: "key: value" lines, then column names that begin with time; stamps such as 20160101:0010 in UTC.


def _is_pvgis(lines: Lines) -> bool:
    return lines[0].startswith("Latitude (decimal degrees)")


def _pvgis_facts(lines: Lines) -> dict[str, str]:
    pairs = (line.split(":", 1) for line in lines[:60] if ":" in line and not line[:1].isdigit())
    return {key.strip(): value.strip() for key, value in pairs}


def _pvgis_names(lines: Lines) -> int:
    """Index of the line of column names. Raises RefusedError."""
    found = next((number for number, line in enumerate(lines[:80]) if re.match(r"time(\(UTC\))?,", line)), None)
    if found is None:
        raise RefusedError("the line of column names is missing.", "Is the file cut off?", line=len(lines))
    return found


def _pvgis_place(lines: Lines, *, names: int, typical: bool, sun_minute: float) -> Heading:
    facts = _pvgis_facts(lines)
    keys = ("Latitude (decimal degrees)", "Longitude (decimal degrees)", "Elevation (m)")
    place = [facts.get(key, "") for key in keys]
    latitude, longitude, altitude = _numbers(place, "latitude", "longitude", "altitude")
    database = facts.get("Radiation database", "typical year")
    return Heading(
        name=f"PVGIS {database} {latitude:g}, {longitude:g}".replace("PVGIS PVGIS-", "PVGIS "),
        latitude=latitude, longitude=longitude, altitude_m=altitude,
        header_line=names, first_row=names + 1, typical=typical, sun_minute=sun_minute,
    )  # fmt: skip


def _pvgis_tmy_heading(lines: Lines, site: Site) -> Heading:
    later = _pvgis_facts(lines).get("Irradiance Time Offset (h)", "0")
    (hours,) = _numbers([later], "irradiance time offset", line=4)
    return _pvgis_place(lines, names=_pvgis_names(lines), typical=True, sun_minute=60.0 * hours)


def _pvgis_hourly_heading(lines: Lines, site: Site) -> Heading:
    names = _pvgis_names(lines)
    slope = re.match(r"[-\d.]+", _pvgis_facts(lines).get("Slope", "0"))
    if slope is None or float(slope.group()) != 0.0:
        hint = "Ask PVGIS for slope 0 with the radiation components; tilted planes are computed here."
        raise RefusedError("the radiation is that of a tilted plane.", hint)
    first = lines[names + 1] if names + 1 < len(lines) else ""
    minute = re.match(r"\d{8}:\d\d(\d\d)", first)
    return _pvgis_place(lines, names=names, typical=False, sun_minute=float(minute[1]) if minute else 30.0)


def _pvgis_hour(stamp: str) -> datetime:
    return datetime(int(stamp[:4]), int(stamp[4:6]), int(stamp[6:8]), int(stamp[9:11]))


PVGIS_TMY = Format(
    name="PVGIS typical year",
    recognise=lambda lines: _is_pvgis(lines) and any(line.startswith("time(UTC),") for line in lines[:80]),
    read_heading=_pvgis_tmy_heading,
    clock=("time(UTC)",),
    hour=_pvgis_hour,
    columns={
        "temperature_c": Source("T2m", required=True),
        "humidity_pct": Source("RH"),
        "pressure_pa": Source("SP"),
        "ghi": Source("G(h)", required=True),
        "dni": Source("Gb(n)", required=True),
        "dhi": Source("Gd(h)", required=True),
        "wind_m_s": Source("WS10m"),
    },
    in_utc=True,
)

PVGIS_HOURLY = Format(
    name="PVGIS hourly",
    recognise=lambda lines: _is_pvgis(lines),
    read_heading=_pvgis_hourly_heading,
    clock=("time",),
    hour=_pvgis_hour,
    columns={
        "temperature_c": Source("T2m", required=True),
        "ghi": Source("G(i)"),
        "beam_level": Source("Gb(i)"),
        "dhi": Source("Gd(i)"),
        "wind_m_s": Source("WS10m"),
    },
    in_utc=True,
    either=(("Gb(i)", "Gd(i)"), ("G(i)",)),
)


# Météo-France: semicolons, hours AAAAMMJJHH in UTC that end at their number.


def _meteo_france_heading(lines: Lines, site: Site) -> Heading:
    names = [name.strip() for name in _cells(lines, 0, ";")]
    first = dict(zip(names, _cells(lines, 1, ";"), strict=False))
    place = [first.get(key, "") for key in ("LAT", "LON", "ALTI")]
    latitude, longitude, altitude = _numbers(place, "latitude", "longitude", "altitude", line=2)
    return Heading(
        name=first.get("NOM_USUEL", "Météo-France").strip(), latitude=latitude, longitude=longitude,
        altitude_m=altitude, header_line=0, first_row=1,
    )  # fmt: skip


def _meteo_france_hour(stamp: str) -> datetime:
    return datetime(int(stamp[:4]), int(stamp[4:6]), int(stamp[6:8]), int(stamp[8:10])) - timedelta(hours=1)


J_PER_CM2_HOUR = 10_000.0 / 3600.0
"""W/m2."""

METEO_FRANCE = Format(
    name="Météo-France hourly",
    recognise=lambda lines: lines[0].startswith("NUM_POSTE;"),
    read_heading=_meteo_france_heading,
    clock=("AAAAMMJJHH",),
    hour=_meteo_france_hour,
    columns={
        "temperature_c": Source("T", required=True),
        "humidity_pct": Source("U"),
        "pressure_pa": Source("PSTAT", factor=100.0),
        "ghi": Source("GLO", factor=J_PER_CM2_HOUR, required=True),
        "wind_m_s": Source("FF"),
        "rain_mm": Source("RR1"),
    },
    delimiter=";",
    in_utc=True,
    one_place="NUM_POSTE",
)


# Plain CSV: our own names, the beginning of each hour in local standard time.


def _plain_heading(lines: Lines, site: Site) -> Heading:
    return Heading(
        name="", latitude=site.latitude, longitude=site.longitude, altitude_m=site.altitude_m,
        header_line=0, first_row=1,
    )  # fmt: skip


def _plain_hour(stamp: str) -> datetime:
    time = datetime.fromisoformat(stamp.strip())
    if time.tzinfo is not None:
        raise ValueError("a time with a zone; write local standard time without one")
    if (time.minute, time.second) != (0, 0):
        raise ValueError("a time that is no full hour")
    return time


PLAIN = Format(
    name="CSV with the columns time, temperature_c, ghi and more",
    recognise=lambda lines: lines[0].startswith("time,") and "temperature_c" in lines[0],
    read_heading=_plain_heading,
    clock=("time",),
    hour=_plain_hour,
    columns={column: Source(column, required=column in ("temperature_c", "ghi")) for column in COLUMNS},
)

FORMATS = (EPW, TMY3, PVGIS_TMY, PVGIS_HOURLY, METEO_FRANCE, PLAIN)
"""In the order in which they are tried."""
