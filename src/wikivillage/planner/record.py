"""The plan as a record: what plan.json holds."""

from __future__ import annotations

import platform
from collections import defaultdict
from dataclasses import fields, is_dataclass
from datetime import date
from importlib.metadata import version
from typing import Any

import numpy as np

from wikivillage import __version__
from wikivillage.model.conservation import named_losses
from wikivillage.model.kinds import Goal, Name, Number, Recipe, Resource, StoreRecipe
from wikivillage.model.law import refusals
from wikivillage.planner.explain import size_records
from wikivillage.planner.families.goals import goal_row
from wikivillage.planner.families.needs import need_price
from wikivillage.planner.interpret import FlowSeries
from wikivillage.planner.linear_program import Floats, LinearProgram
from wikivillage.planner.measures import COST_KINDS, MEASURES, investment, value
from wikivillage.planner.sheet import Sheet
from wikivillage.planner.solve import Quality, Solution

FORMAT = "wikivillage-plan/1"

SOURCES = frozenset({"output", "bought", "offered", "discharged"})
"""Kinds of flow that give to a balance; input, sold, served, stranded and charged take from it."""
SINKS = frozenset({"input", "sold", "served", "stranded", "charged"})


def plan_record(
    sheet: Sheet, program: LinearProgram, solution: Solution, quality: Quality, series: list[FlowSeries]
) -> dict[str, Any]:
    """Everything of the plan but its series over time."""
    parts = _objective_parts(sheet, solution.x)
    no_goal = Goal("", "", "at_most", 0.0, "", 0.0)
    return {
        "format": FORMAT,
        "village": {"name": sheet.village.name, "area_m2": _area(sheet)},
        "seed": sheet.village.site.seed if sheet.village.site else None,
        "versions": _versions(),
        "solver": {
            "route": solution.route,
            "status": solution.status,
            "iterations": solution.iterations,
            **program.size,
        },
        "weather": _weather(sheet),
        "horizon": {
            "start": sheet.axis.start.isoformat(),
            "hours": sheet.axis.hours,
            "year_fraction": sheet.axis.year_fraction,
            "cyclic": sheet.village.horizon.cyclic,
        },
        "objective": {"total": quality.primal_objective, "parts": parts},
        "yearly_cost": sum(part["amount"] for part in parts if part["kind"] in COST_KINDS),
        "investment": value(investment(sheet, no_goal), solution.x),
        "sizes": size_records(sheet, solution, series),
        "goals": [_goal(sheet, solution, goal) for goal in sheet.village.goals.values()],
        "measures": _measures(sheet, solution.x),
        "unmet": _unmet(sheet, series),
        "stranded": _stranded(sheet, series),
        "refused": [_refusal(sheet, refusal) for refusal in refusals(sheet.village)],
        "losses": _losses(sheet),
        "resources": _resources(sheet, series),
        "flows": [_flow_total(sheet, one) for one in series if one.kind not in ("price", "level", "activity")],
        "places": [_place(sheet, id) for id in sheet.village.places],
        "assumptions": _assumptions(sheet),
        "certificate": _certificate(sheet, quality, series),
    }


def _versions() -> dict[str, str]:
    packages = ("numpy", "scipy", "highspy", "piqp", "pvlib")
    return {
        "wikivillage": __version__,
        "python": platform.python_version(),
        **{name: version(name) for name in packages},
    }


def _name(name: Name) -> dict[str, str]:
    return {"en": name.en, "fr": name.fr}


def _area(sheet: Sheet) -> float:
    return sum(place.area_m2 or 0.0 for place in sheet.village.places.values() if (place.floor or 0) >= 0)


def _weather(sheet: Sheet) -> dict[str, Any] | None:
    weather = sheet.resolved.weather
    if weather is None:
        return None
    return {
        "name": dict(weather.name),
        "synthetic": weather.synthetic,
        "source": weather.source,
        "grade": weather.grade,
        "temperature_mean_c": float(weather.temperature_c.mean()),
        "rain_mm": float(weather.rain_mm.sum()) if weather.has_rain else None,
        "ghi_kwh_m2": float(weather.ghi.sum()) / 1000.0,
        "sun_hours": float(weather.sun_hours),
        "remarks": list(weather.remarks),
        "lacking": sorted(weather.lacking),
    }


def _objective_parts(sheet: Sheet, x: Floats) -> list[dict[str, Any]]:
    amounts: dict[tuple[str, str], float] = defaultdict(float)
    for charge in sheet.charges:
        amounts[charge.kind, charge.id] += charge.amount.of(x)
    return [
        {"kind": kind, "id": id, "name": _thing_name(sheet, id), "amount": amount}
        for (kind, id), amount in amounts.items()
    ]


def _goal(sheet: Sheet, solution: Solution, goal: Goal) -> dict[str, Any]:
    measure = MEASURES[goal.measure](sheet, goal)
    linear, target = goal_row(goal, measure)
    row, _ = sheet.goal_rows[goal.id]
    short = target - linear.of(solution.x) if goal.sense == "at_least" else linear.of(solution.x) - target
    whole = measure.whole.of(solution.x) if measure.whole is not None else max(abs(goal.target), 1.0)
    missing = max(0.0, short) if short > 1e-5 * max(1.0, abs(whole)) else 0.0
    share = measure.whole is not None
    price = abs(float(solution.row_dual[row]))
    return {
        "id": goal.id,
        "name": _name(goal.name) if goal.name else None,
        "measure": goal.measure,
        "resource": goal.resource,
        "matched": goal.matched,
        "sense": goal.sense,
        "share": share,
        "target": goal.target,
        "reached": value(measure, solution.x),
        "unit": "share" if share else measure.unit,
        "met": missing == 0.0,
        "missing": missing,
        "missing_unit": measure.unit,
        "price": price,
        "worth": goal.worth,
        "worth_unit": f"EUR/{measure.unit}",
        "point_price": price * whole / 100.0 if share else None,
    }


def _measures(sheet: Sheet, x: Floats) -> dict[str, float]:
    """Every measure that needs no resource of its own, whether or not somebody made it a goal."""
    found = {}
    for name, measure in MEASURES.items():
        if name in ("bought", "sold", "used", "produced"):
            continue
        for matched in ("year", "hourly") if name == "renewable_share" else ("year",):
            goal = Goal("", name, "at_most", 0.0, "", 0.0, matched=matched)
            known = measure(sheet, goal)
            if known.whole is None or abs(known.whole.of(x)) > 1e-9:
                found[name + ("_hourly" if matched == "hourly" else "")] = value(known, x)
    return found


def _unmet(sheet: Sheet, series: list[FlowSeries]) -> list[dict[str, Any]]:
    served = {(one.id, one.resource): one for one in series if one.kind == "served"}
    found = []
    for one in series:
        if one.kind != "unmet":
            continue
        need = sheet.village.needs.get(one.id)
        wanted = one.amounts.sum() + (
            served[one.id, one.resource].amounts.sum() if (one.id, one.resource) in served else 0.0
        )
        total = float(one.amounts.sum())
        if total <= 1e-6 * max(1.0, wanted):
            continue
        short = one.amounts > max(1e-6, 1e-4 * float(one.amounts.max()))
        found.append(
            {
                "need": one.id,
                "name": _thing_name(sheet, one.id),
                "resource": one.resource,
                "at": need.at if need else _at(sheet, one.id),
                "amount": total,
                "unit": one.unit,
                "share": total / wanted if wanted else 1.0,
                "steps": int(short.sum()),
                "tempo": one.tempo,
                "first": sheet.axis.time_of(one.tempo, int(short.argmax())).isoformat(),
                "priority": need.priority if need else "forced",
                "price": need_price(sheet, need) if need else None,
            }
        )
    return found


def _at(sheet: Sheet, id: str) -> str | None:
    thing = sheet.village.processes.get(id) or sheet.village.stores.get(id)
    return thing.at if thing else None


def _stranded(sheet: Sheet, series: list[FlowSeries]) -> list[dict[str, Any]]:
    return [
        {
            "offer": one.id,
            "name": _thing_name(sheet, one.id),
            "resource": one.resource,
            "amount": float(one.amounts.sum()),
            "unit": one.unit,
            "first": sheet.axis.time_of(one.tempo, int((one.amounts > 1e-6).argmax())).isoformat(),
        }
        for one in series
        if one.kind == "stranded" and one.amounts.sum() > 1e-4
    ]


def _refusal(sheet: Sheet, refusal: Any) -> dict[str, Any]:
    return {field.name: _plain(getattr(refusal, field.name)) for field in fields(refusal)} | {
        "name": _thing_name(sheet, refusal.id)
    }


def _plain(thing: Any) -> Any:
    match thing:
        case Name():
            return _name(thing)
        case date():
            return thing.isoformat()
        case _:
            return thing


def _losses(sheet: Sheet) -> list[dict[str, Any]]:
    """What the recipes at work lose per unit of activity, in the hour in which each loses most."""
    used = sorted({process.recipe for process in sheet.village.processes.values()})
    return [
        {field.name: getattr(loss, field.name) for field in fields(loss)}
        for id in used
        for loss in named_losses(sheet.village.recipes[id], sheet.village.resources, sheet.resolved.arc_amounts(id))
    ]


def _resources(sheet: Sheet, series: list[FlowSeries]) -> list[dict[str, Any]]:
    turnover: dict[tuple[str, str], float] = defaultdict(float)
    for one in series:
        if one.kind in SOURCES:
            turnover[one.resource, one.network] += float(one.amounts.sum())
    found = []
    for one in series:
        if one.kind == "price":
            resource = sheet.resource(one.resource)
            found.append(
                {
                    "id": one.resource,
                    "name": _name(resource.name),
                    "unit": resource.unit,
                    "tempo": resource.tempo,
                    "loop": resource.loop,
                    "network": one.network,
                    "price_mean": float(one.amounts.mean()),
                    "price_low": float(one.amounts.min()),
                    "price_high": float(one.amounts.max()),
                    "turnover": turnover[one.resource, one.network],
                }
            )
    return found


def _flow_total(sheet: Sheet, one: FlowSeries) -> dict[str, Any]:
    return {
        "flow": one.flow,
        "kind": one.kind,
        "id": one.id,
        "name": _thing_name(sheet, one.id),
        "resource": one.resource,
        "network": one.network,
        "at": _at(sheet, one.id),
        "loop": sheet.resource(one.resource).loop,
        "nature": sheet.resource(one.resource).nature,
        "unit": one.unit,
        "total": float(one.amounts.sum()),
    }


def _thing_name(sheet: Sheet, id: str) -> dict[str, str] | None:
    """What people call a process, store, need, offer or exchange; None where nobody said."""
    village = sheet.village
    things = (village.processes, village.stores, village.needs, village.offers, village.exchanges)
    own = next((section[id].name for section in things if id in section), None)
    if own is not None:
        return _name(own)
    if id in village.processes:
        return _name(village.recipes[village.processes[id].recipe].name)
    if id in village.stores:
        return _name(village.store_recipes[village.stores[id].recipe].name)
    return None


def _place(sheet: Sheet, id: str) -> dict[str, Any]:
    place = sheet.village.places[id]
    return {
        "id": id,
        "name": _name(place.name),
        "floor": place.floor,
        "area_m2": place.area_m2,
        "use": place.use,
        "run_by": place.run_by,
        "surfaces": dict(place.surfaces),
    }


def _assumptions(sheet: Sheet) -> list[dict[str, Any]]:
    """Every sourced number of every recipe at work, and the price of what is missing."""
    village = sheet.village
    of: dict[str, Recipe | StoreRecipe | Resource] = {
        **{process.recipe: village.recipes[process.recipe] for process in village.processes.values()},
        **{store.recipe: village.store_recipes[store.recipe] for store in village.stores.values()},
        **village.resources,
    }
    rows = []
    for id, thing in of.items():
        rows += [
            {
                "of": id,
                "name": _name(thing.name),
                "what": what,
                "value": number.value,
                "unit": number.unit,
                "grade": number.grade,
                "source": number.source,
                "low": number.low,
                "high": number.high,
            }
            for what, number in _numbers(thing)
        ]
    return rows


def _numbers(thing: Any, path: str = "") -> list[tuple[str, Number]]:
    """(path, number) of every Number inside a kind, e.g. ``costs.capital``."""
    if isinstance(thing, Number):
        return [(path, thing)]
    if isinstance(thing, dict):
        parts = [(str(key), part) for key, part in thing.items()]
    elif isinstance(thing, tuple):
        parts = [(getattr(part, "resource", str(place)), part) for place, part in enumerate(thing)]
    elif is_dataclass(thing) and not isinstance(thing, type):
        parts = [(field.name, getattr(thing, field.name)) for field in fields(thing)]
    else:
        return []
    return [found for key, part in parts for found in _numbers(part, f"{path}.{key}" if path else key)]


def _certificate(sheet: Sheet, quality: Quality, series: list[FlowSeries]) -> dict[str, Any]:
    worst, where = _worst_residual(sheet, series)
    return {
        "primal_objective": quality.primal_objective,
        "dual_objective": quality.dual_objective,
        "relative_gap": quality.relative_gap,
        "primal_residual": quality.primal_residual,
        "dual_residual": quality.dual_residual,
        "worst_residual": worst,
        "worst_residual_where": where,
        "balances": int(sum(len(rows) for rows in sheet.balance_rows.values())),
        "checked": None,
    }


def _worst_residual(sheet: Sheet, series: list[FlowSeries]) -> tuple[float, str]:
    """The largest absolute gap of any balance, in the resource's unit, and where it is."""
    gaps: dict[tuple[str, str], Floats] = {
        node: np.zeros(sheet.axis.steps(sheet.tempo(node))) for node in sheet.balance_rows
    }
    for one in series:
        node = one.resource, one.network
        forced = one.kind == "unmet" and one.id not in sheet.village.needs
        sign = (one.kind in SOURCES or forced) - (one.kind in SINKS)
        if sign and node in gaps:
            blocks = sheet.axis.block_of_step(one.tempo, sheet.tempo(node))
            gaps[node] += sign * np.bincount(blocks, weights=one.amounts, minlength=len(gaps[node]))
    worst = [(float(np.abs(gap).max(initial=0.0)), "@".join(node)) for node, gap in gaps.items()]
    return max(worst, default=(0.0, ""))
