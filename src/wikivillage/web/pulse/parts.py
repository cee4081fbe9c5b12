"""What sums of the ledger are in the life of the village: made, used, bought, sold, kept. Pure.

The ledger knows stocks and actions; the village file knows which stock is the grid and which process the roof.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from wikivillage.model.kinds import Village
from wikivillage.web.ledger.day_sums import DayFlow
from wikivillage.web.ledger.stock_names import exchange_stock


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of flow of one thing: ``kind`` is a word of the plan (output, bought, served ...), or ``worked``, or
    ``put`` and ``drawn`` for what people wrote by hand of a resource itself.

    ``id``: the process, need, offer, exchange or store; by hand, the action. ``events``: how many are behind it.
    """

    kind: str
    id: str
    resource: str
    unit: str
    amount: float
    events: int


def parts_of(flows: Iterable[DayFlow], village: Village) -> tuple[Part, ...]:
    """The parts of some flows, each once, in a steady order. What the village file does not know is left out."""
    amounts: dict[tuple[str, str, str, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for flow in flows:
        found = kind_of(flow, village)
        if found is None:
            continue
        kind, id = found
        worked = kind == "worked"
        unit = flow.effort_unit if worked else flow.unit
        entry = amounts[kind, id, flow.spec or flow.resource, unit]
        entry[0] += float(flow.effort if worked else flow.quantity)
        entry[1] += flow.events
    return tuple(Part(*key, amount, int(events)) for key, (amount, events) in sorted(amounts.items()) if amount)


MOVES = ("transfer", "move", "transferAllRights", "transferCustody")
PUT = ("raise", "produce", "dropoff", *MOVES)
DRAWN = ("lower", "consume", "pickup", *MOVES)
"""Actions by which a stock gets more, or less, in the hands of people."""


def kind_of(flow: DayFlow, village: Village) -> tuple[str, str] | None:
    """What a flow is, and of which thing; None for what goes on between people's own stocks."""
    match flow.action:
        case "work":
            return "worked", flow.input_of
        case "produce":
            found = _made(flow, village)
        case "consume":
            found = _used(flow, village)
        case _:
            found = _moved(flow, village) if flow.action in MOVES else None
    return found or _by_hand(flow, village)


def _by_hand(flow: DayFlow, village: Village) -> tuple[str, str] | None:
    """Into or out of the stock of a resource, by nothing that the village file knows."""
    moved = flow.action in MOVES
    if flow.action in PUT and (flow.to_resource if moved else flow.resource) in village.resources:
        return "put", flow.action
    return ("drawn", flow.action) if flow.action in DRAWN and flow.resource in village.resources else None


def _made(flow: DayFlow, village: Village) -> tuple[str, str] | None:
    """By a process, or by an offer: they may share an id, and are told apart by what they give."""
    id, spec = flow.output_of, flow.spec
    if id in village.offers and village.offers[id].resource == spec:
        return "offered", id
    return ("output", id) if id in village.processes else None


def _used(flow: DayFlow, village: Village) -> tuple[str, str] | None:
    """By a process, or by a need."""
    id, spec = flow.input_of, flow.spec
    if id in village.needs and village.needs[id].resource == spec:
        return "served", id
    return ("input", id) if id in village.processes else None


def _moved(flow: DayFlow, village: Village) -> tuple[str, str] | None:
    """Between a resource and the outside, or a store. An exchange's stock may be called differently."""
    outside = {exchange_stock(one.id, one.resource): one.id for one in village.exchanges.values()}
    for stock, words in ((flow.resource, ("bought", "discharged")), (flow.to_resource, ("sold", "charged"))):
        if stock in outside:
            return words[0], outside[stock]
        if stock in village.stores:
            return words[1], stock
    return None


def total(parts: Iterable[Part], *kinds: str, resource: str | None = None, ids: Iterable[str] | None = None) -> float:
    """The sum of some kinds, of one resource, of some things."""
    chosen = None if ids is None else set(ids)
    return sum(
        part.amount
        for part in parts
        if part.kind in kinds
        and (resource is None or part.resource == resource)
        and (chosen is None or part.id in chosen)
    )
