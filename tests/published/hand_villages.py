"""Each hand case of ``planner_hand_cases.json`` told as a village: from the case's figures to YAML.

Power is in kWh per hourly step, so a cap of 20 per step is 20 kW. One-off sums are ``once`` (per unit of
size) or ``fixed``, because the cases charge them once whatever the length of the horizon.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Case = Mapping[str, Any]
Numbers = Sequence[float]

NOT_YET = {
    "invest_optional_skipped": "a lump sum that is only paid if built is a yes/no choice (binary)",
    "invest_piecewise": "costs that fall with size are concave: the choice of a piece is a yes/no choice",
    "piecewise_conversion": "an efficiency that rises with load is not convex",
    "startup": "starting a unit is a yes/no choice of each hour",
    "max_active_hours": "counting the hours in use needs a yes/no choice of each hour",
    "max_uptime": "counting the hours in a row needs a yes/no choice of each hour",
    "min_up_block": "a least number of hours in a row needs a yes/no choice of each hour",
    "min_downtime": "a least pause needs a yes/no choice of each hour",
}
"""What a linear program cannot say, with the reason: these cases wait for whole-number choices."""


def listed(values: Numbers, unit: str) -> str:
    """One value per hour, as the village file writes it."""
    return f"{{values: {list(values)}, unit: {unit}}}"


def village(name: str, hours: int, resources: Sequence[str], body: str) -> str:
    """A village whose resources are kWh of its own, so that nothing comes from the library."""
    own = "\n".join(
        f"  {id}: {{name: {id.title()}, unit: kWh, tempo: hour, loop: energy, missing_price: 1e6 EUR/kWh}}"
        for id in resources
    )
    horizon = f"{{start: 2025-01-01, hours: {hours}, cyclic: no}}"
    return f"village: {name}\nhorizon: {horizon}\nresources:\n{own}\n{body}"


def merit_order(case: Case) -> str:
    sources = "\n".join(
        f"  source_{i}: {{resource: power, buy: {s['price']} EUR/kWh, buy_most: {s['cap']} kW}}"
        for i, s in enumerate(case["sources"])
    )
    return village(
        "Merit order",
        len(case["demand"]),
        ["power"],
        f"""exchanges:
{sources}
needs:
  load: {{resource: power, amount: {listed(case["demand"], "kWh")}}}
""",
    )


def boiler(case: Case, gas: str, *, costs: str = "", size: str = "", more: str = "", more_recipes: str = "") -> str:
    """A boiler that takes ``gas`` per kWh of heat, between a gas supply and a need of heat."""
    demand = case["heat_demand"]
    return village(
        "Boiler",
        len(demand),
        ["fuel", "warmth"],
        f"""recipes:
  boiler:
    activity: kWh
    size_unit: kW
    inputs: {{fuel: {gas}}}
    outputs: {{warmth: 1 kWh}}
    rate: 1 kWh/h/kW
    costs: {{{costs}}}
{more_recipes}processes:
  boiler: {{recipe: boiler{size}}}
{more}exchanges:
  supply: {{resource: fuel, buy: {case["gas_price"]} EUR/kWh}}
needs:
  heating: {{resource: warmth, amount: {listed(demand, "kWh")}}}
""",
    )


def boiler_efficiency(case: Case) -> str:
    return boiler(case, f"{1 / case['eta']} kWh")


def variable_efficiency(case: Case) -> str:
    return boiler(case, f"{{value: 1 kWh, per: {listed(case['eta'], '1')}}}")


def invest_size(case: Case) -> str:
    costs = f"once: {case['invest_per_kW']} EUR/kW, fixed: {case['invest_fixed']} EUR"
    return boiler(case, f"{1 / case['eta']} kWh", costs=costs, size=", size: 0..any kW")


def invest_fixed_size(case: Case) -> str:
    option = case["option"]
    return boiler(
        case,
        f"{1 / option['eta']} kWh",
        costs=f"fixed: {option['invest_fixed']} EUR",
        size=f", size: {option['size']} kW",
        more="  backup: {recipe: backup}\n",
        more_recipes=f"""  backup:
    activity: kWh
    size_unit: kW
    inputs: {{fuel: {1 / case["backup"]["eta"]} kWh}}
    outputs: {{warmth: 1 kWh}}
    rate: 1 kWh/h/kW
""",
    )


def chp(case: Case) -> str:
    return village(
        "Heat and power",
        len(case["heat_demand"]),
        ["fuel", "warmth", "power"],
        f"""recipes:
  chp:
    activity: kWh
    size_unit: kW
    inputs: {{fuel: 1 kWh}}
    outputs: {{warmth: {case["eta_th"]} kWh, power: {case["eta_el"]} kWh}}
    rate: 1 kWh/h/kW
processes:
  chp: {{recipe: chp}}
exchanges:
  supply: {{resource: fuel, buy: {case["gas_price"]} EUR/kWh}}
  grid: {{resource: power, sell: {case["elec_sale_price"]} EUR/kWh}}
needs:
  heating: {{resource: warmth, amount: {listed(case["heat_demand"], "kWh")}}}
""",
    )


def storage(
    case: Case, *, recipe: str = "", store: str = "start: 0 kWh", size: str | None = None, outlet: str = ""
) -> str:
    """A store between a supply with an hourly price and a need."""
    size = size or f"{case['capacity']} kWh"
    return village(
        "Store",
        len(case["demand"]),
        ["power"],
        f"""store_recipes:
  box: {{holds: power, size_unit: kWh, capacity: 1 kWh/kWh, {recipe}}}
stores:
  box: {{recipe: box, size: {size}, {store}}}
exchanges:
  supply: {{resource: power, buy: {listed(case["price"], "EUR/kWh")}}}
{outlet}needs:
  load: {{resource: power, amount: {listed(case["demand"], "kWh")}}}
""",
    )


def storage_shift(case: Case) -> str:
    rate = case["rate"] / case["capacity"]
    rates = f"rate_in: {rate} kW/kWh, rate_out: {rate} kW/kWh"
    return storage(case, recipe=rates, store=f"start: {case['s0']} kWh")


def storage_loss(case: Case) -> str:
    return storage(case, recipe=f"loss: {case['loss_per_h']} 1/h", store=f"start: {case['s0']} kWh")


def storage_smax(case: Case) -> str:
    return storage(case, recipe=f"fill_high: {100 * case['max_soc']} %")


def storage_final_min(case: Case) -> str:
    return storage(case, store=f"start: {case['s0']} kWh, end: {case['final_min']}..any kWh")


def storage_final_max_with_penalty(case: Case) -> str:
    return storage(
        case,
        store=f"start: {case['s0']} kWh, end: 0..{case['final_max']} kWh",
        outlet=f"  outlet: {{resource: power, sell: -{case['dump_penalty']} EUR/kWh, waste: yes}}\n",
    )


def storage_invest(case: Case) -> str:
    return storage(
        case,
        recipe=f"costs: {{once: {case['invest_per_kWh']} EUR/kWh}}",
        size=f"0..{case['size_max']} kWh",
    )


def carbon_price(case: Case) -> str:
    source = case["source"]
    return village(
        "Carbon price",
        len(case["demand"]),
        ["power"],
        f"""finance: {{carbon_price: {case["cost_per_CO2"]} EUR/kgCO2e}}
exchanges:
  source: {{resource: power, buy: {source["cost"]} EUR/kWh, carbon: {source["CO2"]} kgCO2e/kWh}}
needs:
  load: {{resource: power, amount: {listed(case["demand"], "kWh")}}}
""",
    )


def co2_cap_total(case: Case) -> str:
    exchanges = "\n".join(
        f"  {id}: {{resource: power, buy: {case[id]['cost']} EUR/kWh, carbon: {case[id]['CO2']} kgCO2e/kWh}}"
        for id in ("dirty", "clean")
    )
    return village(
        "Carbon cap",
        len(case["demand"]),
        ["power"],
        f"""exchanges:
{exchanges}
needs:
  load: {{resource: power, amount: {listed(case["demand"], "kWh")}}}
goals:
  cap: {{measure: operational_carbon, at_most: {case["CO2_max_total"]} kgCO2e, worth: 1000 EUR/kgCO2e}}
""",
    )


def store_holding_cost(case: Case) -> str:
    most = max(case["source_cap"])
    there = [cap / most for cap in case["source_cap"]]
    return village(
        "Holding cost",
        len(case["load"]),
        ["power"],
        f"""recipes:
  source:
    activity: kWh
    size_unit: kW
    inputs: {{sunlight: {{rest: energy}}}}
    outputs: {{power: 1 kWh}}
    rate: 1 kWh/h/kW
    availability: {listed(there, "1")}
    running: {case["price"]} EUR/kWh
store_recipes:
  box:
    holds: power
    size_unit: kWh
    capacity: 1 kWh/kWh
    holding: {case["holding_cost_per_unit_end_of_step"]} EUR/kWh/h
processes:
  source: {{recipe: source, size: {most} kW}}
stores:
  box: {{recipe: box, size: {case["e_max"]} kWh, start: {case["e_initial"]} kWh}}
needs:
  load: {{resource: power, amount: {listed(case["load"], "kWh")}}}
""",
    )


def delay_2h(case: Case) -> str:
    return village(
        "Delay",
        len(case["load_far"]),
        ["near", "far"],
        f"""recipes:
  journey:
    activity: kWh
    size_unit: kW
    inputs: {{near: 1 kWh}}
    outputs: {{far: {{amount: {case["efficiency"]} kWh, delay: {case["delay_h"]} h}}}}
    rate: 1 kWh/h/kW
processes:
  journey: {{recipe: journey, size: {case["cap"]} kW}}
exchanges:
  source: {{resource: near, buy: {case["source_price"]} EUR/kWh}}
  there: {{resource: far, buy: {case["far_price"]} EUR/kWh}}
needs:
  load: {{resource: far, amount: {listed(case["load_far"], "kWh")}}}
""",
    )


def reservoir1(case: Case, holding: float = 0.0) -> str:
    """Five days of a reservoir without inflow: the benefit of a unit delivered is the price of missing it.

    The published run knows no tomorrow and delivers at once. With foresight every timing is as good, unless
    keeping water costs something: any ``holding`` above 0 brings the published timing back.
    """
    days, reservoir = len(case["demand_met"]), case["reservoir"]
    return f"""village: Reservoir
horizon: {{start: 2025-01-01, hours: {24 * days}, cyclic: no}}
resources:
  water: {{name: Water, unit: m3, tempo: day, loop: water}}
store_recipes:
  reservoir: {{holds: water, size_unit: m3, capacity: 1 m3/m3, holding: {holding} EUR/m3/h}}
stores:
  reservoir: {{recipe: reservoir, size: {reservoir["max"]} m3, start: {reservoir["initial"]} m3}}
needs:
  town:
    {{resource: water, amount: {case["demand_max"]} m3/day, missing_price: {case["benefit"]} EUR/m3}}
"""


TOLD: dict[str, Callable[[Case], str]] = {
    told.__name__: told
    for told in (
        merit_order, boiler_efficiency, variable_efficiency, chp, storage_shift, storage_loss, storage_smax,
        storage_final_min, storage_final_max_with_penalty, storage_invest, carbon_price, co2_cap_total,
        invest_size, invest_fixed_size, store_holding_cost, delay_2h, reservoir1,
    )
}  # fmt: skip
"""The cases that the village language can tell, by their id."""
