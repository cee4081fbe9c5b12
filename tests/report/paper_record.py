"""The record (plan.json) of the paper village: sizes, goals, costs and evidence around its flows."""

from __future__ import annotations

import copy
from typing import Any

import pandas as pd

from tests.report.paper_village import NATURE, RESOURCES, Ledger, bilingual, draw, flow_id, frame_of

LOOPS = {
    "pv": "energy",
    "heat_pump": "heat",
    "battery": "energy",
    "rain_tank": "water",
    "garden": "food",
    "grey_treatment": "water",
    "composter": "matter",
    "filter": "water",
}


def paper_plan() -> tuple[dict[str, Any], pd.DataFrame]:
    """The record and the flows of the paper village over a whole year."""
    ledger = draw()
    return record_of(ledger), frame_of(ledger)


FACTS: dict[str, Any] = {
    "format": "wikivillage-plan/1",
    "village": {
        "name": "WikiVillage Factory",
        "file": "village.yaml",
        "sha256": "9f2c71e0b4d8" + "0" * 52,
        "users": 350,
        "area_m2": 7500,
    },
    "made_at": "2026-04-14T10:40:00+02:00",
    "versions": {"wikivillage": "0.1.0", "python": "3.11.9", "numpy": "2.4.6", "highspy": "1.15.1"},
    "seed": 1,
    "solver": {"route": "piqp", "status": "optimal", "iterations": 41, "columns": 184231, "rows": 96402},
    "weather": {
        "name": {"en": "synthetic year of Paris", "fr": "année de synthèse de Paris"},
        "synthetic": True,
        "source": "normals of Paris-Montsouris 1991-2020",
        "grade": "C",
        "temperature_mean_c": 12.9,
        "rain_mm": 634.0,
        "ghi_kwh_m2": 1130.0,
    },
    "horizon": {"start": "2025-01-01T00:00:00", "hours": 8760, "year_fraction": 1.0},
    "measures": {
        "operational_carbon": 5060.0,
        "embodied_carbon": 8540.0,
        "carbon": 13600.0,
        "renewable_share": 0.91,
        "renewable_share_hourly": 0.742,
        "waste_to_outside": 2409.0,
        "mains_water": 1440.0,
        "water_reuse_share": 0.31,
        "local_food_share": 0.315,
    },
    "places": [
        {"id": "roof", "name": {"en": "Roof", "fr": "Toit"}},
        {"id": "fablab", "name": {"en": "Fablab", "fr": "Fablab"}},
    ],
    "losses": [{"recipe": "grey_treatment", "component": "water", "amount": 0.05, "per": "m3"}],
    "timings": {"load": 0.4, "weather": 0.6, "compile": 0.3, "solve": 8.1, "write": 0.3, "total": 10.4},
}
"""What does not depend on the flows."""

TROUBLES: dict[str, Any] = {
    "unmet": [
        {
            "need": "summer_cooling",
            "resource": "electricity",
            "at": "fablab",
            "amount": 812.0,
            "unit": "kWh",
            "share": 0.4,
            "steps": 203,
            "tempo": "hour",
            "first": "2025-07-19T14:00:00",
            "priority": "comfort",
            "price": 0.1,
        }
    ],
    "stranded": [
        {"offer": "scraps", "resource": "kitchen_waste", "amount": 184.0, "unit": "kg", "first": "2025-01-03T00:00:00"}
    ],
    "refused": [
        {
            "id": "garden",
            "recipe": "kitchen_garden",
            "use": "kitchen_garden",
            "resource": "grey_water",
            "rule": "fr_water_grey_garden",
            "date": "2024-07-12",
            "text": {
                "en": "Greywater may not water a kitchen garden.",
                "fr": "Les eaux grises ne peuvent pas arroser un potager.",
            },
            "source": "https://legal.tricoteuses.fr/articles/LEGIARTI000049975395",
        }
    ],
}
"""One of each thing that a plan may fail to do."""


def record_of(ledger: Ledger) -> dict[str, Any]:
    """A whole plan record around the flows of ``ledger``."""
    bought = float(ledger.get("bought", "grid", "electricity").sum())
    sizes = _sizes()
    parts = _parts(sizes, bought, float(ledger.get("sold", "grid", "electricity").sum()))
    missing = sum(p["amount"] for p in parts if p["kind"] in ("missing", "stranded", "goal"))
    total = sum(p["amount"] for p in parts)
    return copy.deepcopy(FACTS | TROUBLES) | {
        "objective": {"total": total, "parts": parts},
        "yearly_cost": total - missing,
        "investment": sum(s["capital_eur"] for s in sizes if not s["owned"]),
        "sizes": sizes,
        "goals": _goals(bought),
        "resources": _resources(ledger),
        "flows": _flows(ledger),
        "assumptions": _assumptions(),
        "certificate": {
            "primal_objective": total,
            "dual_objective": total - 2.9,
            "relative_gap": 2.9e-5,
            "worst_residual": 3.1e-8,
            "worst_residual_where": "warmth@village",
            "balances": 61320,
            "checked": {"ok": True, "balances": 61320, "problems": []},
        },
    }


def _size(id: str, size: float, unit: str, capital: float, limit: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": id,
        "kind": "process",
        "recipe": id,
        "name": bilingual(id),
        "loop": LOOPS[id],
        "at": "roof",
        "size": size,
        "unit": unit,
        "low": 0.0,
        "high": 150.0,
        "owned": False,
        "capital_eur": capital,
        "yearly_eur": capital * 0.085,
        "embodied_kg_year": capital * 0.012,
        "limit": limit,
        "marginal_value": 0.0,
        "grade": "B",
        "built": size > 0,
        "break_even": {"annuity": 90.0, "today_annuity": 95.0, "capital": None, "today": None},
        "full_load_hours": 1020.0,
        "yearly_activity": 151000.0,
        "activity_unit": "kWh",
    } | more


def _sizes() -> list[dict[str, Any]]:
    return [
        _size(
            "pv", 149.0, "kWp", 163900.0, {"kind": "surface", "surface": "roof", "place": "roof"}, marginal_value=89.0
        ),
        _size(
            "battery",
            180.0,
            "kWh",
            45000.0,
            {"kind": "balanced"},
            kind="store",
            full_load_hours=None,
            yearly_activity=None,
            activity_unit=None,
            break_even={"annuity": 21.0, "capital": 190.0, "today": 250.0},
        ),
        _size("battery", 60.0, "kW", 17220.0, {"kind": "balanced"}, kind="power"),
        _size(
            "heat_pump",
            140.0,
            "kW",
            167440.0,
            {"kind": "balanced", "busiest_hour": "2025-01-14T07:00:00"},
            full_load_hours=1900.0,
        ),
        _size("rain_tank", 40.0, "m3", 32000.0, {"kind": "fixed"}, kind="store", low=40.0, high=40.0),
        _size("garden", 600.0, "m2", 90000.0, {"kind": "maximum"}, high=600.0, marginal_value=12.0),
        _size(
            "composter",
            10.0,
            "kg/d",
            4000.0,
            {"kind": "minimum"},
            low=10.0,
            marginal_value=-30.0,
            owned=True,
            capital_eur=0.0,
        ),
        _size(
            "grey_treatment",
            0.0,
            "m3/d",
            0.0,
            {"kind": "not_worth"},
            yearly_activity=0.0,
            full_load_hours=0.0,
            break_even={"annuity": 420.0, "capital": 3900.0, "today": 6100.0},
        ),
    ]


def _parts(sizes: list[dict[str, Any]], bought: float, sold: float) -> list[dict[str, Any]]:
    built = [s for s in sizes if s["capital_eur"]]
    return [
        *({"id": s["id"], "kind": "capital", "amount": s["capital_eur"] * 0.062} for s in built),
        *({"id": s["id"], "kind": "upkeep", "amount": s["capital_eur"] * 0.018} for s in built),
        {"id": "grid", "kind": "bought", "amount": bought * 0.20},
        {"id": "mains", "kind": "bought", "amount": 1440 * 4.2},
        {"id": "amap", "kind": "bought", "amount": 3900 * 2.6},
        {"id": "grid", "kind": "sold", "amount": -sold * 0.0536},
        {"id": "bins", "kind": "sold", "amount": 480.0},
        {"id": "carbon", "kind": "carbon", "amount": 1360.0},
        {"id": "summer_cooling", "kind": "missing", "amount": 81.2},
        {"id": "scraps", "kind": "stranded", "amount": 92.0},
        {"id": "renewable", "kind": "goal", "amount": 9100.0},
    ]


def _goal(
    id: str, measure: str, reached: float, target: float, unit: str, worth: float, worth_unit: str, **more: Any
) -> dict[str, Any]:
    return {
        "id": id,
        "name": None,
        "measure": measure,
        "resource": None,
        "matched": "year",
        "sense": "at_most",
        "share": not unit,
        "target": target,
        "reached": reached,
        "unit": unit or "share",
        "met": True,
        "missing": 0.0,
        "price": 0.0,
        "missing_unit": worth_unit.partition("/")[2],
        "worth": worth,
        "worth_unit": worth_unit,
        "point_price": None,
    } | more


def _goals(bought: float) -> list[dict[str, Any]]:
    return [
        _goal(
            "renewable",
            "renewable_share",
            0.742,
            1.0,
            "",
            0.3,
            "EUR/kWh",
            sense="at_least",
            matched="hourly",
            met=False,
            missing=bought * 0.73,
            price=0.3,
            point_price=bought * 0.73 / 0.258 * 0.01 * 0.3,
        ),
        _goal("carbon", "carbon", 13600.0, 0.0, "kgCO2e", 0.25, "EUR/kgCO2e", met=False, missing=13600.0, price=0.25),
        _goal("mains", "mains_water", 1440.0, 1600.0, "m3", 8.0, "EUR/m3"),
        _goal("waste", "waste_to_outside", 2409.0, 0.0, "kg", 2.0, "EUR/kg", met=False, missing=2409.0, price=2.0),
        _goal("food", "local_food_share", 0.315, 0.3, "", 3.0, "EUR/kg", sense="at_least", price=0.4, point_price=23.3),
    ]


def _resources(ledger: Ledger) -> list[dict[str, Any]]:
    prices = {"electricity": (0.142, 0.0536, 0.2), "warmth": (0.05, 0.0, 0.1), "drinking_water": (4.2, 4.2, 4.2)}
    rows = []
    for id, (en, fr, unit, tempo, loop) in RESOURCES.items():
        mean, low, high = (None, None, None) if id in NATURE else prices.get(id, (0.5, 0.2, 0.9))
        turnover = sum(
            float(v.sum()) for (k, _, r), v in ledger.series.items() if r == id and k in ("output", "bought")
        )
        rows.append(
            {
                "id": id,
                "name": {"en": en, "fr": fr},
                "unit": unit,
                "tempo": tempo,
                "loop": loop,
                "network": "village",
                "nature": id in NATURE,
                "price_mean": mean,
                "price_low": low,
                "price_high": high,
                "turnover": turnover,
            }
        )
    return rows


def _flows(ledger: Ledger) -> list[dict[str, Any]]:
    rows = []
    for (kind, id, resource), values in ledger.series.items():
        if kind in ("activity", "level", "price"):
            continue
        rows.append(
            {
                "flow": flow_id(kind, id, resource),
                "kind": kind,
                "id": id,
                "name": bilingual(id),
                "resource": resource,
                "network": "village",
                "at": "roof" if id in LOOPS else None,
                "loop": RESOURCES[resource][4],
                "nature": resource in NATURE,
                "unit": RESOURCES[resource][2],
                "total": float(values.sum()),
            }
        )
    return rows


def _assumptions() -> list[dict[str, Any]]:
    def row(of: str, what: str, value: float, unit: str, grade: str, source: str, **more: Any) -> dict[str, Any]:
        return {
            "of": of,
            "what": what,
            "value": value,
            "unit": unit,
            "grade": grade,
            "source": source,
            "low": None,
            "high": None,
            "name": bilingual(of),
        } | more

    return [
        row(
            "pv",
            "costs.capital",
            1100.0,
            "EUR/kWp",
            "A",
            "https://atb.nrel.gov/electricity/2024/commercial_pv",
            low=900.0,
            high=1300.0,
        ),
        row("pv", "costs.embodied", 1250.0, "kgCO2e/kWp", "A", "Ecoinvent 3.9, rooftop"),
        row("battery", "costs.capital", 250.0, "EUR/kWh", "A", "https://ens.dk/en/analyses-and-statistics"),
        row("heat_pump", "costs.capital", 1196.0, "EUR/kW", "A", "Danish Energy Agency, technology data 2024"),
        row("rain_tank", "costs.capital", 800.0, "EUR/m3", "B", "ADEME, eau de pluie 2021", low=500.0, high=1200.0),
        row(
            "garden",
            "outputs.vegetables.amount",
            5.2,
            "kg/m2/year",
            "C",
            "a guess from two roofs in Paris",
            low=2.0,
            high=8.0,
        ),
        row("grid", "carbon", 0.055, "kgCO2e/kWh", "A", "ADEME Base Empreinte v23"),
    ]
