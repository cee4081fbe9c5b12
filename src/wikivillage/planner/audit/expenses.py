"""What everything cost and emitted over the horizon: the parts of the objective but its goals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

from wikivillage.model.kinds import Series
from wikivillage.model.missing import FORCED_FACTOR, PRIORITY_FACTOR, essential_price
from wikivillage.planner.audit.priced import priced
from wikivillage.planner.audit.result import Result, number
from wikivillage.planner.audit.stores import store_flows

Parts = dict[tuple[str, str], float]
"""(kind, id) -> EUR over the horizon."""

PENALTIES = frozenset({"missing", "stranded", "goal"})
"""Kinds of part that nobody pays: they are the price of what is missing."""


def expenses(result: Result) -> Parts:
    """Every part of the objective but the goals."""
    parts: Parts = defaultdict(float)
    for kind, id, amount in (line for family in FAMILIES for line in family(result)):
        parts[kind, id] += amount
    return dict(parts)


Line = tuple[str, str, float]


def _sized(result: Result) -> Iterator[Line]:
    rate, fraction = result.village.finance.discount_rate, result.axis.year_fraction
    for one in priced(result):
        yield "capital", one.id, one.capital_yearly(rate) * fraction + one.once
        yield "upkeep", one.id, one.upkeep_yearly * fraction


def _traded(result: Result) -> Iterator[Line]:
    for exchange in result.village.exchanges.values():
        yield "bought", exchange.id, weighed(result, "bought", exchange.id, exchange.buy)
        yield "sold", exchange.id, -weighed(result, "sold", exchange.id, exchange.sell)


def weighed(result: Result, kind: str, exchange: str, factor: Series | None) -> float:
    """The sum over the steps of what an exchange trades x a price or factor per unit."""
    trade = result.village.exchanges[exchange]
    tempo = result.tempo(trade.resource)
    flow = result.flow(kind, exchange, result.node(trade.resource, trade.at), tempo)
    return float(flow @ result.per_step(factor, tempo))


def _running(result: Result) -> Iterator[Line]:
    for process in result.working():
        yield "running", process, number(result.recipe(process).running) * float(result.activity(process).sum())


def _holding(result: Result) -> Iterator[Line]:
    for one in store_flows(result):
        hours = result.axis.hours_of_step(one.tempo)
        yield "holding", one.store.id, number(one.recipe.holding) * float(one.level @ hours)


def _carbon(result: Result) -> Iterator[Line]:
    yield "carbon", "", result.village.finance.carbon_price * (operational_carbon(result) + embodied_carbon(result))


def operational_carbon(result: Result) -> float:
    """kgCO2e: bought x carbon + sold x carbon_sold + activity x carbon. Nothing is taken off for what is sold."""
    traded = sum(
        weighed(result, "bought", one.id, one.carbon) + weighed(result, "sold", one.id, one.carbon_sold)
        for one in result.village.exchanges.values()
    )
    made = sum(number(result.recipe(id).carbon) * float(result.activity(id).sum()) for id in result.working())
    return traded + made


def embodied_carbon(result: Result) -> float:
    """kgCO2e of the horizon's share of every life: size x embodied / life x year fraction."""
    return sum(one.embodied_yearly for one in priced(result)) * result.axis.year_fraction


def _missing(result: Result) -> Iterator[Line]:
    for key, amount in result.sums.items():
        if key.kind == "unmet" and key.resource in result.village.resources:
            yield "missing", key.id, missing_price(result, key.id, key.resource) * amount
        elif key.kind == "stranded" and key.resource in result.village.resources:
            yield "stranded", key.id, FORCED_FACTOR * essential_price(result.village.resources[key.resource]) * amount


def missing_price(result: Result, id: str, resource: str) -> float:
    """EUR per unit that a need, or whatever draws by force, does not get."""
    need = result.village.needs.get(id)
    if need is None:
        return FORCED_FACTOR * essential_price(result.village.resources[resource])
    if need.missing_price is not None:
        return need.missing_price
    return essential_price(result.village.resources[resource]) * PRIORITY_FACTOR[need.priority]


FAMILIES: tuple[Callable[[Result], Iterator[Line]], ...] = (_sized, _traded, _running, _holding, _carbon, _missing)
