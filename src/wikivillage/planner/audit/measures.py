"""The measures of ``docs/measures.md``, section 4, added up from flows, sizes and expenses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from wikivillage.climate.origin import renewable_share_made
from wikivillage.planner.audit.expenses import PENALTIES, embodied_carbon, expenses, operational_carbon
from wikivillage.planner.audit.priced import priced
from wikivillage.planner.audit.result import Result, number

Matched = Literal["year", "hourly"]


@dataclass(frozen=True, slots=True)
class Figure:
    """An amount; or, with a ``total``, the share ``1 - amount / total`` of what does not come from outside."""

    amount: float
    total: float | None = None

    @property
    def value(self) -> float:
        """The measure; the share of nothing is 1, and no share is below 0."""
        if self.total is None:
            return self.amount
        return max(0.0, 1.0 - self.amount / self.total) if abs(self.total) > NOTHING else 1.0

    def missing(self, sense: str, target: float) -> float:
        """How much is missing to a target, in the unit of the amount."""
        short = target - self.amount if self.total is None else self.amount - (1.0 - target) * self.total
        return max(0.0, short if sense == "at_least" else -short)


NOTHING = 1e-9
"""A total below this is no use at all, and has no share."""


def made(result: Result, resource: str) -> float:
    """What processes give of a resource that do not also take it."""
    takers = {key.id for key in result.sums if key.kind == "input" and key.resource == resource}
    return sum(
        amount for key, amount in result.sums.items()
        if key.kind == "output" and key.resource == resource and key.id not in takers
    )  # fmt: skip


def used_inside(result: Result, resource: str) -> float:
    """bought + made + offered - sold - stranded."""
    bought, offered, sold, stranded = (
        result.total(kind, resource=resource) for kind in ("bought", "offered", "sold", "stranded")
    )
    return bought + made(result, resource) + offered - sold - stranded


def fossil_made(result: Result, resource: str) -> float:
    """What processes give of a resource from energy that is not renewable."""
    takers = {key.id for key in result.sums if key.kind == "input" and key.resource == resource}
    return sum(
        amount * (1.0 - renewable_share_made(result.resolved, key.id))
        for key, amount in result.sums.items()
        if key.kind == "output" and key.resource == resource and key.id not in takers
    )


def renewable_share(result: Result, resource: str, matched: Matched) -> Figure:
    """outside = (bought + made) x (1 - renewable), less what is sold if the year is matched; total = used inside."""
    outside = sum(
        result.total("bought", resource=resource, id=one.id) * (1.0 - one.renewable)
        for one in result.village.exchanges.values()
    ) + fossil_made(result, resource)
    if matched == "year":
        outside = max(0.0, outside - result.total("sold", resource=resource))
    return Figure(outside, used_inside(result, resource))


def waste_to_outside(result: Result) -> Figure:
    """kg sold through exchanges marked as waste."""
    exits = [one for one in result.village.exchanges.values() if one.waste]
    return Figure(sum(result.total("sold", id=one.id) * kilograms(result, one.resource) for one in exits))


def kilograms(result: Result, resource: str) -> float:
    """Mass of one unit; what holds none, such as surplus electricity, weighs nothing."""
    known = result.village.resources[resource]
    return 1.0 if known.unit == "kg" else number(known.composition.get("mass"))


def mains_water(result: Result) -> Figure:
    """m3 bought of the resources of the water loop."""
    return Figure(sum(result.total("bought", resource=id) for id in _waters(result)))


def _waters(result: Result) -> set[str]:
    known = result.village.resources.values()
    return {one.id for one in known if one.loop == "water" and one.unit == "m3" and not one.nature}


REUSED = ("rain", "grey_a")
"""Legal classes that begin like this are water used again: rain of any roof, and cleaned greywater."""


def water_reuse_share(result: Result) -> Figure:
    """outside = mains; total = mains + reused water served, or taken by processes that give none."""
    reused = {id for id in _waters(result) if (result.village.resources[id].legal or "").startswith(REUSED)}
    givers = {key.id for key in result.sums if key.kind == "output" and key.resource in reused}
    again = sum(
        amount for key, amount in result.sums.items()
        if key.resource in reused and (key.kind == "served" or (key.kind == "input" and key.id not in givers))
    )  # fmt: skip
    mains = mains_water(result).amount
    return Figure(mains, mains + again)


def local_food_share(result: Result, resource: str) -> Figure:
    """outside = bought; total = used inside."""
    return Figure(result.total("bought", resource=resource), used_inside(result, resource))


def cost(result: Result) -> Figure:
    """EUR of the objective but for the prices of what is missing."""
    return Figure(sum(amount for (kind, _), amount in expenses(result).items() if kind not in PENALTIES))


def capital(result: Result) -> Figure:
    """EUR paid to have what is not owned yet."""
    return Figure(sum(one.investment for one in priced(result)))


def carbon(result: Result) -> Figure:
    """kgCO2e, operational and embodied."""
    return Figure(operational_carbon(result) + embodied_carbon(result))


def _flows(*kinds: str) -> Measure:
    return lambda result, resource, matched: Figure(sum(result.total(kind, resource=resource) for kind in kinds))


Measure = Callable[[Result, str | None, Matched], Figure]

MEASURES: dict[str, Measure] = {
    "renewable_share": lambda result, resource, matched: renewable_share(result, resource or "electricity", matched),
    "carbon": lambda result, resource, matched: carbon(result),
    "operational_carbon": lambda result, resource, matched: Figure(operational_carbon(result)),
    "embodied_carbon": lambda result, resource, matched: Figure(embodied_carbon(result)),
    "waste_to_outside": lambda result, resource, matched: waste_to_outside(result),
    "mains_water": lambda result, resource, matched: mains_water(result),
    "water_reuse_share": lambda result, resource, matched: water_reuse_share(result),
    "local_food_share": lambda result, resource, matched: local_food_share(result, resource or "vegetables"),
    "cost": lambda result, resource, matched: cost(result),
    "capital": lambda result, resource, matched: capital(result),
    "bought": _flows("bought"),
    "sold": _flows("sold"),
    "used": _flows("input", "served"),
    "produced": _flows("output"),
}
"""By name, from the resource and the way of matching that a goal asks for."""
