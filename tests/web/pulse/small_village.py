"""A village of a few lines with something of each loop, and its flows by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from wikivillage.model import load_village
from wikivillage.model.kinds import Village
from wikivillage.web.ledger.day_sums import DayFlow

TEXT = """
village: Petit village
site: {latitude: 48.857, longitude: 2.410, timezone: Europe/Paris, weather: paris_synthetic, year: 2025}
places:
  roof: {name: {en: Roof, fr: Toit}, surfaces: {roof: 100 m2, soil: 20 m2}}
processes:
  pv: {recipe: pv_roof, at: roof, size: 0..20 kWp}
  pump: {recipe: heat_pump_air_water, size: 10 kW}
  sockets: {recipe: machine_sockets, size: 10 kW}
  printers: {recipe: print_3d, size: 0..10 kg/day}
  shredder: {recipe: plastic_shred, size: 0..10 kg/day}
  beds: {recipe: ground_bed, at: roof, size: 0..10 m2}
  watering: {recipe: mains_to_irrigation}
stores:
  battery: {recipe: battery, size: 10 kWh}
  tank: {recipe: rain_tank, size: 0..20 m3}
  shelf: {recipe: wood_shelf, size: 2 m3}
needs:
  light: {name: {en: Light, fr: Lumière}, resource: electricity, amount: 10 kWh/day, profile: flat}
  warmth: {name: {en: Warmth, fr: Chaleur}, resource: heat, amount: 10 kWh/day, profile: flat}
  taps: {name: {en: Taps, fr: Robinets}, resource: drinking_water, amount: 1 m3/day, profile: flat}
  soup: {name: {en: Soup, fr: Soupe}, resource: vegetables, amount: 1 kg/day, profile: flat}
offers:
  rubbish: {name: {en: Rubbish, fr: Ordures}, resource: residual_waste, amount: 1 kg/day, profile: flat, must_take: yes}
exchanges:
  grid: {name: {en: Grid, fr: Réseau}, resource: electricity, buy: 0.2 EUR/kWh, sell: 0.05 EUR/kWh, renewable: 25 %}
  mains: {name: {en: Mains, fr: Eau de ville}, resource: drinking_water, buy: 4 EUR/m3}
  bins: {name: {en: Bins, fr: Poubelles}, resource: residual_waste, sell: -0.2 EUR/kg, waste: yes}
  vegetables: {name: {en: Farm, fr: Ferme}, resource: vegetables, buy: 3 EUR/kg}
  hands: {resource: labour, buy: 20 EUR/h}
  shop: {resource: filament, buy: 20 EUR/kg}
  heap: {resource: compost, buy: 0.1 EUR/kg}
  parts: {resource: printed_parts, sell: 5 EUR/kg}
  flakes_out: {resource: flakes, sell: 0 EUR/kg}
  reject: {resource: plastic_reject, sell: 0 EUR/kg, waste: yes}
  sewer: {resource: wastewater, sell: 0 EUR/m3}
  greens: {resource: green_waste, sell: 0 EUR/kg, waste: yes}
goals:
  renewable: {measure: renewable_share, at_least: 80 %, matched: hourly}
  water: {measure: mains_water, at_most: 365 m3}
  waste: {measure: waste_to_outside, at_most: 730 kg}
  local_food: {measure: local_food_share, at_least: 30 %}
"""


@cache
def small_village() -> Village:
    """The village, read once."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "village.yaml"
        file.write_text(TEXT, "utf-8")
        return load_village(file)


def flow(action: str, spec: str, amount: float | str, **more: Any) -> DayFlow:
    """A sum of a day, in the unit of its resource; what is not said is empty."""
    unit = small_village().resources[spec].unit if spec in small_village().resources else "kg"
    said = {
        "resource": spec,
        "to_resource": "",
        "input_of": "",
        "output_of": "",
        "effort": Decimal(0),
        "effort_unit": "",
    }
    said |= {"provider": "etic", "receiver": "etic", "events": 1, "day": None, "unit": unit} | more
    return DayFlow(action=action, spec=spec, quantity=Decimal(str(amount)), **said)


def made(process: str, spec: str, amount: float) -> DayFlow:
    """A process or an offer gave something."""
    return flow("produce", spec, amount, output_of=process)


def used(process: str, spec: str, amount: float) -> DayFlow:
    """A process or a need took something."""
    return flow("consume", spec, amount, input_of=process)


def moved(spec: str, amount: float, begin: str, end: str) -> DayFlow:
    """From one stock to another."""
    return flow("transfer", spec, amount, resource=begin, to_resource=end)


def worked(hours: float, process: str = "") -> DayFlow:
    """Somebody worked."""
    work = {"resource": "", "unit": "", "input_of": process, "effort": Decimal(str(hours)), "effort_unit": "h"}
    return flow("work", "labour", 0, **work)


DAY = date(2026, 11, 25)
FLOWS = (
    made("pv", "electricity", 60),
    moved("electricity", 50, "grid", "electricity"),
    moved("electricity", 10, "electricity", "grid"),
    moved("electricity", 8, "electricity", "battery"),
    moved("electricity", 6, "battery", "electricity"),
    used("light", "electricity", 68),
    used("pump", "electricity", 30),
    made("pump", "heat", 90),
    used("warmth", "heat", 88),
    moved("drinking_water", 0.8, "mains", "drinking_water"),
    used("taps", "drinking_water", 0.8),
    made("rubbish", "residual_waste", 5),
    moved("residual_waste", 3, "residual_waste", "bins"),
    moved("vegetables", 6, "vegetables_outside", "vegetables"),
    made("beds", "vegetables", 2),
    used("soup", "vegetables", 8),
    worked(4, "beds"),
)
"""A day: 98 kWh of electricity are used, 37.5 of them from the grid and not renewable; one bag of rubbish waits."""
