"""Laws: a store's level follows what goes in, out and away; it stays inside its walls and its power."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from wikivillage.base.time import Tempo
from wikivillage.model.kinds import Number, Store, StoreRecipe
from wikivillage.planner.audit.findings import Finding, Floats, Law, differs, exceeds
from wikivillage.planner.audit.result import Node, Result, number


@dataclass(frozen=True, slots=True)
class StoreFlows:
    """One store: (steps,) level at the end of each step, level before it, share kept over it, what goes in and out."""

    store: Store
    recipe: StoreRecipe
    node: Node
    tempo: Tempo
    level: Floats
    before: Floats
    kept: Floats
    charged: Floats
    discharged: Floats
    charge: float
    discharge: float


def store_flows(result: Result) -> Iterator[StoreFlows]:
    """Every store of the village with its series."""
    for store in result.village.stores.values():
        recipe = result.village.store_recipes[store.recipe]
        node = result.node(recipe.holds, store.at)
        tempo = result.tempo(recipe.holds)
        level, charged, discharged = (
            result.flow(kind, store.id, node, tempo) for kind in ("level", "charged", "discharged")
        )
        before = np.roll(level, 1)
        if store.start is not None:
            before[0] = store.start
        kept = (1.0 - number(recipe.loss)) ** result.axis.hours_of_step(tempo)
        yield StoreFlows(
            store, recipe, node, tempo, level, before, kept, charged, discharged,
            number(recipe.charge, 1.0), number(recipe.discharge, 1.0),
        )  # fmt: skip


def check_levels(result: Result) -> Iterator[Finding]:
    """level[t] = level[t-1] x (1 - loss)^hours + charge x charged[t] - discharged[t] / discharge."""
    for one in store_flows(result):
        follows = one.before * one.kept + one.charge * one.charged - one.discharged / one.discharge
        law = _law(result, one, "store.level", "the level is <found> {unit}, its flows lead to <wanted> {unit}")
        yield from differs(law, one.level, follows)


def check_ends(result: Result) -> Iterator[Finding]:
    """end_low <= last level <= end_high, where they are given."""
    for one in store_flows(result):
        last = one.level[-1]
        if one.store.end_high is not None:
            law = _law(result, one, "store.end", "ends with <found> {unit}, at most <wanted> {unit} were agreed")
            yield from exceeds(replace(law, clock=None), last, one.store.end_high)
        if one.store.end_low is not None:
            law = _law(result, one, "store.end", "ends with <wanted> {unit}, at least <found> {unit} were agreed")
            yield from exceeds(replace(law, clock=None), one.store.end_low, last)


def check_fill(result: Result) -> Iterator[Finding]:
    """fill_low x capacity <= level[t] <= fill_high x capacity, with capacity = size x capacity of one unit."""
    for one in store_flows(result):
        capacity = result.sizes.get((one.store.id, "store"), 0.0) * one.recipe.capacity.value
        full = _law(result, one, "store.full", "holds <found> {unit}, <wanted> {unit} fit")
        yield from exceeds(full, one.level, capacity * number(one.recipe.fill_high, 1.0))
        empty = _law(result, one, "store.empty", "holds <wanted> {unit}, at least <found> {unit} must stay")
        yield from exceeds(empty, capacity * number(one.recipe.fill_low), one.level)


def check_power(result: Result) -> Iterator[Finding]:
    """charged[t] and discharged[t] <= power x hours, or <= rate x size x hours where the power is not sized apart."""
    for one in store_flows(result):
        hours = result.axis.hours_of_step(one.tempo)
        sides = (("charged", one.charged, one.recipe.rate_in), ("discharged", one.discharged, one.recipe.rate_out))
        for side, amounts, rate in sides:
            law = _law(result, one, "store.power", f"<found> {{unit}} are {side}, its power allows <wanted> {{unit}}")
            yield from exceeds(law, amounts, _power(result, one.store, rate) * hours)


def _law(result: Result, one: StoreFlows, code: str, sentence: str) -> Law:
    unit = result.village.resources[one.node[0]].unit
    return Law(code, one.store.id, sentence.replace("{unit}", unit), result.clock(one.tempo))


def _power(result: Result, store: Store, rate: Number | None) -> float:
    if store.power is not None:
        return result.sizes.get((store.id, "power"), 0.0)
    return np.inf if rate is None else rate.value * result.sizes.get((store.id, "store"), 0.0)
