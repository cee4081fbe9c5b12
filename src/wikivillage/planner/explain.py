"""Why each size is what it is: what limits it, what one more unit is worth, and when what was not built would pay."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from wikivillage.base.time import TEMPOS
from wikivillage.model.kinds import Costs, Process, Recipe, Store, StoreRecipe
from wikivillage.planner.families.sizes import (
    capital_recovery,
    capital_yearly,
    embodied_yearly,
    upkeep_yearly,
    value,
)
from wikivillage.planner.interpret import FlowSeries
from wikivillage.planner.measures import costs_of, unit_capital
from wikivillage.planner.sheet import Sheet, Size
from wikivillage.planner.solve import Solution

NEAR = 1e-4
"""A size this close to its bound, relative to it, sits on it."""

BUSY = 1e-3
"""A step counts as tight when its capacity is worth this share of what the tightest one is."""


def size_records(sheet: Sheet, solution: Solution, series: list[FlowSeries]) -> list[dict[str, Any]]:
    """One record per size, as plan.json holds it."""
    activity = {one.id: one for one in series if one.kind == "activity"}
    return [_record(sheet, solution, size, activity.get(size.id)) for size in sheet.sizes.values()]


def _record(sheet: Sheet, solution: Solution, size: Size, activity: FlowSeries | None) -> dict[str, Any]:
    thing, recipe, costs = described(sheet, size)
    amount, year = size.of(solution.x), sheet.axis.year_fraction
    rate, owned = sheet.village.finance.discount_rate, thing.owned
    limit = _limit(sheet, solution, size, amount)
    used = float(activity.amounts.sum()) if activity is not None and size.part == "process" else None
    return {
        "id": size.id,
        "kind": size.part,
        "recipe": recipe.id,
        "name": asdict(thing.name or recipe.name),
        "loop": recipe.loop,
        "at": thing.at,
        "size": amount,
        "unit": size.unit,
        "low": size.low,
        "high": size.high if np.isfinite(size.high) else None,
        "built": amount > _trace(size),
        "owned": owned,
        "capital_eur": amount * unit_capital(sheet, size.id, size.part)[0] + unit_capital(sheet, size.id, size.part)[1],
        "yearly_eur": amount * (upkeep_yearly(costs) + (0.0 if owned else capital_yearly(costs, rate))),
        "embodied_kg_year": amount * embodied_yearly(costs),
        "limit": limit,
        "marginal_value": _marginal_value(sheet, solution, size, limit) / year,
        "break_even": _break_even(sheet, solution, size, costs),
        "yearly_activity": used,
        "activity_unit": getattr(recipe, "activity_unit", None),
        "full_load_hours": used / (amount * recipe.rate.value)
        if used and isinstance(recipe, Recipe) and amount
        else None,
        "grade": _worst_grade(costs),
    }


def described(sheet: Sheet, size: Size) -> tuple[Process | Store, Recipe | StoreRecipe, Costs]:
    """What a size belongs to: the thing, its recipe and the costs of this part of it."""
    village, costs = sheet.village, costs_of(sheet, size.id, size.part)
    if size.part == "process":
        return village.processes[size.id], village.recipes[village.processes[size.id].recipe], costs
    return village.stores[size.id], village.store_recipes[village.stores[size.id].recipe], costs


def _trace(size: Size) -> float:
    return 1e-3 if not np.isfinite(size.high) else max(1e-3 * min(1.0, size.high), NEAR * size.high)


def _limit(sheet: Sheet, solution: Solution, size: Size, amount: float) -> dict[str, Any]:
    if size.column is None:
        return {"kind": "fixed"}
    if np.isfinite(size.high) and amount >= size.high - NEAR * max(1.0, abs(size.high)):
        return {"kind": "maximum"}
    if amount <= size.low + _trace(size):
        return {"kind": "not_worth" if size.low == 0.0 else "minimum"}
    surface = _binding_surface(sheet, solution, size)
    if surface is not None:
        return {"kind": "surface", "place": surface[0], "surface": surface[1]}
    return {"kind": "balanced", **_busiest(sheet, solution, size)}


def _binding_surface(sheet: Sheet, solution: Solution, size: Size) -> tuple[str, str] | None:
    thing, recipe, _ = described(sheet, size)
    for surface in recipe.footprint:
        row = sheet.surface_rows.get((thing.at or "", surface))
        if row is not None and -solution.row_dual[row] * recipe.footprint[surface].value > NEAR * size.unit_cost + 1e-6:
            return thing.at or "", surface
    return None


def _busiest(sheet: Sheet, solution: Solution, size: Size) -> dict[str, Any]:
    """When its capacity is worth most."""
    rows = sheet.capacity_rows.get((size.id, size.part))
    if not rows:
        return {}
    worth = np.abs(solution.row_dual[rows[0]])
    if worth.max(initial=0.0) <= 1e-9:
        return {}
    tempo = next(tempo for tempo in TEMPOS if sheet.axis.steps(tempo) == len(worth))
    return {
        "busiest_hour": sheet.axis.time_of(tempo, int(worth.argmax())).isoformat(),
        "busy_steps": int(np.sum(worth > BUSY * worth.max())),
        "tempo": tempo,
    }


def _marginal_value(sheet: Sheet, solution: Solution, size: Size, limit: dict[str, Any]) -> float:
    """EUR over the horizon that one more unit would save beyond its cost, were its limit moved."""
    if size.column is None:
        return 0.0
    if limit["kind"] == "maximum":
        return max(0.0, -float(solution.column_dual[size.column]))
    if limit["kind"] == "surface":
        _, recipe, _ = described(sheet, size)
        price = -float(solution.row_dual[sheet.surface_rows[limit["place"], limit["surface"]]])
        return max(0.0, price * recipe.footprint[limit["surface"]].value)
    return 0.0


def _break_even(sheet: Sheet, solution: Solution, size: Size, costs: Costs) -> dict[str, float | None] | None:
    """At which yearly cost, and which price to build, one unit pays for itself."""
    if size.column is None:
        return None
    year = sheet.axis.year_fraction
    earned = (size.unit_cost - float(solution.column_dual[size.column])) / year
    other = upkeep_yearly(costs) - value(costs.capital) * value(costs.upkeep) + value(costs.annuity)
    carbon = embodied_yearly(costs) * sheet.village.finance.carbon_price
    per_capital = capital_recovery(
        sheet.village.finance.discount_rate, costs.life.value if costs.life else 25.0
    ) + value(costs.upkeep)
    return {
        "annuity": earned,
        "today_annuity": size.unit_cost / year,
        "capital": (earned - other - carbon) / per_capital if costs.capital else None,
        "today": costs.capital.value if costs.capital else None,
    }


def _worst_grade(costs: Costs) -> str | None:
    grades = [
        n.grade for n in (costs.capital, costs.life, costs.upkeep, costs.annuity, costs.embodied) if n is not None
    ]
    return max(grades, default=None)
