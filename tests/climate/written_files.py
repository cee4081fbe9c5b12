"""Weather files in the layout of PVGIS, NREL, Météo-France and ourselves, written for the tests."""

from __future__ import annotations

from datetime import datetime

import numpy as np

HOURS = np.arange("2015-01-01T00", "2016-01-01T00", dtype="datetime64[h]")
"""Every hour of a year that is no leap year."""

RISING = np.arange(8760) % 30 - 5.0
"""A temperature that tells the hours of a month apart."""


def sunlight() -> np.ndarray:
    """(8760,) a bare bell of light from 7 to 17 h."""
    clock = np.arange(8760) % 24
    return np.where(clock < 18, np.maximum(500.0 * np.sin((clock - 6.5) / 11.0 * np.pi), 0.0), 0.0)


def pvgis_tmy(*, offset: str = "") -> str:
    """A typical year: hours of UTC, months of different years, words at the end. February is of a leap year."""
    head = ["Latitude (decimal degrees): 48.857", "Longitude (decimal degrees): 2.410", "Elevation (m): 60.0"]
    head += [f"Irradiance Time Offset (h): {offset}"] * bool(offset)
    chosen = ["month,year", *(f"{month},{2006 + month % 5}" for month in range(1, 13))]
    rows = [
        f"{hour.replace(year=2006 + hour.month % 5):%Y%m%d:%H}00,{t},80.0,{g:.1f},-0.0,{g:.1f},300.0,2.0,200.0,99000.0"
        for hour, t, g in _rows(HOURS, RISING, np.roll(sunlight(), -1))
    ]
    names = "time(UTC),T2m,RH,G(h),Gb(n),Gd(h),IR(h),WS10m,WD10m,SP"
    return "\n".join([*head, *chosen, names, *rows, "", "T2m: 2-m air temperature (degree Celsius)"])


def tmy3() -> str:
    """A typical year of NREL: hours that end at 01:00 to 24:00, -9900 where nothing was measured."""
    names = (
        "Date (MM/DD/YYYY),Time (HH:MM),GHI (W/m^2),DNI (W/m^2),DHI (W/m^2),Dry-bulb (C),RHum (%),Pressure (mbar),"
        "Wspd (m/s),Lprecip depth (mm)"
    )
    rows = [
        f"{hour:%m/%d}/{1990 + hour.month},{hour.hour + 1:02d}:00,{g:.0f},0,{g:.0f},{t},70,1012,3.1,-9900"
        for hour, t, g in _rows(HOURS, RISING, sunlight())
    ]
    return "\n".join(['725033,"NEW YORK CENTRAL PRK",NY,-5.0,40.783,-73.967,40', names, *rows])


def pvgis_hourly(*, slope: str = "0 deg.", names: str = "time,Gb(i),Gd(i),Gr(i),H_sun,T2m,WS10m,Int") -> str:
    """Two years: stamps of ten past in UTC, radiation on a level plane."""
    hours = np.arange("2015-01-01T00", "2017-01-01T00", dtype="datetime64[h]")
    head = ["Latitude (decimal degrees):\t48.857", "Longitude (decimal degrees):\t2.410", "Elevation (m):\t60"]
    head += ["Radiation database:\tPVGIS-SARAH3", "", "", f"Slope: {slope} ", "Azimuth: 0 deg. "]
    rows = [
        f"{hour:%Y%m%d:%H}10,{100.0 * (9 < hour.hour < 15)},50.0,0.0,0.0,{place % 30},2.0,0.0"
        for hour, place in _rows(hours, np.arange(hours.size))
    ]
    return "\r\n".join([*head, names, *rows, "", "Gb(i): Beam (direct) irradiance"])


def meteo_france(*, second_station: bool = False) -> str:
    """A year: semicolons, hours of UTC that end at their number, J/cm2."""
    station = "75114001;PARIS-MONTSOURIS;48.821667;2.337833;75"
    rows = [
        f"{station};{hour:%Y%m%d%H};0.2;1;2.5;1;{t};1;80;1;1005.1;1;{g:.0f};1"
        for hour, t, g in _rows(HOURS, RISING, sunlight() * 0.36)
    ]
    if second_station:
        rows[100] = rows[100].replace("75114001", "75116008")
    names = "NUM_POSTE;NOM_USUEL;LAT;LON;ALTI;AAAAMMJJHH;RR1;QRR1;FF;QFF;T;QT;U;QU;PSTAT;QPSTAT;GLO;QGLO"
    return "\n".join([names, *rows])


def plain(hours: np.ndarray = HOURS, *, names: str = "time,temperature_c,ghi,wind_m_s,humidity_pct,rain_mm") -> str:
    """Our own columns, in local standard time."""
    rows = [
        f"{hour:%Y-%m-%dT%H:00},{place % 30 - 5.0},{100.0 * (9 < hour.hour < 15)},2.0,70,0.1"
        for hour, place in _rows(hours, np.arange(hours.size))
    ]
    return "\n".join([names, *rows])


def _rows(hours: np.ndarray, *columns: np.ndarray) -> zip:
    """Hours as datetimes beside their values."""
    return zip(hours.astype(datetime), *columns, strict=True)
