"""The street's equations written with linopy, whole arrays of (house, hour) at a time, and handed directly to HiGHS.

These are the same columns, rows and entries as ``compile_village`` makes; only their order differs, which
``tests/benchmarks`` holds on a small street.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import highspy
import linopy
import numpy as np
import pandas as pd
import xarray as xr

from wikivillage.climate.resolve import Resolved
from wikivillage.model.kinds import Costs, Number
from wikivillage.planner.families.sizes import capital_yearly, upkeep_yearly


@dataclass
class Street:
    """A linopy model in the making: its two dimensions, and the terms of its objective so far."""

    resolved: Resolved
    model: linopy.Model = field(default_factory=linopy.Model)
    costs: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.houses = pd.Index(list(self.resolved.village.places), name="house")
        self.hours = pd.RangeIndex(self.resolved.village.horizon.hours, name="hour")

    def per_hour(self, values: Any) -> xr.DataArray:
        """(hour,) values of the year."""
        return xr.DataArray(np.asarray(values), coords=[self.hours])

    def columns(self, name: str, upper: Any = np.inf) -> linopy.Variable:
        """(house, hour) variables from 0 to ``upper``."""
        return self.model.add_variables(lower=0, upper=upper, coords=[self.houses, self.hours], name=name)

    def size(self, name: str, most: float, costs: Costs) -> linopy.Variable:
        """(house,) a size from 0 to ``most``, charged with its yearly costs."""
        size = self.model.add_variables(lower=0, upper=most, coords=[self.houses], name=f"size of {name}")
        village = self.resolved.village
        yearly = capital_yearly(costs, village.finance.discount_rate) + upkeep_yearly(costs)
        self.costs.append((size * (yearly * village.horizon.hours / 8760)).sum())
        return size

    def need(self, name: str, resource: str) -> tuple[linopy.Variable, xr.DataArray]:
        """(house, hour) what is unmet of a need, at its price, and the need."""
        needs = [self.resolved.village.needs[f"{name}_{house}"].amount for house in self.houses]
        amounts = xr.DataArray([self.resolved.values(need) for need in needs], coords=[self.houses, self.hours])
        unmet = self.columns(f"unmet {name}", upper=amounts)
        price = self.resolved.village.resources[resource].missing_price
        self.costs.append((unmet * (price.value if price else 1000.0)).sum())
        return unmet, amounts


def build(resolved: Resolved) -> highspy.Highs:
    """The street's linear program, in HiGHS and ready to be solved."""
    street = Street(resolved)
    drawn = street.per_hour(resolved.arc_amounts("pump")["input", "electricity"])
    panels, pump = process(street, "panels", 9.0), process(street, "pump", 12.0)
    cells_in, cells_out = store(street, "cells", 20.0)
    vessel_in, vessel_out = store(street, "vessel", 40.0)
    dark, light = street.need("light", "electricity")
    cold, warmth = street.need("warmth", "heat")
    bought, sold = street.columns("bought"), street.columns("sold")
    grid = resolved.village.exchanges["grid_h0"]
    assert grid.buy is not None
    assert grid.sell is not None
    street.costs += [
        (bought * street.per_hour(resolved.values(grid.buy))).sum(),
        (sold * -street.per_hour(resolved.values(grid.sell))).sum(),
    ]
    street.model.add_constraints(
        panels - pump * drawn + cells_out - cells_in + dark + bought - sold == light, name="electricity"
    )
    street.model.add_constraints(pump + vessel_out - vessel_in + cold == warmth, name="heat")
    street.model.add_objective(sum(street.costs[1:], street.costs[0]))
    return street.model.to_highspy(set_names=False)


def process(street: Street, name: str, most: float) -> linopy.Variable:
    """(house, hour) activity, below size x availability."""
    recipe = street.resolved.village.recipes[name]
    available = np.ones(len(street.hours))
    if recipe.availability is not None:
        available = np.maximum(street.resolved.values(recipe.availability), 0.0)
    activity = street.columns(name, upper=street.per_hour(np.where(available > 0.0, np.inf, 0.0)))
    size = street.size(name, most, recipe.costs)
    street.model.add_constraints(activity - size * street.per_hour(available) <= 0, name=f"capacity of {name}")
    return activity


def store(street: Street, name: str, largest: float) -> tuple[linopy.Variable, linopy.Variable]:
    """(house, hour) what goes into a store and what comes out of it; the year ends as it began."""
    recipe = street.resolved.village.store_recipes[name]
    level, charged, discharged = (street.columns(f"{name} {word}") for word in ("level", "charged", "discharged"))
    size = street.size(name, largest, recipe.costs)
    limits = (level, recipe.capacity), (charged, recipe.rate_in), (discharged, recipe.rate_out)
    for number, (flow, rate) in enumerate(limits):
        if rate is not None:
            most = size * street.per_hour(np.full(len(street.hours), rate.value))
            street.model.add_constraints(flow - most <= 0, name=f"limit {number} of {name}")
    change = level.roll(hour=1) * (1.0 - share(recipe.loss, 0.0)) - level
    street.model.add_constraints(
        change + charged * share(recipe.charge, 1.0) - discharged * (1.0 / share(recipe.discharge, 1.0)) == 0,
        name=f"level of {name}",
    )
    return charged, discharged


def share(number: Number | None, default: float) -> float:
    """The number, or what holds where nothing is said."""
    return default if number is None else number.value
