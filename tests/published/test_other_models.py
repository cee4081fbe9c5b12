"""Models of the kind that other planners publish, told as villages; the answers come from a plain program.

District heating with a heat pump, a boiler and a store that wears (as oemof teaches it), the water supply of
a mountain village with a pipe that flows both ways (as FINE teaches it), and a power plant whose carbon
dioxide is a commodity with a yearly cap, in two places joined by a cable (as urbs describes them).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.examples.expectations import figure_in
from tests.published.plain_program import PlainProgram
from wikivillage.model import load_village_text
from wikivillage.planner.planning import Plan, plan

HOURS = 96
YEAR_SHARE = HOURS / 8760
DAY = np.arange(HOURS) % 24
RNG = np.random.default_rng(7)


def planned(text: str) -> Plan:
    return plan(load_village_text(text), base=Path())


def listed(values: np.ndarray, unit: str) -> str:
    return f"{{values: {[round(float(value), 6) for value in values]}, unit: {unit}}}"


HEAT_NEED = np.round(20 + 8 * np.cos(2 * np.pi * DAY / 24) + RNG.uniform(0, 6, HOURS), 6)
GAS_PRICE = np.round(np.repeat(RNG.uniform(30, 50, HOURS // 24), 24), 6)
SPOT_PRICE = np.round(90 + 60 * np.sin(2 * np.pi * DAY / 12) + RNG.uniform(-20, 20, HOURS), 6)
YEARLY = {"boiler": 6000.0, "pump": 90000.0, "tank": 300.0}
"""EUR per MW (boiler, pump) and MWh (tank) and year."""

DISTRICT_HEATING = f"""village: District heating
horizon: {{start: 2025-01-01, hours: {HOURS}}}
resources:
  fuel: {{name: Gas, unit: MWh, tempo: hour, loop: energy}}
  power: {{name: Power, unit: MWh, tempo: hour, loop: energy}}
  warmth: {{name: Heat, unit: MWh, tempo: hour, loop: heat}}
  kept_warmth: {{name: Heat in the tank, unit: MWh, tempo: hour, loop: heat}}
recipes:
  boiler:
    activity: MWh
    size_unit: MW
    inputs: {{fuel: {{value: 1 MWh, per: 0.95}}}}
    outputs: {{warmth: 1 MWh}}
    rate: 1 MWh/h/MW
    running: 1.10 EUR/MWh
    costs: {{annuity: {YEARLY["boiler"]} EUR/MW/year}}
  pump:
    activity: MWh
    size_unit: MW
    inputs: {{power: {{value: 1 MWh, per: 3.5}}, outdoor_heat: {{rest: energy}}}}
    outputs: {{warmth: 1 MWh}}
    rate: 1 MWh/h/MW
    running: 1.20 EUR/MWh
    costs: {{annuity: {YEARLY["pump"]} EUR/MW/year}}
  filling:
    {{activity: MWh, size_unit: MW, inputs: {{warmth: 1 MWh}}, outputs: {{kept_warmth: 1 MWh}},
     rate: 1 MWh/h/MW, running: 0.1 EUR/MWh}}
  emptying:
    {{activity: MWh, size_unit: MW, inputs: {{kept_warmth: 1 MWh}}, outputs: {{warmth: 1 MWh}},
     rate: 1 MWh/h/MW, running: 0.1 EUR/MWh}}
store_recipes:
  tank:
    holds: kept_warmth
    size_unit: MWh
    capacity: 1 MWh/MWh
    loss: 0.1 %/h
    rate_in: {1 / 24} MW/MWh
    rate_out: {1 / 24} MW/MWh
    costs: {{annuity: {YEARLY["tank"]} EUR/MWh/year}}
processes:
  boiler: {{recipe: boiler, size: 0..50 MW}}
  pump: {{recipe: pump, size: 0..any MW}}
  filling: {{recipe: filling}}
  emptying: {{recipe: emptying}}
stores:
  tank: {{recipe: tank, size: 0..any MWh}}
needs:
  network: {{resource: warmth, amount: {listed(HEAT_NEED, "MWh")}}}
exchanges:
  gas: {{resource: fuel, buy: {listed(GAS_PRICE, "EUR/MWh")}}}
  spot: {{resource: power, buy: {listed(SPOT_PRICE, "EUR/MWh")}}}
"""


def district_heating() -> PlainProgram:
    """Heat balance, tank level and capacities of each hour; prices are inside the running cost."""
    program = PlainProgram()
    for name, yearly, most in (("boiler", 6000, 50.0), ("pump", 90000, np.inf), ("tank", 300, np.inf)):
        program.variable(f"{name} size", cost=yearly * YEAR_SHARE, most=most)
    for name in ("boiler", "pump", "in", "out", "level"):
        program.variable(name, HOURS, cost={"in": 0.1, "out": 0.1}.get(name, 0.0))
    for t in range(HOURS):
        program.cost[program.number["boiler", t]] = GAS_PRICE[t] / 0.95 + 1.10
        program.cost[program.number["pump", t]] = SPOT_PRICE[t] / 3.5 + 1.20
        program.equals({("boiler", t): 1, ("pump", t): 1, ("out", t): 1, ("in", t): -1}, HEAT_NEED[t])
        before = ("level", (t - 1) % HOURS)
        program.equals({("level", t): 1, before: -0.999, ("in", t): -1, ("out", t): 1}, 0)
        for name, most in (("boiler", 1), ("pump", 1)):
            program.at_most({(name, t): 1, (f"{name} size", 0): -most}, 0)
        for name, share in (("in", 1 / 24), ("out", 1 / 24), ("level", 1.0)):
            program.at_most({(name, t): 1, ("tank size", 0): -share}, 0)
    return program


def test_district_heating_with_heat_pump_boiler_and_tank() -> None:
    cost, values = district_heating().least_cost()
    result = planned(DISTRICT_HEATING)
    assert result.objective == pytest.approx(cost, rel=1e-6)
    for name in ("boiler", "pump", "tank"):
        assert figure_in(result, f"size {name}") == pytest.approx(values[f"{name} size", 0], rel=1e-4, abs=1e-4)


RIVER = np.round(1.2 + RNG.uniform(0, 1.5, HOURS), 6)
HOUSES = [np.round(np.where((DAY >= 5) & (DAY < 23), RNG.uniform(0, 1, HOURS), 0.0), 6) for _ in range(3)]
TREATMENT, TANK, PIPE = 700.0, 10.0, 60.0
"""EUR per m3/h, m3 and m3/h, and year."""

MOUNTAIN_VILLAGE = f"""village: Mountain village
horizon: {{start: 2025-01-01, hours: {HOURS}}}
resources:
  river_water: {{name: River water, unit: m3, tempo: hour, loop: water}}
  clean_water: {{name: Clean water, unit: m3, tempo: hour, loop: water}}
  pipe_hours: {{name: Room in the pipe to the tank, unit: m3, tempo: hour, loop: water}}
recipes:
  treatment:
    activity: m3
    size_unit: m3/h
    inputs: {{river_water: 1 m3}}
    outputs: {{clean_water: 1 m3}}
    rate: 1 m3/h/(m3/h)
    costs: {{annuity: {TREATMENT} EUR/(m3/h)/year}}
  main_pipe:
    activity: m3
    size_unit: m3/h
    inputs: {{clean_water: 1 m3}}
    outputs: {{clean_water: 1 m3}}
    rate: 1 m3/h/(m3/h)
    costs: {{annuity: {PIPE} EUR/(m3/h)/year}}
  two_way_pipe:
    activity: m3
    size_unit: m3/h
    outputs: {{pipe_hours: 1 m3}}
    rate: 1 m3/h/(m3/h)
    costs: {{annuity: {PIPE} EUR/(m3/h)/year}}
  one_way:
    activity: m3
    size_unit: m3/h
    inputs: {{clean_water: 1 m3, pipe_hours: 1 m3}}
    outputs: {{clean_water: 1 m3}}
    rate: 1 m3/h/(m3/h)
store_recipes:
  tank:
    holds: clean_water
    size_unit: m3
    capacity: 1 m3/m3
    rate_in: {1 / 24} m3/h/m3
    rate_out: {1 / 24} m3/h/m3
    costs: {{annuity: {TANK} EUR/m3/year}}
places:
  spring: {{name: Spring, networks: {{clean_water: spring}}}}
  houses: {{name: Houses, networks: {{clean_water: houses}}}}
  hill: {{name: Hill, networks: {{clean_water: hill}}}}
processes:
  treatment: {{recipe: treatment, at: spring, size: 0..any m3/h}}
  main_pipe: {{recipe: main_pipe, at: spring, to: houses, size: 0..any m3/h}}
  hill_pipe: {{recipe: two_way_pipe, size: 0..any m3/h}}
  uphill: {{recipe: one_way, at: houses, to: hill}}
  downhill: {{recipe: one_way, at: hill, to: houses}}
stores:
  tank: {{recipe: tank, at: hill, size: 0..any m3}}
offers:
  river: {{resource: river_water, amount: {listed(RIVER, "m3")}}}
needs:
  house_1: {{resource: clean_water, at: houses, amount: {listed(HOUSES[0], "m3")}}}
  house_2: {{resource: clean_water, at: houses, amount: {listed(HOUSES[1], "m3")}}}
  house_3: {{resource: clean_water, at: houses, amount: {listed(HOUSES[2], "m3")}}}
"""


def mountain_village() -> PlainProgram:
    """One pipe to the tank, up or down, paid once; treatment and main pipe carry the same water."""
    program = PlainProgram()
    program.variable("line size", cost=(TREATMENT + PIPE) * YEAR_SHARE)
    program.variable("hill size", cost=PIPE * YEAR_SHARE)
    program.variable("tank size", cost=TANK * YEAR_SHARE)
    for name in ("treated", "up", "down", "level", "missing"):
        program.variable(name, HOURS, cost=1000.0 if name == "missing" else 0.0)
    for t in range(HOURS):
        program.most[program.number["treated", t]] = RIVER[t]
        need = sum(house[t] for house in HOUSES)
        program.equals({("treated", t): 1, ("down", t): 1, ("up", t): -1, ("missing", t): 1}, need)
        program.equals({("level", t): 1, ("level", (t - 1) % HOURS): -1, ("up", t): -1, ("down", t): 1}, 0)
        program.at_most({("treated", t): 1, ("line size", 0): -1}, 0)
        program.at_most({("up", t): 1, ("down", t): 1, ("hill size", 0): -1}, 0)
        for name, share in (("up", 1 / 24), ("down", 1 / 24), ("level", 1.0)):
            program.at_most({(name, t): 1, ("tank size", 0): -share}, 0)
    return program


def test_mountain_village_with_a_pipe_that_flows_both_ways() -> None:
    cost, values = mountain_village().least_cost()
    result = planned(MOUNTAIN_VILLAGE)
    assert result.objective == pytest.approx(cost, rel=1e-6)
    for ours, plain in (("treatment", "line size"), ("hill_pipe", "hill size"), ("tank", "tank size")):
        assert figure_in(result, f"size {ours}") == pytest.approx(values[plain, 0], rel=1e-4, abs=1e-4)


LOAD = {
    "mid": np.round(40 + RNG.uniform(0, 20, HOURS), 6),
    "north": np.round(20 + RNG.uniform(0, 10, HOURS), 6),
}
WIND = np.round(np.clip(RNG.beta(2, 3, HOURS), 0, 1), 6)
CARBON_CAP = 2600.0

TWO_SITES = f"""village: Two sites
horizon: {{start: 2025-01-01, hours: {HOURS}}}
resources:
  coal: {{name: Coal, unit: MWh, tempo: hour, loop: energy}}
  power: {{name: Power, unit: MWh, tempo: hour, loop: energy, missing_price: 5000 EUR/MWh}}
  flue_gas: {{name: Carbon dioxide, unit: t, tempo: hour, loop: matter}}
recipes:
  plant:
    activity: MWh
    size_unit: MW
    inputs: {{coal: 1 MWh, oxygen: {{rest: mass}}}}
    outputs: {{power: 0.4 MWh, flue_gas: 0.3 t}}
    rate: 1 MWh/h/MW
    running: 0.6 EUR/MWh
    costs: {{annuity: 21000 EUR/MW/year}}
  wind:
    activity: MWh
    size_unit: MW
    inputs: {{wind: {{rest: energy}}}}
    outputs: {{power: 1 MWh}}
    rate: 1 MWh/h/MW
    availability: {listed(WIND, "MW/MW")}
    costs: {{annuity: 125000 EUR/MW/year}}
  cable:
    {{activity: MWh, size_unit: MW, inputs: {{power: 1 MWh}}, outputs: {{power: 0.93 MWh}}, rate: 1 MWh/h/MW}}
places:
  mid: {{name: Mid, networks: {{power: mid}}}}
  north: {{name: North, networks: {{power: north}}}}
processes:
  plant: {{recipe: plant, at: mid, size: 0..200 MW}}
  wind: {{recipe: wind, at: north, size: 0..any MW}}
  south_cable: {{recipe: cable, at: north, to: mid, size: 60 MW}}
  north_cable: {{recipe: cable, at: mid, to: north, size: 60 MW}}
needs:
  mid: {{resource: power, at: mid, amount: {listed(LOAD["mid"], "MWh")}}}
  north: {{resource: power, at: north, amount: {listed(LOAD["north"], "MWh")}}}
exchanges:
  mine: {{resource: coal, buy: 7 EUR/MWh}}
  air: {{resource: flue_gas, sell: 0 EUR/t, sell_most_per_year: {CARBON_CAP / YEAR_SHARE} t}}
"""


def two_sites() -> PlainProgram:
    """Coal in, power and capped carbon dioxide out, wind in the north, a cable each way."""
    program = PlainProgram()
    program.variable("plant size", cost=21000 * YEAR_SHARE, most=200.0)
    program.variable("wind size", cost=125000 * YEAR_SHARE)
    program.variable("burnt", HOURS, cost=7.6)
    program.variable("blown", HOURS)
    program.variable("to mid", HOURS, most=60.0)
    program.variable("to north", HOURS, most=60.0)
    program.variable("missing mid", HOURS, cost=5000.0)
    program.variable("missing north", HOURS, cost=5000.0)
    for t in range(HOURS):
        program.equals(
            {("burnt", t): 0.4, ("to mid", t): 0.93, ("to north", t): -1, ("missing mid", t): 1},
            LOAD["mid"][t],
        )
        program.equals(
            {("blown", t): 1, ("to mid", t): -1, ("to north", t): 0.93, ("missing north", t): 1},
            LOAD["north"][t],
        )
        program.at_most({("burnt", t): 1, ("plant size", 0): -1}, 0)
        program.at_most({("blown", t): 1, ("wind size", 0): -WIND[t]}, 0)
    program.at_most({("burnt", t): 0.3 for t in range(HOURS)}, CARBON_CAP)
    return program


def test_two_sites_with_capped_carbon_dioxide() -> None:
    cost, values = two_sites().least_cost()
    result = planned(TWO_SITES)
    assert result.objective == pytest.approx(cost, rel=1e-6)
    for name in ("plant", "wind"):
        assert figure_in(result, f"size {name}") == pytest.approx(values[f"{name} size", 0], rel=1e-4, abs=1e-4)
