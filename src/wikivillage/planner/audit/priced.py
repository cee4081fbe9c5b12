"""What each size costs in money and carbon, worked out from its recipe."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from wikivillage.model.kinds import Costs
from wikivillage.planner.audit.result import Result, number

DEFAULT_LIFE = 25.0
"""Years that a thing without a life is given."""


@dataclass(frozen=True, slots=True)
class Priced:
    """A size with what it costs: ``kind`` is process, store or power."""

    id: str
    kind: str
    size: float
    costs: Costs
    owned: bool

    @property
    def life(self) -> float:
        """Years."""
        return number(self.costs.life, DEFAULT_LIFE)

    @property
    def once(self) -> float:
        """EUR charged once, whatever the length of the horizon."""
        return 0.0 if self.owned else self.size * number(self.costs.once) + number(self.costs.fixed)

    @property
    def investment(self) -> float:
        """EUR paid to have it."""
        return 0.0 if self.owned else self.size * number(self.costs.capital) + self.once

    def capital_yearly(self, rate: float) -> float:
        """EUR per year to repay the capital."""
        yearly = number(self.costs.capital) * recovery(rate, self.life) + number(self.costs.annuity)
        return 0.0 if self.owned else self.size * yearly

    @property
    def upkeep_yearly(self) -> float:
        """EUR per year to keep it going."""
        return self.size * (number(self.costs.upkeep) * number(self.costs.capital) + number(self.costs.upkeep_yearly))

    @property
    def embodied_yearly(self) -> float:
        """kgCO2e per year of its life."""
        return self.size * number(self.costs.embodied) / self.life


def recovery(rate: float, life: float) -> float:
    """CRF(rate, life) = rate / (1 - (1 + rate)^-life), and 1 / life without interest."""
    return rate / (1.0 - (1.0 + rate) ** -life) if rate else 1.0 / life


def priced(result: Result) -> Iterator[Priced]:
    """Every size of the plan that the village knows."""
    village = result.village
    for (id, kind), size in result.sizes.items():
        if kind == "process" and id in village.processes and id not in result.refused:
            process = village.processes[id]
            yield Priced(id, kind, size, village.recipes[process.recipe].costs, process.owned)
        elif kind in ("store", "power") and id in village.stores:
            store = village.stores[id]
            recipe = village.store_recipes[store.recipe]
            costs = recipe.costs if kind == "store" else recipe.power_costs or Costs()
            yield Priced(id, kind, size, costs, store.owned)
