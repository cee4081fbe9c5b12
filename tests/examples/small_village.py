"""A small village of electricity and water, twice: as a village file, and as an independent linear program.

Grid with hourly price, PV of free size, a battery, a pump that lifts water with electricity, a tank of free
size, water from the mains. Electricity is hourly; the water's tempo is a choice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st
from scipy.optimize import linprog

HOURS = 24
LIFT_KWH_PER_M3 = 0.5
BATTERY_KWH = 4.0
BATTERY_IN, BATTERY_OUT = 0.9, 0.8
YEAR_SHARE = HOURS / 8760
MISSING_POWER, MISSING_WATER = 1000.0, 2000.0


@dataclass(frozen=True, slots=True)
class Small:
    """The figures of one small village; series hold 24 values. Money is in EUR per horizon and unit."""

    load_kwh: tuple[float, ...]
    price_eur: tuple[float, ...]
    sun: tuple[float, ...]
    water_m3: tuple[float, ...]
    grid_kw: float
    pump_m3_h: float
    mains_eur: float
    panel_eur: float
    tank_eur: float
    free_kw: float = 0.0
    factor: float = 1.0
    """Every price is multiplied by it, also those of what is missing."""


def hourly(low: int, high: int, scale: float) -> st.SearchStrategy[tuple[float, ...]]:
    """24 values on a coarse grid: ties and zeros are where planners go wrong."""
    values = st.lists(st.integers(low, high), min_size=HOURS, max_size=HOURS)
    return values.map(lambda drawn: tuple(scale * value for value in drawn))


SMALL = st.builds(
    Small,
    load_kwh=hourly(0, 4, 0.5),
    price_eur=hourly(1, 5, 0.1),
    sun=hourly(0, 4, 0.25),
    water_m3=hourly(0, 3, 0.5),
    grid_kw=st.sampled_from([1.0, 3.0, 50.0]),
    pump_m3_h=st.sampled_from([0.5, 2.0, 10.0]),
    mains_eur=st.sampled_from([0.1, 0.5, 4.0]),
    panel_eur=st.sampled_from([0.1, 0.5, 2.0]),
    tank_eur=st.sampled_from([0.05, 0.2, 1.0]),
)


def told(small: Small, water_tempo: str) -> str:
    """The small village as a village file."""
    f = small.factor
    return f"""village: Small
horizon: {{start: 2025-01-01, hours: {HOURS}}}
resources:
  power: {{name: Power, unit: kWh, tempo: hour, loop: energy, missing_price: {f * MISSING_POWER} EUR/kWh}}
  water:
    {{name: Water, unit: m3, tempo: {water_tempo}, loop: water, missing_price: {f * MISSING_WATER} EUR/m3}}
recipes:
  panels:
    activity: kWh
    size_unit: kWp
    inputs: {{sunlight: {{rest: energy}}}}
    outputs: {{power: 1 kWh}}
    rate: 1 kWh/h/kWp
    availability: {{values: {list(small.sun)}, unit: kW/kW}}
    costs: {{annuity: {f * small.panel_eur / YEAR_SHARE} EUR/kWp/year}}
  pump:
    activity: m3
    size_unit: m3/h
    inputs: {{power: {LIFT_KWH_PER_M3} kWh}}
    outputs: {{water: 1 m3}}
    rate: 1 m3/h/(m3/h)
store_recipes:
  box:
    holds: power
    size_unit: kWh
    charge: {100 * BATTERY_IN} %
    discharge: {100 * BATTERY_OUT} %
  tank: {{holds: water, size_unit: m3, costs: {{annuity: {f * small.tank_eur / YEAR_SHARE} EUR/m3/year}}}}
processes:
  pv: {{recipe: panels, size: 0..any kWp}}
  pump: {{recipe: pump, size: {small.pump_m3_h} m3/h}}
stores:
  battery: {{recipe: box, size: {BATTERY_KWH} kWh}}
  tank: {{recipe: tank, size: 0..any m3}}
needs:
  home: {{resource: power, amount: {{values: {list(small.load_kwh)}, unit: kWh}}}}
  taps: {{resource: water, amount: {{values: {list(small.water_m3)}, unit: m3}}}}
offers:
  stream: {{resource: power, amount: {small.free_kw} kW}}
exchanges:
  grid:
    resource: power
    buy: {{values: {[f * price for price in small.price_eur]}, unit: EUR/kWh}}
    buy_most: {small.grid_kw} kW
  mains: {{resource: water, buy: {f * small.mains_eur} EUR/m3}}
"""


def reference_cost(small: Small, water_tempo: str) -> float:
    """The least cost, from a dense linear program that shares no line with the planner.

    Columns, 24 of each: bought, sun, pumped, charged, discharged, battery level, unmet and free power;
    then per water step: mains, tank level, unmet water; then the sizes of PV and tank.
    """
    one = np.eye(HOURS)
    zero = np.zeros((HOURS, HOURS))
    before = np.roll(one, -1, axis=1)
    steps = HOURS if water_tempo == "hour" else 1
    pool = one if water_tempo == "hour" else np.ones((1, HOURS))
    step, step_before = np.eye(steps), np.roll(np.eye(steps), -1, axis=1)
    none, nil = np.zeros((HOURS, 3 * steps + 2)), np.zeros((steps, HOURS))
    power = np.hstack([one, one, -LIFT_KWH_PER_M3 * one, -one, one, zero, one, one, none])
    battery = np.hstack([zero, zero, zero, BATTERY_IN * one, -one / BATTERY_OUT, before - one, zero, zero, none])
    water = np.hstack([nil, nil, pool, nil, nil, nil, nil, nil, step, step_before - step, step, np.zeros((steps, 2))])
    equal = np.vstack([power, battery, water])
    asked = np.concatenate([small.load_kwh, np.zeros(HOURS), pool @ np.array(small.water_m3)])
    columns = equal.shape[1]
    below = np.zeros((HOURS + steps, columns))
    below[:HOURS, HOURS : 2 * HOURS] = one
    below[:HOURS, -2] = -np.array(small.sun)
    below[HOURS:, 8 * HOURS + steps : 8 * HOURS + 2 * steps] = step
    below[HOURS:, -1] = -1.0
    cost = np.concatenate([
        small.price_eur, np.zeros(5 * HOURS), np.full(HOURS, MISSING_POWER), np.zeros(HOURS),
        np.full(steps, small.mains_eur), np.zeros(steps), np.full(steps, MISSING_WATER),
        [small.panel_eur, small.tank_eur],
    ])  # fmt: skip
    most = np.full(columns, np.inf)
    most[:HOURS] = small.grid_kw
    most[2 * HOURS : 3 * HOURS] = small.pump_m3_h
    most[5 * HOURS : 6 * HOURS] = BATTERY_KWH
    most[7 * HOURS : 8 * HOURS] = small.free_kw
    bounds = np.column_stack([np.zeros(columns), most])
    found = linprog(small.factor * cost, A_ub=below, b_ub=np.zeros(len(below)), A_eq=equal, b_eq=asked, bounds=bounds)
    assert found.status == 0, found.message
    return float(found.fun)
