"""The plan as a record: what plan.json holds."""

from __future__ import annotations

import platform
from collections import defaultdict
from dataclasses import asdict, fields
from datetime import date
from importlib.metadata import version
from typing import Any

import numpy as np

from wikivillage import __version__
from wikivillage.model.conservation import named_losses
from wikivillage.model.kinds import (
    Goal,
    Name,
)
from wikivillage.model.law import refusals
from wikivillage.model.library import load_sources
from wikivillage.planner.assumptions import assumptions
from wikivillage.planner.explain import size_records
from wikivillage.planner.families.needs import need_price
from wikivillage.planner.interpret import FlowSeries
from wikivillage.planner.linear_program import Floats, LinearProgram
from wikivillage.planner.measures import COST_KINDS, investment, value
from wikivillage.planner.naming import both_languages, name_of, place_of
from wikivillage.planner.reached import goal_record, measure_values
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
        "goals": [goal_record(sheet, solution, goal) for goal in sheet.village.goals.values()],
        "measures": measure_values(sheet, solution.x),
        "unmet": _unmet(sheet, series),
        "stranded": _stranded(sheet, series),
        "refused": [_refusal(sheet, refusal) for refusal in refusals(sheet.village)],
        "losses": _losses(sheet),
        "resources": [*_resources(sheet, series), *_nature(sheet, series)],
        "sources": {id: asdict(source) for id, source in load_sources().items()},
        "flows": [_flow_total(sheet, one) for one in series if one.kind not in ("price", "level", "activity")],
        "places": [_place(sheet, id) for id in sheet.village.places],
        "assumptions": assumptions(sheet),
        "certificate": _certificate(sheet, quality, series),
    }


def _versions() -> dict[str, str]:
    packages = ("numpy", "scipy", "highspy", "piqp", "pvlib")
    return {
        "wikivillage": __version__,
        "python": platform.python_version(),
        **{name: version(name) for name in packages},
    }


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
        {"kind": kind, "id": id, "name": name_of(sheet, id, kind), "amount": amount}
        for (kind, id), amount in amounts.items()
    ]


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
                "name": name_of(sheet, one.id),
                "resource": one.resource,
                "at": need.at if need else place_of(sheet, one.id),
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


def _stranded(sheet: Sheet, series: list[FlowSeries]) -> list[dict[str, Any]]:
    return [
        {
            "offer": one.id,
            "name": name_of(sheet, one.id),
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
        "name": name_of(sheet, refusal.id)
    }


def _plain(thing: Any) -> Any:
    match thing:
        case Name():
            return both_languages(thing)
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
                    "name": both_languages(resource.name),
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


def _nature(sheet: Sheet, series: list[FlowSeries]) -> list[dict[str, Any]]:
    """What the surroundings give and take: no balance and no price."""
    touched = sorted({one.resource for one in series if one.resource and sheet.resource(one.resource).nature})
    return [
        {
            "id": id,
            "name": both_languages(sheet.resource(id).name),
            "unit": sheet.resource(id).unit,
            "tempo": sheet.resource(id).tempo,
            "loop": sheet.resource(id).loop,
            "network": "nature",
            "nature": True,
            "price_mean": None,
            "price_low": None,
            "price_high": None,
            "turnover": sum(float(one.amounts.sum()) for one in series if one.resource == id),
        }
        for id in touched
    ]


def _flow_total(sheet: Sheet, one: FlowSeries) -> dict[str, Any]:
    return {
        "flow": one.flow,
        "kind": one.kind,
        "id": one.id,
        "name": name_of(sheet, one.id, one.kind),
        "resource": one.resource,
        "resource_name": both_languages(sheet.resource(one.resource).name),
        "network": one.network,
        "at": place_of(sheet, one.id),
        "loop": sheet.resource(one.resource).loop,
        "nature": sheet.resource(one.resource).nature,
        "unit": one.unit,
        "total": float(one.amounts.sum()),
    }


def _place(sheet: Sheet, id: str) -> dict[str, Any]:
    place = sheet.village.places[id]
    return {
        "id": id,
        "name": both_languages(place.name),
        "floor": place.floor,
        "area_m2": place.area_m2,
        "use": place.use,
        "run_by": place.run_by,
        "surfaces": dict(place.surfaces),
    }


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
