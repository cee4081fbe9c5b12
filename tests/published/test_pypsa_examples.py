"""Small examples from PyPSA's documentation, told as villages, give the results that are published with them.

PyPSA's capital costs are for the hours that are modelled, so they are ``once`` here. Its loads are absolute, so
missing them costs more than anything else.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.examples.expectations import figure_in
from wikivillage.model import load_village_text
from wikivillage.planner.planning import Plan, plan


def planned(text: str) -> Plan:
    return plan(load_village_text(text), base=Path())


CHARGING_AT_WORK = """village: Battery electric vehicle
horizon: {start: 2016-01-01, hours: 24}
resources:
  drive: {name: Energy in the car, unit: kWh, tempo: hour, loop: energy}
recipes:
  panels:
    activity: kWh
    size_unit: kWp
    inputs: {sunlight: {rest: energy}}
    outputs: {electricity: 1 kWh}
    rate: 1 kWh/h/kWp
    availability:
      values: [0,0,0,0,0,0,0, 0.2,0.4,0.6,0.75,0.85,0.9,0.85,0.75,0.6,0.4,0.2,0.1, 0,0,0,0,0]
      unit: kW/kW
    costs: {once: 1000 EUR/kWp}
  charger:
    activity: kWh
    size_unit: kW
    inputs: {electricity: 1 kWh}
    outputs: {drive: 0.9 kWh}
    rate: 1 kWh/h/kW
    availability: {values: [0,0,0,0,0,0,0,0,0, 1,1,1,1,1,1,1,1, 0,0,0,0,0,0,0], unit: kW/kW}
store_recipes:
  car: {holds: drive, size_unit: kWh}
processes:
  pv: {recipe: panels, size: 0..any kWp}
  charger: {recipe: charger, size: 120 kW}
stores:
  car: {recipe: car, size: 100 kWh}
needs:
  driving:
    resource: drive
    amount: {values: [0,0,0,0,0,0,0, 9,9, 0,0,0,0,0,0,0,0, 9,9, 0,0,0,0,0], unit: kWh}
"""


def test_battery_electric_vehicle_charged_at_work() -> None:
    """examples/battery-electric-vehicle-charging at 64d3eb46: objective 7017.54385964912, panel 7.01754385964912 kW."""
    result = planned(CHARGING_AT_WORK)
    assert result.objective == pytest.approx(7017.54385964912, rel=1e-6)
    assert figure_in(result, "size pv") == pytest.approx(7.01754385964912, rel=1e-6)


HEAT_AND_POWER = """village: Heat and power at a fixed ratio
horizon: {start: 2016-01-01, hours: 1, cyclic: no}
resources:
  gas: {name: Gas, unit: MWh, tempo: hour, loop: energy}
  power: {name: Power, unit: MWh, tempo: hour, loop: energy}
  warmth: {name: Heat, unit: MWh, tempo: hour, loop: heat}
recipes:
  turbine:
    activity: MWh
    size_unit: MW
    inputs: {gas: 1 MWh}
    outputs: {power: 0.4 MWh}
    rate: 1 MWh/h/MW
    costs: {once: 600 EUR/MW}
  chp:
    activity: MWh
    size_unit: MW
    inputs: {gas: 1 MWh}
    outputs: {power: 0.3 MWh, warmth: 0.3 MWh}
    rate: 1 MWh/h/MW
    costs: {once: 1400 EUR/MW}
store_recipes:
  cavern: {holds: gas, size_unit: MWh}
processes:
  turbine: {recipe: turbine, size: 0..any MW}
  chp: {recipe: chp, size: 0..any MW}
stores:
  cavern: {recipe: cavern, size: 1000000 MWh, start: 1000000 MWh}
needs:
  town: {resource: power, amount: 5 MW, missing_price: 1e6 EUR/MWh}
  rooms: {resource: warmth, amount: 3 MW, missing_price: 1e6 EUR/MWh}
"""


def test_combined_heat_and_power_at_a_fixed_ratio() -> None:
    """examples/chp-fixed-heat-power-ratio at 64d3eb46: objective 17000, OCGT 5 MW and CHP 10 MW of gas."""
    result = planned(HEAT_AND_POWER)
    assert result.objective == pytest.approx(17000, rel=1e-6)
    assert figure_in(result, "size turbine") == pytest.approx(5, rel=1e-6)
    assert figure_in(result, "size chp") == pytest.approx(10, rel=1e-6)


def chained_reservoirs(delay: str) -> str:
    """Water of the upper reservoir drives its turbine and then, at once or later, fills the lower one.

    The model gives each reservoir a height by efficiencies; here that height is the energy in its water.
    """
    return f"""village: Chained reservoirs
horizon: {{start: 2016-01-01, hours: 4}}
resources:
  upper_water: {{name: Upper reservoir, unit: m3, tempo: hour, loop: water, composition: {{energy: 1.35 kWh}}}}
  lower_water: {{name: Lower reservoir, unit: m3, tempo: hour, loop: water, composition: {{energy: 0.9 kWh}}}}
recipes:
  upper_turbine:
    activity: m3
    size_unit: m3/h
    inputs: {{upper_water: 1 m3}}
    outputs: {{electricity: 0.9 kWh, lower_water: {{amount: 0.5 m3, delay: {delay}}}}}
    rate: 1 m3/h/(m3/h)
    costs: {{once: 1000 EUR/(m3/h)}}
  lower_turbine:
    activity: m3
    size_unit: m3/h
    inputs: {{lower_water: 1 m3}}
    outputs: {{electricity: 0.9 kWh}}
    rate: 1 m3/h/(m3/h)
    costs: {{once: 1000 EUR/(m3/h)}}
  spillage:
    activity: m3
    size_unit: m3/h
    inputs: {{upper_water: 1 m3}}
    outputs: {{lower_water: {{amount: 0.5 m3, delay: {delay}}}}}
    rate: 1 m3/h/(m3/h)
store_recipes:
  upper: {{holds: upper_water, size_unit: m3}}
  lower: {{holds: lower_water, size_unit: m3}}
places:
  hill: {{name: Hill, networks: {{electricity: hill}}}}
  plain: {{name: Plain, networks: {{electricity: plain}}}}
processes:
  upper_turbine: {{recipe: upper_turbine, at: hill, size: 0..any m3/h}}
  lower_turbine: {{recipe: lower_turbine, at: plain, size: 0..any m3/h}}
  spillage: {{recipe: spillage}}
stores:
  upper: {{recipe: upper, size: 10000 m3}}
  lower: {{recipe: lower, size: 10000 m3}}
offers:
  rain: {{resource: upper_water, amount: {{values: [0, 200, 700, 400], unit: m3}}}}
needs:
  upper_town: {{resource: electricity, at: hill, amount: 20 kW, missing_price: 1e6 EUR/kWh}}
  lower_town: {{resource: electricity, at: plain, amount: 30 kW, missing_price: 1e6 EUR/kWh}}
"""


@pytest.mark.parametrize("delay", ["0 h", "1 h"])
def test_chained_reservoirs_with_and_without_the_river_between(delay: str) -> None:
    """docs/examples/chained-hydro-reservoirs: the stores are free, so each turbine is as large as its steady load.

    1000 x (20 + 30) / 0.9, worked out by hand: the notebook is stored without its results.
    """
    assert planned(chained_reservoirs(delay)).objective == pytest.approx(50_000 / 0.9, rel=1e-6)
