"""Weather files that are missing, broken, short or impossible: one located message each, never a traceback."""

from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.climate.skies import DATA, PARIS
from tests.climate.written_files import HOURS, meteo_france, plain, pvgis_hourly, pvgis_tmy, tmy3
from wikivillage.base.problems import Problem, ProblemError
from wikivillage.climate.record import Weather
from wikivillage.climate.weather import load_weather
from wikivillage.model.kinds import Horizon

EPW = (DATA / "new_york_tmy3.epw").read_text()
FIRST_ROW = 9


def problems(folder: Path, text: str | bytes, *, start: str = "2025-01-01", hours: int = 8760) -> tuple[Problem, ...]:
    raw = text if isinstance(text, bytes) else text.encode()
    (folder / "sky.epw").write_bytes(raw)
    with pytest.raises(ProblemError) as raised:
        load_weather(replace(PARIS, weather="sky.epw"), Horizon(datetime.fromisoformat(start), hours), folder)
    return raised.value.problems


def epw_with(line: int, position: int, value: str) -> str:
    """The New York year with one cell changed; lines count from 1."""
    lines = EPW.splitlines()
    cells = lines[line - 1].split(",")
    cells[position] = value
    lines[line - 1] = ",".join(cells)
    return "\n".join(lines)


def epw_without(first: int, last: int) -> str:
    lines = EPW.splitlines()
    return "\n".join(lines[: first - 1] + lines[last:])


def test_no_weather_is_named() -> None:
    with pytest.raises(ProblemError, match="Write weather: paris_synthetic") as raised:
        load_weather(replace(PARIS, weather=None), Horizon(datetime(2025, 1, 1), 24), DATA)
    assert [problem.code for problem in raised.value.problems] == ["no_weather"]


def test_the_file_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ProblemError) as raised:
        load_weather(replace(PARIS, weather="sky.epw"), Horizon(datetime(2025, 1, 1), 24), tmp_path)
    (problem,) = raised.value.problems
    assert (problem.code, problem.where) == ("no_weather_file", "sky.epw")
    assert "cannot be read: No such file" in problem.what


def test_the_file_is_a_folder(tmp_path: Path) -> None:
    with pytest.raises(ProblemError) as raised:
        load_weather(replace(PARIS, weather="."), Horizon(datetime(2025, 1, 1), 24), tmp_path)
    assert raised.value.problems[0].code == "no_weather_file"


def test_the_file_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wikivillage.climate.files.LARGEST_BYTES", 1000)
    assert problems(tmp_path, EPW)[0].code == "weather_too_large"


@pytest.mark.parametrize("text", ["", "\n\n", "time,power\n2025-01-01,3\n", "Dear Sir,\nno weather today.\n", "{}"])
def test_it_is_no_weather_file(tmp_path: Path, text: str) -> None:
    (problem,) = problems(tmp_path, text)
    assert problem.code == "not_weather"
    assert "Known are EPW; TMY3; PVGIS typical year" in problem.hint


def test_it_is_packed(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, gzip.compress(EPW.encode()))
    assert problem == Problem(
        "not_weather", "sky.epw", "this is not a text file.", "Unpack it first if it is compressed."
    )


@pytest.mark.parametrize(
    ("text", "where", "says"),
    [
        ("\n".join(EPW.splitlines()[:5]), "sky.epw:5", "the eight lines of heading are not complete."),
        (epw_with(1, 6, "north"), "sky.epw:1", "the heading does not say the latitude."),
        (epw_with(8, 2, "4"), "sky.epw:8", "the file has 4 records an hour."),
        (tmy3().replace("-5.0,", ","), "sky.epw:1", "the heading does not say the time zone."),
        (tmy3().replace("GHI (W/m^2)", "Glob"), "sky.epw", "the column GHI (W/m^2) is missing."),
        (pvgis_tmy().replace("time(UTC)", "hour"), "sky.epw", "the line of column names is missing."),
        (pvgis_tmy().replace("T2m,", "Tair,"), "sky.epw", "the column T2m is missing."),
        (pvgis_tmy(offset="half"), "sky.epw:4", "the heading does not say the irradiance time offset."),
        (pvgis_hourly(slope="35 deg. (optimum)"), "sky.epw", "the radiation is that of a tilted plane."),
        (pvgis_hourly(names="time,P,Gd(i),Gr(i),H_sun,T2m,WS10m,Int"), "sky.epw", "the column G(i) is missing."),
        (
            meteo_france(second_station=True),
            "sky.epw:102",
            "the file holds more than one station, 75114001 and 75116008.",
        ),
        (meteo_france().replace(";GLO;", ";GLO2;"), "sky.epw", "the column GLO is missing."),
        (plain(names="time,temperature_c,sun"), "sky.epw", "the column ghi is missing."),
    ],
)
def test_the_heading_cannot_be_used(tmp_path: Path, text: str, where: str, says: str) -> None:
    (problem,) = problems(tmp_path, text)
    assert problem.code == "weather_heading"
    assert problem.where == where or problem.where.startswith(f"{where}:")
    assert says in problem.what


def test_it_holds_no_hours(tmp_path: Path) -> None:
    assert [problem.code for problem in problems(tmp_path, "\n".join(EPW.splitlines()[:8]))] == ["weather_no_rows"]


def test_the_last_row_is_cut_off(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, EPW[: len(EPW) // 2])
    assert problem.code == "weather_row"
    assert problem.where == f"sky.epw:{EPW[: len(EPW) // 2].count(chr(10)) + 1}"


def test_the_rest_of_the_year_is_cut_off(tmp_path: Path) -> None:
    """Only the first 4000 hours are there: the first missing one is named, with how far the file reaches."""
    (problem,) = problems(tmp_path, "\n".join(EPW.splitlines()[: FIRST_ROW - 1 + 4000]))
    assert (problem.code, problem.where) == ("weather_too_short", "sky.epw")
    assert "4760 of 8760 hours are missing, from 2025-06-16 16:00." in problem.what
    assert "It holds 4000 hours" in problem.hint


def test_hours_are_missing(tmp_path: Path) -> None:
    """Three hours are cut out on 11 February."""
    (problem,) = problems(tmp_path, epw_without(FIRST_ROW + 1000, FIRST_ROW + 1002))
    assert problem.code == "weather_missing_hours"
    assert problem.what == "no weather for 2025-02-11 16:00, the first of 3 such hours."
    assert problem.where == f"sky.epw:{FIRST_ROW + 999}"


def test_missing_hours_outside_the_horizon_do_not_matter(tmp_path: Path) -> None:
    (tmp_path / "sky.epw").write_text(epw_without(FIRST_ROW + 1000, FIRST_ROW + 1002))
    site = replace(PARIS, weather="sky.epw")
    assert load_weather(site, Horizon(datetime(2025, 7, 1), 48), tmp_path).hours == 48


@pytest.mark.parametrize("position", [6, 13, 14, 15])
@pytest.mark.parametrize("value", ["", "nan", {6: "99.9", 13: "9999", 14: "9999", 15: "9999"}])
def test_a_value_is_missing(tmp_path: Path, position: int, value) -> None:
    sign = value[position] if isinstance(value, dict) else value
    (problem,) = problems(tmp_path, epw_with(FIRST_ROW + 12, position, sign))
    assert (problem.code, problem.where) == ("weather_no_value", f"sky.epw:{FIRST_ROW + 12}")
    assert problem.what.endswith(" has no value.")


@pytest.mark.parametrize(
    ("position", "value", "says"),
    [
        (13, "-40", "ghi is -40 W/m2."),
        (14, "1900", "dni is 1900 W/m2"),
        (15, "-1", "dhi is -1 W/m2"),
        (6, "310", "temperature_c is 310 degC"),
        (6, "-80", "temperature_c is -80 degC"),
        (21, "-3", "wind_m_s is -3 m/s"),
        (8, "300", "humidity_pct is 300 %"),
        (9, "1013", "pressure_pa is 1013 Pa"),
        (6, "inf", "temperature_c is inf degC"),
    ],
)
def test_a_value_is_impossible(tmp_path: Path, position: int, value: str, says: str) -> None:
    (problem,) = problems(tmp_path, epw_with(FIRST_ROW + 12, position, value))
    assert (problem.code, problem.where) == ("weather_impossible", f"sky.epw:{FIRST_ROW + 12}")
    assert says in problem.what
    assert "It must lie between" in problem.hint


def test_a_missing_wind_only_matters_to_who_needs_it(tmp_path: Path) -> None:
    (tmp_path / "sky.epw").write_text(epw_with(FIRST_ROW + 12, 21, "999"))
    sky = load_weather(replace(PARIS, weather="sky.epw"), Horizon(datetime(2025, 1, 1), 8760), tmp_path)
    assert "wind_m_s" in sky.lacking
    assert "wind_m_s is missing in 1 hours and therefore not used" in sky.remarks


def test_every_problem_is_said_at_once(tmp_path: Path) -> None:
    lines = epw_with(FIRST_ROW + 12, 13, "-40").splitlines()
    lines[FIRST_ROW + 99] = lines[FIRST_ROW + 99].replace(",", ",", 1)
    cells = lines[FIRST_ROW + 99].split(",")
    cells[6] = "77"
    lines[FIRST_ROW + 99] = ",".join(cells)
    assert {problem.where for problem in problems(tmp_path, "\n".join(lines))} == {
        "sky.epw:21",
        f"sky.epw:{FIRST_ROW + 100}",
    }


@pytest.mark.parametrize(("position", "value"), [(1, "13"), (2, "31th"), (3, "25"), (6, "cold")])
def test_a_row_cannot_be_read(tmp_path: Path, position: int, value: str) -> None:
    (problem,) = problems(tmp_path, epw_with(FIRST_ROW + 12, position, value))
    assert (problem.code, problem.where) == ("weather_row", f"sky.epw:{FIRST_ROW + 12}")
    assert "the row cannot be read" in problem.what


def test_only_the_first_unreadable_rows_are_named(tmp_path: Path) -> None:
    text = plain().replace(",70,", ",seventy,")
    assert [problem.where for problem in problems(tmp_path, text)] == [f"sky.epw:{line}" for line in (2, 3, 4, 5, 6)]


def test_an_hour_comes_twice(tmp_path: Path) -> None:
    """The last Sunday of October on summer time."""
    lines = plain().splitlines()
    (problem,) = problems(tmp_path, "\n".join([*lines[:7101], lines[7100], *lines[7102:]]))
    assert (problem.code, problem.where) == ("weather_hour_twice", "sky.epw:7102")
    assert "the hour 2015-10-23 19:00 stands in lines 7101 and 7102" in problem.what


@pytest.mark.parametrize(
    ("stamp", "says"),
    [("2015-01-01T03:30", "no full hour"), ("2015-01-01T03:00+01:00", "zone"), ("3 o'clock", "Invalid")],
)
def test_a_time_is_no_local_full_hour(tmp_path: Path, stamp: str, says: str) -> None:
    (problem,) = problems(tmp_path, plain().replace("2015-01-01T03:00", stamp))
    assert (problem.code, problem.where) == ("weather_row", "sky.epw:5")
    assert says in problem.what


def test_years_that_do_not_hold_the_horizon(tmp_path: Path) -> None:
    """Two years of PVGIS cannot be laid on a third: it would be a guess which of them."""
    (problem,) = problems(tmp_path, pvgis_hourly(), start="2025-01-01", hours=24)
    assert problem.code == "weather_too_short"
    assert "24 of 24 hours are missing, from 2025-01-01 00:00." in problem.what
    assert "from 2015-01-01 01:00 to 2017-01-01 00:00" in problem.hint


def test_a_month_is_not_a_year(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, plain(HOURS[:744]))
    assert problem.code == "weather_too_short"
    assert "8016 of 8760 hours are missing, from 2025-02-01 00:00." in problem.what


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_whatever_is_broken_is_a_problem_or_a_weather(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Cut, doubled, blanked and scribbled files of every kind never end in a traceback."""
    lines = data.draw(st.sampled_from(FILES)).splitlines()[:60]
    for _ in range(data.draw(st.integers(1, 3))):
        line = data.draw(st.integers(0, len(lines) - 1))
        cut = data.draw(st.integers(0, len(lines[line])))
        lines[line] = data.draw(
            st.sampled_from([lines[line][:cut], lines[line] * 2, "", lines[0], lines[line].replace(",", ";")])
            | st.text(max_size=30).map(lambda scribble, kept=lines[line][:cut]: kept + scribble)
        )
    path = tmp_path_factory.getbasetemp() / "broken.csv"
    path.write_bytes("\n".join(lines).encode("utf-8", "replace"))
    match _outcome(path):
        case Weather() as sky:
            assert all(
                np.isfinite(column).all() for column in (sky.temperature_c, sky.ghi, sky.dni, sky.dhi, sky.rain_mm)
            )
        case found:
            assert all(problem.where.startswith("broken.csv") for problem in found)


def _outcome(path: Path) -> Weather | tuple[Problem, ...]:
    try:
        return load_weather(replace(PARIS, weather=path.name), Horizon(datetime(2015, 1, 1), 12), path.parent)
    except ProblemError as error:
        return error.problems


FILES = [EPW, tmy3(), pvgis_tmy(), pvgis_hourly(), meteo_france(), plain()]
