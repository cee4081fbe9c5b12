"""Laws: needs are served or said to be missing; offers are not exceeded; exchanges keep their limits."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from wikivillage.base.time import Tempo
from wikivillage.model.kinds import Exchange, Need, Shift
from wikivillage.planner.audit.findings import Finding, Floats, Law, differs, exceeds
from wikivillage.planner.audit.result import Result


def check_needs(result: Result) -> Iterator[Finding]:
    """served[t] + unmet[t] = need[t]; of a shifted need per day, within its hours and its most per hour."""
    for need in result.village.needs.values():
        if need.id in result.refused:
            continue
        node, tempo = result.node(need.resource, need.at), result.tempo(need.resource)
        unit = result.village.resources[need.resource].unit
        served = result.flow("served", need.id, node, tempo)
        given = served + result.flow("unmet", need.id, node, tempo)
        span: Tempo = "day" if need.shift is not None and tempo == "hour" else tempo
        sentence = f"<found> {unit} are served or said to be missing, <wanted> {unit} are wanted"
        wanted = result.axis.sum_to(span, result.values(need.amount))
        yield from differs(
            Law("need", need.id, sentence, result.clock(span)), result.summed(given, tempo, span), wanted
        )
        if span != tempo and need.shift is not None:
            yield from _shifted(result, need, need.shift, served)


def _shifted(result: Result, need: Need, shift: Shift, served: Floats) -> Iterator[Finding]:
    clock = (result.axis.start.hour + np.arange(result.axis.hours)) % 24
    inside = (clock >= shift.first) & (clock < shift.last)
    most = np.where(inside, np.inf if shift.most_per_hour is None else shift.most_per_hour, 0.0)
    law = Law("need.shift", need.id, "<found> are served in an hour that allows <wanted>", result.clock("hour"))
    yield from exceeds(law, served, most)


def check_offers(result: Result) -> Iterator[Finding]:
    """offered[t] = offer[t] where it must be taken, else at most that; no more is stranded than was offered."""
    for offer in result.village.offers.values():
        node, tempo = result.node(offer.resource, offer.at), result.tempo(offer.resource)
        offered, stranded = (result.flow(kind, offer.id, node, tempo) for kind in ("offered", "stranded"))
        compare = differs if offer.must_take else exceeds
        law = Law("offer", offer.id, "<found> are taken, <wanted> are offered", result.clock(tempo))
        yield from compare(law, offered, result.axis.sum_to(tempo, result.values(offer.amount)))
        law = Law("offer.stranded", offer.id, "<found> are stranded, only <wanted> were offered")
        yield from exceeds(law, stranded.sum(), offered.sum())


def check_exchanges(result: Result) -> Iterator[Finding]:
    """bought and sold stay within their limits per hour and, for the horizon's share of the year, per year."""
    for exchange in result.village.exchanges.values():
        node, tempo = result.node(exchange.resource, exchange.at), result.tempo(exchange.resource)
        for kind, per_hour, per_year in _limits(exchange):
            flow, where = result.flow(kind, exchange.id, node, tempo), f"{exchange.id} {kind}"
            law = Law("exchange.hour", where, "<found> pass, the limit is <wanted>", result.clock(tempo))
            yield from exceeds(law, flow, per_hour * result.axis.hours_of_step(tempo))
            law = Law("exchange.year", where, "<found> pass over the horizon, the limit per year allows <wanted>")
            yield from exceeds(law, flow.sum(), per_year * result.axis.year_fraction)


def _limits(exchange: Exchange) -> Iterator[tuple[str, float, float]]:
    """(kind, most per hour, most per year); infinite where nothing is said."""
    for kind, per_hour, per_year in (
        ("bought", exchange.buy_most_per_hour, exchange.buy_most_per_year),
        ("sold", exchange.sell_most_per_hour, exchange.sell_most_per_year),
    ):
        yield kind, np.inf if per_hour is None else per_hour, np.inf if per_year is None else per_year
