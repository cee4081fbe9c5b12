"""What grass evaporates, by FAO-56's worked examples, and what beds and green roofs make of it."""

from __future__ import annotations

import numpy as np
import pytest

from tests.climate.skies import by_month, new_york, paris, steady
from wikivillage.climate.drivers import evaluate
from wikivillage.climate.evapotranspiration import (
    extraterrestrial_day,
    reference_day,
    reference_hour,
    saturation_pressure,
    wind_at_2m,
)
from wikivillage.climate.irrigation import keep_moist
from wikivillage.climate.record import Weather


def test_fao56_ex17() -> None:
    """Bangkok in April, with every intermediate of the book."""
    day = reference_day(
        latitude=13.73,
        altitude_m=2.0,
        day_of_year=105,
        t_max=34.8,
        t_min=25.6,
        ea=2.85,
        u2=2.0,
        sunshine_h=8.5,
        soil_heat=0.14,
    )
    assert (day.pressure, day.gamma, day.delta, day.es) == pytest.approx((101.3, 0.0674, 0.246, 4.42), abs=0.03)
    assert (day.gamma, day.delta) == pytest.approx((0.0674, 0.246), abs=0.0005)
    assert (day.ra, day.daylight_h, day.rs, day.rso) == pytest.approx((38.06, 12.31, 22.65, 28.54), abs=0.02)
    assert (day.rns, day.rnl, day.rn) == pytest.approx((17.44, 3.11, 14.33), abs=0.02)
    assert day.et0 == pytest.approx(5.72, abs=0.01)


def test_fao56_ex18() -> None:
    """Uccle on 6 July: 3.88 mm, from the wind at 10 m and the range of humidity."""
    ea = (2.564 * 0.63 + 1.431 * 0.84) / 2.0
    u2 = wind_at_2m(2.78, measured_at_m=10.0)
    day = reference_day(
        latitude=50.80, altitude_m=100.0, day_of_year=187, t_max=21.5, t_min=12.3, ea=ea, u2=u2, sunshine_h=9.25
    )
    assert u2 == pytest.approx(2.079, abs=0.002)
    assert (day.ea, day.ra, day.rs, day.rso, day.rn) == pytest.approx((1.409, 41.09, 22.07, 30.90, 13.28), abs=0.02)
    assert day.et0 == pytest.approx(3.88, abs=0.01)


@pytest.mark.parametrize(
    ("t", "humidity", "u2", "rs", "clearness", "published"),
    [(28.0, 90.0, 1.9, 0.0, 0.8, 0.00), (38.0, 52.0, 3.3, 2.450, 0.922, 0.63)],
)
def test_fao56_ex19(t: float, humidity: float, u2: float, rs: float, clearness: float, published: float) -> None:
    """N'Diaye, 1 October: nothing from 2 to 3 h, 0.63 mm from 14 to 15 h."""
    given = {"t": t, "humidity_pct": humidity, "u2": u2, "rs": rs, "clearness": clearness, "pressure": 101.2}
    assert reference_hour(**{key: np.array([value]) for key, value in given.items()}) == pytest.approx(
        published, abs=0.01
    )


def test_et0_paris() -> None:
    """700 to 850 mm a year are quoted for Île-de-France, 797 from the old Paris-Orly file; July is the thirstiest."""
    sky = paris()
    monthly = by_month(evaluate("et0", {}, sky), sky) * 1000.0
    assert 700.0 < monthly.sum() < 850.0
    assert monthly.argmax() in (5, 6)
    assert monthly[[0, 11]].max() < 30.0


def test_hours_add_up_to_the_days_of_the_book() -> None:
    """Hourly against daily Penman-Monteith over a year of New York: what the day hides is less than 12 %."""
    sky = new_york()
    hours = evaluate("et0", {}, sky).sum() * 1000.0
    assert hours == pytest.approx(sum(_by_the_day(sky, day) for day in range(365)), rel=0.12)


def _by_the_day(sky: Weather, day: int) -> float:
    """ET0 of one day from its extremes and means; its sunshine is whatever gives its radiation."""
    t, humidity, wind, ghi = (
        column[24 * day : 24 * day + 24] for column in (sky.temperature_c, sky.humidity_pct, sky.wind_m_s, sky.ghi)
    )
    ea = float((saturation_pressure(t) * humidity / 100.0).mean())
    outside, daylight = extraterrestrial_day(sky.latitude, day + 1)
    return reference_day(
        latitude=sky.latitude, altitude_m=sky.altitude_m, day_of_year=day + 1, t_max=t.max(), t_min=t.min(), ea=ea,
        u2=wind_at_2m(float(wind.mean()), measured_at_m=10.0),
        sunshine_h=(ghi.sum() * 0.0036 / outside - 0.25) / 0.5 * daylight,
    ).et0  # fmt: skip


def test_a_dry_bed_is_given_what_it_loses() -> None:
    """Six days that lose 4 mm, 10 mm may be missing: it begins as dry as it ends, so each day's loss is given back."""
    given = keep_moist(np.full(6, 4.0), np.zeros(6), np.ones(6, bool), total=25.0, readily=10.0)
    assert given == pytest.approx(np.full(6, 4.0))


def test_rain_is_used_before_the_can() -> None:
    """After 12 mm of rain on the third day three days need nothing."""
    given = keep_moist(np.full(6, 4.0), np.array([0, 0, 12.0, 0, 0, 0]), np.ones(6, bool), total=25.0, readily=10.0)
    assert given == pytest.approx([4, 4, 0, 0, 0, 4])
    assert given.sum() == pytest.approx(24.0 - 12.0)


def test_more_rain_than_the_soil_holds_drains_away() -> None:
    given = keep_moist(np.full(6, 4.0), np.array([0, 0, 50.0, 0, 0, 0]), np.ones(6, bool), total=25.0, readily=10.0)
    assert given == pytest.approx([4, 4, 0, 0, 0, 2])


def test_irrigation_paris() -> None:
    """A bed in Paris wants 0.2 to 0.45 m3/m2, all in its season; drip at 0.9 takes a ninth more than its plants."""
    sky = paris()
    need = evaluate("irrigation_need", {}, sky)
    monthly = by_month(need, sky)
    assert 0.2 < need.sum() < 0.45
    assert monthly[[0, 1, 2, 10, 11]].sum() == 0.0
    assert evaluate("irrigation_need", {"efficiency": 1.0}, sky).sum() == pytest.approx(0.9 * need.sum())


def test_thirstier_plants_and_thinner_soil_want_more() -> None:
    sky = paris()
    base = evaluate("irrigation_need", {"kc": 1.0}, sky).sum()
    assert evaluate("irrigation_need", {"kc": 1.15}, sky).sum() > base
    assert evaluate("irrigation_need", {"root_depth": 0.1}, sky).sum() > base


def test_water_is_given_evenly_over_the_day() -> None:
    need = evaluate("irrigation_need", {}, paris()).reshape(-1, 24)
    assert np.ptp(need, axis=1).max() == pytest.approx(0.0, abs=1e-15)


@pytest.mark.parametrize("depth", [0.10, 0.15])
def test_greenroof_runoff(depth: float) -> None:
    """Published for Trappes near Paris: less than half of a year's rain runs off extensive green roofs."""
    sky = paris()
    assert evaluate("green_roof_runoff", {"depth": depth}, sky).sum() < 0.5 * evaluate("rain", {}, sky).sum()


def test_a_full_roof_lets_a_storm_run() -> None:
    """40 mm fall on a roof that holds 30: what is more runs off in that hour."""
    storm = np.zeros(48)
    storm[10] = 40.0
    runs = evaluate("green_roof_runoff", {}, steady(rain_mm=storm, humidity_pct=100.0)) * 1000.0
    assert runs.sum() == pytest.approx(runs[10])
    assert 10.0 < runs[10] < 40.001
