"""A village with something of everything, twice: as a village file, and row by row as a plain program.

Hourly power and heat, daily water; a heat pump whose performance changes, a pump whose water arrives later, a
roof with a limit; a battery with losses and a power of its own, a hot tank with rates, a cistern with a floor; a
need that shifts inside its hours; prices of what is missing by priority; a carbon price and two goals.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.published.plain_program import PlainProgram

Floats = NDArray[np.float64]
FIRST, LAST = 8, 20
PV, PUMP, BATTERY, CISTERN = 0.3, 0.5, 0.05, 0.02
"""EUR per kWp, kW, kWh and kg over the horizon."""


@dataclass(frozen=True, slots=True)
class Rich:
    """The figures of one village, drawn from coarse grids so that ties and zeros are common."""

    load: Floats
    cold: Floats
    water: Floats
    sun: Floats
    price: Floats
    performance: Floats
    start_hour: int
    cyclic: bool
    start_kwh: float
    leak: float
    seep: float
    delay: int
    laundry: float
    laundry_kw: float
    grid_kw: float
    sell: float
    power_cost: float
    roof_m2: float
    carbon_kg: float
    carbon_worth: float
    share: float
    share_worth: float

    @property
    def hours(self) -> int:
        """How many hours are planned."""
        return len(self.load)


def drawn(seed: int) -> Rich:
    """One village by number: the same seed always gives the same one."""
    rng = np.random.default_rng(seed)
    hours = int(rng.choice([24, 30, 48, 60]))

    def grid(most: int, step: float, low: float = 0.0) -> Floats:
        return low + step * rng.integers(0, most + 1, hours)

    def one(*choices: float) -> float:
        return float(rng.choice(choices))

    return Rich(
        load=grid(4, 0.5), cold=grid(3, 0.5), water=grid(3, 0.5), sun=grid(4, 0.25),
        price=grid(4, 0.1, 0.1), performance=grid(4, 0.25, 2.0),
        start_hour=int(one(0, 6, 18)), cyclic=bool(rng.integers(2)), start_kwh=one(0, 2),
        leak=one(0, 0.05), seep=one(0, 0.01), delay=int(one(0, 1, 5)),
        laundry=one(2, 6, 20), laundry_kw=one(0.5, 2), grid_kw=one(1, 4, 50), sell=one(0, 0.05),
        power_cost=one(0.01, 0.03), roof_m2=one(5, 50), carbon_kg=one(2, 10), carbon_worth=one(0.05, 1, 20),
        share=one(0.3, 0.8, 1.0), share_worth=one(0.02, 0.5),
    )  # fmt: skip


def told(rich: Rich) -> str:
    """The village as its file."""
    return _recipes_told(rich) + _store_recipes_told(rich) + _at_work_told(rich)


def _listed(values: Floats, unit: str) -> str:
    return f"{{values: {[float(value) for value in values]}, unit: {unit}}}"


def _recipes_told(rich: Rich) -> str:
    yearly = 8760 / rich.hours
    return f"""village: Something of everything
horizon: {{start: 2025-01-01 {rich.start_hour:02d}:00, hours: {rich.hours}, cyclic: {"yes" if rich.cyclic else "no"}}}
finance: {{carbon_price: 0.02 EUR/kgCO2e}}
resources:
  power: {{name: Power, unit: kWh, tempo: hour, loop: energy, missing_price: 1000 EUR/kWh}}
  warmth: {{name: Warmth, unit: kWh, tempo: hour, loop: heat, missing_price: 500 EUR/kWh}}
  water: {{name: Water, unit: kg, tempo: day, loop: water, missing_price: 800 EUR/kg}}
recipes:
  panels:
    activity: kWh
    size_unit: kWp
    inputs: {{sunlight: {{rest: energy}}}}
    outputs: {{power: 1 kWh}}
    rate: 1 kWh/h/kWp
    availability: {_listed(rich.sun, "1")}
    costs: {{annuity: {PV * yearly} EUR/kWp/year}}
    footprint: {{roof: 5 m2/kWp}}
  heat_pump:
    activity: kWh
    size_unit: kW
    inputs:
      power: {{value: 1 kWh, per: {_listed(rich.performance, "1")}}}
      outdoor_heat: {{rest: energy}}
    outputs: {{warmth: 1 kWh}}
    rate: 1 kWh/h/kW
    costs: {{annuity: {PUMP * yearly} EUR/kW/year}}
    running: 0.01 EUR/kWh
  well:
    activity: kg
    size_unit: kg/h
    inputs: {{power: 0.5 kWh, soil_water: {{rest: mass}}}}
    outputs: {{water: {{amount: 1 kg, delay: {rich.delay} h}}}}
    rate: 1 kg/h/(kg/h)
"""


def _store_recipes_told(rich: Rich) -> str:
    yearly = 8760 / rich.hours
    return f"""store_recipes:
  battery:
    holds: power
    size_unit: kWh
    charge: 90 %
    discharge: 80 %
    loss: {rich.leak} 1/h
    costs: {{annuity: {BATTERY * yearly} EUR/kWh/year}}
    power_costs: {{annuity: {rich.power_cost * yearly} EUR/kW/year}}
  cistern:
    holds: water
    size_unit: kg
    loss: {rich.seep} 1/h
    fill_low: 10 %
    costs: {{annuity: {CISTERN * yearly} EUR/kg/year}}
  hot_tank: {{holds: warmth, size_unit: kWh, rate_in: 0.2 kW/kWh, rate_out: 0.3 kW/kWh, fill_high: 90 %}}
"""


def _at_work_told(rich: Rich) -> str:
    ends = "" if rich.cyclic else f", start: {rich.start_kwh} kWh, end: {rich.start_kwh}..any kWh"
    return f"""places:
  top: {{name: Roof, surfaces: {{roof: {rich.roof_m2} m2}}}}
processes:
  pv: {{recipe: panels, at: top, size: 0..any kWp}}
  heat_pump: {{recipe: heat_pump, size: 0..any kW}}
  well: {{recipe: well, size: 3 kg/h}}
stores:
  battery: {{recipe: battery, size: 0..20 kWh, power: 0..any kW{ends}}}
  cistern: {{recipe: cistern, size: 0..any kg}}
  hot_tank: {{recipe: hot_tank, size: 6 kWh}}
needs:
  home: {{resource: power, amount: {_listed(rich.load, "kWh")}}}
  rooms: {{resource: warmth, amount: {_listed(rich.cold, "kWh")}, priority: comfort}}
  taps: {{resource: water, amount: {_listed(rich.water, "kg")}, priority: vital}}
  laundry:
    resource: power
    amount: {rich.laundry} kWh/day
    shift: {{hours: {FIRST}..{LAST}, most: {rich.laundry_kw} kW}}
    missing_price: 3 EUR/kWh
exchanges:
  grid:
    resource: power
    buy: {_listed(rich.price, "EUR/kWh")}
    sell: {rich.sell} EUR/kWh
    carbon: 0.5 kgCO2e/kWh
    renewable: 20 %
    buy_most: {rich.grid_kw} kW
  mains: {{resource: water, buy: 1.5 EUR/kg}}
goals:
  carbon: {{measure: operational_carbon, at_most: {rich.carbon_kg} kgCO2e, worth: {rich.carbon_worth} EUR/kgCO2e}}
  renewable:
    measure: renewable_share
    resource: power
    at_least: {100 * rich.share} %
    matched: hourly
    worth: {rich.share_worth} EUR/kWh
"""


def plain(rich: Rich) -> PlainProgram:
    """The village as a program: columns, then power, heat, water and goals."""
    program = PlainProgram()
    _columns(program, rich)
    program.at_most({("pv size", 0): 5.0}, rich.roof_m2)
    for hour in range(rich.hours):
        _power(program, rich, hour)
        _battery(program, rich, hour)
        _heat(program, rich, hour)
    for day in range(-(-rich.hours // 24)):
        _day(program, rich, day)
    _goals(program, rich)
    return program


def _columns(program: PlainProgram, rich: Rich) -> None:
    sizes = {"pv": PV, "pump": PUMP, "battery": BATTERY, "power": rich.power_cost, "cistern": CISTERN}
    for name, cost in sizes.items():
        program.variable(f"{name} size", cost=cost, most=20.0 if name == "battery" else np.inf)
    for name, cost, most in (
        ("bought", 0.0, rich.grid_kw), ("sold", -rich.sell, np.inf), ("sun", 0.0, np.inf), ("heat", 0.01, np.inf),
        ("pumped", 0.0, 3.0), ("in", 0.0, np.inf), ("out", 0.0, np.inf), ("level", 0.0, np.inf),
        ("dark", 1000.0, np.inf), ("cold", 50.0, np.inf), ("hot in", 0.0, 1.2), ("hot out", 0.0, 1.8),
        ("hot level", 0.0, 5.4), ("washed", 0.0, rich.laundry_kw),
    ):  # fmt: skip
        program.variable(name, rich.hours, cost=cost, most=most)
    for name, cost in (("mains", 1.5), ("cistern", 0.0), ("dry", 8000.0), ("dirty", 3.0)):
        program.variable(name, -(-rich.hours // 24), cost=cost)
    program.variable("too much carbon", cost=rich.carbon_worth)
    program.variable("too little sun", cost=rich.share_worth)
    for hour in range(rich.hours):
        program.cost[program.number["bought", hour]] = rich.price[hour] + 0.5 * 0.02
        if not FIRST <= (rich.start_hour + hour) % 24 < LAST:
            program.most[program.number["washed", hour]] = 0.0


def _power(program: PlainProgram, rich: Rich, hour: int) -> None:
    gives = {("bought", hour): 1.0, ("sun", hour): 1.0, ("out", hour): 1.0, ("dark", hour): 1.0}
    takes = {("sold", hour): -1.0, ("in", hour): -1.0, ("washed", hour): -1.0, ("pumped", hour): -0.5}
    program.equals({**gives, **takes, ("heat", hour): -1.0 / rich.performance[hour]}, rich.load[hour])
    program.at_most({("dark", hour): 1.0}, rich.load[hour])
    program.at_most({("sun", hour): 1.0, ("pv size", 0): -rich.sun[hour]}, 0.0)


def _battery(program: PlainProgram, rich: Rich, hour: int) -> None:
    change = {("level", hour): 1.0, ("in", hour): -0.9, ("out", hour): 1.0 / 0.8}
    if hour == 0 and not rich.cyclic:
        program.equals(change, (1.0 - rich.leak) * rich.start_kwh)
        program.at_most({("level", rich.hours - 1): -1.0}, -rich.start_kwh)
    else:
        program.equals({**change, ("level", (hour - 1) % rich.hours): rich.leak - 1.0}, 0.0)
    for name, size in (("in", "power"), ("out", "power"), ("level", "battery")):
        program.at_most({(name, hour): 1.0, (f"{size} size", 0): -1.0}, 0.0)


def _heat(program: PlainProgram, rich: Rich, hour: int) -> None:
    gives = {("heat", hour): 1.0, ("hot out", hour): 1.0, ("cold", hour): 1.0}
    program.equals({**gives, ("hot in", hour): -1.0}, rich.cold[hour])
    program.at_most({("cold", hour): 1.0}, rich.cold[hour])
    program.at_most({("heat", hour): 1.0, ("pump size", 0): -1.0}, 0.0)
    before = ("hot level", (hour - 1) % rich.hours)
    change = {("hot in", hour): -1.0, ("hot out", hour): 1.0}
    program.equals({("hot level", hour): 1.0, before: -1.0, **change}, 0.0)


def _day(program: PlainProgram, rich: Rich, day: int) -> None:
    """A day's water and laundry. What is pumped in an hour arrives ``delay`` hours later, perhaps on another day."""
    inside = [hour for hour in range(rich.hours) if hour // 24 == day]
    terms = {("mains", day): 1.0, ("dry", day): 1.0, ("cistern", day): -1.0}
    before = ("cistern", (day - 1) % (-(-rich.hours // 24)))
    terms[before] = terms.get(before, 0.0) + (1.0 - rich.seep) ** len(inside)
    for hour in range(rich.hours):
        arrival = hour + rich.delay
        if (arrival % rich.hours if rich.cyclic else arrival) in inside:
            terms["pumped", hour] = 1.0
    asked = float(rich.water[inside].sum())
    program.equals(terms, asked)
    program.at_most({("dry", day): 1.0}, asked)
    program.at_most({("cistern", day): 1.0, ("cistern size", 0): -1.0}, 0.0)
    program.at_most({("cistern", day): -1.0, ("cistern size", 0): 0.1}, 0.0)
    washed = {("washed", hour): 1.0 for hour in inside}
    program.equals({**washed, ("dirty", day): 1.0}, rich.laundry * len(inside) / 24)


def _goals(program: PlainProgram, rich: Rich) -> None:
    carbon = {("bought", hour): 0.5 for hour in range(rich.hours)}
    program.at_most({**carbon, ("too much carbon", 0): -1.0}, rich.carbon_kg)
    terms = {("too little sun", 0): -1.0}
    for hour in range(rich.hours):
        terms["bought", hour] = rich.share - 0.2
        terms["sun", hour] = rich.share - 1.0
        terms["sold", hour] = 1.0 - rich.share
    program.at_most(terms, 0.0)
