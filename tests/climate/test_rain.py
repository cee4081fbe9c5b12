"""Rain tanks day by day: the published house, the two twelve-day tanks, and the bounds that hold for any rain."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.climate.skies import by_month, paris, steady
from wikivillage.climate.drivers import evaluate
from wikivillage.climate.rain import tank_by_bs8515, yield_after_spillage, yield_before_spillage

TWELVE_DAYS_MM = np.array([0, 12, 0, 0, 5, 0, 0, 0, 20, 3, 0, 0], dtype=float)
INFLOW_L = TWELVE_DAYS_MM * 100.0 * 0.8 * 0.9
DEMAND_L = np.full(12, 400.0)

litres = arrays(float, 40, elements=st.floats(0, 5000, allow_subnormal=False))


def test_rwh_bs8515_house() -> None:
    """Published: 3087.5 L for 125 m2 in Oxfordshire; five people would want 4562.5 L."""
    house = {"roof_m2": 125.0, "rain_mm": 650.0, "yield_coefficient": 0.8, "filter_share": 0.95}
    assert tank_by_bs8515(**house, demand_l_year=5 * 50 * 365) == pytest.approx(3087.5, abs=0.1)
    assert tank_by_bs8515(**house | {"roof_m2": 1000.0}, demand_l_year=5 * 50 * 365) == pytest.approx(4562.5, abs=0.1)


def test_rwh_yas_small_tank() -> None:
    days = yield_after_spillage(INFLOW_L, DEMAND_L, tank=1000.0)
    assert INFLOW_L.sum() == pytest.approx(2880.0)
    assert days.used == pytest.approx([0, 0, 400, 400, 64, 360, 0, 0, 0, 400, 400, 200], abs=1e-6)
    assert (days.used.sum(), days.spilled.sum(), days.level[-1]) == pytest.approx((2224.0, 656.0, 0.0), abs=1e-6)
    assert days.used.sum() / DEMAND_L.sum() == pytest.approx(0.463333, abs=1e-6)


def test_the_same_tank_used_before_it_spills() -> None:
    """By hand: the days of rain already use it, and only 40 L run over on the ninth."""
    days = yield_before_spillage(INFLOW_L, DEMAND_L, tank=1000.0)
    assert days.used == pytest.approx([0, 400, 400, 64, 360, 0, 0, 0, 400, 400, 400, 400], abs=1e-6)
    assert (days.spilled.sum(), days.level[-1]) == pytest.approx((40.0, 16.0), abs=1e-6)


@given(inflow=litres, demand=litres, tank=st.floats(0, 8000, allow_subnormal=False))
def test_after_spillage_bounds_before_spillage_from_below(inflow: np.ndarray, demand: np.ndarray, tank: float) -> None:
    least, most = (rule(inflow, demand, tank=tank) for rule in (yield_after_spillage, yield_before_spillage))
    assert (np.cumsum(least.used) <= np.cumsum(most.used) + 1e-6).all()


@pytest.mark.parametrize("rule", [yield_after_spillage, yield_before_spillage])
@given(inflow=litres, demand=litres, tank=st.floats(0, 8000, allow_subnormal=False))
def test_no_litre_is_lost(rule, inflow: np.ndarray, demand: np.ndarray, tank: float) -> None:
    days = rule(inflow, demand, tank=tank)
    assert inflow.sum() == pytest.approx(days.used.sum() + days.spilled.sum() + days.level[-1], abs=1e-6)
    assert (days.used <= demand + 1e-9).all()
    assert (days.spilled >= -1e-9).all()
    assert (days.level >= -1e-9).all()
    assert (days.level <= tank + 1e-9).all()


@given(inflow=litres, demand=litres, tank=st.floats(0, 8000, allow_subnormal=False), more=st.floats(0, 1000))
def test_a_larger_tank_never_gives_less(inflow: np.ndarray, demand: np.ndarray, tank: float, more: float) -> None:
    small, large = (yield_before_spillage(inflow, demand, tank=size).used.sum() for size in (tank, tank + more))
    assert large >= small - 1e-6


def test_rain_is_the_rain_of_the_weather_in_metres() -> None:
    sky = paris()
    assert by_month(evaluate("rain", {}, sky), sky) * 1000.0 == pytest.approx(by_month(sky.rain_mm, sky))


def test_the_first_rain_of_each_day_is_kept_back() -> None:
    """Two days of 4 mm over two hours each, 1 mm lost a day: the first hour loses it, the second nothing."""
    fallen = np.zeros(48)
    fallen[[5, 6, 40, 41]] = [3.0, 1.0, 0.5, 3.5]
    runs = evaluate("rain", {"loss": 0.001}, steady(rain_mm=fallen)) * 1000.0
    assert runs[[5, 6, 40, 41]] == pytest.approx([2.0, 1.0, 0.0, 3.0])
    assert runs.sum() == pytest.approx(6.0)
