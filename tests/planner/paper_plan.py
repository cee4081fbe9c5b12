"""A plan made by hand for a village of two days, and the folder that holds it.

No optimiser made it: every amount is worked out here in plain arithmetic, so that a checker can be tried on a plan
that is right, and on copies in which one number was altered.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

SUN = ([0.0] * 10 + [1.0] * 4 + [0.0] * 10) * 2

VILLAGE = f"""village: Paper
horizon: {{start: 2025-01-01, hours: 48}}
finance: {{discount_rate: 3 %, carbon_price: 0.1 EUR/kgCO2e}}
resources:
  power:
    {{name: Power, unit: kWh, tempo: hour, loop: energy, composition: {{energy: 1 kWh}}, missing_price: 10 EUR/kWh}}
  well: {{name: Well, unit: m3, tempo: day, loop: water, nature: yes, composition: {{mass: 1000 kg, water: 1000 kg}}}}
  rain:
    {{name: Rain, unit: m3, tempo: day, loop: water, legal: rain, composition: {{mass: 1000 kg, water: 1000 kg}},
      missing_price: 20 EUR/m3}}
  mains:
    {{name: Mains, unit: m3, tempo: day, loop: water, legal: mains, composition: {{mass: 1000 kg, water: 1000 kg}}}}
  dirty:
    {{name: Dirty, unit: m3, tempo: day, loop: water, legal: grey_raw, composition: {{mass: 1000 kg, water: 1000 kg}}}}
  light: {{name: Light, unit: kWh, loop: energy, nature: yes, composition: {{energy: 1 kWh}}}}
  warm_air: {{name: Warm air, unit: kWh, loop: heat, nature: yes, composition: {{energy: 1 kWh}}}}
  fumes: {{name: Fumes, unit: kg, loop: matter, nature: yes, composition: {{mass: 1 kg}}}}
  scraps: {{name: Scraps, unit: kg, tempo: day, loop: matter, composition: {{mass: 1 kg, carbon: 0.1 kg}}}}
  compost: {{name: Compost, unit: kg, tempo: day, loop: matter, composition: {{mass: 1 kg, carbon: 0.1 kg}}}}
  leaves: {{name: Leaves, unit: kg, tempo: day, loop: food, composition: {{mass: 1 kg}}}}
recipes:
  panels:
    activity: kWh
    size_unit: kWp
    inputs: {{light: {{rest: energy}}}}
    outputs: {{power: 1 kWh}}
    rate: 1 kWh/h/kWp
    availability: {{values: {SUN}, unit: kW/kW}}
    costs: {{capital: 1000 EUR/kWp, life: 20 year, upkeep: 2 %/year, embodied: 500 kgCO2e/kWp}}
    footprint: {{roof: 5 m2/kWp}}
  pump:
    activity: m3
    size_unit: m3/h
    inputs: {{well: 1 m3, power: 0.5 kWh}}
    outputs: {{rain: 1 m3, warm_air: {{rest: energy}}}}
    rate: 1 m3/h/(m3/h)
    running: 0.1 EUR/m3
    costs: {{once: 3 EUR/(m3/h), fixed: 7 EUR}}
  heap:
    activity: kg
    size_unit: kg/day
    inputs: {{scraps: 1 kg}}
    outputs: {{compost: {{amount: 0.6 kg, delay: 1 day}}, fumes: {{rest: mass}}}}
    rate: 1 kg/day/(kg/day)
    carbon: 0.02 kgCO2e/kg
  bed:
    activity: kg
    size_unit: m2
    inputs: {{rain: 0.02 m3}}
    outputs: {{leaves: 1 kg}}
    rate: 0.1 kg/day/m2
    runs: exactly
  line:
    activity: kWh
    size_unit: kW
    inputs: {{power: 1 kWh}}
    outputs: {{power: 0.9 kWh}}
    rate: 1 kWh/h/kW
  wash:
    activity: m3
    size_unit: m3/h
    inputs: {{dirty: 1 m3}}
    outputs: {{well: 1 m3}}
    rate: 1 m3/h/(m3/h)
    use: kitchen_garden
store_recipes:
  battery:
    holds: power
    size_unit: kWh
    capacity: 1 kWh/kWh
    loss: 1 %/h
    charge: 90 %
    discharge: 80 %
    fill_high: 90 %
    holding: 0.001 EUR/kWh/h
    costs: {{upkeep_yearly: 10 EUR/kWh/year}}
    power_costs: {{annuity: 20 EUR/kW/year}}
  tank: {{holds: rain, size_unit: m3, capacity: 1 m3/m3, fill_low: 10 %, rate_in: 0.05 m3/h/m3}}
places:
  top: {{name: Top, area: 100 m2, surfaces: {{roof: 20 m2}}}}
  far: {{name: Far, area: 100 m2, networks: {{power: away}}}}
processes:
  pv: {{recipe: panels, at: top, size: 0..10 kWp}}
  pump: {{recipe: pump, size: 0.5 m3/h}}
  heap: {{recipe: heap, size: 0..5 kg/day}}
  bed: {{recipe: bed, size: 10 m2}}
  line: {{recipe: line, to: far, size: 1 kW}}
  wash: {{recipe: wash}}
  boiler: {{recipe: electric_boiler, size: 0..1 kW}}
stores:
  battery: {{recipe: battery, size: 0..15 kWh, power: 0..2 kW}}
  tank: {{recipe: tank, size: 2 m3, start: 1 m3, end: 0.5..1.5 m3}}
needs:
  lamps: {{resource: power, amount: 0.5 kW}}
  hut: {{resource: power, at: far, amount: 0.09 kW}}
  laundry: {{resource: power, amount: 2 kWh/day, profile: flat, shift: {{hours: 8..20, most: 1.5 kW}}}}
  taps: {{resource: rain, amount: 0.6 m3/day, priority: comfort}}
  sink: {{resource: mains, amount: 0.3 m3/day}}
  meals: {{resource: leaves, amount: 3 kg/day}}
offers:
  kitchen: {{resource: scraps, amount: 4 kg/day, must_take: yes}}
  soap: {{resource: dirty, amount: 0.1 m3/day}}
exchanges:
  grid:
    {{resource: power, buy: 0.2 EUR/kWh, sell: 0.05 EUR/kWh, carbon: 0.05 kgCO2e/kWh, renewable: 25 %, buy_most: 2 kW,
      buy_most_per_year: 8000 kWh}}
  street: {{resource: electricity, buy: 0.3 EUR/kWh}}
  bath: {{resource: hot_water_heat, sell: 0 EUR/kWh}}
  city: {{resource: mains, buy: 3 EUR/m3}}
  farm: {{resource: leaves, buy: 4 EUR/kg}}
  garden: {{resource: compost, sell: 0.1 EUR/kg}}
  bins: {{resource: scraps, sell: -0.2 EUR/kg, waste: yes}}
goals:
  green: {{measure: renewable_share, resource: power, at_least: 80 %, matched: hourly, worth: 0.3 EUR/kWh}}
  waste: {{measure: waste_to_outside, at_most: 1 kg, worth: 0.5 EUR/kg}}
  local: {{measure: local_food_share, resource: leaves, at_least: 30 %, worth: 1 EUR/kg}}
"""

Record = dict[str, Any]
Series = dict[tuple[str, str, str, str], np.ndarray]
"""(kind, id, resource, network) -> amounts; their number says the tempo: 48 hours or 2 days."""

UNIT = {
    "power": "kWh", "well": "m3", "rain": "m3", "mains": "m3", "dirty": "m3", "light": "kWh", "warm_air": "kWh",
    "fumes": "kg", "scraps": "kg", "compost": "kg", "leaves": "kg",
}  # fmt: skip
ACTIVITY_UNIT = {"pv": "kWh", "pump": "m3", "heap": "kg", "bed": "kg", "line": "kWh"}

PV_KWP, HEAP_KG, BATTERY_KWH, BATTERY_KW = 3.0, 3.0, 12.0, 1.0


def paper_series() -> Series:
    """What flows: water, scraps and leaves by the day, power by the hour."""
    return _of_days() | _of_hours()


def _of_hours() -> Series:
    """3 kWp at noon, a battery charged with 1 kWh an hour, laundry at noon, the rest from the grid."""
    sun, zero = np.array(SUN), np.zeros(48)
    pv = PV_KWP * sun
    noon = np.isin(np.arange(48) % 24, (11, 12))
    pumped, laundry = np.where(noon, 0.25, 0.0), np.where(noon, 0.75, 0.0)
    charged = sun * 1.0
    laundry[11] = 0.7
    unwashed = zero.copy()
    unwashed[8] = 2.0 - laundry[:24].sum()
    unwashed[32] = 2.0 - laundry[24:].sum()
    discharged, level = _battery(charged)
    given = pv + discharged
    taken = 0.5 + 0.1 + laundry + charged + 0.5 * pumped
    return {
        ("activity", "pv", "", ""): pv,
        ("input", "pv", "light", "village"): pv,
        ("output", "pv", "power", "village"): pv,
        ("activity", "pump", "", ""): pumped,
        ("input", "pump", "well", "village"): pumped,
        ("input", "pump", "power", "village"): 0.5 * pumped,
        ("output", "pump", "rain", "village"): pumped,
        ("output", "pump", "warm_air", "village"): 0.5 * pumped,
        ("activity", "line", "", ""): zero + 0.1,
        ("input", "line", "power", "village"): zero + 0.1,
        ("output", "line", "power", "away"): zero + 0.09,
        ("charged", "battery", "power", "village"): charged,
        ("discharged", "battery", "power", "village"): discharged,
        ("level", "battery", "power", "village"): level,
        ("served", "lamps", "power", "village"): zero + 0.5,
        ("unmet", "lamps", "power", "village"): zero,
        ("served", "hut", "power", "away"): zero + 0.09,
        ("unmet", "hut", "power", "away"): zero,
        ("served", "laundry", "power", "village"): laundry,
        ("unmet", "laundry", "power", "village"): unwashed,
        ("bought", "grid", "power", "village"): np.maximum(taken - given, 0.0),
        ("sold", "grid", "power", "village"): np.maximum(given - taken, 0.0),
        ("price", "power", "power", "village"): zero - 0.2,
    }


def _of_days() -> Series:
    """What is counted by the day, worked out by heart."""
    return {
        ("activity", "heap", "", ""): np.array([3.0, 2.0]),
        ("input", "heap", "scraps", "village"): np.array([3.0, 2.0]),
        ("output", "heap", "compost", "village"): np.array([1.2, 1.8]),
        ("output", "heap", "fumes", "village"): np.array([1.2, 0.8]),
        ("activity", "bed", "", ""): np.array([1.0, 1.0]),
        ("input", "bed", "rain", "village"): np.array([0.02, 0.02]),
        ("output", "bed", "leaves", "village"): np.array([1.0, 1.0]),
        ("unmet", "bed", "rain", "village"): np.array([0.0, 0.01]),
        ("stranded", "bed", "leaves", "village"): np.array([0.0, 0.1]),
        ("charged", "tank", "rain", "village"): np.array([0.0, 0.0]),
        ("discharged", "tank", "rain", "village"): np.array([0.12, 0.08]),
        ("level", "tank", "rain", "village"): np.array([0.88, 0.8]),
        ("served", "taps", "rain", "village"): np.array([0.6, 0.57]),
        ("unmet", "taps", "rain", "village"): np.array([0.0, 0.03]),
        ("served", "meals", "leaves", "village"): np.array([3.0, 3.0]),
        ("unmet", "meals", "leaves", "village"): np.array([0.0, 0.0]),
        ("offered", "kitchen", "scraps", "village"): np.array([4.0, 4.0]),
        ("stranded", "kitchen", "scraps", "village"): np.array([0.0, 0.5]),
        ("offered", "soap", "dirty", "village"): np.array([0.0, 0.0]),
        ("bought", "city", "mains", "village"): np.array([0.3, 0.3]),
        ("served", "sink", "mains", "village"): np.array([0.3, 0.3]),
        ("bought", "farm", "leaves", "village"): np.array([2.0, 2.1]),
        ("sold", "garden", "compost", "village"): np.array([1.2, 1.8]),
        ("sold", "bins", "scraps", "village"): np.array([1.0, 1.5]),
    }


def _battery(charged: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Charged at noon of both days, it gives 0.5 kWh from four to seven; level at the end of each hour."""
    discharged = np.where(np.isin(np.arange(48) % 24, (16, 17, 18)), 0.5, 0.0)
    last = 0.0
    for _ in range(400):
        level, now = np.zeros(48), last
        for hour in range(48):
            now = 0.99 * now + 0.9 * charged[hour] - discharged[hour] / 0.8
            level[hour] = now
        last = now
    return discharged, level


def paper_frame(series: Series) -> pd.DataFrame:
    """The long table of flows.parquet."""
    start = np.datetime64("2025-01-01", "s")
    parts = []
    for (kind, id, resource, network), amounts in series.items():
        hours = 48 // len(amounts)
        unit = (
            ACTIVITY_UNIT[id] if kind == "activity" else f"EUR/{UNIT[resource]}" if kind == "price" else UNIT[resource]
        )
        steps = np.arange(len(amounts), dtype=np.int32)
        words = {
            "flow": ".".join(word for word in (id, kind, resource, network) if word), "kind": kind, "id": id,
            "resource": resource, "network": network or "village", "unit": unit, "tempo": {1: "hour", 24: "day"}[hours],
        }  # fmt: skip
        times = start + (steps * hours).astype("timedelta64[h]")
        parts.append(pd.DataFrame({**words, "step": steps, "time": times, "amount": amounts}))
    return pd.concat(parts, ignore_index=True)


SHARE = 48 / 8760
CRF = 0.03 / (1 - 1.03**-20)


def paper_parts(total: dict[tuple[str, str, str, str], float]) -> dict[tuple[str, str], float]:
    """The parts of the objective, in EUR."""
    bought, sold = total["bought", "grid", "power", "village"], total["sold", "grid", "power", "village"]
    return {
        ("capital", "pv"): PV_KWP * 1000 * CRF * SHARE,
        ("upkeep", "pv"): PV_KWP * 20 * SHARE,
        ("capital", "pump"): 0.5 * 3 + 7,
        ("upkeep", "battery"): BATTERY_KWH * 10 * SHARE,
        ("capital", "battery"): BATTERY_KW * 20 * SHARE,
        ("running", "pump"): 0.1 * 1.0,
        ("holding", "battery"): 0.001 * total["level", "battery", "power", "village"],
        ("bought", "grid"): 0.2 * bought,
        ("sold", "grid"): -0.05 * sold,
        ("bought", "farm"): 4 * 4.1,
        ("bought", "city"): 3 * 0.6,
        ("sold", "garden"): -0.1 * 3.0,
        ("sold", "bins"): 0.2 * 2.5,
        ("carbon", "grid"): 0.1 * (0.05 * bought + 0.02 * 5.0),
        ("carbon", "pv"): 0.1 * (PV_KWP * 500 / 20 * SHARE),
        ("missing", "lamps+laundry"): 10 * (0.55 + 0.5),
        ("missing", "taps"): 20 * 0.1 * 0.03,
        ("missing", "bed"): 100 * 20 * 0.01,
        ("stranded", "bed"): 100 * 1000 * 0.1,
        ("stranded", "kitchen"): 100 * 1000 * 0.5,
        ("goal", "green"): 0.3 * (0.75 * bought - 0.2 * (bought - sold + 24.0)),
        ("goal", "waste"): 0.5 * 1.5,
        ("goal", "local"): 0.0,
    }


def paper_record(series: Series) -> Record:
    """plan.json, with every sum made here."""
    total = {key: float(amounts.sum()) for key, amounts in series.items()}
    parts = paper_parts(total)
    paid = sum(amount for (kind, _), amount in parts.items() if kind not in ("missing", "stranded", "goal"))
    objective = sum(parts.values())
    return {
        "format": "wikivillage-plan/1",
        "horizon": {"start": "2025-01-01T00:00:00", "hours": 48, "year_fraction": SHARE},
        "objective": {
            "total": objective,
            "parts": [{"kind": kind, "id": id, "amount": amount} for (kind, id), amount in parts.items()],
        },
        "yearly_cost": paid,
        "investment": PV_KWP * 1000 + 8.5,
        "sizes": _sizes(),
        **_reached(total, paid),
        **_told(),
        "flows": [
            {"kind": key[0], "id": key[1], "resource": key[2], "network": key[3], "total": total[key]}
            for key in series
            if key[0] not in ("price", "level", "activity")
        ],
        "certificate": {"primal_objective": objective, "dual_objective": objective, "relative_gap": 0.0},
    }


def _reached(total: dict[tuple[str, str, str, str], float], paid: float) -> Record:
    bought, sold = total["bought", "grid", "power", "village"], total["sold", "grid", "power", "village"]
    used = bought - sold + 24.0
    operational, embodied = 0.05 * bought + 0.02 * 5.0, PV_KWP * 500 / 20 * SHARE
    return {
        "goals": [
            {"id": "green", "reached": 1 - 0.75 * bought / used, "missing": 0.75 * bought - 0.2 * used, "met": False},
            {"id": "waste", "reached": 2.5, "missing": 1.5, "met": False},
            {"id": "local", "reached": 1 - 4.1 / 6.0, "missing": 0.0, "met": True},
        ],
        "measures": {
            "operational_carbon": operational,
            "embodied_carbon": embodied,
            "carbon": operational + embodied,
            "waste_to_outside": 2.5,
            "mains_water": 0.6,
            "water_reuse_share": 1 - 0.6 / (0.6 + 1.17 + 0.04),
            "cost": paid,
            "renewable_share": 1.0,
            "renewable_share_hourly": 1.0,
        },
    }


def _told() -> Record:
    return {
        "unmet": [
            {"need": "laundry", "resource": "power", "amount": 1.05},
            {"need": "taps", "resource": "rain", "amount": 0.03},
            {"need": "bed", "resource": "rain", "amount": 0.01},
        ],
        "stranded": [
            {"offer": "bed", "resource": "leaves", "amount": 0.1},
            {"offer": "kitchen", "resource": "scraps", "amount": 0.5},
        ],
        "refused": [{"id": "wash"}],
        "losses": [
            {"recipe": "heap", "component": "carbon"},
            {"recipe": "bed", "component": "mass"},
            {"recipe": "bed", "component": "water"},
            {"recipe": "line", "component": "energy"},
        ],
    }


def _sizes() -> list[Record]:
    return [
        _size("pv", "process", PV_KWP, 3000.0, PV_KWP * (1000 * CRF + 20), 75.0, 24.0),
        _size("pump", "process", 0.5, 8.5, 0.0, 0.0, 1.0),
        _size("heap", "process", HEAP_KG, 0.0, 0.0, 0.0, 5.0),
        _size("bed", "process", 10.0, 0.0, 0.0, 0.0, 2.0),
        _size("line", "process", 1.0, 0.0, 0.0, 0.0, 4.8),
        _size("boiler", "process", 0.0, 0.0, 0.0, 0.0, 0.0),
        _size("battery", "store", BATTERY_KWH, 0.0, 120.0, 0.0, None),
        _size("battery", "power", BATTERY_KW, 0.0, 20.0, 0.0, None),
        _size("tank", "store", 2.0, 0.0, 0.0, 0.0, None),
    ]


def _size(
    id: str, kind: str, size: float, capital: float, yearly: float, embodied: float, activity: float | None
) -> Record:
    return {
        "id": id, "kind": kind, "size": size, "capital_eur": capital, "yearly_eur": yearly,
        "embodied_kg_year": embodied, "yearly_activity": activity,
    }  # fmt: skip


def write_folder(folder: Path, record: Record, frame: pd.DataFrame, village: str = VILLAGE) -> Path:
    """A result folder with these three files, and the sums of two of them in the third."""
    folder.mkdir(exist_ok=True)
    (folder / "village.yaml").write_text(village, "utf-8")
    frame.to_parquet(folder / "flows.parquet", index=False)
    for name, file in (("village_sha256", "village.yaml"), ("flows_sha256", "flows.parquet")):
        record["certificate"].setdefault(name, hashlib.sha256((folder / file).read_bytes()).hexdigest())
    (folder / "plan.json").write_text(json.dumps(record), "utf-8")
    return folder
