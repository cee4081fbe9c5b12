"""Stores: level[t] = level[t-1] x (1 - loss)^hours + charge x charged[t] - discharged[t] / discharge.

The level stays between its usable shares of the capacity, the year ends as it began unless a start is given.
Where storing costs nothing (no efficiency, no wear), charging and discharging are one: their difference is the
change of the level, which spares two columns per step.
"""

from __future__ import annotations

import numpy as np

from wikivillage.model.kinds import Number, Store, StoreRecipe
from wikivillage.planner.families.capacities import bounded_columns, hold_below
from wikivillage.planner.families.sizes import add_store_sizes
from wikivillage.planner.linear_program import Floats, Ints
from wikivillage.planner.sheet import Node, Sheet, Size


def add_stores(sheet: Sheet) -> None:
    """Levels, charging and discharging of every store."""
    for store in sheet.village.stores.values():
        _add_store(sheet, store, sheet.village.store_recipes[store.recipe])


def share(number: Number | None, default: float) -> float:
    """The number, or what holds where nothing is said."""
    return default if number is None else number.value


def kept_share(sheet: Sheet, recipe: StoreRecipe, node: Node) -> Floats:
    """(steps,) what remains of the level after a step: (1 - loss)^hours."""
    hours: Floats = sheet.axis.hours_of_step(sheet.tempo(node))
    return np.asarray((1.0 - share(recipe.loss, 0.0)) ** hours)


def _add_store(sheet: Sheet, store: Store, recipe: StoreRecipe) -> None:
    node = sheet.node(recipe.holds, store.at)
    volume, power = add_store_sizes(sheet, store, recipe)
    level = _add_level(sheet, store, recipe, node, volume)
    charge, discharge = share(recipe.charge, 1.0), share(recipe.discharge, 1.0)
    if charge == discharge == 1.0 and power is None and recipe.rate_in is None and recipe.rate_out is None:
        _add_free_change(sheet, store, recipe, node, level)
        return
    hours = sheet.axis.hours_of_step(sheet.tempo(node))
    charged = _add_rate(sheet, store, power, recipe.rate_in, volume, hours)
    discharged = _add_rate(sheet, store, power, recipe.rate_out, volume, hours)
    sheet.put(node, charged, -1.0)
    sheet.put(node, discharged, 1.0)
    sheet.flow("charged", store.id, node, sheet.tempo(node), charged)
    sheet.flow("discharged", store.id, node, sheet.tempo(node), discharged)
    rows = sheet.blocks.rows(len(level), lower=0.0, upper=0.0)
    _add_recursion(sheet, store, rows, level, kept_share(sheet, recipe, node), -1.0)
    sheet.blocks.entries(rows, charged, charge)
    sheet.blocks.entries(rows, discharged, -1.0 / discharge)


def _add_level(sheet: Sheet, store: Store, recipe: StoreRecipe, node: Node, volume: Size) -> Ints:
    """(steps,) the level at the end of each step, between the usable shares of the capacity."""
    steps, tempo = sheet.axis.steps(sheet.tempo(node)), sheet.tempo(node)
    full = recipe.capacity.value * share(recipe.fill_high, 1.0)
    floor = recipe.capacity.value * share(recipe.fill_low, 0.0)
    level, rows = bounded_columns(sheet, volume, np.full(steps, full))
    if rows is not None:
        sheet.capacity_rows.setdefault((store.id, "store"), []).append(rows)
    if floor:
        hold_below(sheet, level, -1.0, volume, np.full(steps, -floor))
    for bound, lower in ((store.end_low, True), (store.end_high, False)):
        if bound is not None:
            last = sheet.blocks.rows(1, lower=bound if lower else -np.inf, upper=np.inf if lower else bound)
            sheet.blocks.entries(last, level[-1:], 1.0)
    sheet.flow("level", store.id, node, tempo, level)
    hours = sheet.axis.hours_of_step(tempo)
    sheet.charge("holding", store.id, level, share(recipe.holding, 0.0) * hours)
    return level


def _add_recursion(sheet: Sheet, store: Store, rows: Ints, level: Ints, kept: Floats, sign: float) -> None:
    """Put ``sign * (level[t] - kept * level[t-1])`` into rows; before the first step: the last level or the start."""
    sheet.blocks.entries(rows, level, sign)
    sheet.blocks.entries(rows[1:], level[:-1], -sign * kept[1:])
    if store.start is None:
        sheet.blocks.entries(rows[:1], level[-1:], -sign * kept[0])
    else:
        start = sheet.blocks.columns(1, lower=store.start, upper=store.start)
        sheet.blocks.entries(rows[:1], start, -sign * kept[0])


def _add_free_change(sheet: Sheet, store: Store, recipe: StoreRecipe, node: Node, level: Ints) -> None:
    """The balance receives ``kept * level[t-1] - level[t]`` directly; interpret splits it into in and out."""
    rows = sheet.balance(node)
    _add_recursion(sheet, store, rows, level, kept_share(sheet, recipe, node), -1.0)


def _add_rate(sheet: Sheet, store: Store, power: Size | None, rate: Number | None, volume: Size, hours: Floats) -> Ints:
    """(steps,) charging or discharging, below the power or below the rate that the volume allows."""
    if power is not None:
        columns, rows = bounded_columns(sheet, power, hours)
        part = "power"
    elif rate is not None:
        columns, rows = bounded_columns(sheet, volume, rate.value * hours)
        part = "store"
    else:
        return sheet.blocks.columns(len(hours))
    if rows is not None:
        sheet.capacity_rows.setdefault((store.id, part), []).append(rows)
    return columns
