"""A small village with one of everything, and what reading a changed copy of it says."""

from __future__ import annotations

from pathlib import Path

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.model import load_village_text

SMALL = """\
village: Small
site: {latitude: 48.857, longitude: 2.41, altitude: 60 m, timezone: Europe/Paris, weather: paris_synthetic, year: 2025}
horizon: {start: 2025-01-01, hours: 4, cyclic: yes}
finance: {discount_rate: 3 %, carbon_price: 0.1 EUR/kgCO2e}
agents:
  makers: {name: The makers, kind: organisation}
resources:
  warmth: {name: Warmth, unit: kWh, tempo: hour, loop: heat, composition: {energy: 1 kWh}, missing_price: 10 EUR/kWh}
  gas: {name: {en: Gas, fr: Gaz}, unit: m3, tempo: hour, loop: energy, composition: {energy: 10 kWh}}
recipes:
  boiler:
    activity: kWh of heat
    size_unit: kW
    inputs: {gas: 0.125 m3}
    outputs: {warmth: 1 kWh}
    rate: 1 kWh/h/kW
    costs: {capital: 100 EUR/kW, upkeep: 2 %/year, life: 20 year}
    footprint: {cellar: 0.5 m2/kW}
store_recipes:
  tank: {holds: warmth, size_unit: m3, capacity: 40 kWh/m3, loss: 1 %/day, charge: 95 %, fill_high: 90 %}
profiles:
  mornings: {workday: [0,0,0,0,0,0,1,2,3,2,1,0,0,0,0,0,0,0,0,0,0,0,0,0], closed: [12-25]}
places:
  house: {floor: 0, area: 100 m2, run_by: makers}
  cellar: {floor: -1, area: 50 m2, inside: house, surfaces: {cellar: 20 m2}, networks: {gas: street}}
processes:
  boiler: {recipe: boiler, at: cellar, size: 0..30 kW}
stores:
  tank: {recipe: tank, at: cellar, size: 2 m3, power: 0..10 kW, start: 10 kWh, end: 5..20 kWh}
needs:
  heating: {resource: warmth, at: house, amount: [5, 5, 0, 1] kWh, priority: vital}
  showers: {resource: warmth, amount: 2 kWh/person/day, persons: 6, profile: mornings, missing_price: 3 EUR/kWh}
offers:
  sun: {resource: warmth, amount: 1 kW}
exchanges:
  street: {resource: gas, at: cellar, buy: 1 EUR/m3, carbon: 2 kgCO2e/m3, buy_most: 3 m3/h, renewable: 10 %}
goals:
  carbon: {measure: operational_carbon, at_most: 0 kgCO2e, worth: 1 EUR/kgCO2e}
"""


def problems_of(text: str, base: Path | None = None) -> list[Problem]:
    """The problems of a village text, none where it loads."""
    try:
        load_village_text(text, base=base, name="small.yaml")
    except ProblemError as error:
        return list(error.problems)
    return []


def changed(old: str, new: str) -> tuple[str, int]:
    """The small village with one thing changed, and the first line that differs."""
    assert SMALL.count(old) >= 1, f"{old!r} is not in the small village"
    text = SMALL.replace(old, new, 1)
    lines = zip(SMALL.splitlines(), text.splitlines(), strict=False)
    return text, next((number for number, (a, b) in enumerate(lines, 1) if a != b), 1)
