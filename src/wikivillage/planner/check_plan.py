"""Re-add every balance of a written plan, trusting neither the compiler nor the solver that made it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from wikivillage.planner.audit.balances import balances, check_balances, worst_residual
from wikivillage.planner.audit.certificate import check_certificate, check_origin, check_refused
from wikivillage.planner.audit.conservation import check_recipes, check_village
from wikivillage.planner.audit.findings import Audit, Finding, Residual
from wikivillage.planner.audit.goals import check_goals, check_measures
from wikivillage.planner.audit.measures import MEASURES
from wikivillage.planner.audit.money import check_money, check_size_costs, objective_parts
from wikivillage.planner.audit.processes import check_capacity, check_conversion, check_short
from wikivillage.planner.audit.result import Result, read_result
from wikivillage.planner.audit.series import check_series
from wikivillage.planner.audit.sizes import check_sizes, check_surfaces
from wikivillage.planner.audit.stores import check_ends, check_fill, check_levels, check_power
from wikivillage.planner.audit.totals import check_shortages, check_totals
from wikivillage.planner.audit.trade import check_exchanges, check_needs, check_offers

__all__ = ["LAWS", "Audit", "Finding", "Residual", "check_plan"]

LAWS: dict[str, Callable[[Result], Iterator[Finding]]] = {
    "origin": check_origin,
    "series": check_series,
    "balances": check_balances,
    "recipes": check_conversion,
    "capacity": check_capacity,
    "short": check_short,
    "sizes": check_sizes,
    "surfaces": check_surfaces,
    "levels": check_levels,
    "ends": check_ends,
    "fill": check_fill,
    "power": check_power,
    "needs": check_needs,
    "offers": check_offers,
    "exchanges": check_exchanges,
    "conservation of recipes": check_recipes,
    "conservation of the village": check_village,
    "refused by law": check_refused,
    "money": check_money,
    "costs of sizes": check_size_costs,
    "measures": check_measures,
    "goals": check_goals,
    "totals": check_totals,
    "shortages": check_shortages,
    "certificate": check_certificate,
}
"""Every law by name, in the order in which their findings are told."""

TOTALLED = ("operational_carbon", "embodied_carbon", "waste_to_outside", "mains_water", "cost", "capital")


def check_plan(folder: Path) -> Audit:
    """Audit the result folder of a plan: plan.json, flows.parquet and village.yaml.

    Raises ProblemError when a file is missing, cut off, of another format, or does not hold what was promised.
    """
    return audit(read_result(folder))


def audit(result: Result) -> Audit:
    """Hold a result against every law."""
    with np.errstate(invalid="ignore", over="ignore"):
        known = balances(result)
        findings = tuple(finding for law in LAWS.values() for finding in law(result))
        count = sum(len(balance.comes) for balance in known)
        return Audit(count, worst_residual(result, known), findings, _totals(result))


def _totals(result: Result) -> dict[str, float]:
    """Sums made anew: the objective, and the measures that are amounts."""
    figures = {name: MEASURES[name](result, None, "year").value for name in TOTALLED}
    return {"objective": sum(objective_parts(result).values()), **figures}
