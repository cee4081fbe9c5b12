"""Exchanges: cost = sum(buy price x bought) - sum(sell price x sold), within hourly and yearly limits.

Carbon is counted where it is bought (kgCO2e per unit, in one stated scope) and, where a factor is given, where
it is handed on (a collector that burns waste).
"""

from __future__ import annotations

import numpy as np

from wikivillage.model.kinds import Exchange, Series
from wikivillage.planner.linear_program import Ints
from wikivillage.planner.sheet import FlowKind, Node, Sheet


def add_exchanges(sheet: Sheet) -> None:
    """Buying and selling with the outside."""
    for exchange in sheet.village.exchanges.values():
        node = sheet.node(exchange.resource, exchange.at)
        if exchange.buy is not None:
            _add_trade(
                sheet,
                exchange,
                node,
                "bought",
                exchange.buy,
                1.0,
                exchange.carbon,
                exchange.buy_most_per_hour,
                exchange.buy_most_per_year,
            )
        if exchange.sell is not None:
            _add_trade(
                sheet,
                exchange,
                node,
                "sold",
                exchange.sell,
                -1.0,
                exchange.carbon_sold,
                exchange.sell_most_per_hour,
                exchange.sell_most_per_year,
            )


def _add_trade(
    sheet: Sheet,
    exchange: Exchange,
    node: Node,
    kind: FlowKind,
    price: Series,
    sign: float,
    carbon: Series | None,
    most_per_hour: float | None,
    most_per_year: float | None,
) -> None:
    tempo = sheet.tempo(node)
    hours = sheet.axis.hours_of_step(tempo)
    upper = np.full(len(hours), np.inf) if most_per_hour is None else most_per_hour * hours
    columns = sheet.blocks.columns(len(hours), upper=upper)
    sheet.put(node, columns, sign)
    sheet.flow(kind, exchange.id, node, tempo, columns)
    sheet.charge(kind, exchange.id, columns, sign * sheet.prices(price, tempo))
    if carbon is not None:
        sheet.emit("operational", exchange.id, columns, sheet.prices(carbon, tempo))
    if most_per_year is not None:
        _limit(sheet, (exchange.id, kind), columns, most_per_year * sheet.axis.year_fraction)


def _limit(sheet: Sheet, key: tuple[str, str], columns: Ints, most: float) -> None:
    row = sheet.blocks.rows(1, upper=most)
    sheet.blocks.entries(row, columns, 1.0)
    sheet.limit_rows[key] = int(row[0])
