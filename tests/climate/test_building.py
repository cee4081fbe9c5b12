"""What heat a building wants, against what a page of paper gives."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.climate.skies import by_month, paris, steady
from wikivillage.climate.building import hold_temperature
from wikivillage.climate.drivers import evaluate

BARE = {"ua": 2000.0, "gains_per_area": 0.0}


def test_steady_cold_wants_ua_times_the_difference() -> None:
    """2000 W/K and 20 - 5 = 15 K: 30 kW, whatever the building weighs."""
    for time_constant in (0.5, 60.0):
        need = evaluate("heating_need", BARE | {"time_constant": time_constant}, steady(temperature_c=5.0))
        assert need == pytest.approx(30.0)


def test_gains_are_taken_off() -> None:
    """500 m2 with 4 W/m2 and 3 kW of servers take 5 kW off."""
    need = evaluate(
        "heating_need", BARE | {"floor_area": 500.0, "gains_per_area": 4.0, "gains": 3000.0}, steady(temperature_c=5.0)
    )
    assert need == pytest.approx(25.0)


def test_warm_weather_wants_nothing() -> None:
    assert evaluate("heating_need", BARE, steady(temperature_c=21.0)).sum() == 0.0


def test_a_heavy_building_rides_through_a_cold_night() -> None:
    """12 h at 24 degrees and 12 h at 16: the light house heats at night, the heavy one lives on the day."""
    outside = np.where(np.arange(48) % 24 < 12, 24.0, 16.5)
    light, heavy = (
        evaluate("heating_need", BARE | {"time_constant": hours}, steady(temperature_c=outside)).sum()
        for hours in (1.0, 200.0)
    )
    assert light > 20.0
    assert heavy == pytest.approx(0.0, abs=1e-9)


def test_windows_bring_the_sun_in() -> None:
    dark, lit = (evaluate("heating_need", BARE | {"aperture": area}, paris()) for area in (0.0, 60.0))
    assert lit.sum() < 0.95 * dark.sum()
    assert (lit <= dark + 1e-9).all()


def test_a_new_timber_office_of_paris() -> None:
    """7500 m2 with 0.47 W/K/m2: 5 to 30 kWh/m2 a year, like other low-energy buildings, none of it in July."""
    need = evaluate(
        "heating_need", {"ua": 3500.0, "floor_area": 7500.0, "aperture": 150.0, "time_constant": 50.0}, paris()
    )
    assert 5.0 < need.sum() / 7500.0 < 30.0
    assert by_month(need, paris())[[5, 6, 7]].sum() == 0.0


def test_nothing_is_lost_without_walls() -> None:
    assert evaluate("heating_need", {"ua": 0.0}, steady()).sum() == 0.0


@settings(max_examples=50, deadline=None)
@given(
    unheated=st.lists(st.floats(-20, 40), min_size=24, max_size=24), tau=st.floats(1, 300), setpoint=st.floats(16, 22),
    warmer=st.floats(0, 2),
)  # fmt: skip
def test_a_higher_setpoint_never_wants_less_over_the_horizon(
    unheated, tau: float, setpoint: float, warmer: float
) -> None:
    given_heat = [
        hold_temperature(np.array(unheated), ua=1000.0, setpoint=degrees, time_constant=tau, ceiling=60.0)
        for degrees in (setpoint, setpoint + warmer)
    ]
    assert given_heat[0].min() >= 0.0
    assert given_heat[1].sum() >= given_heat[0].sum() - 1e-6
