"""A small village drawn on paper: balanced flows by rules of thumb, written as a plan record.

No optimiser made it. It follows the result format to the letter, so that the report can be tested alone.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pandas as pd

START = datetime(2025, 1, 1)
HOURS_OF = {"hour": 1, "day": 24, "week": 168, "year": 8760}

RESOURCES: dict[str, tuple[str, str, str, str, str]] = {
    "electricity": ("Electricity", "Électricité", "kWh", "hour", "energy"),
    "sunlight": ("Sunlight", "Lumière du soleil", "kWh", "hour", "energy"),
    "warmth": ("Heating", "Chauffage", "kWh", "hour", "heat"),
    "outdoor_heat": ("Heat of the outdoor air", "Chaleur de l’air extérieur", "kWh", "hour", "heat"),
    "rain_water": ("Rainwater", "Eau de pluie", "m3", "day", "water"),
    "service_water": ("Service water", "Eau de service", "m3", "day", "water"),
    "drinking_water": ("Drinking water", "Eau potable", "m3", "day", "water"),
    "grey_water": ("Greywater", "Eaux grises", "m3", "day", "water"),
    "kitchen_waste": ("Kitchen scraps", "Épluchures", "kg", "day", "matter"),
    "compost": ("Compost", "Compost", "kg", "day", "matter"),
    "water_vapour": ("Water vapour", "Vapeur d’eau", "kg", "day", "matter"),
    "residual": ("Residual waste", "Ordures", "kg", "day", "matter"),
    "vegetables": ("Vegetables", "Légumes", "kg", "week", "food"),
    "work_hours": ("Hours of work", "Heures de travail", "h", "week", "people"),
}
NATURE = {"sunlight", "outdoor_heat", "water_vapour"}

NAMES: dict[str, tuple[str, str]] = {
    "pv": ("Solar panels", "Panneaux solaires"),
    "heat_pump": ("Heat pump", "Pompe à chaleur"),
    "rain_roof": ("Rain from the roof", "Pluie du toit"),
    "filter": ("Rain filter", "Filtre à pluie"),
    "composter": ("Composter", "Composteur"),
    "garden": ("Roof garden", "Potager du toit"),
    "washbasins": ("Showers and basins", "Douches et lavabos"),
    "grey_treatment": ("Greywater treatment", "Traitement des eaux grises"),
    "battery": ("Battery", "Batterie"),
    "rain_tank": ("Rain tank", "Cuve de pluie"),
    "tank": ("Hot water tank", "Ballon tampon"),
    "lights": ("Lights and sockets", "Lumières et prises"),
    "fablab_load": ("Fablab", "Fablab"),
    "heating": ("Heated rooms", "Pièces chauffées"),
    "flushing": ("Toilets", "Toilettes"),
    "meals": ("Meals of the café", "Repas du café"),
    "summer_cooling": ("Cooling of the studios", "Fraîcheur des ateliers"),
    "scraps": ("Scraps of the café", "Épluchures du café"),
    "bin_bags": ("Unsorted waste", "Déchets non triés"),
    "gardeners": ("Gardeners", "Jardiniers"),
    "grid": ("Grid", "Réseau"),
    "mains": ("Mains water", "Eau de ville"),
    "sewer": ("Sewer", "Égout"),
    "bins": ("Waste collection", "Collecte des ordures"),
    "amap": ("AMAP farm", "Ferme de l’AMAP"),
}


def bilingual(id: str) -> dict[str, str]:
    en, fr = NAMES[id]
    return {"en": en, "fr": fr}


class Ledger:
    """Series of flows while a paper village is drawn."""

    def __init__(self) -> None:
        self.series: dict[tuple[str, str, str], np.ndarray] = {}

    def add(self, kind: str, id: str, resource: str, values: np.ndarray) -> None:
        assert kind == "price" or values.min() >= -1e-9, (kind, id)
        self.series[kind, id, resource] = values if kind == "price" else np.maximum(values, 0.0)

    def get(self, kind: str, id: str, resource: str) -> np.ndarray:
        return self.series[kind, id, resource]


def flow_id(kind: str, id: str, resource: str) -> str:
    """The name of a flow, as the result format writes it."""
    return f"{id}.{kind}.{resource}" if kind in ("input", "output") else f"{id}.{kind}"


def draw(seed: int = 1) -> Ledger:
    """The flows of a whole year."""
    ledger = Ledger()
    rng = np.random.default_rng(seed)
    _electricity_and_heat(ledger, rng)
    _water(ledger, rng)
    _matter_and_food(ledger, rng)
    return ledger


def frame_of(ledger: Ledger) -> pd.DataFrame:
    parts = []
    for (kind, id, resource), values in ledger.series.items():
        unit, tempo = (RESOURCES[resource][2], RESOURCES[resource][3]) if resource else ("kWh", "hour")
        step = timedelta(hours=HOURS_OF[tempo])
        parts.append(
            pd.DataFrame(
                {
                    "flow": flow_id(kind, id, resource),
                    "kind": kind,
                    "id": id,
                    "resource": resource,
                    "network": "village",
                    "unit": unit,
                    "tempo": tempo,
                    "step": np.arange(len(values), dtype=np.int32),
                    "time": pd.date_range(START, periods=len(values), freq=step),
                    "amount": values,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _weather(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    hour = np.arange(8760)
    day = hour // 24
    season = np.cos(2 * np.pi * (day - 15) / 365)
    daily = rng.normal(0, 2.5, 365)
    temperature = 11.5 - 8 * season + daily[day] - 3 * np.cos(2 * np.pi * (hour % 24 - 3) / 24)
    length = 12 - 4 * season
    arc = np.cos(np.pi * (hour % 24 - 12.5) / length)
    up = np.abs(hour % 24 - 12.5) < length / 2
    cloud = rng.uniform(0.25, 1.0, 365)[day]
    return temperature, np.where(up, np.maximum(arc, 0), 0) * (0.55 - 0.25 * season) * cloud


def _shape(hour: np.ndarray, weekend: float) -> np.ndarray:
    working = np.exp(-(((hour % 24) - 13.5) ** 2) / 22)
    return np.where((hour // 24 + 2) % 7 >= 5, weekend, 1.0) * working


def _electricity_and_heat(ledger: Ledger, rng: np.random.Generator) -> None:
    hour = np.arange(8760)
    temperature, sun = _weather(rng)
    lights = 12 + 26 * _shape(hour, 0.3)
    fablab = 2 + 30 * _shape(hour, 0.15)
    heating = np.maximum(0.0, 19 - temperature) * 5.2
    cop = np.clip(2.4 + 0.06 * temperature, 2.0, 4.6)
    for_heat = heating / cop
    cooling = np.where(temperature > 24, 4.0, 0.0)
    missed = np.where(np.cumsum(cooling) > 0.6 * cooling.sum(), cooling, 0.0)
    use = lights + fablab + for_heat + cooling - missed
    made = 149 * sun
    charge, discharge, level, bought, sold = _battery(made, use)
    for kind, id, resource, values in (
        ("activity", "pv", "", made),
        ("input", "pv", "sunlight", made),
        ("output", "pv", "electricity", made),
        ("activity", "heat_pump", "", heating),
        ("input", "heat_pump", "electricity", for_heat),
        ("input", "heat_pump", "outdoor_heat", heating - for_heat),
        ("output", "heat_pump", "warmth", heating),
        ("served", "heating", "warmth", heating),
        ("served", "lights", "electricity", lights),
        ("served", "fablab_load", "electricity", fablab),
        ("served", "summer_cooling", "electricity", cooling - missed),
        ("unmet", "summer_cooling", "electricity", missed),
        ("charged", "battery", "electricity", charge),
        ("discharged", "battery", "electricity", discharge),
        ("level", "battery", "electricity", level),
        ("bought", "grid", "electricity", bought),
        ("sold", "grid", "electricity", sold),
        ("price", "electricity", "electricity", np.where(sold > 0, 0.0536, np.where(bought > 0, 0.20, 0.11))),
    ):
        ledger.add(kind, id, resource, values)


def _battery(made: np.ndarray, use: np.ndarray) -> tuple[np.ndarray, ...]:
    charge, discharge, level, bought, sold = (np.zeros(8760) for _ in range(5))
    held = 0.0
    for t in range(8760):
        spare = made[t] - use[t]
        if spare > 0:
            charge[t] = min(spare, 60.0, (180.0 - held) / 0.95)
            sold[t] = spare - charge[t]
        else:
            discharge[t] = min(-spare, 60.0, held * 0.95)
            bought[t] = -spare - discharge[t]
        held += 0.95 * charge[t] - discharge[t] / 0.95
        level[t] = held
    return charge, discharge, level, bought, sold


def _water(ledger: Ledger, rng: np.random.Generator) -> None:
    day = np.arange(365)
    open_day = (day + 2) % 7 < 5
    rain = np.where(rng.random(365) < 0.3, rng.exponential(5.8, 365), 0.0) * 1.2
    flushing = np.where(open_day, 3.6, 0.8)
    watering = np.maximum(0.0, np.sin(np.pi * (day - 90) / 180)) * np.where((day > 90) & (day < 270), 1.8, 0)
    basins = np.where(open_day, 2.9, 1.1)
    again = np.minimum(basins * 0.5, flushing * 0.4)
    tank, kept, given, level, spilled = 10.0, np.zeros(365), np.zeros(365), np.zeros(365), np.zeros(365)
    for t in day:
        want = flushing[t] + watering[t] - again[t]
        direct = min(rain[t], want)
        kept[t] = min(rain[t] - direct, 40.0 - tank)
        given[t] = min(tank, want - direct)
        spilled[t] = rain[t] - direct - kept[t]
        tank += kept[t] - given[t]
        level[t] = tank
    filtered = rain - kept - spilled + given
    topped = flushing + watering - again - filtered
    for kind, id, resource, values in (
        ("output", "rain_roof", "rain_water", rain),
        ("charged", "rain_tank", "rain_water", kept),
        ("discharged", "rain_tank", "rain_water", given),
        ("level", "rain_tank", "rain_water", level),
        ("sold", "sewer", "rain_water", spilled),
        ("input", "filter", "rain_water", filtered),
        ("output", "filter", "service_water", filtered),
        ("bought", "mains", "service_water", np.maximum(topped, 0)),
        ("served", "flushing", "service_water", flushing),
        ("input", "garden", "service_water", watering),
        ("bought", "mains", "drinking_water", basins),
        ("input", "washbasins", "drinking_water", basins),
        ("output", "washbasins", "grey_water", basins * 0.92),
        ("input", "grey_treatment", "grey_water", again),
        ("output", "grey_treatment", "service_water", again),
        ("sold", "sewer", "grey_water", basins * 0.92 - again),
    ):
        ledger.add(kind, id, resource, values)


def _matter_and_food(ledger: Ledger, rng: np.random.Generator) -> None:
    scraps = 9 + 2 * rng.random(365)
    composted = np.minimum(scraps, 9.5)
    made = 0.54 * composted
    week = np.arange(53)
    grown = np.maximum(0.0, np.sin(np.pi * (week - 14) / 30)) * np.where((week > 14) & (week < 44), 95, 0)
    eaten = np.full(53, 110.0)
    hours = np.full(53, 4.0) + grown * 0.35
    for kind, id, resource, values in (
        ("offered", "scraps", "kitchen_waste", scraps),
        ("input", "composter", "kitchen_waste", composted),
        ("stranded", "scraps", "kitchen_waste", scraps - composted),
        ("output", "composter", "compost", made),
        ("output", "composter", "water_vapour", composted - made),
        ("input", "garden", "compost", made),
        ("offered", "bin_bags", "residual", np.full(365, 6.6)),
        ("sold", "bins", "residual", np.full(365, 6.6)),
        ("output", "garden", "vegetables", grown),
        ("bought", "amap", "vegetables", eaten - np.minimum(grown, eaten)),
        ("served", "meals", "vegetables", eaten),
        ("offered", "gardeners", "work_hours", hours),
        ("input", "garden", "work_hours", hours),
    ):
        ledger.add(kind, id, resource, values)
