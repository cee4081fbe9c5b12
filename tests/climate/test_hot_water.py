"""The library's tanks of water hold the heat that physics gives them."""

from __future__ import annotations

import pytest

from wikivillage.base.units import parse_quantity
from wikivillage.climate.library import load_table


@pytest.mark.parametrize(("tank", "kelvin"), [("hot_water_tank", 40.0), ("buffer_tank", 10.0)])
def test_thermal_store_capacity(tank: str, kelvin: float) -> None:
    """Analytic: one cubic metre through 40 K is 46.511 kWh, with 4.186 kJ/kg/K."""
    held, unit = parse_quantity(load_table("stores")[tank]["capacity"]["value"])
    assert held == pytest.approx(46.511 * kelvin / 40.0, rel=0.003)
    assert unit == "kWh/m3"
