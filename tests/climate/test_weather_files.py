"""Weather files of every known kind, laid on a horizon: the right value in the right hour, and what was done said."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from tests.climate.skies import DATA, NEW_YORK, PARIS, new_york
from tests.climate.written_files import HOURS, RISING, meteo_france, plain, pvgis_hourly, pvgis_tmy, sunlight, tmy3
from wikivillage.climate.placing import utc_offset_hours
from wikivillage.climate.radiation import sun_of
from wikivillage.climate.record import Weather
from wikivillage.climate.weather import load_weather
from wikivillage.model.kinds import Horizon


def load(folder: Path, text: str, *, start: str = "2025-01-01", hours: int = 8760) -> Weather:
    (folder / "weather.csv").write_text(text, encoding="utf-8")
    return load_weather(replace(PARIS, weather="weather.csv"), Horizon(datetime.fromisoformat(start), hours), folder)


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
    february = [
        sky.temperature_c[sky.times.astype("datetime64[D]") == np.datetime64(f"2024-02-{day}")] for day in (28, 29)
    ]
    assert np.array_equal(*february)
    assert "29 February repeats the weather of 28 February" in sky.remarks
    assert np.array_equal(sky.temperature_c[-24:], new_york().temperature_c[-24:])


def test_a_horizon_over_new_year_goes_round_the_typical_year() -> None:
    sky = load_weather(NEW_YORK, Horizon(datetime(2025, 12, 31), 48), DATA)
    assert np.array_equal(
        sky.temperature_c, np.concatenate([new_york().temperature_c[-24:], new_york().temperature_c[:24]])
    )


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
    sky = load_weather(
        replace(PARIS, weather="weather.csv", timezone="Asia/Kolkata"), Horizon(datetime(2025, 1, 1), 48), tmp_path
    )
    assert sky.utc_offset_h == 5


@pytest.mark.parametrize(
    ("zone", "hours"),
    [
        ("Europe/Paris", 1),
        ("Europe/Dublin", 0),
        ("America/New_York", -5),
        ("Australia/Sydney", 10),
        ("Africa/Cairo", 2),
    ],
)
def test_standard_time_is_that_of_winter(zone: str, hours: int) -> None:
    """Also where summer is in January, and where the law calls winter the exception."""
    assert utc_offset_hours(zone) == hours


def test_a_single_year_of_utc_goes_round(tmp_path: Path) -> None:
    """The first hour of 2015 in Paris is the last of 2014 in UTC: it is taken from the other end, and that is said."""
    sky = load(tmp_path, meteo_france(), start="2015-01-01")
    assert "the weather of 2015 laid on 2015" not in sky.remarks
    text = pvgis_hourly().splitlines()
    only = "\n".join([*text[:9], *(line for line in text[9:] if line.startswith("2015"))])
    assert "1 hours taken from the other end of the year" in load(tmp_path, only, start="2015-01-01").remarks


def test_arrays_are_read_only() -> None:
    with pytest.raises(ValueError, match="read-only"):
        new_york().ghi[0] = 1.0
