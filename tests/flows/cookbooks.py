"""Small cookbooks and what the tests of production plans ask about them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from wikivillage.flows.kinds import Measure
from wikivillage.flows.recipes import Cookbook, Good, LeadTime, Recipe, RecipeFlow, RecipeProcess, Wanted
from wikivillage.flows.schedule import ProductionPlan

DUE = datetime(2026, 12, 31, tzinfo=UTC)
DAY = timedelta(days=1)


def units(amount: str) -> Measure:
    return Measure(Decimal(amount), "u")


def consume(spec: str, amount: str) -> RecipeFlow:
    return RecipeFlow("consume", spec, quantity=units(amount))


def make(spec: str, *inputs: RecipeFlow, days: int = 1, batch: str = "1", scales: bool = False) -> Recipe:
    output = RecipeFlow("produce", spec, quantity=units(batch))
    return Recipe(spec, (RecipeProcess(f"make-{spec}", days * DAY, inputs, (output,), scales),))


def want(spec: str, amount: str) -> Wanted:
    return Wanted(Good(spec), units(amount))


FAMILY = Cookbook(
    (make("parent", consume("child", "2"), days=5), make("child", consume("grandchild", "3"), days=10)),
    (LeadTime("grandchild", 20 * DAY),),
)


def inputs_of(plan: ProductionPlan) -> dict[str, Decimal]:
    """What all processes together take, by specification."""
    found: dict[str, Decimal] = {}
    for one in plan.commitments:
        if one.side == "input" and one.quantity is not None:
            found[one.spec] = found.get(one.spec, Decimal(0)) + one.quantity.value
    return found


def to_produce(plan: ProductionPlan) -> dict[str, Decimal]:
    return {row.good.spec: row.to_produce for row in plan.netting}
