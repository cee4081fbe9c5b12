"""A street of equal houses for a year: the village on which building the matrix is measured.

Each house has sun, a battery, a heat pump, a tank and a connection of its own, on networks of its own, so that
the number of variables is twelve per house and hour.
"""

from __future__ import annotations

from pathlib import Path

from wikivillage.climate.resolve import Resolved, resolve
from wikivillage.model import load_village_text

FRAME = """\
village: Street
site: {{latitude: 48.857, longitude: 2.410, altitude: 60 m, timezone: Europe/Paris, weather: paris_synthetic}}
horizon: {{start: 2025-01-01, hours: {hours}}}
finance: {{discount_rate: 3 %}}
recipes:
  panels:
    activity: kWh
    size_unit: kWp
    inputs: {{sunlight: {{rest: energy}}}}
    outputs: {{electricity: 1 kWh}}
    rate: 1 kWh/h/kWp
    availability: {{driver: pv_yield, tilt: 30 deg, azimuth: 180 deg}}
    costs: {{capital: 1100 EUR/kWp, upkeep: 1 %/year, life: 25 year}}
  pump:
    activity: kWh
    size_unit: kW
    inputs:
      electricity: {{value: 1 kWh, per: {{driver: cop_air, sink: floor}}}}
      outdoor_heat: {{rest: energy}}
    outputs: {{heat: 1 kWh}}
    rate: 1 kWh/h/kW
    costs: {{capital: 1200 EUR/kW, life: 18 year}}
store_recipes:
  cells:
    holds: electricity
    size_unit: kWh
    capacity: 1 kWh/kWh
    charge: 95 %
    discharge: 95 %
    rate_in: 0.5 kWh/h/kWh
    rate_out: 0.5 kWh/h/kWh
    costs: {{capital: 300 EUR/kWh, life: 15 year}}
  vessel:
    holds: heat
    size_unit: kWh
    capacity: 1 kWh/kWh
    loss: 1 %/h
    charge: 99 %
    discharge: 99 %
    costs: {{capital: 20 EUR/kWh, life: 30 year}}
"""

HOUSE = {
    "places": "{house}: {{networks: {{electricity: {house}, heat: {house}}}}}",
    "processes": (
        "panels_{house}: {{recipe: panels, at: {house}, size: 0..9 kWp}}\n"
        "  pump_{house}: {{recipe: pump, at: {house}, size: 0..12 kW}}"
    ),
    "stores": (
        "cells_{house}: {{recipe: cells, at: {house}, size: 0..20 kWh}}\n"
        "  vessel_{house}: {{recipe: vessel, at: {house}, size: 0..40 kWh}}"
    ),
    "needs": (
        "light_{house}: {{resource: electricity, at: {house}, amount: 4 MWh/year, profile: flat}}\n"
        "  warmth_{house}: {{resource: heat, at: {house}, amount: 9 MWh/year, profile: flat}}"
    ),
    "exchanges": "grid_{house}: {{resource: electricity, at: {house}, buy: 0.20 EUR/kWh, sell: 0.05 EUR/kWh}}",
}


def street_text(houses: int, hours: int) -> str:
    """The village file of a street of ``houses`` houses over ``hours`` hours."""
    text = FRAME.format(hours=hours)
    for section, line in HOUSE.items():
        text += f"{section}:\n" + "".join(f"  {line.format(house=f'h{number}')}\n" for number in range(houses))
    return text


def street(houses: int, hours: int) -> Resolved:
    """The street with its series evaluated: where every way of building the matrix starts from."""
    return resolve(load_village_text(street_text(houses, hours)), Path())
