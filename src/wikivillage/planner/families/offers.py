"""Offers: taken[t] <= offer[t]; what must be taken and finds no use is stranded, at a price.

What else is *made* whether wanted or not (the harvest of a fixed bed, a full tank that must end low) may be
stranded too.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike

from wikivillage.model.missing import FORCED_FACTOR
from wikivillage.planner.sheet import Node, Sheet


def add_offers(sheet: Sheet) -> None:
    """Free offers, offers that must be taken, and what is stranded."""
    for offer in sheet.village.offers.values():
        node = sheet.node(offer.resource, offer.at)
        tempo = sheet.tempo(node)
        amounts = sheet.amounts(offer.amount, tempo)
        if offer.must_take:
            sheet.demand(node, -amounts)
            sheet.flow("offered", offer.id, node, tempo, None, fixed=amounts)
            _add_stranded(sheet, offer.id, node, amounts)
        else:
            taken = sheet.blocks.columns(len(amounts), upper=amounts)
            sheet.put(node, taken, 1.0)
            sheet.flow("offered", offer.id, node, tempo, taken)
    for id, node in sorted(set(_forced(sheet))):
        _add_stranded(sheet, id, node, np.inf)


def _add_stranded(sheet: Sheet, id: str, node: Node, most: ArrayLike) -> None:
    steps = sheet.axis.steps(sheet.tempo(node))
    stranded = sheet.blocks.columns(steps, upper=most)
    sheet.put(node, stranded, -1.0)
    sheet.charge("stranded", id, stranded, FORCED_FACTOR * sheet.missing_price(node[0], "essential"))
    sheet.flow("stranded", id, node, sheet.tempo(node), stranded)


def _forced(sheet: Sheet) -> Iterator[tuple[str, Node]]:
    """What gives to a node whether wanted or not: (its id, the node)."""
    village = sheet.village
    for process in village.processes.values():
        recipe = village.recipes[process.recipe]
        size = sheet.sizes.get((process.id, "process"))
        if recipe.runs == "exactly" and size is not None and size.low > 0.0:
            for arc in recipe.outputs:
                if not sheet.resource(arc.resource).nature:
                    yield process.id, sheet.node(arc.resource, process.to or process.at)
    for store in village.stores.values():
        if store.end_high is not None:
            yield store.id, sheet.node(village.store_recipes[store.recipe].holds, store.at)
