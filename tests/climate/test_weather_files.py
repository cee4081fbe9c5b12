"""Weather files of every known kind, laid on a horizon: the right value in the right hour, and what was done said."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from tests.climate.skies import DATA, NEW_YORK, PARIS, new_york
from wikivillage.climate.radiation import sun_of
from wikivillage.climate.record import Weather
from wikivillage.climate.weather import load_weather
from wikivillage.model.kinds import Horizon

HOURS = np.arange("2015-01-01T00", "2016-01-01T00", dtype="datetime64[h]")
"""Every hour of a year that is no leap year."""

RISING = np.arange(8760) % 30 - 5.0
"""A temperature that tells the hours of a month apart."""


def load(folder: Path, text: str, *, start: str = "2025-01-01", hours: int = 8760) -> Weather:
    (folder / "weather.csv").write_text(text, encoding="utf-8")
    return load_weather(replace(PARIS, weather="weather.csv"), Horizon(datetime.fromisoformat(start), hours), folder)


def sunlight() -> np.ndarray:
    """(8760,) a bare bell of light from 7 to 17 h."""
    return np.maximum(500.0 * np.sin((np.arange(8760) % 24 - 6.5) / 11.0 * np.pi), 0.0) * (np.arange(8760) % 24 < 18)


def pvgis_tmy(*, offset: str = "") -> str:
    """A typical year as PVGIS writes it: hours of UTC, months of different years, words at the end."""
    rows = [
        f"{2007 + month % 5}{month + 1:02d}{str(hour)[8:10]}:{str(hour)[11:13]}00,{t},80.0,{g:.1f},{-0.0 if g == 0 else 10.0},{g:.1f},300.0,2.0,200.0,99000.0"
        for hour, month, t, g in zip(HOURS, HOURS.astype("datetime64[M]").astype(int) % 12, RISING, np.roll(sunlight(), -1), strict=True)
    ]
    head = ["Latitude (decimal degrees): 48.857", "Longitude (decimal degrees): 2.410", "Elevation (m): 60.0"]
    head += [f"Irradiance Time Offset (h): {offset}"] * bool(offset)
    chosen = ["month,year", *(f"{month + 1},{2007 + month % 5}" for month in range(12))]
    names = "time(UTC),T2m,RH,G(h),Gb(n),Gd(h),IR(h),WS10m,WD10m,SP"
    return "\n".join([*head, *chosen, names, *rows, "", "T2m: 2-m air temperature (degree Celsius)", "PVGIS (c) European Union"])


def tmy3() -> str:
    """A typical year as NREL writes it: hours that end at 01:00 to 24:00, -9900 where nothing was measured."""
    names = "Date (MM/DD/YYYY),Time (HH:MM),GHI (W/m^2),DNI (W/m^2),DHI (W/m^2),Dry-bulb (C),RHum (%),Pressure (mbar),Wspd (m/s),Lprecip depth (mm)"
    rows = [
        f"{str(hour)[5:7]}/{str(hour)[8:10]}/{1990 + int(str(hour)[5:7])},{int(str(hour)[11:13]) + 1:02d}:00,{g:.0f},0,{g:.0f},{t},70,1012,3.1,-9900"
        for hour, t, g in zip(HOURS, RISING, sunlight(), strict=True)
    ]
    return "\n".join(['725033,"NEW YORK CENTRAL PRK",NY,-5.0,40.783,-73.967,40', names, *rows])


def pvgis_hourly(*, slope: str = "0 deg.", names: str = "time,Gb(i),Gd(i),Gr(i),H_sun,T2m,WS10m,Int") -> str:
    """Two years as PVGIS writes them: stamps of ten past in UTC, radiation on a level plane."""
    hours = np.arange("2015-01-01T00", "2017-01-01T00", dtype="datetime64[h]")
    rows = [
        f"{str(hour)[:10].replace('-', '')}:{str(hour)[11:13]}10,{100.0 * (9 < int(str(hour)[11:13]) < 15)},50.0,0.0,0.0,{place % 30},2.0,0.0"
        for place, hour in enumerate(hours)
    ]
    head = ["Latitude (decimal degrees):\t48.857", "Longitude (decimal degrees):\t2.410", "Elevation (m):\t60"]
    head += ["Radiation database:\tPVGIS-SARAH3", "", "", f"Slope: {slope} ", "Azimuth: 0 deg. "]
    return "\r\n".join([*head, names, *rows, "", "Gb(i): Beam (direct) irradiance"])


def meteo_france(*, second_station: bool = False) -> str:
    """A year as Météo-France writes it: semicolons, hours of UTC that end at their number, J/cm2."""
    ends = HOURS + np.timedelta64(0, "h")
    rows = [
        f"75114001;PARIS-MONTSOURIS;48.821667;2.337833;75;{str(hour)[:13].replace('-', '').replace('T', '')};0.2;1;2.5;1;{t};1;80;1;1005.1;1;{g:.0f};1"
        for hour, t, g in zip(ends, RISING, sunlight() * 0.36, strict=True)
    ]
    if second_station:
        rows[100] = rows[100].replace("75114001", "75116008")
    return "\n".join(["NUM_POSTE;NOM_USUEL;LAT;LON;ALTI;AAAAMMJJHH;RR1;QRR1;FF;QFF;T;QT;U;QU;PSTAT;QPSTAT;GLO;QGLO", *rows])


def plain(hours: np.ndarray = HOURS, *, names: str = "time,temperature_c,ghi,wind_m_s,humidity_pct,rain_mm") -> str:
    """Our own columns."""
    rows = [f"{hour}:00,{place % 30 - 5.0},{100.0 * (9 < place % 24 < 15)},2.0,70,0.1" for place, hour in enumerate(hours)]
    return "\n".join([names, *rows])


def test_epw_is_read_like_pvlib_reads_it() -> None:
    """Every column of the New York year, hour by hour, against pvlib's own reader."""
    from pvlib import iotools

    sky, (theirs, place) = new_york(), iotools.read_epw(DATA / "new_york_tmy3.epw")
    pairs = {"temperature_c": "temp_air", "ghi": "ghi", "dni": "dni", "dhi": "dhi", "wind_m_s": "wind_speed",
             "humidity_pct": "relative_humidity", "pressure_pa": "atmospheric_pressure"}  # fmt: skip
    assert all(np.array_equal(getattr(sky, ours), theirs[name].to_numpy()) for ours, name in pairs.items())
    assert (sky.latitude, sky.longitude, sky.utc_offset_h) == (place["latitude"], place["longitude"], place["TZ"])
    assert sky.name["en"] == "New York Central Prk Obs Belv, USA, TMY3"


def test_epw_without_rain_says_so() -> None:
    assert not new_york().has_rain
    assert "rain_mm is missing in 8760 hours and therefore not used" in new_york().remarks


def test_the_sun_of_a_file_stands_at_half_past() -> None:
    """Global = direct x cos z + diffuse holds best with the sun at half past: the hours are where they belong."""
    def misfit(minute: float) -> float:
        sky = replace(new_york(), sun_minute=minute)
        return float(np.abs(sky.dni * sun_of(sky).cos_zenith + sky.dhi - sky.ghi).mean())

    assert misfit(30.0) < 1.0
    assert min(misfit(0.0), misfit(15.0), misfit(45.0), misfit(60.0)) > 3.5


def test_29_february_repeats_the_28th() -> None:
    sky = load_weather(NEW_YORK, Horizon(datetime(2024, 1, 1), 8784), DATA)
    february = [sky.temperature_c[sky.times.astype("datetime64[D]") == np.datetime64(f"2024-02-{day}")] for day in (28, 29)]
    assert np.array_equal(*february)
    assert "29 February repeats the weather of 28 February" in sky.remarks
    assert np.array_equal(sky.temperature_c[-24:], new_york().temperature_c[-24:])


def test_a_horizon_over_new_year_goes_round_the_typical_year() -> None:
    sky = load_weather(NEW_YORK, Horizon(datetime(2025, 12, 31), 48), DATA)
    assert np.array_equal(sky.temperature_c, np.concatenate([new_york().temperature_c[-24:], new_york().temperature_c[:24]]))


def test_pvgis_typical_year_is_shifted_to_standard_time(tmp_path: Path) -> None:
    """UTC 00:00 is 01:00 in Paris, in summer too; the light is brightest from noon; there is no rain."""
    sky = load(tmp_path, pvgis_tmy())
    assert np.array_equal(sky.temperature_c, np.roll(RISING, 1))
    assert set(sky.ghi.reshape(-1, 24).argmax(axis=1)) == {12}
    assert (sky.pressure_pa[0], sky.humidity_pct[0], sky.has_rain) == (99000.0, 80.0, False)
    assert sky.sun_minute == 0.0
    assert sky.utc_offset_h == 1


def test_pvgis_says_when_in_the_hour_its_light_holds(tmp_path: Path) -> None:
    assert load(tmp_path, pvgis_tmy(offset="0.5")).sun_minute == 30.0


def test_tmy3_hours_end_at_their_number(tmp_path: Path) -> None:
    sky = load(tmp_path, tmp := tmy3())
    assert "24:00" in tmp
    assert np.array_equal(sky.temperature_c, RISING)
    assert sky.ghi == pytest.approx(sunlight(), abs=0.5)
    assert (sky.pressure_pa[0], sky.utc_offset_h, sky.has_rain) == (101200.0, -5, False)
    assert sky.name["en"] == "NEW YORK CENTRAL PRK, NY"


def test_pvgis_hourly_years_hold_the_horizon_itself(tmp_path: Path) -> None:
    """Of two years the second is taken where it is asked for; direct radiation follows from the level beam."""
    sky = load(tmp_path, pvgis_hourly(), start="2016-02-28", hours=72)
    first = int((np.datetime64("2016-02-28T00") - np.datetime64("2015-01-01T01")).astype(int))
    assert np.array_equal(sky.temperature_c, (first + np.arange(72)) % 30)
    assert sky.sun_minute == 10.0
    assert sky.ghi[12] == pytest.approx(150.0)
    assert sky.ghi == pytest.approx(sky.dni * sun_of(sky).cos_zenith + sky.dhi)
    assert sky.lacking == {"rain_mm", "humidity_pct"}
    assert "direct radiation is worked out from the beam on level ground" in sky.remarks
    assert "pressure is that of the standard atmosphere at this altitude" in sky.remarks


def test_pvgis_hourly_without_components_is_split(tmp_path: Path) -> None:
    text = pvgis_hourly(names="time,G(i),P,Gr(i),H_sun,T2m,WS10m,Int")
    sky = load(tmp_path, text, start="2016-06-01", hours=24)
    assert sky.ghi.max() == 100.0
    assert "direct and diffuse radiation are split by Erbs 1982 from the global radiation" in sky.remarks


def test_meteo_france_sums_end_at_their_number(tmp_path: Path) -> None:
    """The row of 01 UTC is the hour from 00 UTC, which is 01 in Paris; J/cm2 become W/m2; the year is laid on 2025."""
    sky = load(tmp_path, meteo_france())
    assert np.array_equal(sky.temperature_c, RISING)
    assert sky.ghi == pytest.approx(sunlight(), abs=1.4)
    assert sky.rain_mm.sum() == pytest.approx(0.2 * 8760)
    assert sky.pressure_pa[0] == pytest.approx(100510.0)
    assert "the weather of 2015 laid on 2025" in sky.remarks
    assert sky.name["en"] == "PARIS-MONTSOURIS"


def test_plain_columns_are_local_standard_time(tmp_path: Path) -> None:
    sky = load(tmp_path, plain())
    assert np.array_equal(sky.temperature_c, RISING)
    assert sky.has_rain
    assert sky.lacking == frozenset()
    assert sky.source == "file weather.csv"


def test_what_a_plain_file_lacks_is_not_invented(tmp_path: Path) -> None:
    sky = load(tmp_path, plain(names="time,temperature_c,ghi,gusts,moisture,drops"))
    assert sky.lacking == {"wind_m_s", "humidity_pct", "rain_mm"}


def test_a_few_dry_days_have_rain_of_zero(tmp_path: Path) -> None:
    """Two days without rain were measured; a year of zeros was not."""
    dry = plain(HOURS[:48]).replace(",0.1", ",0")
    assert load(tmp_path, dry, start="2015-01-01", hours=48).has_rain
    assert not load(tmp_path, plain().replace(",0.1", ",0")).has_rain


def test_a_short_record_knows_no_annual_wave(tmp_path: Path) -> None:
    assert load(tmp_path, plain(HOURS[:480]), start="2015-01-01", hours=48).annual is None


def test_half_hour_zones_round_down_and_keep_their_sun(tmp_path: Path) -> None:
    """India is 5:30 ahead: UTC hours are laid 5 hours later, and the sun is reckoned on the same clock."""
    (tmp_path / "weather.csv").write_text(pvgis_tmy())
    sky = load_weather(replace(PARIS, weather="weather.csv", timezone="Asia/Kolkata"), Horizon(datetime(2025, 1, 1), 48), tmp_path)
    assert sky.utc_offset_h == 5


def test_arrays_are_read_only() -> None:
    with pytest.raises(ValueError, match="read-only"):
        new_york().ghi[0] = 1.0
