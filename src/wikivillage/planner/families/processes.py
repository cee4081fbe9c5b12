"""Conversion: input[r, t] = a[r, t] x activity[t], output[r, t + delay] = b[r, t] x activity[t].

A process acts at the finest tempo of the resources it touches; its flows are summed into the slower balances.
Amounts that change by the hour are averaged over the step. Deliveries past the end arrive at the beginning
of a cyclic horizon and are lost otherwise.
"""

from __future__ import annotations

import numpy as np

from wikivillage.base.time import Tempo, finest
from wikivillage.model.conservation import Side, arcs_of
from wikivillage.model.kinds import Arc, Process, Recipe
from wikivillage.planner.families.capacities import bounded_columns
from wikivillage.planner.families.sizes import add_process_size, value
from wikivillage.planner.linear_program import Floats, Ints
from wikivillage.planner.sheet import Node, Sheet


def add_processes(sheet: Sheet) -> None:
    """Activity, capacity, inputs, outputs, running cost and direct carbon of every process that the law allows."""
    for process in sheet.village.processes.values():
        if process.id not in sheet.refused:
            _add_process(sheet, process, sheet.village.recipes[process.recipe])


def _add_process(sheet: Sheet, process: Process, recipe: Recipe) -> None:
    tempo = process_tempo(sheet, recipe)
    size = add_process_size(sheet, process, recipe)
    exactly = recipe.runs == "exactly"
    activity, rows = bounded_columns(sheet, size, most_activity(sheet, recipe, tempo), exactly=exactly)
    if rows is not None:
        sheet.capacity_rows.setdefault((process.id, "process"), []).append(rows)
    sheet.flow("activity", process.id, None, tempo, activity)
    sheet.charge("running", process.id, activity, value(recipe.running))
    sheet.emit("operational", process.id, activity, value(recipe.carbon))
    amounts = sheet.resolved.arc_amounts(process.recipe)
    for (side, resource), arc in arcs_of(recipe):
        node = sheet.node(resource, process.at if side == "input" else process.to or process.at)
        _add_arc(sheet, process.id, side, arc, node, tempo, activity, _mean(sheet, amounts[side, resource], tempo))


def process_tempo(sheet: Sheet, recipe: Recipe) -> Tempo:
    """The finest tempo of the resources that a recipe touches, nature apart."""
    touched = [sheet.resource(arc.resource) for arc in (*recipe.inputs, *recipe.outputs)]
    return finest([resource.tempo for resource in touched if not resource.nature])


def most_activity(sheet: Sheet, recipe: Recipe, tempo: Tempo) -> Floats:
    """(steps,) the activity that one unit of size allows."""
    hours = sheet.axis.hours
    available = sheet.values(recipe.availability) if recipe.availability else np.ones(hours)
    return recipe.rate.value * sheet.axis.sum_to(tempo, np.maximum(available, 0.0))


def _mean(sheet: Sheet, amount: float | Floats, tempo: Tempo) -> Floats:
    if isinstance(amount, np.ndarray):
        return sheet.axis.mean_to(tempo, amount)
    return np.full(sheet.axis.steps(tempo), float(amount))


def _add_arc(
    sheet: Sheet, id: str, side: Side, arc: Arc, node: Node, tempo: Tempo, activity: Ints, amounts: Floats
) -> None:
    steps = len(activity)
    arrival = np.arange(steps) + round(arc.delay_hours / sheet.axis.block_hours(tempo))
    kept = np.ones(steps, bool) if sheet.village.horizon.cyclic else arrival < steps
    arrival = arrival % steps
    columns, factors = activity.copy(), np.zeros(steps)
    columns[arrival[kept]], factors[arrival[kept]] = activity[kept], amounts[kept]
    sheet.flow(side, id, node, tempo, columns, scale=factors)
    if sheet.resource(node[0]).nature:
        return
    balance = sheet.balance(node)
    rows = balance[sheet.axis.block_of_step(tempo, sheet.tempo(node))]
    sheet.blocks.entries(rows, columns, factors if side == "output" else -factors)
