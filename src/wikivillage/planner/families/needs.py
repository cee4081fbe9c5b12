"""Needs: served[t] + unmet[t] = need[t], with a price on every unit unmet; a shiftable need only fixes the day's sum.

Needs of one node with the same price share one column per step: which of them goes short is a tie, and
``interpret`` shares it out by their amounts. Whatever else *must* draw on a node (a bed that grows as it grows, a
store's floor) may go short too, at the highest price: that is why a plan always exists.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from wikivillage.model.kinds import Need
from wikivillage.model.missing import FORCED_FACTOR
from wikivillage.planner.linear_program import Floats
from wikivillage.planner.sheet import Node, Sheet


def add_needs(sheet: Sheet) -> None:
    """Fixed needs, shiftable needs, and the shortages that make every need elastic."""
    groups: dict[tuple[Node, float], list[tuple[Need, Floats]]] = defaultdict(list)
    for need in sheet.village.needs.values():
        if need.id in sheet.refused:
            continue
        node = sheet.node(need.resource, need.at)
        if need.shift is not None and sheet.tempo(node) == "hour":
            _add_shiftable(sheet, need, node)
        else:
            amounts = sheet.amounts(need.amount, sheet.tempo(node))
            sheet.demand(node, amounts)
            groups[node, need_price(sheet, need)].append((need, amounts))
    for (node, price), members in groups.items():
        _add_group(sheet, node, price, members)
    _add_forced(sheet)


def need_price(sheet: Sheet, need: Need) -> float:
    """EUR per unit of this need that is not met."""
    return sheet.missing_price(need.resource, need.priority) if need.missing_price is None else need.missing_price


def _add_group(sheet: Sheet, node: Node, price: float, members: list[tuple[Need, Floats]]) -> None:
    total = np.sum([amounts for _, amounts in members], axis=0)
    tempo = sheet.tempo(node)
    unmet = sheet.blocks.columns(len(total), upper=total)
    sheet.put(node, unmet, 1.0)
    sheet.charge("missing", "+".join(need.id for need, _ in members), unmet, price)
    for need, amounts in members:
        part = np.divide(amounts, total, out=np.zeros_like(total), where=total > 0.0)
        sheet.flow("served", need.id, node, tempo, unmet, scale=-part, fixed=amounts)
        sheet.flow("unmet", need.id, node, tempo, unmet, scale=part)


def _add_shiftable(sheet: Sheet, need: Need, node: Node) -> None:
    """The day's sum moves inside the allowed hours; what is short is booked on the first of them."""
    assert need.shift is not None
    axis, hours = sheet.axis, np.arange(sheet.axis.hours)
    clock = (sheet.axis.start.hour + hours) % 24
    allowed = (clock >= need.shift.first) & (clock < need.shift.last)
    most = np.inf if need.shift.most_per_hour is None else need.shift.most_per_hour
    served = sheet.blocks.columns(axis.hours, upper=np.where(allowed, most, 0.0))
    of_day = axis.block_of_hour("day")
    days = sheet.axis.sum_to("day", sheet.values(need.amount))
    rows = sheet.blocks.rows(len(days), lower=days, upper=days)
    unmet = sheet.blocks.columns(len(days), upper=days)
    sheet.blocks.entries(rows[of_day], served, 1.0)
    sheet.blocks.entries(rows, unmet, 1.0)
    sheet.put(node, served, -1.0)
    sheet.charge("missing", need.id, unmet, need_price(sheet, need))
    sheet.flow("served", need.id, node, "hour", served)
    first = np.array([_first(allowed, of_day, day) for day in range(len(days))])
    booked = np.zeros(axis.hours)
    booked[first] = 1.0
    sheet.flow("unmet", need.id, node, "hour", unmet[of_day], scale=booked)


def _first(allowed: np.ndarray, of_day: np.ndarray, day: int) -> int:
    inside = np.flatnonzero(of_day == day)
    return int(inside[np.argmax(allowed[inside])])


def _add_forced(sheet: Sheet) -> None:
    for id, node in sorted(set(_forced(sheet))):
        price = FORCED_FACTOR * sheet.missing_price(node[0], "essential")
        unmet = sheet.blocks.columns(sheet.axis.steps(sheet.tempo(node)))
        sheet.put(node, unmet, 1.0)
        sheet.charge("missing", id, unmet, price)
        sheet.flow("unmet", id, node, sheet.tempo(node), unmet)


def _forced(sheet: Sheet) -> Iterator[tuple[str, Node]]:
    """What draws on a node whether it can or not: (its id, the node)."""
    village = sheet.village
    for process in village.processes.values():
        recipe = village.recipes[process.recipe]
        size = sheet.sizes.get((process.id, "process"))
        if recipe.runs == "exactly" and size is not None and size.low > 0.0:
            for arc in recipe.inputs:
                if not sheet.resource(arc.resource).nature:
                    yield process.id, sheet.node(arc.resource, process.at)
    for store in village.stores.values():
        recipe_of_store = village.store_recipes[store.recipe]
        if store.end_low or (recipe_of_store.fill_low and sheet.sizes[store.id, "store"].low > 0.0):
            yield store.id, sheet.node(recipe_of_store.holds, store.at)
