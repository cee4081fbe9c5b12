"""Sizes: yearly cost = size x (capital x CRF(rate, life) + upkeep + annuity), for the horizon's share of a year.

CRF(i, n) = i / (1 - (1 + i)^-n), and 1/n where i = 0 (capital recovery factor, any engineering economics text).
Embodied carbon is spread evenly over the life. A fixed size has no column: its cost is a constant.
"""

from __future__ import annotations

import numpy as np

from wikivillage.model.kinds import Costs, Number, Process, Range, Recipe, Store, StoreRecipe
from wikivillage.planner.linear_program import Ints
from wikivillage.planner.sheet import NO_COLUMNS, Sheet, Size


def capital_recovery(rate: float, years: float) -> float:
    """CRF(rate, years): the yearly payment that repays 1 EUR over ``years``."""
    return 1.0 / years if rate == 0.0 else rate / (1.0 - (1.0 + rate) ** -years)


def value(number: Number | None) -> float:
    """The number, or 0 where nothing is said."""
    return 0.0 if number is None else number.value


def capital_yearly(costs: Costs, rate: float) -> float:
    """EUR per size and year for capital and given annuities."""
    capital = value(costs.capital)
    repaid = capital * capital_recovery(rate, costs.life.value if costs.life else 25.0) if capital else 0.0
    return repaid + value(costs.annuity)


def upkeep_yearly(costs: Costs) -> float:
    """EUR per size and year to keep it going."""
    return value(costs.capital) * value(costs.upkeep) + value(costs.upkeep_yearly)


def embodied_yearly(costs: Costs) -> float:
    """kgCO2e per size and year of life."""
    return value(costs.embodied) / (costs.life.value if costs.life else 25.0)


def add_process_size(sheet: Sheet, process: Process, recipe: Recipe) -> Size | None:
    """The size of a process; None when nothing limits it."""
    if process.size is None and _costless(recipe.costs) and not recipe.footprint:
        return None
    wanted = process.size or Range(0.0, np.inf, recipe.size_unit)
    return _add(sheet, process.id, "process", wanted, recipe.costs, owned=process.owned)


def add_store_sizes(sheet: Sheet, store: Store, recipe: StoreRecipe) -> tuple[Size, Size | None]:
    """The volume of a store, and its power where that is chosen apart."""
    wanted = store.size or Range(0.0, np.inf, recipe.size_unit)
    volume = _add(sheet, store.id, "store", wanted, recipe.costs, owned=store.owned)
    if store.power is None:
        return volume, None
    return volume, _add(sheet, store.id, "power", store.power, recipe.power_costs or Costs(), owned=store.owned)


def _costless(costs: Costs) -> bool:
    return costs == Costs()


def _add(sheet: Sheet, id: str, part: str, wanted: Range, costs: Costs, *, owned: bool) -> Size:
    column = None if wanted.fixed else int(sheet.blocks.columns(1, lower=wanted.low, upper=wanted.high)[0])
    fraction, rate = sheet.axis.year_fraction, sheet.village.finance.discount_rate
    capital = 0.0 if owned else capital_yearly(costs, rate) * fraction + value(costs.once)
    upkeep = upkeep_yearly(costs) * fraction
    embodied = embodied_yearly(costs) * fraction
    columns, count = _as_column(column), wanted.low
    sheet.charge(
        "capital",
        id,
        columns,
        capital,
        _constant(column, capital * count) + (0.0 if owned else value(costs.fixed)),
    )
    sheet.charge("upkeep", id, columns, upkeep, _constant(column, upkeep * count))
    sheet.emit("embodied", id, columns, embodied, _constant(column, embodied * count))
    unit_cost = capital + upkeep + embodied * sheet.village.finance.carbon_price
    size = Size(id, part, wanted.low, wanted.high, wanted.unit, column, unit_cost)  # type: ignore[arg-type]
    sheet.sizes[id, part] = size
    return size


def _as_column(column: int | None) -> Ints:
    return NO_COLUMNS if column is None else np.array([column], dtype=np.int32)


def _constant(column: int | None, amount: float) -> float:
    return amount if column is None else 0.0
